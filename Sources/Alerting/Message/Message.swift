// What one message says, made once from its events; formats only dress it.

internal import Model
internal import Phrasing

/// The text of one message, in the order of reading: what is wrong, since when, what to do; details last.
struct Message: Sendable {
  struct Section: Hashable, Sendable {
    enum Style: Hashable, Sendable {
      /// Short: may stand beside others.
      case fact
      /// One or more sentences, a line each.
      case text
      /// To be copied letter by letter.
      case code
    }

    var title: String
    var style: Style
    var lines: [String]

    init(_ title: String, _ lines: [String], _ style: Style = .text) {
      self.title = title
      self.style = style
      self.lines = lines
    }

    /// The lines without anything that steers a terminal; those of a list begin with a bullet.
    var plainLines: [String] {
      let lines = lines.map(TerminalText.line)
      return style == .text && lines.count > 1 ? lines.map { "• \($0)" } : lines
    }
  }

  /// A conversation at the receiver: what is told of the same incidents.
  struct Thread: Hashable, Sendable {
    var id: String
    /// Whether something was told in it before.
    var isKnown: Bool
    /// How many of its incidents are open now.
    var open: Int
    /// Whether a person has taken note of what was told.
    var isAcknowledged = false
  }

  /// `CRITICAL`, `WARNING`, `OK`, `UNKNOWN`, `RECOVERED` or `TEST`; with `(still)` where it is told again.
  let word: String
  /// The key name, zone, domain or view; empty where it is about nothing in particular.
  let subject: String
  let summary: String
  let sections: [Section]
  /// The worst of its events.
  let verdict: Verdict
  let isRecovery: Bool
  let isReminder: Bool
  let isTest: Bool
  /// When the last of its events was seen.
  let at: Timestamp
  let threads: [Thread]
  /// The events, for what programs read.
  let events: [Event]
  /// What to run to see all of it.
  let command: String
  /// Where a browser shows it; nil where no page does.
  let link: String?

  /// Word, subject and summary in one line.
  var headline: String {
    TerminalText.line(
      subject.isEmpty || summary.contains(subject) ? "\(word): \(summary)" : "\(word) \(subject): \(summary)")
  }

  /// Word and subject, where the summary stands elsewhere.
  var title: String { TerminalText.line(subject.isEmpty ? "selectord \(word)" : "\(word) \(subject)") }

  /// The summary in one line.
  var lead: String { TerminalText.line(summary) }

  /// Who says so, when, and by which ids it is found again.
  var origin: [String] {
    let ids = events.prefix(3).map(\.id) + (events.count > 3 ? ["and \(events.count - 3) more"] : [])
    return ["selectord", Phrase.dateAndTime(at)] + ids + events.compactMap(\.incident).withoutRepeats.prefix(3)
  }

  /// The colour of the verdict, `rrggbb`.
  var color: String {
    switch verdict {
    case .ok: "2eb67d"
    case .warning: "ecb22e"
    case .critical: "e01e5a"
    case .unknown: "8d8d8d"
    }
  }

  /// The colour as a number.
  var colorNumber: Int { Int(color, radix: 16) ?? 0 }
}

extension Message {
  /// The message of these deliveries; the first `detailing` of their events in all detail.
  ///
  /// - Parameters:
  ///   - display: writes a domain name as people read it.
  ///   - link: where a browser shows an event.
  init(
    _ items: [QueuedDelivery], detailing: Int, display: @escaping NameDisplay, link: (Event) -> String? = { _ in nil }
  ) {
    let events = items.map(\.event)
    let writer = MessageWriter(events, detailing: detailing, display: display)
    word = writer.word
    subject = writer.subject
    summary = writer.summary
    sections = writer.sections
    command = writer.command
    verdict = events.map(\.verdict).reduce(Verdict.ok) { $0.worse($1) }
    isRecovery = writer.isRecovery
    isReminder = writer.isReminder
    isTest = events.first?.type == .test
    at = events.map(\.at).max() ?? Timestamp(seconds: 0)
    threads = ThreadNaming.threads(of: items)
    self.link = events.first.flatMap(link)
    self.events = events
  }
}

/// In which conversation a delivery is told: in that of its incident, or with the others that are new in a new one.
enum ThreadNaming {
  /// The conversation of each delivery of one message.
  static func names(of items: [QueuedDelivery]) -> [String] {
    let new = items.filter { $0.standing?.thread == nil }.map(\.event)
    let name = new.lazy.compactMap(\.incident).first ?? new.first?.id ?? ""
    return items.map { $0.standing?.thread ?? name }
  }

  static func threads(of items: [QueuedDelivery]) -> [Message.Thread] {
    let names = names(of: items)
    return names.withoutRepeats.map { name in
      let members = zip(names, items).filter { $0.0 == name }.map(\.1)
      let known = members.compactMap(\.standing).filter { $0.thread != nil }
      let open = known.map(\.openInThread).max() ?? members.count { $0.standing?.isOpen ?? false }
      return Message.Thread(
        id: name, isKnown: !known.isEmpty, open: open,
        isAcknowledged: !known.isEmpty && members.allSatisfy { $0.standing?.acknowledgedBy != nil })
    }
  }
}
