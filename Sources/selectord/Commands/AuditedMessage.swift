// `audit --message`: one message, verified and held against DNS.

import Auditing
import Config
import Daemon
import Mail
import Model
import Policies
import Probing

/// Reads, verifies and audits one message, and prints the report.
struct AuditedMessage {
  let file: String
  let envelope: MessageEnvelope
  let isBulk: Bool
  let output: AuditFormat
  let appearance: AppearanceOptions

  /// No message that servers take is larger.
  private static let largest = 256 << 20

  func audit(views: [View], configuration: Configuration?) async throws -> Verdict {
    let bytes = try InputFile.contents(of: file, atMost: Self.largest, expecting: "one message")
    var scan = MessageScan()
    var intake = MessageIntake()
    bytes.withUnsafeBytes { chunk in
      scan.take(chunk)
      intake.take(chunk)
    }
    scan.finish()
    let taken = intake.finish()
    guard !taken.reading.header.fields.isEmpty else {
      throw CommandFailure(
        .unreadableInput, "\(file): no header field; expected a message, saved with its whole header")
    }
    let history = try await KnownHistory(configuration: configuration)
    let time = now()
    let activity = Activity()
    let report = try await withProber(of: views) { [scan] prober in
      await activity.during {
        activity.say("asking for keys, SPF and DMARC ...")
        let keys = await KeyOffers { await history.spans(of: $0) ?? [] }.offers(for: taken.keyNames, at: nil) {
          requests in
          await prober.look(at: requests)
        }
        let audit = MessageAudit(
          taken.verified(keys: keys, at: time), header: taken.reading.header, scan: scan, envelope: envelope, now: time,
          isBulk: isBulk)
        return await Self.report(audit, prober, resolver: views.first { !$0.isAuthoritative }?.name)
      }
    }
    try show(report)
    return report.verdict
  }

  /// Puts the questions of an audit until it ends.
  private static func report(_ audit: MessageAudit, _ prober: Prober, resolver: String?) async -> MessageReport {
    var audit = audit
    var step = audit.begin()
    while true {
      switch step {
      case .report(let report): return report
      case .ask(let questions):
        let answers = await prober.inquire(
          questions.map { question in
            resolver.map { Inquiry(question, at: .view($0)) } ?? Inquiry(question, limit: 1)
          })
        step = audit.take(
          Dictionary(zip(questions, answers.map(PolicyReply.init))) { first, _ in first })
      }
    }
  }

  private func show(_ report: MessageReport) throws {
    let name = file == "-" ? "standard input" : file
    switch output {
    case .table, .html: try Console.data(MessageReportText(appearance: appearance.chosen).text(report, file: name))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      try Console.data(stream.add(try JSONValue(encoding: report)) + stream.finish())
    case .nagios:
      var nagios = NagiosText()
      nagios.nouns = (one: "message", many: "messages")
      nagios.add(
        NagiosText.Item(
          name: name, verdict: report.verdict, state: report.fate.rawValue, summary: report.summary))
      try Console.data(nagios.text())
    }
  }
}

extension PolicyReply {
  /// What came of a question, as policies take it.
  init(_ answer: InquiryAnswer) {
    let reply = answer.replies.first { $0.answer.outcome.failure == nil } ?? answer.replies.first
    self =
      reply.map {
        PolicyReply(outcome: $0.answer.outcome, records: $0.records, isAuthenticated: $0.answer.authenticated)
      } ?? PolicyReply(outcome: .failed(.unreachable))
  }
}
