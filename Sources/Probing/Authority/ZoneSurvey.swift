// One name, asked at every address of every server of the zone that holds it.

import DNS
import Model

/// Asks all servers of a zone for the records of one name and type, and for what tells about the zone itself: the SOA and the NS
/// records at its apex.
///
/// A referral found here (a zone cut between signing domain and key name) begins the survey anew one zone down.
struct ZoneSurvey: Sendable {
  enum Action: Hashable, Sendable {
    case resolve([DomainName])
    case ask([Query])
    case finished
  }

  /// One address of one server, or a server without one.
  struct SurveyedServer: Hashable, Sendable {
    var name: DomainName
    var endpoint: Endpoint?
    var zone: DomainName
    var reply: AuthorityReply?
    /// The transport of the question that brought the reply.
    var transport = Transport.udp
  }

  enum Stage: Hashable, Sendable {
    case names, text, textOverTCP, authority, apex, finished
  }

  /// The most zone cuts between the signing domain and the key name; more are a circle.
  static let cutLimit = 8

  let question: Question
  let settings: WalkSettings
  let isConfirming: Bool
  var zone: ZoneServers
  var servers: [SurveyedServer] = []
  /// The zones above `zone` that referred to the next one.
  var path: [DomainName] = []
  var serials: [Endpoint: UInt32] = [:]
  var negativeTTL: UInt32?
  /// The zone that the servers answer from; deeper than `zone` where they hold both sides of a cut.
  var apex: DomainName
  /// Names that only the zone's own NS records have.
  var apexServers: [DomainName] = []
  var stage = Stage.names
  var asked: [(query: Query, server: Int)] = []
  var cuts = 0
  var hasAskedApexServers = false

  init(_ question: Question, in zone: ZoneServers, settings: WalkSettings, isConfirming: Bool = false) {
    self.question = question
    self.zone = zone
    self.settings = settings
    self.isConfirming = isConfirming
    apex = zone.apex
  }

  // MARK: what to do

  mutating func next(_ cache: inout DelegationCache, at now: Timestamp) -> Action {
    while true {
      switch stage {
      case .names:
        let unresolved = (zone.names + apexServers).filter { zone.addresses[$0] == nil }
        if !unresolved.isEmpty { return .resolve(unresolved) }
        addServers()
        stage = .text
      case .text:
        asked = servers.indices.compactMap { index in
          guard servers[index].reply == nil, let endpoint = servers[index].endpoint else { return nil }
          return (settings.query(question, at: endpoint, retries: settings.retries), index)
        }
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        stage = .authority
      case .textOverTCP:
        asked = servers.indices.compactMap { index in
          guard let reply = servers[index].reply, reply.answer.outcome != .records, reply.target == nil,
            let endpoint = servers[index].endpoint, reply.answer.transport == .udp, servers[index].transport == .udp
          else { return nil }
          return (settings.query(question, at: endpoint, retries: 0, transport: .tcp), index)
        }
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        stage = .authority
      case .authority:
        asked = authorityQuestions(cache, at: now)
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        // Another look may have asked for the SOA meanwhile.
        settleApex(&cache, at: now)
        stage = .apex
      case .apex:
        stage = .finished
        if let names = cache.apexServers(of: .init(zone: apex, servers: zone.names), at: now) {
          if addApexServers(names) { stage = .names }
        } else if !hasAskedApexServers, let index = firstAuthority, let endpoint = servers[index].endpoint {
          hasAskedApexServers = true
          stage = .apex
          asked = [(settings.query(Question(apex, .ns), at: endpoint, retries: settings.retries), index)]
          return .ask(asked.map(\.query))
        }
      case .finished: return .finished
      }
    }
  }

  var firstAuthority: Int? {
    servers.firstIndex { $0.reply?.answer.authoritative == true && $0.reply?.answer.outcome.failure == nil }
  }

  /// Adds the servers that are not among those to ask yet.
  mutating func addServers() {
    var taken = Set(servers.compactMap(\.endpoint))
    for name in zone.names + apexServers where !servers.contains(where: { $0.name == name && $0.zone == apex }) {
      let addresses = zone.addresses[name] ?? []
      if addresses.isEmpty, zone.names.contains(name) {
        var server = SurveyedServer(name: name, endpoint: nil, zone: apex)
        server.reply = AuthorityReply(.unreachable, transport: .udp, truncated: false)
        servers.append(server)
      }
      for address in addresses where settings.reach.covers(address) {
        let endpoint = Endpoint(address, port: settings.reach.port)
        if taken.insert(endpoint).inserted {
          servers.append(SurveyedServer(name: name, endpoint: endpoint, zone: apex))
        }
      }
    }
  }

  /// SOA at each server that answered without one, unless it was asked a moment ago for another name of the zone.
  func authorityQuestions(
    _ cache: DelegationCache, at now: Timestamp
  ) -> [(query: Query, server: Int)] {
    servers.indices.compactMap { index in
      guard let endpoint = servers[index].endpoint, let reply = servers[index].reply, reply.answer.authoritative,
        reply.answer.outcome.failure == nil, reply.soa == nil, serials[endpoint] == nil
      else { return nil }
      let above = question.name.parent ?? question.name
      if let apex = reply.apex ?? (cache.isUncut(above, in: self.apex, at: now) ? self.apex : nil),
        cache.soa(.init(zone: apex, endpoint: endpoint), at: now) != nil
      {
        return nil
      }
      // A name with a CNAME tells no SOA and cannot be an apex, and DS records are above the cut: the name above belongs to the
      // same zone.
      let isBelowApex = !reply.answer.cname.isEmpty || question.type == .cname || question.type == .ds
      let name = isBelowApex ? above : question.name
      return (settings.query(Question(name, .soa), at: endpoint, retries: settings.retries), index)
    }
  }

  // MARK: the end

  /// The zone as the parent delegates it; as its own NS records do where no parent was heard.
  var delegation: Delegation {
    var serialsByName: [String: UInt32] = [:]
    for server in servers {
      guard let endpoint = server.endpoint, let serial = serials[endpoint] else { continue }
      let name = server.name.description
      if let known = serialsByName[name], known != serial {
        serialsByName[endpoint.description] = serial
      } else {
        serialsByName[name] = serial
      }
    }
    let own = apex == zone.apex ? zone.names : (apexServers.isEmpty ? zone.names : apexServers.sorted())
    return Delegation(zone: apex, servers: own, serials: serialsByName, negativeTTL: negativeTTL, ttl: zone.ttl)
  }
}
