// The one sentence that a judgement opens with.

internal import Model

enum Summary {
  static func sentence(for ruling: Ruling) -> String {
    let reading = ruling.reading
    let sentence: String
    switch ruling.row {
    case .absent: sentence = absent(ruling)
    case .disagreeing:
      let who =
        reading.hasAuthoritativeView && !reading.standsIn ? DisagreementRules.whoDisagrees(reading) : "The views"
      sentence = "\(who) contradict each other: \(DisagreementRules.camps(of: reading))"
    case .unusable:
      sentence =
        "No receiver can use the record at \(reading.name): \(unpunctuated(ruling.key?.summary ?? "it is invalid"))"
    case .revoked: sentence = "The key is revoked: \(everyone(reading)) \(verb(reading, "serves", "serve")) an empty p="
    case .notPinned:
      sentence = "Another key than the pinned one is published: \(ruling.key.map { unpunctuated($0.summary) } ?? "")"
    case .bogus:
      sentence =
        "Validating receivers get no key: DNSSEC validation of \(reading.zone) fails at \(Wording.names(reading.bogus))"
    case .published:
      sentence = published(ruling)
    case .heldByCaches:
      let last = CacheRules.clocks(for: ruling).map(\.clock.until).max()
      sentence =
        "No name server of \(reading.zone) answers; caches hold the key"
        + (last.map { " until \(Wording.time($0, now: reading.look.at))" } ?? "")
    case .unreachable:
      sentence = unreachable(reading)
    case .ownLink:
      sentence =
        "Nothing can be reached from here, neither resolvers nor name servers; the fault is probably on this side"
    }
    return sentence + "."
  }

  private static func absent(_ ruling: Ruling) -> String {
    let reading = ruling.reading
    let held = CacheRules.clocks(for: ruling).filter { $0.clock.holding == .key }
    var text = held.isEmpty ? "The key is missing: " : "The key is gone: "
    if let target = reading.chain.last {
      let end = reading.without.contains { $0.answer.outcome == .nxdomain } ? "does not exist" : "has no TXT record"
      text += "the name is a CNAME to \(target), which \(end)"
    } else {
      let outcomes = Set(reading.without.map(\.answer.outcome))
      let said =
        outcomes.count > 1
        ? "NXDOMAIN or no TXT record" : outcomes.contains(.nxdomain) ? "NXDOMAIN" : "that there is no TXT record"
      text += "\(everyone(reading)) \(verb(reading, "says", "say")) \(said)"
    }
    if let last = held.map(\.clock.until).max() {
      text +=
        "; \(Wording.names(held.map(\.source))) still \(held.count == 1 ? "serves" : "serve") the old key until \(Wording.time(last, now: reading.look.at))"
    }
    return text
  }

  private static func published(_ ruling: Ruling) -> String {
    let reading = ruling.reading
    var notes: [String] = []
    if !reading.failing.isEmpty {
      notes.append("\(Wording.names(reading.failing)) \(reading.failing.count == 1 ? "gives" : "give") no answer")
    }
    for (source, clock) in CacheRules.clocks(for: ruling) {
      let what = clock.holding == .absence ? "still has no key" : "still has an older record"
      notes.append("\(source.name) \(what) (until \(Wording.time(clock.until, now: reading.look.at)))")
    }
    let failed = reading.caches.filter { $0.failure != nil }
    if !failed.isEmpty { notes.append("\(Wording.names(failed)) \(failed.count == 1 ? "gives" : "give") no answer") }
    let key = unpunctuated(ruling.key?.summary ?? "The key is published")
    return notes.isEmpty ? key : key + "; but " + Wording.list(notes, limit: 3)
  }

  private static func unreachable(_ reading: Reading) -> String {
    if let looping = reading.broken.first {
      return "The key cannot be had: the CNAMEs at \(looping.server.question) lead in a circle, or on without end"
    }
    if reading.isBogusWhereValidated {
      return
        "Validating receivers get no key: DNSSEC validation of \(reading.zone) fails at \(Wording.names(reading.bogus))"
    }
    guard reading.hasAuthoritativeView else {
      return
        "The key cannot be had: \(Wording.list(reading.failing.map { "\($0.name) \($0.failure.map(Wording.deed) ?? "gives nothing")" }))"
    }
    if reading.sources.isEmpty, let walk = reading.walkFailures.first {
      return
        "The key cannot be had: the walk to the zone's servers ended at \(walk.zone) (\(walk.failure.result))"
    }
    if reading.failingThemselves.isEmpty, let target = reading.chain.last {
      return "The key cannot be had: the name is a CNAME to \(target), and no server of its zone answers"
    }
    let failures = reading.failing.compactMap(\.failure).map(\.result).withoutRepeats
    return
      "The key cannot be had: no name server of \(reading.failing.first?.server.zone ?? reading.zone) answers (\(Wording.list(failures)))"
  }

  /// `all 4 name servers of domain.com`, `both name servers …`, `ns1 (192.0.2.1)`, `all 3 views`.
  private static func everyone(_ reading: Reading) -> String {
    let sources = reading.answering
    let isZone = reading.hasAuthoritativeView && !reading.standsIn
    let names = (isZone ? sources.map(\.server.server) : sources.map(\.view)).withoutRepeats
    let zones = sources.compactMap(\.server.zone).withoutRepeats
    if zones.count > 1 { return Wording.names(sources) }
    let of = isZone ? "name servers of \(zones.first ?? reading.zone)" : "views"
    switch names.count {
    case 1: return sources.count == 1 ? Wording.names(sources) : names[0]
    case 2: return reading.failing.isEmpty ? "both \(of)" : "2 \(of)"
    default: return reading.failing.isEmpty ? "all \(names.count) \(of)" : "\(names.count) \(of)"
    }
  }

  private static func verb(_ reading: Reading, _ one: String, _ many: String) -> String {
    let isZone = reading.hasAuthoritativeView && !reading.standsIn
    let names = isZone ? reading.answering.map(\.server.server) : reading.answering.map(\.view)
    return names.withoutRepeats.count == 1 ? one : many
  }

  /// The sentence on a missing key, where it is known to have been there.
  static func knowingThatItWasThere(_ summary: String) -> String {
    let start = "The key is missing:"
    return summary.hasPrefix(start) ? "The key is gone:" + summary.dropFirst(start.count) : summary
  }

  /// Without the final dot, so that more can follow.
  static func unpunctuated(_ text: String) -> String {
    text.hasSuffix(".") ? String(text.dropLast()) : text
  }
}
