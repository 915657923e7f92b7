// What a person wants to know of events, in the order of reading: what, since when, what fixes it; details last.

internal import Model
internal import Phrasing

/// Writes the text of the events of one message.
struct MessageWriter {
  /// Those that are about keys, views and rotations; a change of name servers that came with them is told by theirs.
  private let events: [Event]
  private let first: Event
  private let detailing: Int
  private let display: NameDisplay

  init(_ events: [Event], detailing: Int, display: @escaping NameDisplay) {
    let main = events.filter { $0.type != .delegationChanged }
    self.events = main.isEmpty ? events : main
    first = self.events.first ?? Event(id: "", type: .test, at: Timestamp(seconds: 0), verdict: .unknown, summary: "")
    self.detailing = max(1, detailing)
    self.display = display
  }

  var isReminder: Bool { first.reminder ?? false }
  private var isOurs: Bool { first.ours ?? true }
  var isRecovery: Bool { first.type.isRecovery }
  private var detailed: ArraySlice<Event> { events.prefix(detailing) }

  var word: String {
    let word =
      switch first.type {
      case .selectorRecovered, .recordRecovered, .viewRecovered: "RECOVERED"
      case .test: "TEST"
      default: first.verdict.rawValue.uppercased()
      }
    return isReminder ? word + " (still)" : word
  }

  var subject: String {
    if events.count > 1, let place = first.delegation?.zone ?? first.domain { return display(place) }
    let type = first.recordType.map { " \($0)" } ?? ""
    return (first.name ?? first.zone ?? (first.audit == nil ? nil : first.domain)).map { display($0) + type } ?? first
      .view.map { "view \($0)" } ?? ""
  }

  var summary: String {
    guard events.count > 1 else { return shown(first.summary, of: first) }
    let keys = Phrase.count(events.count, "key")
    return switch first.type {
    case .selectorMissing: "\(keys) are missing."
    case .selectorChanged: "\(keys) were changed."
    case .selectorRevoked: "\(keys) are revoked."
    case .selectorInvalid: "\(keys) cannot be used by any receiver."
    case .selectorMismatched: "\(keys) are not the expected ones."
    case .selectorDivergent: "The servers disagree about \(keys)."
    case .selectorUnreachable: "\(keys) cannot be retrieved."
    case .selectorDegraded: "\(keys) are published, but have problems."
    case .selectorRecovered: "\(keys) are right again."
    case .signatureFailing: "Mail fails here because of \(keys)."
    case .selectorDiscovered: "Mail is signed with \(keys) that nobody watches."
    case .selectorSilent: "No mail is signed with \(keys) any more."
    default: shown(first.summary, of: first)
    }
  }

  /// What prints all of it at a shell.
  var command: String {
    guard let domain = first.domain else { return "selectord incident list" }
    if first.audit != nil { return "selectord audit \(domain)" }
    guard events.count == 1, let selector = first.selector else { return "selectord status \(domain)" }
    return "selectord diagnose \(domain) \(selector)"
  }

  var sections: [Message.Section] {
    // What is wrong, since when, what fixes it.
    let urgent = [keys, state, since, mail] + values + news + (isOurs ? remedy : [textToForward])
    let explanation = [cause, timeline, delegation, caches, note, labels]
    let details = [lastGood] + keyDetails + [published, findings, evidence]
    return (urgent + explanation + details).compactMap(\.self)
  }

  // MARK: - What, since when, what fixes it

  private var keys: Message.Section? {
    guard events.count > 1 else { return nil }
    let names = events.compactMap(\.name).map(display)
    let shown = names.prefix(60) + (names.count > 60 ? ["and \(names.count - 60) more"] : [])
    return Message.Section("Keys", Array(shown))
  }

  private var state: Message.Section? {
    guard let after = first.after else { return nil }
    // What the state does not say by itself.
    let detail = after.failure?.rawValue ?? after.outcome
    let now = after.state.rawValue + ([after.state.rawValue, "records"].contains(detail) ? "" : " (\(detail))")
    guard let before = first.before, before.state != after.state else {
      return Message.Section("State", [now], .fact)
    }
    return Message.Section("State", ["\(before.state.rawValue) → \(now)"], .fact)
  }

  /// What a record set held and holds; of a key the text says little to a person.
  private var values: [Message.Section?] {
    guard first.recordType != nil else { return [] }
    let former = first.lastGood?.records ?? first.before?.records ?? []
    let now = first.after?.records ?? []
    guard Set(former) != Set(now) else { return [Message.Section("Records", now, .code)] }
    return [
      former.isEmpty ? nil : Message.Section("Records before", former, .code),
      now.isEmpty ? nil : Message.Section("Records now", now, .code),
    ]
  }

  /// What an audit found, and what is fixed.
  private var news: [Message.Section?] {
    guard let audit = first.audit else { return [] }
    func section(_ title: String, _ findings: [Finding]) -> Message.Section? {
      if findings.isEmpty { return nil }
      let rest = findings.count - detailing
      return Message.Section(
        title,
        findings.prefix(detailing).map { "\($0.severity.rawValue): \($0.text) (\($0.rule))" }
          + (rest > 0 ? ["and \(rest) more"] : []))
    }
    func points(_ score: Double, _ grade: String?) -> String {
      "\(score)" + (grade.map { ", grade \($0)" } ?? ", no grade")
    }
    let score = "\(points(audit.score, audit.grade)) (before: \(points(audit.scoreBefore, audit.gradeBefore)))"
    return [
      section("New", audit.new), section("Fixed", audit.fixed), Message.Section("Score", [score], .fact),
    ]
  }

  private var since: Message.Section? {
    guard let since = events.compactMap(\.since).min() else { return nil }
    let lasted = isReminder ? ", for \(Phrase.duration(first.at - since))" : ""
    return Message.Section("Since", [Phrase.dateAndTime(since) + lasted], .fact)
  }

  /// What hangs on the key.
  private var mail: Message.Section? {
    guard !first.type.isRecovery else { return nil }
    let use = events.compactMap(\.use)
    guard let last = use.map(\.lastSeen).max() else { return nil }
    let (messages, failing) = use.reduce((0, 0)) { ($0.0 + $1.messages7d, $0.1 + $1.failing7d) }
    var lines = [
      "\(Phrase.count(messages, "message")) in 7 days, \(failing) of them failed; the last \(time(last))."
    ]
    let policies = use.compactMap(\.dmarcPolicy).withoutRepeats
    if messages > 0, let policy = ["reject", "quarantine"].first(where: policies.contains) {
      let day = Phrase.count((messages + 6) / 7, "message")
      lines.append(
        policy == "reject"
          ? "The DMARC policy is p=reject: receivers refuse up to \(day) a day."
          : "The DMARC policy is p=quarantine: receivers file up to \(day) a day as spam.")
    }
    return Message.Section("Mail", lines)
  }

  private var remedy: [Message.Section?] {
    let records = detailed.compactMap { $0.diagnosis?.record }
    let more = events.dropFirst(detailing).count { $0.diagnosis?.record != nil }
    let instructions = detailed.compactMap { $0.diagnosis?.instructions }.withoutRepeats
    let rest = more == 0 ? [] : ["; and \(more) more; selectord diagnose prints each of them"]
    return [
      perEvent("Remedy", remedy(of:)),
      records.isEmpty
        ? nil : Message.Section(records.count == 1 ? "Record to add" : "Records to add", records + rest, .code),
      instructions.isEmpty ? nil : Message.Section("At the DNS host", instructions, .code),
    ]
  }

  /// What the diagnosis says; without one, what the worst findings say.
  private func remedy(of event: Event) -> String? {
    if let diagnosis = event.diagnosis { return diagnosis.remedy }
    let remedies = (event.findings ?? event.audit?.new ?? []).filter { $0.severity > .info && !$0.remedy.isEmpty }
      .sorted { $0.severity > $1.severity }.map(\.remedy).withoutRepeats.prefix(3)
    return remedies.isEmpty || event.type.isRecovery ? nil : remedies.joined(separator: " ")
  }

  /// The zone is somebody else's: what to send to whoever runs it.
  private var textToForward: Message.Section? {
    guard !first.type.isRecovery, let place = first.delegation?.zone ?? first.domain else { return nil }
    let name = display(place)
    let records = detailed.compactMap { $0.diagnosis?.record }
    let seen = events.compactMap(\.since).min().map { " (seen since \(Phrase.dateAndTime($0)))" } ?? ""
    var lines = ["To the administrators of the DNS zone \(name):", ""]
    lines += detailed.map { shown($0.summary, of: $0).asClause + seen + "." }
    if events.count > detailing {
      lines.append("The same is true of \(Phrase.count(events.count - detailing, "more key")).")
    }
    lines.append("")
    if records.isEmpty {
      lines += detailed.compactMap(remedy(of:)).withoutRepeats.map { "Please fix this: \($0)" }
    } else {
      lines.append("Please add \(records.count == 1 ? "this record" : "these records") to the zone \(name):")
      lines += records
    }
    return Message.Section("Text to forward", lines, .code)
  }

  // MARK: - Why, and until when

  private var cause: Message.Section? {
    perEvent("Cause") { event in
      event.diagnosis.map { ([$0.cause] + [$0.reasoning].compactMap(\.self)).joined(separator: " ") }
    }
  }

  /// When receivers fail, and when they see the repair.
  private var timeline: Message.Section? {
    guard var timeline = first.diagnosis?.timeline, !first.type.isRecovery else { return nil }
    // A repair is never older than the message that asks for it.
    if isReminder { timeline.repairedEverywhereBy = timeline.seconds.map { first.at + .seconds(Int64($0)) } }
    let lines = timeline.sentences(at: first.at, time: time)
    return lines.isEmpty ? nil : Message.Section("When", lines)
  }

  private var delegation: Message.Section? {
    first.delegation.map { change in
      func list(_ names: [DomainName]) -> String {
        names.isEmpty ? "none" : Phrase.list(names.map(display), limit: 13)
      }
      return Message.Section(
        "Name servers of \(display(change.zone))",
        ["before: \(list(change.before))", "now: \(list(change.after))", "first seen \(time(change.at))"])
    }
  }

  private var caches: Message.Section? {
    let caches = detailed.flatMap { $0.caches ?? [] }.filter { !isReminder || $0.until > first.at }
    guard !caches.isEmpty else { return nil }
    let lines = caches.map { $0.sentence(time: time) }
    return Message.Section("Caches", Array(lines.withoutRepeats.prefix(detailing)))
  }

  private var note: Message.Section? {
    let notes = detailed.compactMap(\.note).withoutRepeats
    return notes.isEmpty ? nil : Message.Section("Note", notes)
  }

  private var labels: Message.Section? {
    let labels = detailed.flatMap { ($0.labels ?? [:]).map { "\($0.key)=\($0.value)" } }.withoutRepeats.sorted()
    return labels.isEmpty ? nil : Message.Section("Labels", [labels.joined(separator: ", ")])
  }

  // MARK: - Details

  private var lastGood: Message.Section? {
    guard let lastGood = first.lastGood, !first.type.isRecovery else { return nil }
    return Message.Section("Last good", [Phrase.dateAndTime(lastGood.at)], .fact)
  }

  /// The key, where it changed or came back.
  private var keyDetails: [Message.Section?] {
    guard events.count == 1, let after = first.after?.key else { return [] }
    guard let before = first.before?.key, before != after else {
      return [Message.Section("Key", [text(after)], .fact)]
    }
    return [Message.Section("Key", ["before: \(text(before))", "now: \(text(after))"])]
  }

  private func text(_ key: KeySummary) -> String {
    if key.revoked { return "revoked" }
    return "\(key.type == .rsa ? "RSA" : "Ed25519") \(key.bits) bits \(key.fingerprint)"
      + (key.testing ? " (testing)" : "")
  }

  /// The text that is there and is of no use.
  private var published: Message.Section? {
    guard let after = first.after, first.recordType == nil, !after.records.isEmpty,
      after.state == .invalid || after.state == .divergent
    else {
      return nil
    }
    return Message.Section("Published now", Array(after.records.prefix(3)), .code)
  }

  private var findings: Message.Section? {
    // Cause and evidence already tell the finding that they explain.
    let findings = detailed.flatMap { event in
      (event.findings ?? []).filter { $0.severity > .info && $0.text != event.diagnosis?.cause }
    }
    guard !findings.isEmpty else { return nil }
    let lines = findings.map { "\($0.severity.rawValue): \($0.text) (\($0.rule))" }.withoutRepeats
    return Message.Section("Findings", Array(lines.prefix(detailing)))
  }

  private var evidence: Message.Section? {
    if let audit = first.audit {
      let lines = audit.new.prefix(detailing).flatMap { finding in
        finding.evidence.split(separator: "\n").prefix(6).map(String.init)
      }
      return lines.isEmpty ? nil : Message.Section("Seen", lines.withoutRepeats, .code)
    }
    guard let evidence = first.diagnosis?.evidence, !evidence.isEmpty else { return nil }
    let title = events.count > 1 ? first.selector.map { "Seen at \(display($0))" } : nil
    return Message.Section(title ?? "Seen", evidence, .code)
  }

  // MARK: - Words

  /// One text where all events say the same, else one line an event.
  private func perEvent(_ title: String, _ text: (Event) -> String?) -> Message.Section? {
    let texts = detailed.compactMap { event in text(event).map { (event, shown($0, of: event)) } }
    let different = texts.map(\.1).withoutRepeats
    if different.count <= 1 { return different.isEmpty ? nil : Message.Section(title, different) }
    return Message.Section(
      title, texts.map { event, text in (event.selector.map { "\(display($0)): " } ?? "") + text })
  }

  /// A sentence with the names of its event as people read them.
  private func shown(_ sentence: String, of event: Event) -> String {
    let servers = (event.delegation?.before ?? []) + (event.delegation?.after ?? [])
    let names = [event.name, event.domain, event.zone, event.delegation?.zone].compactMap(\.self) + servers
    // The longest first: the domain is part of the key name.
    return names.map { ($0.description, display($0)) }.filter { $0 != $1 }
      .sorted { $0.0.utf8.count > $1.0.utf8.count }
      .reduce(sentence) { $0.replacing($1.0, with: $1.1) }
  }

  private func time(_ time: Timestamp) -> String { Phrase.time(time, now: first.at) }
}
