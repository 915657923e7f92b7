// How one view fared in one sweep: what tells a dead resolver from dead zones.

internal import Judging
public import Model

/// What one sweep saw of one view.
public struct ViewTally: Hashable, Sendable {
  /// How many watches were asked.
  public var asked: Int
  /// How many of them got no usable answer; a DNSSEC failure is an answer here.
  public var failed: Int
  /// How many of the failed got SERVFAIL, which may be the zone's fault.
  public var servfail: Int
  /// How many of the failed ended in silence at the root or at a top-level domain; authoritative view only.
  public var failedAtTop: Int
  /// The zones of the failed watches.
  public var zones: Set<DomainName>
  /// How many zones are watched in this view altogether; nil where that is not known.
  public var zonesWatched: Int?

  public init(
    asked: Int = 0, failed: Int = 0, servfail: Int = 0, failedAtTop: Int = 0, zones: Set<DomainName> = [],
    zonesWatched: Int? = nil
  ) {
    self.asked = asked
    self.failed = failed
    self.servfail = servfail
    self.failedAtTop = failedAtTop
    self.zones = zones
    self.zonesWatched = zonesWatched
  }

  /// Counts what the view said of one watch.
  public mutating func count(_ answer: ViewAnswer, of key: KeyName) {
    asked += 1
    let failures = answer.servers.compactMap(\.answer.outcome.failure)
    let isSilent = failures.count == answer.servers.count && !failures.contains(.bogus)
    guard isSilent, !answer.servers.isEmpty || answer.walkFailure != nil else { return }
    failed += 1
    zones.insert(answer.delegation?.zone ?? key.domain)
    if failures.contains(.servfail) { servfail += 1 }
    if let walk = answer.walkFailure, walk.zone.labels.count <= 1, [.timeout, .unreachable].contains(walk.failure) {
      failedAtTop += 1
    }
  }
}
