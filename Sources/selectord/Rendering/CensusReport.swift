// What `discover` has to say: the rows, what was read, and what could not be.

import Census
import Intake
import Model
import Phrasing

/// One pair of the census.
struct CensusRow: Sendable {
  var key: KeyName
  var entry: CensusEntry
  var isWatched: Bool
  /// What DNS says now, with `--check`.
  var judgement: Judgement?
  var now: Timestamp
  /// The names of sources.
  var places: [String]

  var use: KeyUse {
    let isPublished: Bool? =
      switch judgement?.state {
      case .missing, .revoked: false
      case nil, .pending, .unreachable: nil
      default: true
      }
    return entry.use(at: now, isPublished: isPublished)
  }
}

/// A census as it is shown.
struct CensusReport {
  let rows: [CensusRow]
  /// The keys of the census, shown or not.
  private let keyCount: Int
  private let census: Census
  private let tally: IntakeTally
  /// Domains whose selector no source tells, with the messages that lack it.
  private let withoutSelector: [CensusEntry]

  init(
    _ census: Census, _ tally: IntakeTally, watched: Set<KeyName>, domains: [DomainPattern], unwatchedOnly: Bool,
    now: Timestamp
  ) {
    self.census = census
    self.tally = tally
    let all = census.entries
    keyCount = all.count { $0.selector != nil }
    let entries = all.filter { entry in
      domains.isEmpty || domains.contains { $0.matches(entry.domain) }
    }
    let places = tally.places.map(\.name)
    rows = entries.compactMap { entry in
      guard let key = entry.key else { return nil }
      let isWatched = watched.contains(key)
      if unwatchedOnly, isWatched { return nil }
      return CensusRow(key: key, entry: entry, isWatched: isWatched, judgement: nil, now: now, places: places)
    }
    withoutSelector = entries.filter { $0.selector == nil }
  }

  /// What was read, one line each: every source where `showsPlaces`, then the sum, then what could not be read.
  func account(showsPlaces: Bool) -> String {
    var lines: [String] = []
    if showsPlaces {
      for place in tally.places where place.content != .nothing {
        lines.append("read \(place.name): \(contents(place))")
      }
    }
    for failure in tally.failures.prefix(IntakeTally.shownFaults) {
      lines.append("cannot read \(failure.place): \(failure.reason)")
    }
    if tally.failureCount > IntakeTally.shownFaults {
      lines.append("cannot read \(Phrase.count(tally.failureCount - IntakeTally.shownFaults, "more source"))")
    }
    for fault in tally.faults {
      lines.append("\(fault.place)\(fault.line > 0 ? ":\(fault.line)" : ""): \(fault.reason)")
    }
    if tally.faultCount > tally.faults.count {
      lines.append("\(Phrase.count(tally.faultCount - tally.faults.count, "more place")) could not be read")
    }
    if tally.places.isEmpty {
      lines.append("found no source; name a file or a folder")
    } else {
      let shown = rows.count < keyCount ? " (\(rows.count) shown)" : ""
      lines.append(
        "read \(Phrase.list(parts)); \(Phrase.count(tally.sightings, "signature")) of "
          + "\(Phrase.count(keyCount, "key"))\(shown), \(tally.faultCount) unreadable")
    }
    return lines.joined(separator: "\n")
  }

  private var parts: [String] {
    var parts: [String] = []
    if tally.lines > 0 { parts.append(Phrase.count(tally.lines, "line")) }
    if tally.messages > 0 { parts.append(Phrase.count(tally.messages, "message")) }
    if tally.reports > 0 { parts.append(Phrase.count(tally.reports, "report")) }
    return parts.isEmpty ? ["nothing"] : parts
  }

  private func contents(_ place: IntakeTally.Place) -> String {
    var parts: [String] = []
    if place.lines > 0 { parts.append(Phrase.count(place.lines, "line")) }
    if place.messages > 0 { parts.append(Phrase.count(place.messages, "message")) }
    if place.reports > 0 { parts.append(Phrase.count(place.reports, "report")) }
    parts.append(Phrase.count(place.sightings, "signature"))
    return Phrase.list(parts)
  }

  /// What to know beside the rows, one line each.
  var remarks: String {
    var lines: [String] = []
    if !withoutSelector.isEmpty {
      let messages = withoutSelector.reduce(0) { $0 + $1.messages }
      let ofExim = withoutSelector.contains { $0.sources.contains { $0.kind == .exim } }
      lines.append(
        "\(Phrase.count(messages, "signature")) of \(Phrase.count(withoutSelector.count, "domain")) without a selector: "
          + Phrase.names(withoutSelector.prefix(6).map(\.domain)) + (withoutSelector.count > 6 ? " and others" : "")
          + (ofExim ? "; to have Exim log it, set log_selector = +dkim_verbose" : ""))
    }
    for (server, count) in tally.untrusted.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(5) {
      let name = server.isEmpty ? "a server without a name" : server
      lines.append(
        "ignored \(Phrase.count(count, "result")) of \(name), which is not trusted"
          + (server.isEmpty ? "" : "; if it is yours, add --authserv \(server)"))
    }
    if tally.dropped > 0 {
      let count = tally.droppedLines > 0 ? Phrase.count(tally.droppedLines, "line") : "some lines"
      lines.append("the logger left out \(count) because of its rate limit; the counts are too low")
    }
    if census.isFull {
      lines.append(
        "more than \(Phrase.count(Census.mostPairs, "key")); \(Phrase.count(census.leftOut, "signature")) of other keys "
          + "\(Phrase.agreeing(census.leftOut, "is", "are")) not counted; narrow the sources")
    }
    return lines.joined(separator: "\n")
  }
}
