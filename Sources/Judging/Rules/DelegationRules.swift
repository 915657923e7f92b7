// Rules on how the zone is served: TTLs and the number of servers.

internal import Model
internal import Phrasing

enum DelegationRules {
  static let all: [LookRule] = [longTTL, zeroTTL, singleServer]

  private static let longTTL = LookRule(
    "ttl-long", .info, "The TTL of the key is longer than a day.",
    remedy: "Lower the TTL well before the key is changed.", source: "RFC 6376, section 3.1"
  ) { ruling in
    let sources = ruling.sorted.with.filter { ($0.answer.ttl ?? 0) > 86_400 }
    guard let longest = sources.compactMap(\.answer.ttl).max() else { return [] }
    return [
      LookObservation(
        text:
          "The TTL of the \(ruling.sorted.noun) is \(longest) s: caches keep an old one for \(Phrase.duration(.seconds(Int64(longest)))).",
        evidence: "\(Wording.names(sources)): TTL \(longest)")
    ]
  }

  private static let zeroTTL = LookRule(
    "ttl-zero", .info, "The TTL of the key is 0: no resolver keeps it.",
    remedy: "Raise the TTL to at least a few minutes: now every message costs a DNS query.",
    source: "RFC 1035, section 3.2.1"
  ) { ruling in
    let sources = ruling.sorted.with.filter { $0.isAuthoritative && $0.answer.ttl == 0 }
    guard !sources.isEmpty else { return [] }
    return [
      LookObservation(
        text: "The TTL of the \(ruling.sorted.noun) is 0, so that nobody caches it.",
        evidence: "\(Wording.names(sources)): TTL 0")
    ]
  }

  private static let singleServer = LookRule(
    "single-server", .info, "The zone is served by one name server only.",
    remedy: "Add a second name server, on another network.", source: "RFC 1034, section 4.1; RFC 2182"
  ) { ruling in
    // How a registry serves its zone is nothing to the owner of a domain.
    guard let delegation = ruling.sorted.delegation, delegation.servers.count == 1, let only = delegation.servers.first,
      !ruling.sorted.isAnsweredAboveDomain
    else { return [] }
    return [
      LookObservation(
        text: "\(delegation.zone) has one name server only, \(only); expected at least two.",
        evidence: "dig \(delegation.zone) NS → \(only)")
    ]
  }
}
