// Conditions on caches: those that are seen have the key, and those that nobody sees can hold nothing older.

internal import Model
internal import Phrasing

extension Gate {
  static let cacheConditions: [ConditionRow] = [everyViewHasIt, nothingOlderIsCached]

  private static let everyViewHasIt = ConditionRow("seen-everywhere", "every view has the key") { reading in
    let views = reading.gate.cacheViews
    if views.isEmpty { return .met("no other view is configured") }
    let asked = reading.newKey.places.filter { !$0.isAuthoritative }
    let facts = views.map { name -> ConditionFact in
      guard let place = asked.first(where: { $0.view == name }) else {
        return .notYet("\(name) was not asked yet")
      }
      return reading.fact(of: place)
    }
    let worst = facts.first { $0.state == .failed }
    if let worst { return worst }
    let open = facts.filter { $0.state == .notYet }
    guard !open.isEmpty else {
      return .met(Phrase.clause(views, "gives", "give") + " the key")
    }
    let times = open.map(\.until)
    return .notYet(
      open.map(\.text.asClause).joined(separator: "; "),
      until: times.contains(nil) ? nil : times.compactMap { $0 }.max(), evidence: open.flatMap(\.evidence))
  }

  private static let nothingOlderIsCached = ConditionRow(
    "caches-cleared", "no cache anywhere can hold an older answer"
  ) { reading in
    guard reading.isComplete else {
      return .notYet("this is counted from the time when every server has the key")
    }
    let seconds = reading.newKey.negativeTTL ?? assumedNegativeTTL
    let clocks = reading.sources.map { ($0, $0.clearing(reading.newKey.negativeTTL)) }
    guard let last = clocks.max(by: { $0.1 < $1.1 }) else { return nil }
    let since = Wording.time(reading.completeSince)
    let why =
      switch last.0.before {
      case .unknown:
        "caches may keep an absence for \(Wording.duration(seconds)), and an older record for \(Wording.duration(last.0.ttl ?? 0))"
      case .absence: "caches may keep an absence for \(Wording.duration(max(last.0.beforeTTL ?? 0, seconds)))"
      case .other: "caches may keep the record before it for \(Wording.duration(last.0.beforeTTL ?? seconds))"
      }
    if last.1 <= reading.now {
      return .met("every server has had the key since \(since), and \(why)")
    }
    return .notYet("every server has had the key since \(since); \(why)", until: last.1)
  }
}

extension GateReading {
  /// The first look from which on every server was seen to have the key.
  var completeSince: Timestamp { sources.map(\.since).max() ?? now }

  /// What one recursive view says of the new key.
  fileprivate func fact(of place: KeyMemory.Place) -> ConditionFact {
    let evidence = [place.evidence]
    if let failure = place.failure {
      if failure == .bogus {
        return .failed(
          "\(place.name) rejects the answer: DNSSEC validation fails",
          remedy: "Fix the signatures of \(zone), or its DS record at the parent.", evidence: evidence)
      }
      return .notYet("\(place.name) gives no usable answer: \(failure.result)", evidence: evidence)
    }
    guard let holding = place.holding else {
      return .notYet("\(place.name) gives no usable answer", evidence: evidence)
    }
    let isSame = texts.contains { $0.holding.records == holding.records || $0.holding.isSameAnswer(as: holding) }
    if isSame, holding.state != .missing { return .met("\(place.name) gives the key") }
    if place.isAuthority, !with.isEmpty {
      return .failed(
        "\(place.name) answers from an internal zone (AA), and differently from the public servers",
        remedy: "Publish the record of selector \(gate.new) in the internal zone too.", evidence: evidence)
    }
    let isMissing = holding.state == .missing
    // A second after, when the entry is surely gone, in whole seconds.
    let until = place.ttl.map { Timestamp(seconds: place.answeredAt.seconds + Int64($0) + 2) }
    guard !with.isEmpty else {
      return .notYet(
        "\(place.name) has \(isMissing ? "no record" : "another record"), like the servers of the zone",
        evidence: evidence)
    }
    if let until, until <= now {
      return .notYet(
        "\(place.name) had \(isMissing ? "no record" : "another record") when it was last asked", until: now,
        evidence: evidence)
    }
    return .notYet(
      "\(place.name) still \(isMissing ? "answers that there is no record" : "gives another record")", until: until,
      evidence: evidence)
  }
}
