// What the replies on the way change in a walk.

import DNS
import Model

extension ZoneWalk {
  mutating func receive(_ replies: [Reply], _ cache: inout DelegationCache, at now: Timestamp) {
    guard let zone else { return }
    switch stage {
    case .finished: return
    case .namingServers(let apex, _): return receiveNames(of: apex, replies.first, zone, &cache, at: now)
    case .identifying(_, let failure): return receiveIdentity(replies, failure, zone, &cache, at: now)
    case .descending: break
    }
    tried.formUnion(asked.map(\.endpoint))
    for (query, reply) in zip(asked, replies) {
      switch reply {
      case .unchanged: break
      case .failed(let failure, _, _):
        failures.append((query.endpoint, failure))
        cache.note(query.endpoint, isWell: false, at: now)
      case .message(let message, _, _):
        var read = WalkReply(message, to: question, from: zone.apex, at: now)
        if isFromInterceptor(message, read, zone) {
          interceptors.append(query.endpoint)
          read = .failed(.lame)
        }
        if case .failed(let failure) = read {
          failures.append((query.endpoint, failure))
          cache.note(query.endpoint, isWell: false, at: now)
          continue
        }
        cache.note(query.endpoint, isWell: true, at: now)
        accept(read, message, from: query.endpoint, zone, &cache, at: now)
        return
      }
    }
  }

  mutating func receive(_ addresses: [DomainName: [IPAddress]], _ cache: inout DelegationCache, at now: Timestamp) {
    guard var zone else { return }
    zone.addresses.merge(addresses) { known, _ in known }
    self.zone = zone
    cache.add(addresses, to: zone.apex, at: now)
  }

  mutating func accept(
    _ reply: WalkReply, _ message: Message, from server: Endpoint, _ zone: ZoneServers,
    _ cache: inout DelegationCache, at now: Timestamp
  ) {
    switch reply {
    case .failed: break
    case .referral(let below):
      referrals += 1
      descend(to: below, from: zone, &cache, at: now)
      if referrals >= Self.referralLimit { exhaust(&cache, at: now) }
    case .answer(let apex):
      keepAddresses(message, &cache, at: now)
      let holder = apex ?? zone.apex
      if let apex, apex != zone.apex, question.type == .txt {
        stage = .namingServers(of: apex, at: server)
        return
      }
      if let above = question.name.parent, apex != nil {
        let seconds = Answer(replyTo: question, message: message).negativeTTL ?? 300
        cache.noteNoCut(above, in: holder, for: seconds, at: now)
      }
      _ = finish(.reached(zone, message), &cache, at: now)
    }
  }

  mutating func descend(
    to below: ZoneServers, from zone: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp
  ) {
    cache.store(below, below: zone.apex, at: now)
    release(&cache, at: now)
    self.zone = below
    isFresh = false
    tried = []
    lookedUp = []
    failures = []
    interceptors = []
    hasRetried = false
  }

  // The server holds both sides of the cut, so there was no referral: the zone's own NS records name its servers.
  mutating func receiveNames(
    of apex: DomainName, _ reply: Reply?, _ zone: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp
  ) {
    stage = .descending
    var below = ZoneServers(
      apex: apex, names: zone.names, addresses: zone.addresses, ttl: zone.ttl, expires: zone.expires)
    if case .message(let message, _, _) = reply {
      let records = message.answers.filter { $0.type == .ns && $0.owner == apex }
      if !records.isEmpty {
        below = WalkReply.servers(of: apex, named: records, glue: message.additionals, trusted: zone.apex, at: now)
        cache.store(
          apexServers: below.names, of: .init(zone: apex, servers: below.names), seconds: below.ttl ?? 0, at: now)
      }
    }
    descend(to: below, from: zone, &cache, at: now)
    _ = finish(.reached(below, nil), &cache, at: now)
  }
}
