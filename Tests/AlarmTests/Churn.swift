// What happens in the simulated days, by chance: faults of keys, servers, zones, resolvers, and of our own way out.

import Model
import TestSupport

/// The kinds of trouble.
enum Trouble: String, CaseIterable, Sendable {
  // A zone's own.
  case keyVanishes, zoneLosesKeys, keyRevoked, keyDamaged, keyReplaced, keySwappedAndBack, keyWeakened
  case secondaryLags, serverLame, serverRefuses, zoneFails, zoneSilent, zoneMoves, zoneMovesWithoutKeys
  /// Over before anything can be confirmed.
  case blip
  // A DNS host's.
  case serverDies
  // Ours.
  case uplinkDown, portBlocked, resolverDown, resolverFails, resolverRestarts

  static let ofZones: [Trouble] = [
    .keyVanishes, .zoneLosesKeys, .keyRevoked, .keyDamaged, .keyReplaced, .keySwappedAndBack, .keyWeakened,
    .secondaryLags, .serverLame, .serverRefuses, .zoneFails, .zoneSilent, .zoneMoves, .zoneMovesWithoutKeys, .blip,
  ]
  static let ofPath: [Trouble] = [.uplinkDown, .portBlocked, .resolverDown, .resolverFails, .resolverRestarts]
}

/// Makes the facts of one simulation.
struct Churn {
  let internet: Internet
  let kinds: Set<Trouble>
  /// When the churn ends; what time brings after that is watched for a while.
  let end: Moment
  private var random: SeededGenerator
  private(set) var facts: [Fact] = []

  init(_ internet: Internet, kinds: Set<Trouble>, end: Moment) {
    (self.internet, self.kinds, self.end) = (internet, kinds, end)
    random = SeededGenerator(seed: internet.chance.seed)
    for zone in internet.zones.indices { troubleZone(zone) }
    if kinds.contains(.serverDies) { for server in internet.servers.indices { troubleServer(server) } }
    troublePath()
  }

  private mutating func pick<Element>(_ list: [Element]) -> Element? { list.randomElement(using: &random) }
  private mutating func between(_ low: Moment, _ high: Moment) -> Moment {
    Moment.random(in: low...high, using: &random)
  }
  private mutating func happens(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

  /// How long a lasting fault lasts: mostly hours, sometimes days.
  private mutating func long() -> Moment {
    happens(15) ? between(26 * .hour, 50 * .hour) : between(3 * .hour, 14 * .hour)
  }

  /// Episodes of a zone, hours apart, each over before the next begins.
  private mutating func troubleZone(_ zone: Int) {
    var now = between(.hour, 2 * .day)
    while now < end - 4 * .hour {
      guard let kind = pick(Trouble.ofZones.filter(kinds.contains)) else { return }
      var until = min(now + (kind == .blip ? between(2 * .second, 10 * .second) : long()), end)
      switch kind {
      case .keyVanishes: content(.absent, of: zone, now, until, all: false)
      case .zoneLosesKeys: content(.absent, of: zone, now, until, all: true)
      case .keyRevoked: content(.revoked, of: zone, now, until, all: false)
      case .keyDamaged: content(.damaged(0), of: zone, now, until, all: false)
      case .keyReplaced: until = replace(zone, now)
      case .keySwappedAndBack:
        content(.key(Int(between(0, Int64(KeyStock.shared.keys.count - 1)))), of: zone, now, until, all: false)
      case .keyWeakened:
        content(.weak(Int(between(0, Int64(KeyStock.shared.weakKeys.count - 1)))), of: zone, now, until, all: false)
      case .secondaryLags:
        // The servers come round long after the change, or before anybody notices.
        let lag = happens(30) ? between(2 * .second, 10 * .second) : long()
        _ = replace(zone, now)
        if let server = pick(internet.hosts[host(zone, now)]) {
          facts.append(Fact(from: now, until: min(now + lag, end), what: .serverLags(server: server, zone: zone)))
        }
        until = min(now + lag, end)
      case .serverLame, .serverRefuses:
        let failure: Outcome.Failure = kind == .serverLame ? .lame : .refused
        if let server = pick(internet.hosts[host(zone, now)]) {
          facts.append(Fact(from: now, until: until, what: .serverFailsZone(server: server, zone: zone, failure)))
        }
      case .zoneFails: failAll(zone, .servfail, now, until)
      case .zoneSilent: failAll(zone, .timeout, now, until)
      case .zoneMoves: move(zone, now)
      case .zoneMovesWithoutKeys:
        move(zone, now)
        content(.absent, of: zone, now, until, all: true)
      case .blip: blip(zone, now, until)
      default: break
      }
      now = until + between(6 * .hour, 30 * .hour)
    }
  }

  private func host(_ zone: Int, _ moment: Moment) -> Int { Facts(internet, facts).host(of: zone, at: moment) }

  private mutating func content(_ content: Content, of zone: Int, _ from: Moment, _ until: Moment, all: Bool) {
    let watches = internet.zones[zone].watches
    for watch in all ? watches : [pick(watches)].compactMap(\.self) {
      facts.append(Fact(from: from, until: until, what: .content(watch: watch, content)))
    }
  }

  /// Another valid key, for good.
  private mutating func replace(_ zone: Int, _ now: Moment) -> Moment {
    if let watch = pick(internet.zones[zone].watches) {
      let current = Facts(internet, facts).content(of: watch, at: now)
      let others = KeyStock.shared.keys.indices.map { Content.key($0) }.filter { $0 != current }
      if let next = pick(others) {
        facts.append(Fact(from: now, until: .max, what: .content(watch: watch, next)))
      }
    }
    return now + .hour
  }

  private mutating func failAll(_ zone: Int, _ failure: Outcome.Failure, _ from: Moment, _ until: Moment) {
    for server in internet.hosts[host(zone, from)] {
      facts.append(Fact(from: from, until: until, what: .serverFailsZone(server: server, zone: zone, failure)))
    }
  }

  private mutating func move(_ zone: Int, _ now: Moment) {
    let current = host(zone, now)
    if let next = pick(internet.hosts.indices.filter { $0 != current }) {
      facts.append(Fact(from: now, until: .max, what: .zoneIsAt(zone: zone, host: next)))
    }
  }

  private mutating func blip(_ zone: Int, _ from: Moment, _ until: Moment) {
    switch between(0, 3) {
    case 0: content(.absent, of: zone, from, until, all: true)
    case 1: content(.revoked, of: zone, from, until, all: false)
    case 2: failAll(zone, .servfail, from, until)
    default: failAll(zone, .timeout, from, until)
    }
  }

  private mutating func troubleServer(_ server: Int) {
    guard happens(40) else { return }
    let from = between(.hour, end - 6 * .hour)
    let until = min(end, from + (happens(30) ? between(5 * .second, 5 * .minute) : long()))
    facts.append(Fact(from: from, until: until, what: .serverFails(server: server, .timeout)))
  }

  /// What goes wrong here: one thing after the other.
  private mutating func troublePath() {
    var now = between(2 * .hour, 10 * .hour)
    while now < end - 6 * .hour {
      guard let kind = pick(Trouble.ofPath.filter(kinds.contains)) else { return }
      let until = now + (happens(30) ? between(2 * .second, 8 * .second) : between(10 * .minute, 5 * .hour))
      switch kind {
      case .uplinkDown: facts.append(Fact(from: now, until: until, what: .uplinkDown))
      case .portBlocked: facts.append(Fact(from: now, until: until, what: .portBlocked))
      case .resolverRestarts:
        for resolver in internet.resolvers.indices {
          facts.append(
            Fact(
              from: now + Int64(resolver) * .hour, until: now + Int64(resolver) * .hour + .second,
              what: .resolverForgets(resolver: resolver)))
        }
      default:
        let resolver = Int(between(0, Int64(internet.resolvers.count - 1)))
        let failure: Outcome.Failure = kind == .resolverDown ? .timeout : .servfail
        facts.append(Fact(from: now, until: until, what: .resolverFails(resolver: resolver, failure)))
        facts.append(Fact(from: until, until: until + 1, what: .resolverForgets(resolver: resolver)))
      }
      now = until + between(4 * .hour, 20 * .hour)
    }
  }
}
