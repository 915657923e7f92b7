// The queue on a terminal and as JSON.

import Census
import Config
import Model
import Phrasing

struct QueuePrinter {
  let output: ListFormat
  /// Whether JSON has one object a key.
  let groupsKeys: Bool
  let appearance: Appearance
  /// Whether the messages are listed too.
  let verbose: Bool

  func text(_ report: QueueReport) throws -> String {
    switch output {
    case .table: return lines(report).map { $0.rendered(appearance) + "\n" }.joined()
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      var text = ""
      for row in report.rows {
        if groupsKeys {
          text += stream.add(try JSONValue(encoding: QueueKeyObject(row: row)).appending(row.judgement))
        } else {
          for waiting in row.messages {
            let object = QueueMessageObject(waiting: waiting, row: row, now: report.now)
            text += stream.add(try JSONValue(encoding: object).appending(row.judgement))
          }
        }
      }
      return text + stream.finish()
    }
  }

  // MARK: the terminal

  private var detail: JudgementDetail {
    JudgementDetail(appearance: appearance, display: InternationalName.display)
  }

  private func lines(_ report: QueueReport) -> [StyledText] {
    report.rows.flatMap { block($0, at: report.now) } + [StyledText(total(report))]
  }

  private func total(_ report: QueueReport) -> String {
    if report.rows.isEmpty {
      return report.others == 0
        ? "The queue is empty."
        : "No mail waits for a key; \(Phrase.count(report.others, "message")) \(Phrase.agreeing(report.others, "waits", "wait")) for other reasons."
    }
    let rest =
      report.others == 0
      ? "" : "; \(report.others) \(Phrase.agreeing(report.others, "waits", "wait")) for other reasons"
    return "\(Phrase.count(report.waiting, "message")) \(Phrase.agreeing(report.waiting, "waits", "wait")) for "
      + "\(Phrase.count(report.rows.count, "key"))\(rest)."
  }

  private func block(_ row: QueueRow, at now: Timestamp) -> [StyledText] {
    var head = StyledText(detail.display(row.key.name), .strong)
    if let judgement = row.judgement {
      head =
        appearance.symbol(judgement.verdict) + StyledText(" ") + head + StyledText("  ")
        + StyledText(judgement.state.rawValue, Style(judgement.verdict))
    }
    var lines = [head]
    lines += detail.paragraph(StyledText("mail:    ", .faint), waiting(row, at: now), indentation: 4, margin: 13)
    lines += detail.paragraph(StyledText("log:     ", .faint), row.reason.withoutControls, indentation: 4, margin: 13)
    if let judgement = row.judgement {
      lines += detail.paragraph(StyledText("now:     ", .faint), judgement.summary, indentation: 4, margin: 13)
      lines += detail.paragraph(StyledText("do:      ", .faint), remedy(judgement), indentation: 4, margin: 13)
    }
    lines += detail.paragraph(
      StyledText("tell:    ", .faint),
      row.contacts.map(\.withoutControls).joined(separator: ", ")
        + "; 'selectord queue --letter \(row.key.name)' writes the message", indentation: 4, margin: 13)
    if verbose {
      for waiting in row.messages {
        let message = waiting.message
        lines.append(
          StyledText("      \(message.id)  ", .faint) + StyledText(message.since.tableText)
            + StyledText("  <\(message.sender.withoutControls)> to \(recipients(message))"))
      }
    }
    return lines + [StyledText("")]
  }

  private func waiting(_ row: QueueRow, at now: Timestamp) -> String {
    let count = row.messages.count
    var text = "\(Phrase.count(count, "message")) \(Phrase.agreeing(count, "waits", "wait")) for this key"
    if let since = row.since {
      text += count == 1 ? ", since " : ", the oldest since "
      text += "\(Phrase.time(since, now: now)) (\(Phrase.duration(now - since)))"
    }
    let frozen = row.messages.count { $0.message.state == .frozen }
    if frozen > 0 { text += "; \(frozen) of them \(Phrase.agreeing(frozen, "is", "are")) frozen" }
    if let next = row.nextTry {
      text +=
        next > now
        ? "; the next try is at \(Phrase.time(next, now: now)) (in \(Phrase.duration(next - now)))"
        : "; the next try is at the next run of the queue"
    }
    if let bounces = row.bouncesAt {
      text +=
        bounces > now
        ? "; the first bounces at \(Phrase.time(bounces, now: now)) (in \(Phrase.duration(bounces - now)))"
        : "; the first bounces at the next try"
    }
    return text + "."
  }

  private func remedy(_ judgement: Judgement) -> String {
    if let remedy = judgement.diagnosis?.remedy, !remedy.isEmpty { return remedy }
    if judgement.verdict == .ok { return "The key is there now: have the queue run (exim -qff, postqueue -f)." }
    return judgement.findings.first { $0.severity == .critical }?.remedy
      ?? "Ask whoever runs the zone to publish the key."
  }

  private func recipients(_ message: QueuedMessage) -> String {
    let shown = message.recipients.prefix(3).map { "<\($0.withoutControls)>" }
    let rest = message.recipients.count - shown.count
    return Phrase.list(Array(shown) + (rest > 0 ? ["\(rest) more"] : []))
  }
}

extension JSONValue {
  /// The object with what DNS says, where that is known.
  fileprivate func appending(_ judgement: Judgement?) throws -> JSONValue {
    var value = self
    if let judgement { value.append("check", try JSONValue(encoding: judgement)) }
    return value
  }
}

/// One message in JSON.
private struct QueueMessageObject: Encodable {
  let id: String
  let since: Timestamp
  /// In seconds.
  let age: Int64
  let sender: String
  let recipients: [String]
  let size: Int?
  let state: String
  let domain: DomainName
  let selector: DomainName
  let name: DomainName
  let reason: String
  let nextTry: Timestamp?
  let bouncesAt: Timestamp?

  init(waiting: QueueJoin.Waiting, row: QueueRow, now: Timestamp) {
    let message = waiting.message
    id = message.id
    since = message.since
    age = max(0, (now - message.since).components.seconds)
    sender = message.sender
    recipients = message.recipients
    size = message.size
    state = message.state.rawValue
    domain = row.key.domain
    selector = row.key.selector
    name = row.key.name
    reason = waiting.reason
    nextTry = message.nextTry
    bouncesAt = message.bouncesAt
  }
}

/// One key in JSON.
private struct QueueKeyObject: Encodable {
  let domain: DomainName
  let selector: DomainName
  let name: DomainName
  let messages: Int
  let frozen: Int
  let since: Timestamp?
  let nextTry: Timestamp?
  let bouncesAt: Timestamp?
  let reason: String
  let contacts: [String]
  let ids: [String]

  init(row: QueueRow) {
    domain = row.key.domain
    selector = row.key.selector
    name = row.key.name
    messages = row.messages.count
    frozen = row.messages.count { $0.message.state == .frozen }
    since = row.since
    nextTry = row.nextTry
    bouncesAt = row.bouncesAt
    reason = row.reason
    contacts = row.contacts
    ids = row.messages.map(\.message.id)
  }
}
