// What walks have learnt: zone cuts, names without one, addresses of servers, and servers that did not answer.

import DNS
import Model

/// One step of a walk: the servers of `zone` are asked about the way to `child`.
struct WalkStep: Hashable, Sendable {
  var zone: DomainName
  var child: DomainName
  /// The type of the question where `child` is its whole name; nil above.
  var type: RecordType?
}

/// The knowledge that all walks of one view share. Everything ends with its TTL and is bounded in number.
struct DelegationCache: Sendable {
  /// How a server's SOA answered.
  struct SOA: Hashable, Sendable {
    var serial: UInt32
    /// min(TTL of the SOA, its MINIMUM), in seconds (RFC 2308, section 5).
    var negativeTTL: UInt32
  }

  struct Host: Hashable, Sendable {
    var name: DomainName
    var type: RecordType
  }

  struct ServerOfZone: Hashable, Sendable {
    var zone: DomainName
    var endpoint: Endpoint
  }

  /// A zone as its parent delegates it: what it said of itself at former servers says nothing about these.
  struct Delegated: Hashable, Sendable {
    var zone: DomainName
    var servers: [DomainName]
  }

  /// No delegation is believed for longer than this, whatever its TTL.
  static let longestLife: UInt32 = 86_400
  /// How long a server that did not answer is asked last.
  static let failingFor = Duration.seconds(60)
  /// How long a step that failed is not tried again.
  static let failureFor = Duration.seconds(5)
  /// How long a SOA counts as just asked.
  static let soaFor = Duration.seconds(10)

  private let root: ZoneServers
  private var zones = ExpiringTable<DomainName, ZoneServers>(limit: 50_000)
  /// Names without a zone cut of their own, and the zone that they belong to.
  private var uncut = ExpiringTable<DomainName, DomainName>(limit: 50_000)
  private var hosts = ExpiringTable<Host, [IPAddress]>(limit: 50_000)
  private var apexServers = ExpiringTable<Delegated, [DomainName]>(limit: 50_000)
  private var soas = ExpiringTable<ServerOfZone, SOA>(limit: 10_000)
  private var failing = ExpiringTable<Endpoint, Bool>(limit: 10_000)
  private var failures = ExpiringTable<WalkStep, WalkFailure>(limit: 10_000)
  private var silences = ExpiringTable<DomainName, WalkFailure>(limit: 10_000)
  private var underWay: Set<WalkStep> = []
  private var ended: [WalkStep] = []

  init(root: ZoneServers) { self.root = root }

  // MARK: zones

  /// The deepest zone known that holds `name`.
  func closest(to name: DomainName, at now: Timestamp) -> ZoneServers {
    var name: DomainName? = name
    while let candidate = name {
      if let zone = zones.value(candidate, at: now) { return zone }
      name = candidate.parent
    }
    return root
  }

  /// The zones that are known above this one, top-level domains and the root left out.
  func cuts(above apex: DomainName, at now: Timestamp) -> [DomainName] {
    var cuts: [DomainName] = []
    var name = apex.parent
    while let current = name, current.labels.count > 1 {
      if zones.value(current, at: now) != nil { cuts.append(current) }
      name = current.parent
    }
    return cuts
  }

  /// Keeps a delegation, and that there is no other cut between it and its parent zone.
  mutating func store(_ zone: ZoneServers, below parent: DomainName, at now: Timestamp) {
    guard !zone.apex.isRoot else { return }
    zones.store(zone, for: zone.apex, until: zone.expires, now: now)
    uncut.remove(zone.apex)
    if let above = zone.apex.parent { noteNoCut(above, in: parent, for: zone.ttl ?? 0, at: now) }
  }

  /// Adds addresses that were looked up for the servers of a zone. That one was not found is no knowledge: it may have
  /// been the end of a circle.
  mutating func add(_ addresses: [DomainName: [IPAddress]], to apex: DomainName, at now: Timestamp) {
    guard var zone = zones.value(apex, at: now) else { return }
    zone.addresses.merge(addresses.filter { !$0.value.isEmpty }) { known, _ in known }
    zones.store(zone, for: apex, until: zone.expires, now: now)
  }

  /// Keeps that `name` and everything above it up to the zone's apex is no zone cut.
  mutating func noteNoCut(_ name: DomainName, in zone: DomainName, for seconds: UInt32, at now: Timestamp) {
    let expires = now + .seconds(Int64(min(seconds, 3600)))
    var name: DomainName? = name
    while let current = name, current != zone, current.isWithin(zone) {
      uncut.store(zone, for: current, until: expires, now: now)
      name = current.parent
    }
  }

  /// Whether `name` is known to belong to `zone`, without a cut of its own.
  func isUncut(_ name: DomainName, in zone: DomainName, at now: Timestamp) -> Bool {
    name == zone || uncut.value(name, at: now) == zone
  }

  /// The next name on the way from `zone` to `name` that may be a cut. Walks that share it share the question.
  func nextStep(from zone: DomainName, to question: Question, at now: Timestamp) -> WalkStep {
    var way: [DomainName] = []
    var name: DomainName? = question.name
    while let current = name, current != zone {
      way.append(current)
      name = current.parent
    }
    let child = way.last { uncut.value($0, at: now) != zone } ?? question.name
    return WalkStep(zone: zone, child: child, type: child == question.name ? question.type : nil)
  }

  // MARK: servers

  func addresses(of host: Host, at now: Timestamp) -> [IPAddress]? { hosts.value(host, at: now) }

  mutating func store(_ addresses: [IPAddress], for host: Host, seconds: UInt32, at now: Timestamp) {
    hosts.store(addresses, for: host, until: now + .seconds(Int64(min(seconds, Self.longestLife))), now: now)
  }

  /// The NS records at the zone's own apex.
  func apexServers(of zone: Delegated, at now: Timestamp) -> [DomainName]? { apexServers.value(zone, at: now) }

  mutating func store(apexServers names: [DomainName], of zone: Delegated, seconds: UInt32, at now: Timestamp) {
    apexServers.store(names, for: zone, until: now + .seconds(Int64(min(seconds, 3600))), now: now)
  }

  func soa(_ server: ServerOfZone, at now: Timestamp) -> SOA? { soas.value(server, at: now) }

  mutating func store(_ soa: SOA, for server: ServerOfZone, at now: Timestamp) {
    soas.store(soa, for: server, until: now + Self.soaFor, now: now)
  }

  func isFailing(_ endpoint: Endpoint, at now: Timestamp) -> Bool { failing.value(endpoint, at: now) ?? false }

  mutating func note(_ endpoint: Endpoint, isWell: Bool, at now: Timestamp) {
    if isWell {
      failing.remove(endpoint)
    } else {
      failing.store(true, for: endpoint, until: now + Self.failingFor, now: now)
    }
  }

  // MARK: one walk at a time

  func isUnderWay(_ step: WalkStep) -> Bool { underWay.contains(step) }

  func failure(of step: WalkStep, at now: Timestamp) -> WalkFailure? { failures.value(step, at: now) }

  /// That no server of this zone answered anything a moment ago, whatever the question.
  func silence(of zone: DomainName, at now: Timestamp) -> WalkFailure? { silences.value(zone, at: now) }

  mutating func noteSilence(of zone: DomainName, _ failure: WalkFailure, at now: Timestamp) {
    silences.store(failure, for: zone, until: now + Self.failureFor, now: now)
  }

  mutating func begin(_ step: WalkStep) { underWay.insert(step) }

  mutating func end(_ step: WalkStep, failure: WalkFailure? = nil, at now: Timestamp) {
    if let failure { failures.store(failure, for: step, until: now + Self.failureFor, now: now) }
    underWay.remove(step)
    ended.append(step)
  }

  /// The steps that ended since the last call: whoever waits for them goes on.
  mutating func takeEnded() -> [WalkStep] {
    defer { ended = [] }
    return ended
  }
}
