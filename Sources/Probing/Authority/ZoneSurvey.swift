// One name, asked at every address of every server of the zone that holds it.

import DNS
import Model

/// Asks all servers of a zone for the TXT records of one name, and for what tells about the zone itself: the SOA and the NS
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
  struct Seat: Hashable, Sendable {
    var server: DomainName
    var endpoint: Endpoint?
    var zone: DomainName
    var reply: AuthorityReply?
    /// The transport of the question that brought the reply.
    var transport = Transport.udp
  }

  private enum Stage: Hashable, Sendable {
    case names, text, textOverTCP, authority, apex, finished
  }

  private static let cutLimit = 8

  let question: Question
  let settings: WalkSettings
  let isConfirming: Bool
  private(set) var zone: ZoneServers
  private(set) var seats: [Seat] = []
  /// The zones above `zone` that referred to the next one.
  private(set) var path: [DomainName] = []
  private(set) var serials: [Endpoint: UInt32] = [:]
  private(set) var negativeTTL: UInt32?
  /// The zone that the servers answer from; deeper than `zone` where they hold both sides of a cut.
  private(set) var apex: DomainName
  /// Names that only the zone's own NS records have.
  private var ownNames: [DomainName] = []
  private var stage = Stage.names
  private var asked: [(query: Query, seat: Int)] = []
  private var cuts = 0
  private var hasAskedOwnNames = false

  init(_ name: DomainName, in zone: ZoneServers, settings: WalkSettings, isConfirming: Bool = false) {
    question = Question(name, .txt)
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
        let unresolved = (zone.names + ownNames).filter { zone.addresses[$0] == nil }
        if !unresolved.isEmpty { return .resolve(unresolved) }
        takeSeats()
        stage = .text
      case .text:
        asked = seats.indices.compactMap { index in
          guard seats[index].reply == nil, let endpoint = seats[index].endpoint else { return nil }
          return (settings.query(question, at: endpoint, retries: settings.retries), index)
        }
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        stage = .authority
      case .textOverTCP:
        asked = seats.indices.compactMap { index in
          guard let reply = seats[index].reply, reply.answer.outcome != .records, reply.target == nil,
            let endpoint = seats[index].endpoint, reply.answer.transport == .udp, seats[index].transport == .udp
          else { return nil }
          return (settings.query(question, at: endpoint, retries: 0, transport: .tcp), index)
        }
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        stage = .authority
      case .authority:
        asked = authorityQuestions(cache, at: now)
        if !asked.isEmpty { return .ask(asked.map(\.query)) }
        stage = .apex
      case .apex:
        stage = .finished
        if let names = cache.ownNames(of: apex, at: now) {
          if takeOwnNames(names) { stage = .names }
        } else if !hasAskedOwnNames, let index = firstAuthority, let endpoint = seats[index].endpoint {
          hasAskedOwnNames = true
          stage = .apex
          asked = [(settings.query(Question(apex, .ns), at: endpoint, retries: settings.retries), index)]
          return .ask(asked.map(\.query))
        }
      case .finished: return .finished
      }
    }
  }

  private var firstAuthority: Int? {
    seats.firstIndex { $0.reply?.answer.authoritative == true && $0.reply?.answer.outcome.failure == nil }
  }

  /// The seats for servers that have none yet.
  private mutating func takeSeats() {
    var taken = Set(seats.compactMap(\.endpoint))
    for name in zone.names + ownNames where !seats.contains(where: { $0.server == name && $0.zone == apex }) {
      let addresses = zone.addresses[name] ?? []
      if addresses.isEmpty, zone.names.contains(name) {
        var seat = Seat(server: name, endpoint: nil, zone: apex)
        seat.reply = AuthorityReply(.unreachable, transport: .udp, truncated: false)
        seats.append(seat)
      }
      for address in addresses where settings.reach.covers(address) {
        let endpoint = Endpoint(address, port: settings.reach.port)
        if taken.insert(endpoint).inserted { seats.append(Seat(server: name, endpoint: endpoint, zone: apex)) }
      }
    }
  }

  /// SOA at each server that answered without one, unless it was asked a moment ago for another name of the zone.
  private func authorityQuestions(
    _ cache: DelegationCache, at now: Timestamp
  ) -> [(query: Query, seat: Int)] {
    seats.indices.compactMap { index in
      guard let endpoint = seats[index].endpoint, let reply = seats[index].reply, reply.answer.authoritative,
        reply.answer.outcome.failure == nil, reply.start == nil, serials[endpoint] == nil
      else { return nil }
      let above = question.name.parent ?? question.name
      if let apex = reply.apex ?? (cache.isUncut(above, in: self.apex, at: now) ? self.apex : nil),
        cache.start(.init(zone: apex, endpoint: endpoint), at: now) != nil
      {
        return nil
      }
      // A name with a CNAME tells no SOA and cannot be an apex: the name above belongs to the same zone.
      let name = reply.answer.cname.isEmpty ? question.name : above
      return (settings.query(Question(name, .soa), at: endpoint, retries: settings.retries), index)
    }
  }

  // MARK: what came

  mutating func receive(_ addresses: [DomainName: [IPAddress]], _ cache: inout DelegationCache, at now: Timestamp) {
    for name in zone.names + ownNames where zone.addresses[name] == nil {
      zone.addresses[name] = addresses[name] ?? []
    }
    cache.add(addresses, to: zone.apex, at: now)
  }

  mutating func receive(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    switch stage {
    case .names, .finished: break
    case .text: receiveText(replies, &cache, at: now)
    case .textOverTCP:
      receiveTextOverTCP(replies, &cache, at: now)
      settleApex(&cache, at: now)
      stage = .authority
    case .authority:
      for (part, reply) in zip(asked, replies) { receiveStart(reply, part, &cache, at: now) }
      settleApex(&cache, at: now)
      stage = .apex
    case .apex:
      if case .message(let message, _, _)? = replies.first, message.authoritative {
        let records = message.answers.filter { $0.type == .ns && $0.owner == apex }
        let own = WalkReply.servers(
          of: apex, named: records, glue: message.additionals, trusted: apex, at: now)
        if !own.names.isEmpty {
          cache.store(ownNames: own.names, of: apex, seconds: own.ttl ?? 0, at: now)
          for name in own.names where zone.addresses[name] == nil { zone.addresses[name] = own.addresses[name] }
          if takeOwnNames(own.names) { stage = .names }
        }
      }
    }
  }

  private mutating func receiveText(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    var below: ZoneServers?
    for (part, reply) in zip(asked, replies) {
      let endpoint = part.query.endpoint
      switch reply {
      case .unchanged: break
      case .failed(let failure, let transport, let truncated):
        cache.note(endpoint, isWell: false, at: now)
        seats[part.seat].reply = AuthorityReply(failure, transport: transport, truncated: truncated)
      case .message(let message, let transport, let roundTrip):
        let read = WalkReply(message, to: question, from: zone.apex, at: now)
        if case .referral(let servers) = read {
          below = below ?? servers
        } else {
          take(message, read, at: part.seat, transport: transport, roundTrip: roundTrip, &cache, now: now)
        }
      }
    }
    if let below, cuts < Self.cutLimit {
      descend(to: below, &cache, at: now)
    } else {
      for index in seats.indices where seats[index].reply == nil {
        seats[index].reply = AuthorityReply(.lame, transport: .udp, truncated: false)
      }
      settleApex(&cache, at: now)
      stage = isConfirming ? .textOverTCP : .authority
    }
  }

  // What is not there is asked again over TCP, which loses and forges less. A server without TCP keeps its word over UDP.
  private mutating func receiveTextOverTCP(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    for (part, reply) in zip(asked, replies) {
      guard case .message(let message, let transport, let roundTrip) = reply else { continue }
      let read = WalkReply(message, to: question, from: zone.apex, at: now)
      if case .referral = read { continue }
      seats[part.seat].transport = .tcp
      take(message, read, at: part.seat, transport: transport, roundTrip: roundTrip, &cache, now: now)
    }
  }

  private mutating func take(
    _ message: Message, _ read: WalkReply, at index: Int, transport: Transport, roundTrip: Duration,
    _ cache: inout DelegationCache, now: Timestamp
  ) {
    var apex: DomainName?
    if case .answer(let known) = read { apex = known }
    let reply = AuthorityReply(
      message, to: question, zone: zone.apex, apex: apex, transport: transport, roundTrip: roundTrip)
    seats[index].reply = reply
    guard let endpoint = seats[index].endpoint, reply.answer.authoritative else { return }
    cache.note(endpoint, isWell: true, at: now)
    cache.note(endpoint, isWell: true, at: now)
    guard let start = reply.start, reply.answer.cname.isEmpty else { return }
    serials[endpoint] = start.serial
    negativeTTL = reply.answer.negativeTTL ?? negativeTTL
  }

  // Servers of the parent that answer with authority themselves keep their seats: who asks them gets that answer.
  private mutating func descend(to below: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp) {
    cuts += 1
    path.append(zone.apex)
    cache.store(below, below: zone.apex, at: now)
    let stays = Set(below.endpoints(settings.reach))
    seats.removeAll { seat in
      guard let reply = seat.reply, let endpoint = seat.endpoint, reply.answer.outcome.failure == nil else {
        return true
      }
      return stays.contains(endpoint)
    }
    zone = below
    apex = below.apex
    serials = [:]
    negativeTTL = nil
    ownNames = []
    hasAskedOwnNames = false
    stage = .names
  }

  private mutating func receiveStart(
    _ reply: Reply, _ part: (query: Query, seat: Int), _ cache: inout DelegationCache, at now: Timestamp
  ) {
    guard case .message(let message, _, _) = reply, message.authoritative else { return }
    for record in message.answers + message.authorities {
      guard case .soa(let start) = record.data, part.query.question.name.isWithin(record.owner),
        record.owner.isWithin(zone.apex)
      else { continue }
      seats[part.seat].reply?.apex = record.owner
      seats[part.seat].reply?.start = start
      serials[part.query.endpoint] = start.serial
      let negative = min(record.ttl, start.minimum)
      negativeTTL = negative
      cache.store(
        .init(serial: start.serial, negativeTTL: negative),
        for: .init(zone: record.owner, endpoint: part.query.endpoint), at: now)
      return
    }
  }

  /// Takes the deepest zone that a server answers from.
  private mutating func settleApex(_ cache: inout DelegationCache, at now: Timestamp) {
    let known = seats.filter { $0.reply?.answer.authoritative == true }.compactMap { $0.reply?.apex }
    if let deepest = known.max(by: { $0.wire.count < $1.wire.count }), deepest.isWithin(apex) {
      apex = deepest
      for index in seats.indices where seats[index].reply?.answer.authoritative == true { seats[index].zone = apex }
      if let above = question.name.parent { cache.noteUncut(above, in: apex, for: negativeTTL ?? 300, at: now) }
    }
    for seat in seats {
      guard let endpoint = seat.endpoint, serials[endpoint] == nil,
        let start = cache.start(.init(zone: apex, endpoint: endpoint), at: now)
      else { continue }
      serials[endpoint] = start.serial
      negativeTTL = negativeTTL ?? start.negativeTTL
    }
  }

  /// Adds servers that only the zone itself names; false where there are none.
  private mutating func takeOwnNames(_ names: [DomainName]) -> Bool {
    let further = names.filter { !zone.names.contains($0) && !ownNames.contains($0) }
    ownNames += further
    return !further.isEmpty
  }

  // MARK: the end

  /// The zone as the parent delegates it; as its own NS records do where no parent was heard.
  var delegation: Delegation {
    var bySeat: [String: UInt32] = [:]
    for seat in seats {
      guard let endpoint = seat.endpoint, let serial = serials[endpoint] else { continue }
      let name = seat.server.description
      if let known = bySeat[name], known != serial {
        bySeat[endpoint.description] = serial
      } else {
        bySeat[name] = serial
      }
    }
    let own = apex == zone.apex ? zone.names : (ownNames.isEmpty ? zone.names : ownNames.sorted())
    return Delegation(zone: apex, servers: own, serials: bySeat, negativeTTL: negativeTTL, ttl: zone.ttl)
  }
}
