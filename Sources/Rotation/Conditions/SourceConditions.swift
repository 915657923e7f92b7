// Conditions on the zone's own servers: each of them has the record, and all the same.

internal import Model
internal import Phrasing

extension Gate {
  static let sourceConditions: [ConditionRow] = [everyServerHasIt, sameEverywhere]

  private static let everyServerHasIt = ConditionRow("served-everywhere", "every server of the zone has the record") {
    reading in
    if reading.gate.sourceViews.isEmpty {
      return .failed(
        "no view asks the zone's own servers",
        remedy: "Ask the view 'authoritative' too: the answers of caches prove nothing.")
    }
    let total = reading.sources.count
    if reading.sources.isEmpty {
      return .notYet(
        reading.newKey.walkFailure?.text ?? "no server of the zone was reached")
    }
    if reading.with.count == total {
      return .met("\(reading.newName) is at \(Wording.share(total, total)) of the servers of \(reading.zone)")
    }
    return reading.everybodyLacks ?? reading.someRefuse ?? reading.someLack ?? reading.someAreSilent
  }

  private static let sameEverywhere = ConditionRow("same-everywhere", "all servers give the same text") { reading in
    let texts = reading.texts
    guard let most = texts.first else { return .notYet("there is no record yet") }
    if texts.count == 1 {
      return .met(
        most.holding.records.count == 1 ? "one text" : "the same \(most.holding.records.count) records",
        evidence: most.places.prefix(1).map(\.evidence))
    }
    let others = texts.dropFirst().flatMap(\.places)
    let evidence = texts.flatMap { $0.places.prefix(2) }.map(\.evidence)
    let text =
      "\(Wording.clause(others, "gives", "give")) another text than \(Wording.names(most.places))"
    if reading.lag(others, behind: most.places) || reading.lag(most.places, behind: others) {
      return .notYet(
        text + ", and \(Phrase.agreeing(others.count, "does", "do")) not have the latest serial of the zone yet",
        evidence: evidence)
    }
    return .failed(
      text, remedy: "Publish the same record at all servers; those with another serial must transfer the zone.",
      evidence: evidence)
  }
}

extension GateReading {
  fileprivate var everybodyLacks: ConditionFact? {
    guard !answering.isEmpty, with.isEmpty else { return nil }
    return .failed(
      "no server of \(zone) has a TXT record at \(newName)", remedy: "Publish the record of selector \(gate.new).",
      evidence: without.prefix(4).map(\.evidence))
  }

  /// Failures that do not go away by themselves.
  fileprivate var someRefuse: ConditionFact? {
    let refusing = failing.filter { $0.endpoint == nil || [.refused, .lame, .malformed].contains($0.failure) }
    guard !refusing.isEmpty, !answering.isEmpty || refusing.count == failing.count else { return nil }
    let results = refusing.map { $0.failure?.result ?? "" }
    let what = refusing.allSatisfy { $0.endpoint == nil } ? "no address" : Phrase.list(Set(results).sorted())
    return .failed(
      "\(Wording.clause(refusing, "gives", "give")) no answer for the zone: \(what)",
      remedy: "Make \(Phrase.agreeing(refusing.count, "that server", "those servers")) serve \(zone), or remove "
        + "\(Phrase.agreeing(refusing.count, "it", "them")) from the delegation.",
      evidence: refusing.prefix(4).map(\.evidence))
  }

  fileprivate var someLack: ConditionFact? {
    guard !without.isEmpty else { return nil }
    let evidence = without.prefix(4).map(\.evidence)
    let text =
      "\(Wording.clause(without, "has", "have")) no record yet; \(with.count) of \(sources.count) "
      + Phrase.agreeing(with.count, "has it", "have it")
    if lag(without, behind: with) {
      return .notYet(text + ", and the zone there has an older serial", evidence: evidence)
    }
    return .failed(
      "\(Wording.clause(without, "has", "have")) no record, though the serial there is not older than at the servers "
        + "that have it",
      remedy: "Publish the record at every server: servers with the same serial have different zones.",
      evidence: evidence)
  }

  fileprivate var someAreSilent: ConditionFact? {
    let words = Set(failing.compactMap { $0.failure?.result }).sorted()
    return .notYet(
      "\(Wording.clause(failing, "gives", "give")) no usable answer: \(Phrase.list(words))",
      evidence: failing.prefix(4).map(\.evidence))
  }

  /// Whether all of some servers have an older version of the zone than one of the others (RFC 1982).
  fileprivate func lag(_ places: [KeyMemory.Place], behind others: [KeyMemory.Place]) -> Bool {
    let newest = others.compactMap(\.serial)
    guard !newest.isEmpty else { return false }
    return places.allSatisfy { place in
      guard let serial = place.serial else { return false }
      return newest.contains { Int32(bitPattern: $0 &- serial) > 0 }
    }
  }
}
