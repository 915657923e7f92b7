// The world as it runs: facts, and what follows of them for servers and caches.

import Model
import Synchronization

/// Everything that can be asked in one simulation.
struct World: Sendable {
  let internet: Internet
  let facts: Facts
  let end: Moment
  let sources: [SourceTimeline]
  /// By resolver, then by watch.
  let caches: [[CacheTimeline]]

  init(seed: UInt64, watches: Int, kinds: Set<Trouble>, days: Double) throws {
    let internet = try Internet(seed: seed, watches: watches)
    let end = Moment(days * Double(Moment.day))
    let churn = Churn(internet, kinds: kinds, end: end - 8 * .hour)
    let facts = Facts(internet, churn.facts)
    (self.internet, self.facts, self.end) = (internet, facts, end)
    let sources = internet.places.indices.map { SourceTimeline(facts, watch: $0) }
    self.sources = sources
    caches = internet.resolvers.indices.map { resolver in
      internet.places.indices.map {
        CacheTimeline(facts, sources[$0], watch: $0, resolver: resolver, end: end)
      }
    }
  }

  /// Until when no answer about a watch can change.
  func nextChange(of watch: Int, after moment: Moment) -> Moment {
    let cached = caches.map { $0[watch].at(moment).until }.min() ?? .max
    let path =
      facts.all.lazy.filter {
        switch $0.what {
        case .resolverFails, .uplinkDown, .portBlocked: true
        default: false
        }
      }.flatMap { [$0.from, $0.until] }.filter { $0 > moment }.min() ?? .max
    return min(sources[watch].at(moment).until, cached, path)
  }

  /// The facts that concern a watch, one a line.
  func timeline(of watch: Int) -> [String] {
    let zone = internet.places[watch].zone
    let servers = Set(sources[watch].spans.flatMap { internet.hosts[$0.host] })
    return facts.all.filter { fact in
      switch fact.what {
      case .content(let other, _): other == watch
      case .serverFails(let server, _): servers.contains(server)
      case .serverFailsZone(_, let other, _), .serverLags(_, let other), .zoneIsAt(let other, _): other == zone
      case .resolverFails, .resolverForgets, .uplinkDown, .portBlocked: true
      }
    }.map { "\($0.from.clock) to \($0.until.clock): \(words($0.what))" }
  }

  private func words(_ what: Fact.What) -> String {
    func server(_ index: Int) -> String { "\(internet.servers[index].name)" }
    return switch what {
    case .content(_, let content): "the zone holds \(content)"
    case .serverFails(let index, let failure): "\(server(index)) fails for all zones (\(failure))"
    case .serverFailsZone(let index, _, let failure): "\(server(index)) fails for the zone (\(failure))"
    case .serverLags(let index, _): "\(server(index)) serves the zone as it was before"
    case .zoneIsAt(_, let host): "the zone is at host \(host)"
    case .resolverFails(let index, let failure): "the resolver \(internet.resolvers[index].view) fails (\(failure))"
    case .resolverForgets(let index): "the resolver \(internet.resolvers[index].view) has lost its cache"
    case .uplinkDown: "our uplink is down"
    case .portBlocked: "port 53 to the internet is blocked"
    }
  }
}
