// The sum of sightings, pair by pair: which selectors sign the mail that comes here.

package import Model

/// Counts sightings per pair. Its memory is bounded by the number of pairs, whatever the length of the sources.
package struct Census: Sendable {
  /// The most pairs that are held; a flood of invented ones ends here, and `isFull` says so.
  package static let mostPairs = 500_000

  private var table = PairTable()
  private var counted: [CensusEntry] = []
  private var early = EarlySightings()
  private let limit: Int
  private let since: Timestamp?
  /// Sightings of pairs that found no place.
  package private(set) var leftOut = 0
  /// Sightings before `since`.
  package private(set) var tooOld = 0

  package init(since: Timestamp? = nil, limit: Int = mostPairs) {
    self.since = since
    self.limit = limit
  }

  package var isFull: Bool { leftOut > 0 }

  /// The entries in the order of their names; those without a selector first among their domain.
  package var entries: [CensusEntry] {
    // Each name is compared many times: what it is ordered by is made once.
    let keys = counted.map { NameOrder.key($0.domain, $0.selector) }
    return counted.indices.sorted { NameOrder.precedes(keys[$0], keys[$1]) }.map { counted[$0] }
  }

  /// Counts a sighting of a source; gives what is wrong with its names, where they are none.
  @inline(__always) package mutating func add(_ sighting: RawSighting, source: Int) -> NameFault? {
    var sighting = sighting
    if let last = sighting.domain.buffer.last, last == UInt8(ascii: ".") {
      sighting.domain = sighting.domain.slice(0, sighting.domain.count - 1)
    }
    if let since, let time = sighting.until ?? sighting.time, time < since {
      tooOld += 1
      return nil
    }
    let hash = PairTable.hash(sighting.domain, sighting.selector)
    if sighting.isPreliminary {
      if early.hold(sighting, hash: hash, source: source) { return countEarly() }
      return SightedName.fault(sighting)
    }
    let wasWithoutKey = sighting.queueID.isEmpty ? false : early.settle(sighting, hash: hash)
    return count(sighting, hash: hash, source: source, isWithoutKey: wasWithoutKey)
  }

  /// Counts a sighting that is a value.
  package mutating func add(_ sighting: MailSighting, source: Int) {
    Array(sighting.domain.description.utf8).withBytes { domain in
      Array((sighting.selector?.description ?? "").utf8).withBytes { selector in
        Array((sighting.reason ?? "").utf8).withBytes { reason in
          Array((sighting.queueID ?? "").utf8).withBytes { queueID in
            _ = add(
              RawSighting(
                domain: domain, selector: selector, result: sighting.result, reason: reason, time: sighting.time,
                until: sighting.until, kind: sighting.kind, queueID: queueID, messages: sighting.messages,
                isPreliminary: sighting.isPreliminary), source: source)
          }
        }
      }
    }
  }

  /// Counts what was told only in part, at the end of a source.
  package mutating func finishSource() {
    while !early.isEmpty { _ = countEarly() }
  }

  /// Counts the oldest of those that waited for a fuller line.
  private mutating func countEarly() -> NameFault? {
    guard let (sighting, source) = early.takeOldest() else { return nil }
    var whole = sighting
    whole.isPreliminary = false
    whole.queueID = nil
    add(whole, source: source)
    return nil
  }

  private mutating func count(
    _ sighting: RawSighting, hash: UInt64, source: Int, isWithoutKey: Bool
  ) -> NameFault? {
    let place: Int
    if let found = table.find(sighting.domain, sighting.selector, hash: hash) {
      place = found
    } else {
      let entry: CensusEntry
      do throws(NameFault) {
        let domain = try SightedName.domain(sighting.domain)
        let selector = sighting.selector.isEmpty ? nil : try SightedName.selector(sighting.selector)
        if let selector, KeyName(selector, of: domain) == nil {
          throw NameFault(description: "selector and domain together are too long for a name")
        }
        entry = CensusEntry(domain: domain, selector: selector)
      } catch {
        return error
      }
      if counted.count >= limit {
        leftOut += 1
        return nil
      }
      place = counted.count
      table.add(sighting.domain, sighting.selector, hash: hash)
      counted.append(entry)
    }
    counted[place].take(sighting, source: source, isWithoutKey: isWithoutKey)
    return nil
  }
}

extension CensusEntry {
  @inline(__always) mutating func take(_ sighting: RawSighting, source: Int, isWithoutKey: Bool) {
    results.add(sighting.messages, sighting.result)
    if sighting.result == .temperror || sighting.result == .permerror || sighting.result == .neutral,
      isWithoutKey || KeyAbsence.isNamed(in: sighting.reason)
    {
      withoutKey += sighting.messages
    }
    if let time = sighting.time {
      if firstSeen == nil || firstSeen.map({ time < $0 }) == true { firstSeen = time }
      let end = sighting.until ?? time
      if lastSeen == nil || lastSeen.map({ $0 < end }) == true { lastSeen = end }
    }
    count(sighting.messages, of: sighting.kind, place: source)
  }
}

/// Words by which verifiers say that DNS gave no key.
package enum KeyAbsence {
  private static let words: [StaticString] = [
    "public key record (currently?) unavailable", "pubkey unavailable", "not found", "no key", "not available",
    "NXDOMAIN", "no records with this name",
  ]

  /// Whether a reason says so.
  package static func isNamed(in reason: Bytes) -> Bool { words.contains { reason.contains($0) } }
}
