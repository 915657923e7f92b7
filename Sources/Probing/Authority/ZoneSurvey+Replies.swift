// What the replies of a zone's servers change in its survey.

import DNS
import Model

extension ZoneSurvey {
  mutating func receive(_ addresses: [DomainName: [IPAddress]], _ cache: inout DelegationCache, at now: Timestamp) {
    for name in zone.names + apexServers where zone.addresses[name] == nil {
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
      for (part, reply) in zip(asked, replies) { receiveSOA(reply, part, &cache, at: now) }
      settleApex(&cache, at: now)
      stage = .apex
    case .apex:
      if case .message(let message, _, _)? = replies.first, message.authoritative {
        let records = message.answers.filter { $0.type == .ns && $0.owner == apex }
        let own = WalkReply.servers(
          of: apex, named: records, glue: message.additionals, trusted: apex, at: now)
        if !own.names.isEmpty {
          cache.store(
            apexServers: own.names, of: .init(zone: apex, servers: zone.names), seconds: own.ttl ?? 0, at: now)
          for name in own.names where zone.addresses[name] == nil { zone.addresses[name] = own.addresses[name] }
          if addApexServers(own.names) { stage = .names }
        }
      }
    }
  }

  mutating func receiveText(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    var below: ZoneServers?
    for (part, reply) in zip(asked, replies) {
      let endpoint = part.query.endpoint
      switch reply {
      case .unchanged: break
      case .failed(let failure, let transport, let truncated):
        cache.note(endpoint, isWell: false, at: now)
        servers[part.server].reply = AuthorityReply(failure, transport: transport, truncated: truncated)
      case .message(let message, let transport, let roundTrip):
        let read = WalkReply(message, to: question, from: zone.apex, at: now)
        if case .referral(let servers) = read {
          below = below ?? servers
        } else {
          take(message, read, at: part.server, transport: transport, roundTrip: roundTrip, &cache, now: now)
        }
      }
    }
    if let below, cuts < Self.cutLimit {
      descend(to: below, &cache, at: now)
    } else {
      for index in servers.indices where servers[index].reply == nil {
        servers[index].reply = AuthorityReply(.lame, transport: .udp, truncated: false)
      }
      settleApex(&cache, at: now)
      stage = isConfirming ? .textOverTCP : .authority
    }
  }

  // What is not there is asked again over TCP, which loses and forges less. A server without TCP keeps its word over UDP.
  mutating func receiveTextOverTCP(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    for (part, reply) in zip(asked, replies) {
      guard case .message(let message, let transport, let roundTrip) = reply else { continue }
      let read = WalkReply(message, to: question, from: zone.apex, at: now)
      if case .referral = read { continue }
      servers[part.server].transport = .tcp
      take(message, read, at: part.server, transport: transport, roundTrip: roundTrip, &cache, now: now)
    }
  }

  mutating func take(
    _ message: Message, _ read: WalkReply, at index: Int, transport: Transport, roundTrip: Duration,
    _ cache: inout DelegationCache, now: Timestamp
  ) {
    var apex: DomainName?
    if case .answer(let known) = read { apex = known }
    let reply = AuthorityReply(
      message, to: question, zone: zone.apex, apex: apex, transport: transport, roundTrip: roundTrip)
    servers[index].reply = reply
    guard let endpoint = servers[index].endpoint, reply.answer.authoritative else { return }
    cache.note(endpoint, isWell: true, at: now)
    guard let soa = reply.soa, reply.answer.cname.isEmpty else { return }
    serials[endpoint] = soa.serial
    negativeTTL = reply.answer.negativeTTL ?? negativeTTL
  }

  // Servers of the parent that answer with authority themselves keep their servers: who asks them gets that answer.
  mutating func descend(to below: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp) {
    cuts += 1
    path.append(zone.apex)
    cache.store(below, below: zone.apex, at: now)
    let stays = Set(below.endpoints(settings.reach))
    servers.removeAll { server in
      guard let reply = server.reply, let endpoint = server.endpoint, reply.answer.outcome.failure == nil else {
        return true
      }
      return stays.contains(endpoint)
    }
    zone = below
    apex = below.apex
    serials = [:]
    negativeTTL = nil
    apexServers = []
    hasAskedApexServers = false
    stage = .names
  }

  mutating func receiveSOA(
    _ reply: Reply, _ part: (query: Query, server: Int), _ cache: inout DelegationCache, at now: Timestamp
  ) {
    guard case .message(let message, _, _) = reply, message.authoritative else { return }
    for record in message.answers + message.authorities {
      guard case .soa(let soa) = record.data, part.query.question.name.isWithin(record.owner),
        record.owner.isWithin(zone.apex)
      else { continue }
      servers[part.server].reply?.apex = record.owner
      servers[part.server].reply?.soa = soa
      serials[part.query.endpoint] = soa.serial
      let negative = min(record.ttl, soa.minimum)
      negativeTTL = negative
      cache.store(
        .init(serial: soa.serial, negativeTTL: negative),
        for: .init(zone: record.owner, endpoint: part.query.endpoint), at: now)
      return
    }
  }

  /// Takes the deepest zone that a server answers from.
  mutating func settleApex(_ cache: inout DelegationCache, at now: Timestamp) {
    let known = servers.filter { $0.reply?.answer.authoritative == true }.compactMap { $0.reply?.apex }
    if let deepest = known.max(by: { $0.wire.count < $1.wire.count }), deepest.isWithin(apex) {
      apex = deepest
      for index in servers.indices where servers[index].reply?.answer.authoritative == true {
        servers[index].zone = apex
      }
      if let above = question.name.parent { cache.noteNoCut(above, in: apex, for: negativeTTL ?? 300, at: now) }
    }
    for server in servers {
      guard let endpoint = server.endpoint, serials[endpoint] == nil,
        let soa = cache.soa(.init(zone: apex, endpoint: endpoint), at: now)
      else { continue }
      serials[endpoint] = soa.serial
      negativeTTL = negativeTTL ?? soa.negativeTTL
    }
  }

  /// Adds servers that only the zone itself names; false where there are none.
  mutating func addApexServers(_ names: [DomainName]) -> Bool {
    let further = names.filter { !zone.names.contains($0) && !apexServers.contains($0) }
    apexServers += further
    return !further.isEmpty
  }
}
