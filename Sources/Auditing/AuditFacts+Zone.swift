// The zone that holds the domain: where it begins, who is asked for it, what its parent and its servers say of it.

package import Model

extension AuditRequest {
  /// The beginning of every audit: which zone holds the domain, and which servers answer for it.
  static func zone(of domain: DomainName) -> AuditRequest { .ask(domain, .soa, .signed) }

  /// What the servers above say of the zone.
  static func delegation(of zone: DomainName) -> AuditRequest { .ask(zone, .ns, at: .parentServers) }
}

extension AuditFacts {
  package var zoneAnswer: InquiryAnswer? { answer(.zone(of: domain)) }

  /// Why the zone was not reached; nil where a server of it answered in the end: on the way each is asked once only.
  var walkFailure: WalkFailure? {
    guard let answer = zoneAnswer, !answer.replies.contains(where: { $0.answer.outcome.failure == nil }) else {
      return nil
    }
    return answer.walkFailure
  }

  /// Whether all servers that were heard say that the domain does not exist.
  var doesNotExist: Bool {
    let heard = (zoneAnswer?.replies ?? []).filter { $0.answer.rcode != nil }
    return !heard.isEmpty && heard.allSatisfy { $0.answer.outcome == .nxdomain }
  }

  /// The apex of the zone that holds the domain; nil while it is not known, and where there is none.
  package var zone: DomainName? {
    guard let answer = zoneAnswer, !doesNotExist else { return nil }
    // Where the way ended at a registry, that is not the zone of the domain.
    if walkFailure != nil, answer.zone.map({ $0.labels.count < 2 && $0 != domain }) ?? true { return nil }
    let soa = answer.replies.flatMap { $0.records + $0.authorities }.filter {
      $0.type == .soa && domain.isWithin($0.owner)
    }
    return soa.map(\.owner).max { $0.wire.count < $1.wire.count } ?? answer.zone
  }

  /// Whether the zone begins at the domain.
  package var isApex: Bool { zone == domain }

  /// One address each that was asked for the zone, in the order of the delegation.
  package var servers: [AuditServer] {
    (zoneAnswer?.replies ?? []).compactMap { reply in
      reply.endpoint.map { AuditServer(name: reply.server, endpoint: $0) }
    }
  }

  /// Whether it is time for a request: nothing is asked about the zone before it is known, or else all of it would go to the
  /// servers of the registry.
  func mayAsk(_ request: AuditRequest) -> Bool {
    switch request {
    case .fetch: return true
    case .look(let key): return !key.name.isWithin(domain) || zone != nil
    case .inquiry(let inquiry):
      guard inquiry.question.name.isWithin(domain), request != .zone(of: domain) else { return true }
      return inquiry.target != .zoneServers || zone != nil
    }
  }

  package var delegationAnswer: InquiryAnswer? { zone.flatMap { answer(.delegation(of: $0)) } }
}

/// One address of a name server of the zone.
package struct AuditServer: Hashable, Sendable, CustomStringConvertible {
  var name: String
  var endpoint: Endpoint

  /// `ns1.example.net (192.0.2.1)`
  package var description: String {
    name == endpoint.description ? name : "\(name) (\(endpoint))"
  }
}
