// What a person wants to know of an event, in the order of reading: shared by all formats for people.

internal import Model

/// The text of an event, cut into a headline and sections; the formats only dress it.
struct EventText {
  struct Section: Hashable {
    enum Style: Hashable {
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
  }

  /// `CRITICAL`, `WARNING`, `OK`, `UNKNOWN`, `RECOVERED` or `TEST`.
  var word: String
  /// The key name, zone or view.
  var subject: String
  var summary: String
  var sections: [Section]

  /// Word, subject and summary in one line.
  var headline: String {
    subject.isEmpty || summary.contains(subject) ? "\(word): \(summary)" : "\(word) \(subject): \(summary)"
  }

  init(_ event: Event) {
    word =
      switch event.type {
      case .selectorRecovered, .viewRecovered: "RECOVERED"
      case .test: "TEST"
      default: event.verdict.rawValue.uppercased()
      }
    if event.reminder == true { word += " (still)" }
    subject =
      (event.name ?? event.zone)?.description ?? event.view.map { "view \($0)" } ?? ""
    summary = event.summary
    sections = [
      Self.state(event), Self.since(event), Self.lastGood(event), Self.key(event), Self.delegation(event),
      Self.caches(event), Self.published(event),
      event.diagnosis.map { Section("Cause", [$0.cause] + [$0.reasoning].compactMap(\.self)) },
      event.diagnosis.flatMap { $0.evidence.isEmpty ? nil : Section("Evidence", $0.evidence) },
      Self.findings(event), event.diagnosis.map { Section("Remedy", [$0.remedy]) },
      event.diagnosis?.record.map { Section("Record to add", [$0], .code) },
      event.diagnosis?.instructions.map { Section("At the DNS host", [$0], .code) }, Self.timeline(event),
      event.note.map { Section("Note", [$0]) }, Self.labels(event),
    ].compactMap { $0 }
  }

  private static func state(_ event: Event) -> Section? {
    guard let after = event.after else { return nil }
    let now = after.state.rawValue + (after.outcome == "records" ? "" : " (\(after.outcome))")
    guard let before = event.before, before.state != after.state else { return Section("State", [now], .fact) }
    return Section("State", ["\(before.state.rawValue) → \(now)"], .fact)
  }

  private static func since(_ event: Event) -> Section? {
    event.since.map { Section("Since", [$0.readable], .fact) }
  }

  private static func lastGood(_ event: Event) -> Section? {
    guard let lastGood = event.lastGood, !event.type.isRecovery else { return nil }
    return Section("Last good", [lastGood.at.readable], .fact)
  }

  /// The key, where it changed or came back.
  private static func key(_ event: Event) -> Section? {
    guard let after = event.after?.key else { return nil }
    guard let before = event.before?.key, before != after else { return Section("Key", [text(after)], .fact) }
    return Section("Key", ["from \(text(before))", "to \(text(after))"])
  }

  private static func text(_ key: KeySummary) -> String {
    if key.revoked { return "revoked" }
    return "\(key.type == .rsa ? "RSA" : "Ed25519") \(key.bits) bits \(key.fingerprint)"
      + (key.testing ? " (testing)" : "")
  }

  /// The text that is there and is of no use.
  private static func published(_ event: Event) -> Section? {
    guard let after = event.after, after.state == .invalid || after.state == .divergent, !after.records.isEmpty else {
      return nil
    }
    return Section("Published now", Array(after.records.prefix(3)), .code)
  }

  private static func delegation(_ event: Event) -> Section? {
    event.delegation.map { change in
      func list(_ names: [DomainName]) -> String {
        names.isEmpty ? "none" : names.map(\.description).joined(separator: ", ")
      }
      return Section(
        "Name servers",
        [
          "from \(list(change.before))", "to \(list(change.after))",
          "zone \(change.zone), first seen so \(change.at.readable)",
        ])
    }
  }

  private static func caches(_ event: Event) -> Section? {
    guard let caches = event.caches, !caches.isEmpty else { return nil }
    return Section(
      "Caches",
      caches.map { cache in
        let holding =
          switch cache.holding {
          case .key: "still serves the old key"
          case .oldText: "still serves the old text"
          case .absence: "still says that there is no key"
          }
        let place = cache.server == cache.view ? cache.view : "\(cache.view) (\(cache.server))"
        return "\(place) \(holding) until \(cache.until.readable(on: event.at))"
      })
  }

  /// When receivers fail, and when they see the repair.
  private static func timeline(_ event: Event) -> Section? {
    guard let timeline = event.diagnosis?.timeline else { return nil }
    let lines = [
      timeline.failingEverywhereFrom.map { "all receivers fail from \($0.readable(on: event.at)) at the latest" },
      timeline.repairedEverywhereBy.map { "all see the repair by \($0.readable(on: event.at)), were it made now" },
    ].compactMap(\.self)
    return lines.isEmpty ? nil : Section("When", lines)
  }

  private static func findings(_ event: Event) -> Section? {
    // Cause and evidence already tell the finding that they explain.
    let findings = (event.findings ?? []).filter { $0.severity > .info && $0.text != event.diagnosis?.cause }
    guard !findings.isEmpty else { return nil }
    return Section("Findings", findings.map { "\($0.severity.rawValue): \($0.text) (\($0.rule))" })
  }

  private static func labels(_ event: Event) -> Section? {
    guard let labels = event.labels, !labels.isEmpty else { return nil }
    return Section(
      "Labels", [labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")])
  }
}

extension Timestamp {
  /// `2026-11-23 20:00:07 UTC`
  var readable: String {
    let text = description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
  }

  /// Without the date where that is the day of `other`.
  func readable(on other: Timestamp) -> String {
    description.prefix(10) == other.description.prefix(10) ? String(readable.dropFirst(11)) : readable
  }
}
