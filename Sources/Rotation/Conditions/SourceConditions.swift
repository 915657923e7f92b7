// Conditions on the zone's own servers: each of them has the record, and all the same.

internal import Model

extension Gate {
  static let sourceConditions: [ConditionRow] = [everyServerHasIt, sameEverywhere]

  private static let everyServerHasIt = ConditionRow("served-everywhere", "every server of the zone has the record") {
    reading in
    if reading.gate.sourceViews.isEmpty {
      return .failed(
        "no view asks the zone's own servers",
        remedy: "Ask the view 'authoritative' too: what caches hold proves nothing.")
    }
    let total = reading.sources.count
    if reading.sources.isEmpty {
      return .notYet(
        reading.newKey.walkFailure?.text ?? "no server of the zone was reached")
    }
    if reading.with.count == total {
      return .met("\(reading.newName) is at \(total) of \(Wording.addresses(total)) of the servers of \(reading.zone)")
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
      "\(Wording.names(others)) \(others.count == 1 ? "gives" : "give") another text than \(Wording.names(most.places))"
    if reading.lag(others, behind: most.places) || reading.lag(most.places, behind: others) {
      return .notYet(text + ", and has not the latest serial of the zone yet", evidence: evidence)
    }
    return .failed(
      text, remedy: "Publish the same record at all servers; those with another serial have to transfer the zone.",
      evidence: evidence)
  }
}

extension GateReading {
  fileprivate var everybodyLacks: ConditionFact? {
    guard !answering.isEmpty, with.isEmpty else { return nil }
    return .failed(
      "no server of \(zone) has a TXT record at \(newName)", remedy: "Publish the record of \(gate.new).",
      evidence: without.prefix(4).map(\.evidence))
  }

  /// Failures that do not go away by themselves.
  fileprivate var someRefuse: ConditionFact? {
    let refusing = failing.filter { $0.endpoint == nil || [.refused, .lame, .malformed].contains($0.failure) }
    guard !refusing.isEmpty, !answering.isEmpty || refusing.count == failing.count else { return nil }
    let deeds = refusing.map { $0.failure?.result ?? "" }
    let what = refusing.allSatisfy { $0.endpoint == nil } ? "no address" : Wording.list(Array(Set(deeds)).sorted())
    return .failed(
      "\(Wording.names(refusing)) \(refusing.count == 1 ? "serves" : "serve") nothing: \(what)",
      remedy: "Make \(refusing.count == 1 ? "that server" : "those servers") serve \(zone), or take "
        + "\(refusing.count == 1 ? "it" : "them") out of the delegation.", evidence: refusing.prefix(4).map(\.evidence))
  }

  fileprivate var someLack: ConditionFact? {
    guard !without.isEmpty else { return nil }
    let evidence = without.prefix(4).map(\.evidence)
    let text =
      "\(Wording.names(without)) \(without.count == 1 ? "has" : "have") no record yet, \(with.count) of \(sources.count) have it"
    if lag(without, behind: with) {
      return .notYet(text + "; the zone there has an older serial", evidence: evidence)
    }
    return .failed(
      "\(Wording.names(without)) \(without.count == 1 ? "has" : "have") no record, though the serial is not older than at "
        + "those that have it",
      remedy: "Publish the record at every server: the zone differs between servers that claim the same version.",
      evidence: evidence)
  }

  fileprivate var someAreSilent: ConditionFact? {
    let words = Set(failing.compactMap { $0.failure?.result }).sorted()
    return .notYet(
      "\(Wording.names(failing)) \(failing.count == 1 ? "does" : "do") not tell whether the record is there: "
        + Wording.list(words), evidence: failing.prefix(4).map(\.evidence))
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
