// `selectord queue`: which mail waits for which key, until when, and what to do about it.

import ArgumentParser
import Census
import Config
import Daemon
import Intake
import Model
import Probing

/// Joins the queue with the logs and asks DNS for every key that mail waits for.
struct QueueCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "queue",
    abstract: "Show which mail waits for which key, and until when.",
    discussion: """
      Reads the queue of Exim or Postfix on this machine, or a list of it by --from: what 'exim -bp' or 'postqueue -j' \
      prints. Joins it with the logs by the id of each message, and asks DNS for every key that mail waits for. \
      Messages that wait for other reasons are counted and not shown.

      A message bounces after --lifetime, or after what the mail server is configured to (Exim's retry rules, Postfix's \
      maximal_queue_lifetime).

      --letter prints a message to the administrators of the other domain, with what was seen and the record to add.

      EXAMPLES
        selectord queue
        ssh mx 'exim -bp' | selectord queue --from - --log mainlog
        selectord queue --letter zendesk1._domainkey.domain.com --language de
      """)

  @Option(
    help: ArgumentHelp("Read the list of the queue from this file; - is standard input.", valueName: "file"),
    completion: .file())
  var from: String?

  @Option(
    help: ArgumentHelp(
      "A log to join with: a file, a folder, a pattern, or journal. Repeatable; without it the logs under /var/log and the "
        + "journal.", valueName: "source"), completion: .file())
  var log: [String] = []

  @Option(
    help: ArgumentHelp("How long a message is tried before it bounces, such as 4d.", valueName: "duration"),
    transform: QueueLifetime.init)
  var lifetime: QueueLifetime?

  @Flag(help: "Print one object a key in JSON, instead of one a message.")
  var keys = false

  @Option(
    help: ArgumentHelp("Print a message to the administrators who must publish this key.", valueName: "key-name"),
    transform: { try Letter.key($0) })
  var letter: KeyName?

  @Option(help: ArgumentHelp("The language of the letter.", valueName: "language"))
  var language = Letter.Language.en

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let time = now()
    var queue = try QueueSource(from: from).read(at: time)
    if lifetime != nil { queue.forgetLifetimes() }
    for line in queue.list.unreadable.prefix(IntakeTally.shownFaults) {
      Console.message("selectord: \(queue.name):\(line.line): \(line.reason)\n")
    }
    var join = QueueJoin(queue.list)
    if !queue.list.messages.isEmpty { readLogs(into: &join, at: time) }
    for (id, key) in queue.signatures { join.addSignature(key, of: id) }
    join.retries = queue.retries
    var report = QueueReport(
      join.waiting, others: join.others, lifetime: lifetime?.duration ?? queue.list.kind?.lifetime, now: time)
    try await ask(&report, views, configuration)
    if let letter {
      guard let row = report.rows.first(where: { $0.key == letter }) else {
        throw CommandFailure(
          .unavailable, "no mail waits for \(letter.name); 'selectord queue' shows what it waits for")
      }
      if row.judgement?.verdict == .unknown {
        Console.message(
          "selectord: nothing could be asked from here, so the letter says only what the log says; check your own network "
            + "before you send it\n")
      }
      try Console.data(Letter(row, language: language, now: time, display: InternationalName.display).text)
      return
    }
    let printer = QueuePrinter(
      output: output, groupsKeys: keys, appearance: appearance.chosen, verbose: appearance.verbose)
    try Console.data(try printer.text(report))
  }

  private func readLogs(into join: inout QueueJoin, at time: Timestamp) {
    var found = join
    var intake = Intake(trustedServers: [], now: time, observe: { found.take($0) })
    _ = intake.read(words: log)
    for failure in intake.tally.failures where !log.isEmpty {
      Console.message("selectord: cannot read \(failure.place): \(failure.reason)\n")
    }
    if intake.tally.lines == 0 {
      Console.message(
        "selectord: found no log to join the queue with; name one by --log. Without it only what the queue itself says "
          + "is known.\n")
    }
    join = found
  }

  /// Asks for every key, why it is as it is, and who is responsible for its zone.
  private func ask(_ report: inout QueueReport, _ views: [View], _ configuration: Configuration?) async throws {
    guard !report.rows.isEmpty else { return }
    let history = try await KnownHistory(configuration: configuration)
    let rows = report.rows
    var judgements: [KeyName: Judgement] = [:]
    var contacts: [DomainName: String] = [:]
    try await withProber(of: views) { prober in
      let progress = Progress()
      let check = KeyCheck(
        asking: prober, configuration: configuration, history: history, progress: progress,
        heedsWatchedViews: viewOptions.specifications.isEmpty, explainsAll: true)
      _ = try await check.run(KeyNameSource(rows.map { .success($0.key) })) { result in
        if case .judgement(let judgement, _) = result { judgements[judgement.key] = judgement }
      }
      let domains = Array(Set(rows.map(\.key.domain))).sorted()
      let answers = await prober.inquire(domains.map { Inquiry($0, .soa, limit: 1) })
      for (domain, answer) in zip(domains, answers) { contacts[domain] = Self.contact(answer) }
      progress.clear()
    }
    report.take(judgements, contacts: contacts)
  }

  /// The mailbox of whoever is responsible for the zone (RFC 1035, section 3.3.13).
  private static func contact(_ answer: InquiryAnswer) -> String? {
    for reply in answer.replies {
      for record in reply.records + reply.authorities {
        guard case .soa(let start) = record.data, let local = start.responsible.labels.first,
          start.responsible.labels.count > 2
        else { continue }
        let domain = start.responsible.labels.dropFirst().map { String(decoding: $0, as: UTF8.self) }
        return String(decoding: local, as: UTF8.self) + "@" + domain.joined(separator: ".")
      }
    }
    return nil
  }
}

/// How long a message is tried, as people type it.
struct QueueLifetime: Hashable, Sendable {
  let duration: Duration

  init(_ typed: String) throws {
    guard let duration = try? DurationText.parse(typed), duration > .zero else {
      throw ValidationError("'\(typed)' is no duration; expected one such as 4d or 36h")
    }
    self.duration = duration
  }
}
