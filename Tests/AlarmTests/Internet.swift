// The simulated internet as it begins: hosts of zones with their servers, zones, watches, resolvers.

import Model

/// What there is, before anything happens to it.
struct Internet: Sendable {
  struct Server: Hashable, Sendable {
    let name: DomainName
    let endpoint: Endpoint
  }

  struct Zone: Sendable {
    let name: DomainName
    let host: Int
    /// How long caches keep a key of it, and its absence.
    let ttl: Moment
    let negativeTTL: Moment
    var watches: [Int] = []
  }

  struct Place: Sendable {
    let key: KeyName
    let zone: Int
    let interval: Moment
    let content: Content
    let isPinned: Bool
  }

  struct Resolver: Sendable {
    let view: String
    let endpoint: Endpoint
    /// Whether it serves what has expired while the source is down (RFC 8767).
    let servesStale: Bool
  }

  let chance: Chance
  private(set) var servers: [Server] = []
  /// The servers of each DNS host.
  private(set) var hosts: [[Int]] = []
  private(set) var zones: [Zone] = []
  private(set) var places: [Place] = []
  let resolvers: [Resolver]

  static let authoritative = "authoritative"

  init(seed: UInt64, watches: Int) throws {
    chance = Chance(seed: seed)
    resolvers = [
      Resolver(view: "local", endpoint: Endpoint(.v4(0x0A00_0035)), servesStale: false),
      Resolver(view: "google", endpoint: Endpoint(.v4(0x0808_0808)), servesStale: true),
    ]
    for host in 0..<max(3, watches / 15) {
      let count = 2 + Int(chance.below(3, 1, Int64(host)))
      hosts.append(Array(servers.count..<servers.count + count))
      for number in 1...count {
        servers.append(
          Server(
            name: try DomainName("ns\(number).host\(host).net"),
            endpoint: Endpoint(.v4(0xC000_0200 + UInt32(servers.count)))))
      }
    }
    let lifetimes: [Moment] = [5 * .minute, 15 * .minute, .hour]
    let intervals: [Moment] = [5 * .minute, 15 * .minute, 15 * .minute, 30 * .minute]
    while places.count < watches {
      let number = Int64(zones.count)
      var zone = Zone(
        name: try DomainName("z\(number).example"), host: Int(chance.below(Int64(hosts.count), 2, number)),
        ttl: lifetimes[Int(chance.below(3, 3, number))], negativeTTL: lifetimes[Int(chance.below(2, 4, number))])
      let interval = intervals[Int(chance.below(4, 5, number))]
      for selector in 1...(1 + chance.below(6, 6, number)) where places.count < watches {
        let stock = KeyStock.shared
        // Some are weak from the beginning: what else is wrong comes and goes beside a warning that lasts.
        let isWeak = chance.below(10, 9, number, selector) == 0
        let key = Int(chance.below(Int64((isWeak ? stock.weakKeys : stock.keys).count), 7, number, selector))
        zone.watches.append(places.count)
        places.append(
          Place(
            key: try KeyName(selector: DomainName("s\(selector)"), domain: zone.name), zone: Int(number),
            interval: interval, content: isWeak ? .weak(key) : .key(key),
            isPinned: chance.below(8, 8, number, selector) == 0))
      }
      zones.append(zone)
    }
  }

  /// The views, as a configuration has them.
  var views: [View] {
    resolvers.map { View(name: $0.view, source: .resolver($0.endpoint, .udp)) }
      + [View(name: Self.authoritative, source: .authoritative(rootHints: [], port: 53))]
  }
}
