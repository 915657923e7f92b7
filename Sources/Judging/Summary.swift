// The one sentence that a judgement opens with.

internal import Model
internal import Phrasing

package enum Summary {
  package static func sentence(for ruling: Ruling) -> String {
    let sorted = ruling.sorted
    let sentence: String
    switch ruling.row {
    case .absent: sentence = absent(ruling)
    case .disagreeing:
      let who =
        sorted.hasAuthoritativeView && !sorted.standsIn ? Wording.whoDisagrees(sorted) : "The views"
      sentence = "\(who) contradict each other: \(Wording.camps(of: sorted))"
    case .unusable:
      sentence =
        "No receiver can use the record at \(sorted.name): \((ruling.key?.summary ?? "it is invalid").asClause)"
    case .revoked: sentence = "The key is revoked: \(everyone(sorted)) \(verb(sorted, "serves", "serve")) an empty p="
    case .notPinned where !sorted.look.key.isKey:
      sentence = (ruling.key?.summary ?? "").asClause
    case .notPinned:
      sentence = "Another key than the pinned one is published: \(ruling.key.map { ($0.summary).asClause } ?? "")"
    case .bogus:
      sentence =
        "\(whoValidates(sorted)): DNSSEC validation of \(sorted.zone) fails at \(Wording.names(sorted.bogus))"
    case .published:
      sentence = published(ruling)
    case .heldByCaches:
      sentence =
        "\(silentServers(sorted)); \(CacheRules.whoHolds(ruling.dissents, "the \(sorted.noun)", now: sorted.look.at))"
    case .unreachable:
      sentence = unreachable(sorted)
    case .ownLink:
      sentence =
        sorted.blockedWalk.map {
          "Nothing is known about the \(sorted.noun): the root servers cannot be asked from this machine (\(Wording.whyBlocked($0))), and no resolver answers"
        }
        ?? "Nothing can be reached from this machine, neither resolvers nor name servers; its own network is probably the cause"
    }
    return sentence + "."
  }

  private static func absent(_ ruling: Ruling) -> String {
    let sorted = ruling.sorted
    let held = ruling.dissents.filter(\.isEntry)
    var text = "The \(sorted.noun) is missing: "
    if let target = sorted.chain.last {
      let end =
        sorted.without.contains { $0.answer.outcome == .nxdomain } ? "does not exist" : "has no \(sorted.recordNoun)"
      text += "the name is a CNAME to \(target), which \(end)"
    } else {
      let outcomes = Set(sorted.without.map(\.answer.outcome))
      let said =
        outcomes.count > 1
        ? "NXDOMAIN or no \(sorted.recordNoun)"
        : outcomes.contains(.nxdomain) ? "NXDOMAIN" : "that there is no \(sorted.recordNoun)"
      text += "\(everyone(sorted)) \(verb(sorted, "says", "say")) \(said)"
    }
    if !held.isEmpty { text += "; \(CacheRules.whoHolds(held, "the old \(sorted.noun)", now: sorted.look.at))" }
    return text
  }

  private static func published(_ ruling: Ruling) -> String {
    let sorted = ruling.sorted
    var notes: [String] = []
    if !sorted.failing.isEmpty {
      notes.append("\(Phrase.clause(sorted.failing.map(\.name), "gives", "give")) no answer")
    }
    notes += ruling.dissents.map { note($0, sorted) }
    let failed = sorted.caches.filter { $0.failure != nil }
    if !failed.isEmpty { notes.append("\(Phrase.clause(failed.map(\.name), "gives", "give")) no answer") }
    if sorted.blockedWalk != nil { notes.append("only the resolvers can be asked from this machine") }
    let key = (ruling.key?.summary ?? "The \(sorted.noun) is published").asClause
    return notes.isEmpty ? key : key + "; but " + Phrase.list(notes, limit: 3)
  }

  /// What one cache has in the place of the key.
  private static func note(_ dissent: CacheDissent, _ sorted: SortedLook) -> String {
    let end = dissent.until.map { " (until \(Phrase.time($0, now: sorted.look.at)))" } ?? ""
    let what =
      switch (dissent.reason, dissent.holding) {
      case (.entry, .absence): "still has no \(sorted.noun)"
      case (.entry, _): "still has an older record"
      case (.expired, _): "serves an expired answer"
      case (.ownZone, .absence), (.ownAnswer, .absence): "says that there is no \(sorted.noun)"
      case (.ownZone, _), (.ownAnswer, _): "gives another answer"
      }
    return "\(dissent.source.name) \(what)\(end)"
  }

  private static func whoValidates(_ sorted: SortedLook) -> String {
    sorted.look.key.isKey ? "Validating receivers get no key" : "Validating resolvers get no \(sorted.noun)"
  }

  /// `The name servers of example.org do not answer`.
  private static func silentServers(_ sorted: SortedLook) -> String {
    let names = sorted.sources.filter(\.isAuthoritative).map(\.server.server).withoutRepeats
    let zone = sorted.failing.first?.server.zone ?? sorted.zone
    return switch names.count {
    case 0: "The name servers of \(zone) cannot be asked"
    case 1: "The name server of \(zone) does not answer"
    default: "The name servers of \(zone) do not answer"
    }
  }

  private static func unreachable(_ sorted: SortedLook) -> String {
    if let looping = sorted.broken.first {
      return
        "The \(sorted.noun) cannot be retrieved: the CNAMEs at \(looping.server.question) form a loop, or a chain without end"
    }
    if sorted.isBogusWhereValidated {
      return
        "\(whoValidates(sorted)): DNSSEC validation of \(sorted.zone) fails at \(Wording.names(sorted.bogus))"
    }
    guard sorted.hasAuthoritativeView else {
      return
        "The \(sorted.noun) cannot be retrieved: \(Phrase.list(sorted.failing.map { "\($0.name) \($0.failure.map(Wording.predicate) ?? "gives no answer")" }))"
    }
    if sorted.sources.isEmpty, let walk = sorted.walkFailures.first {
      return
        "The \(sorted.noun) cannot be retrieved: the search for the zone's name servers ended at \(walk.zone) (\(walk.failure.result))"
    }
    if sorted.failingThemselves.isEmpty, let target = sorted.chain.last {
      return
        "The \(sorted.noun) cannot be retrieved: the name is a CNAME to \(target), and no server of its zone answers"
    }
    let failures = sorted.failing.compactMap(\.failure).map(\.result).withoutRepeats
    return
      "The \(sorted.noun) cannot be retrieved: no name server of \(sorted.failing.first?.server.zone ?? sorted.zone) answers (\(Phrase.list(failures)))"
  }

  /// `all 4 name servers of domain.com`, `both name servers …`, `ns1 (192.0.2.1)`, `all 3 views`.
  private static func everyone(_ sorted: SortedLook) -> String {
    let sources = sorted.answering
    let isZone = sorted.hasAuthoritativeView && !sorted.standsIn
    let names = (isZone ? sources.map(\.server.server) : sources.map(\.view)).withoutRepeats
    let zones = sources.compactMap(\.server.zone).withoutRepeats
    if zones.count > 1 { return Wording.names(sources) }
    let of = isZone ? "name servers of \(zones.first ?? sorted.zone)" : "views"
    switch names.count {
    case 1: return sources.count == 1 ? Wording.names(sources) : names[0]
    case 2: return sorted.failing.isEmpty ? "both \(of)" : "2 \(of)"
    default: return sorted.failing.isEmpty ? "all \(names.count) \(of)" : "\(names.count) \(of)"
    }
  }

  private static func verb(_ sorted: SortedLook, _ one: String, _ many: String) -> String {
    let isZone = sorted.hasAuthoritativeView && !sorted.standsIn
    let names = isZone ? sorted.answering.map(\.server.server) : sorted.answering.map(\.view)
    return names.withoutRepeats.count == 1 ? one : many
  }
}
