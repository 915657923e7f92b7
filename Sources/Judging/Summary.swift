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
        sorted.hasAuthoritativeView && !sorted.standsIn ? DisagreementRules.whoDisagrees(sorted) : "The views"
      sentence = "\(who) contradict each other: \(DisagreementRules.camps(of: sorted))"
    case .unusable:
      sentence =
        "No receiver can use the record at \(sorted.name): \((ruling.key?.summary ?? "it is invalid").asClause)"
    case .revoked: sentence = "The key is revoked: \(everyone(sorted)) \(verb(sorted, "serves", "serve")) an empty p="
    case .notPinned:
      sentence = "Another key than the pinned one is published: \(ruling.key.map { ($0.summary).asClause } ?? "")"
    case .bogus:
      sentence =
        "Validating receivers get no key: DNSSEC validation of \(sorted.zone) fails at \(Wording.names(sorted.bogus))"
    case .published:
      sentence = published(ruling)
    case .heldByCaches:
      let last = CacheRules.clocks(for: ruling).map(\.clock.until).max()
      sentence =
        "No name server of \(sorted.zone) answers; caches hold the key"
        + (last.map { " until \(Phrase.time($0, now: sorted.look.at))" } ?? "")
    case .unreachable:
      sentence = unreachable(sorted)
    case .ownLink:
      sentence =
        "Nothing can be reached from here, neither resolvers nor name servers; the fault is probably on this side"
    }
    return sentence + "."
  }

  private static func absent(_ ruling: Ruling) -> String {
    let sorted = ruling.sorted
    let held = CacheRules.clocks(for: ruling).filter { $0.clock.holding == .key }
    var text = held.isEmpty ? "The key is missing: " : "The key is gone: "
    if let target = sorted.chain.last {
      let end = sorted.without.contains { $0.answer.outcome == .nxdomain } ? "does not exist" : "has no TXT record"
      text += "the name is a CNAME to \(target), which \(end)"
    } else {
      let outcomes = Set(sorted.without.map(\.answer.outcome))
      let said =
        outcomes.count > 1
        ? "NXDOMAIN or no TXT record" : outcomes.contains(.nxdomain) ? "NXDOMAIN" : "that there is no TXT record"
      text += "\(everyone(sorted)) \(verb(sorted, "says", "say")) \(said)"
    }
    if let last = held.map(\.clock.until).max() {
      text +=
        "; \(Wording.names(held.map(\.source))) still \(held.count == 1 ? "serves" : "serve") the old key until \(Phrase.time(last, now: sorted.look.at))"
    }
    return text
  }

  private static func published(_ ruling: Ruling) -> String {
    let sorted = ruling.sorted
    var notes: [String] = []
    if !sorted.failing.isEmpty {
      notes.append("\(Wording.names(sorted.failing)) \(sorted.failing.count == 1 ? "gives" : "give") no answer")
    }
    for (source, clock) in CacheRules.clocks(for: ruling) {
      let what = clock.holding == .absence ? "still has no key" : "still has an older record"
      notes.append("\(source.name) \(what) (until \(Phrase.time(clock.until, now: sorted.look.at)))")
    }
    let failed = sorted.caches.filter { $0.failure != nil }
    if !failed.isEmpty { notes.append("\(Wording.names(failed)) \(failed.count == 1 ? "gives" : "give") no answer") }
    let key = (ruling.key?.summary ?? "The key is published").asClause
    return notes.isEmpty ? key : key + "; but " + Phrase.list(notes, limit: 3)
  }

  private static func unreachable(_ sorted: SortedLook) -> String {
    if let looping = sorted.broken.first {
      return "The key cannot be had: the CNAMEs at \(looping.server.question) lead in a circle, or on without end"
    }
    if sorted.isBogusWhereValidated {
      return
        "Validating receivers get no key: DNSSEC validation of \(sorted.zone) fails at \(Wording.names(sorted.bogus))"
    }
    guard sorted.hasAuthoritativeView else {
      return
        "The key cannot be had: \(Phrase.list(sorted.failing.map { "\($0.name) \($0.failure.map(Wording.predicate) ?? "gives nothing")" }))"
    }
    if sorted.sources.isEmpty, let walk = sorted.walkFailures.first {
      return
        "The key cannot be had: the walk to the zone's servers ended at \(walk.zone) (\(walk.failure.result))"
    }
    if sorted.failingThemselves.isEmpty, let target = sorted.chain.last {
      return "The key cannot be had: the name is a CNAME to \(target), and no server of its zone answers"
    }
    let failures = sorted.failing.compactMap(\.failure).map(\.result).withoutRepeats
    return
      "The key cannot be had: no name server of \(sorted.failing.first?.server.zone ?? sorted.zone) answers (\(Phrase.list(failures)))"
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

  /// The sentence on a missing key, where it is known to have been there.
  package static func knowingThatItWasThere(_ summary: String) -> String {
    let start = "The key is missing:"
    return summary.hasPrefix(start) ? "The key is gone:" + summary.dropFirst(start.count) : summary
  }
}
