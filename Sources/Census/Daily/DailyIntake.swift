// What the daemon takes from one read of a source: counts per pair and day, and whose mail fails or verifies.

package import Model

/// Sums what a reader hands on.
package struct DailyIntake: Sendable {
  /// Of one pair, one day and one result.
  private struct Slot: Hashable {
    var domain: DomainName
    var selector: DomainName?
    var day: Int64
    var result: SightingResult
  }

  /// When there is no time in the source.
  private let now: Timestamp
  private var slots: [Slot: MailTally] = [:]
  private var failures: [KeyName: MailFailure] = [:]
  package private(set) var passed: [KeyName: Timestamp] = [:]
  /// The first places that could not be read, and how many there were.
  package private(set) var unreadable: [UnreadableLine] = []
  package private(set) var unreadableCount = 0

  private static let shownPlaces = 3

  package init(now: Timestamp) { self.now = now }

  package var isEmpty: Bool { slots.isEmpty && unreadableCount == 0 }

  /// The counts, in a fixed order.
  package var tallies: [MailTally] {
    slots.values.sorted {
      ($0.domain.description, $0.selector?.description ?? "", $0.day, $0.result)
        < ($1.domain.description, $1.selector?.description ?? "", $1.day, $1.result)
    }
  }

  /// Pairs whose mail failed for want of a key, the last failure each.
  package var failing: [MailFailure] { failures.values.sorted { $0.at < $1.at } }

  package mutating func take(_ event: CensusEvent) {
    switch event {
    case .sighting(let raw):
      do throws(NameFault) {
        take(try raw.sighting())
      } catch {
        take(UnreadableLine(line: 0, reason: error.description))
      }
    case .unreadable(let line): take(line)
    case .flow, .dropped, .untrusted: break
    }
  }

  package mutating func take(_ line: UnreadableLine) {
    unreadableCount += 1
    if unreadable.count < Self.shownPlaces { unreadable.append(line) }
  }

  package mutating func take(_ sighting: MailSighting) {
    // A later line tells it whole; of Exim none does, in the same log.
    guard !sighting.isPreliminary || sighting.kind == .exim && sighting.result != .signed else { return }
    let first = min(sighting.time ?? now, now)
    let last = max(first, min(sighting.until ?? first, now))
    let slot = Slot(
      domain: sighting.domain, selector: sighting.selector, day: last.seconds / 86_400, result: sighting.result)
    if var tally = slots[slot] {
      tally.messages += sighting.messages
      tally.first = min(tally.first, first)
      tally.last = max(tally.last, last)
      slots[slot] = tally
    } else {
      slots[slot] = MailTally(
        domain: sighting.domain, selector: sighting.selector, day: slot.day, result: sighting.result.rawValue,
        messages: sighting.messages, first: first, last: last)
    }
    note(sighting, last)
  }

  /// Takes the sum of a report or a message: its days are those on which mail was last seen.
  package mutating func take(_ entry: CensusEntry, kind: SourceKind) {
    for result in SightingResult.allCases where entry.results[result] > 0 {
      let isWithoutKey = entry.withoutKey > 0 && (result == .temperror || result == .permerror)
      var sighting = MailSighting(
        domain: entry.domain, selector: entry.selector, result: result, time: entry.firstSeen, until: entry.lastSeen,
        kind: kind, messages: entry.results[result])
      if isWithoutKey { sighting.reason = "no key" }
      take(sighting)
    }
  }

  private mutating func note(_ sighting: MailSighting, _ last: Timestamp) {
    guard let key = sighting.key else { return }
    if sighting.result == .pass { passed[key] = max(passed[key] ?? last, last) }
    if sighting.wantsKey {
      failures[key] = MailFailure(key: key, at: last, reason: sighting.reason, queueID: sighting.queueID)
    }
  }
}

extension MailSighting {
  /// Whether a receiver could not get a usable key, as against a key that does not fit the message.
  package var wantsKey: Bool {
    switch result {
    case .temperror, .permerror: true
    case .neutral: reason?.contains("key") ?? false
    case .pass, .fail, .policy, .none, .signed: false
    }
  }
}
