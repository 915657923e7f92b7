// The timeline of facts: what happens to whom, from when to when. Model and oracle both start from it.

import Model

/// One thing that is the case for a while.
struct Fact: Hashable, Sendable {
  let from: Moment
  /// `Moment.max` where it stays so.
  let until: Moment
  let what: What

  enum What: Hashable, Sendable {
    /// The zone holds this at the key name of a watch.
    case content(watch: Int, Content)
    /// A server gives this failure, whatever it is asked.
    case serverFails(server: Int, Outcome.Failure)
    /// A server gives this failure for one zone.
    case serverFailsZone(server: Int, zone: Int, Outcome.Failure)
    /// A server serves the zone as it was when this began.
    case serverLags(server: Int, zone: Int)
    /// The zone is delegated to another DNS host.
    case zoneIsAt(zone: Int, host: Int)
    /// A resolver cannot be reached, or fails for everything.
    case resolverFails(resolver: Int, Outcome.Failure)
    /// A resolver loses all that it has cached, at the beginning of this.
    case resolverForgets(resolver: Int)
    /// Nothing gets out of this machine.
    case uplinkDown
    /// Port 53 to the internet is closed; the resolvers of the network can be asked.
    case portBlocked
  }

  func holds(at moment: Moment) -> Bool { from <= moment && moment < until }
}

/// All facts of one simulation, ready to be asked.
struct Facts: Sendable {
  let internet: Internet
  let all: [Fact]
  private let ofWatch: [Int: [Fact]]
  private let ofZone: [Int: [Fact]]
  private let ofServer: [Int: [Fact]]
  private let ofResolver: [Int: [Fact]]
  /// What is wrong with our own way out.
  let ofPath: [Fact]

  init(_ internet: Internet, _ facts: [Fact]) {
    self.internet = internet
    all = facts.sorted { ($0.from, $0.until) < ($1.from, $1.until) }
    var (watches, zones, servers): ([Int: [Fact]], [Int: [Fact]], [Int: [Fact]]) = ([:], [:], [:])
    var resolvers: [Int: [Fact]] = [:]
    var path: [Fact] = []
    for fact in all {
      switch fact.what {
      case .content(let watch, _): watches[watch, default: []].append(fact)
      case .serverFails(let server, _): servers[server, default: []].append(fact)
      case .serverFailsZone(_, let zone, _), .serverLags(_, let zone), .zoneIsAt(let zone, _):
        zones[zone, default: []].append(fact)
      case .resolverFails(let resolver, _), .resolverForgets(let resolver):
        resolvers[resolver, default: []].append(fact)
      case .uplinkDown, .portBlocked: path.append(fact)
      }
    }
    (ofWatch, ofZone, ofServer, ofResolver, ofPath) = (watches, zones, servers, resolvers, path)
  }

  /// What the primary of the zone holds: the latest of the facts.
  func content(of watch: Int, at moment: Moment) -> Content {
    for fact in (ofWatch[watch] ?? []).reversed() where fact.holds(at: moment) {
      if case .content(_, let content) = fact.what { return content }
    }
    return internet.places[watch].content
  }

  func host(of zone: Int, at moment: Moment) -> Int {
    for fact in (ofZone[zone] ?? []).reversed() where fact.holds(at: moment) {
      if case .zoneIsAt(_, let host) = fact.what { return host }
    }
    return internet.zones[zone].host
  }

  /// What one server says of the key name of one watch.
  func said(by server: Int, of watch: Int, at moment: Moment) -> Said {
    for fact in ofServer[server] ?? [] where fact.holds(at: moment) {
      if case .serverFails(_, let failure) = fact.what { return .fails(failure) }
    }
    var contentAt = moment
    for fact in ofZone[internet.places[watch].zone] ?? [] where fact.holds(at: moment) {
      switch fact.what {
      case .serverFailsZone(server, _, let failure): return .fails(failure)
      case .serverLags(server, _): contentAt = min(contentAt, fact.from - 1)
      default: break
      }
    }
    return .content(content(of: watch, at: contentAt))
  }

  /// When anything changes that the source of this watch would show.
  func sourceChanges(of watch: Int) -> [Moment] {
    let zone = internet.places[watch].zone
    let inZone = ofZone[zone] ?? []
    let hosts = inZone.compactMap { if case .zoneIsAt(_, let host) = $0.what { host } else { nil } }
    let servers = ([internet.zones[zone].host] + hosts).flatMap { internet.hosts[$0] }
    let facts = (ofWatch[watch] ?? []) + inZone + Set(servers).flatMap { ofServer[$0] ?? [] }
    return Array(Set(facts.flatMap { [$0.from, $0.until] })).sorted()
  }

  /// When a resolver loses what it has cached.
  func losses(of resolver: Int) -> [Moment] {
    (ofResolver[resolver] ?? []).compactMap { if case .resolverForgets = $0.what { $0.from } else { nil } }
  }

  /// How a view fails as a whole; nil where it can be asked.
  func failure(ofView view: String, at moment: Moment) -> Outcome.Failure? {
    for fact in ofPath where fact.holds(at: moment) {
      if fact.what == .uplinkDown || view == Internet.authoritative { return .timeout }
    }
    guard let resolver = internet.resolvers.firstIndex(where: { $0.view == view }) else { return nil }
    for fact in ofResolver[resolver] ?? [] where fact.holds(at: moment) {
      if case .resolverFails(_, let failure) = fact.what { return failure }
    }
    return nil
  }

  /// When a view is down as a whole, in order; what touches is one.
  func outages(ofView view: String) -> [Range<Moment>] {
    let resolver = internet.resolvers.firstIndex { $0.view == view }
    let facts =
      ofPath.filter { $0.what == .uplinkDown || resolver == nil }
      + (resolver.flatMap { ofResolver[$0] } ?? []).filter { if case .resolverFails = $0.what { true } else { false } }
    return facts.map { $0.from..<$0.until }.merged
  }
}

/// What one server says of one key name.
enum Said: Hashable, Sendable {
  case content(Content)
  case fails(Outcome.Failure)

  var content: Content? { if case .content(let content) = self { content } else { nil } }
  var failure: Outcome.Failure? { if case .fails(let failure) = self { failure } else { nil } }
}
