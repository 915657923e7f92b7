// Conditions on the old key: what was signed with it must be verifiable until it has arrived.

internal import Model

extension Gate {
  static let oldKeyConditions: [ConditionRow] = [stillPublished]

  private static let stillPublished = ConditionRow("old-published", "the old key is still published") { reading in
    guard let old = reading.gate.old, let name = reading.oldName else { return nil }
    let sources = (reading.oldKey?.places ?? []).filter(\.isAuthoritative)
    guard !sources.isEmpty else {
      return .notYet(reading.oldKey?.walkFailure?.text ?? "no server was asked for \(name) yet")
    }
    let lost = sources.filter { $0.failure == nil && !($0.holding?.isUsable ?? false) }
    if let first = lost.first {
      let what =
        switch first.holding?.state {
        case .revoked: "is revoked"
        case .missing, nil: "is missing"
        default: "can no longer be used"
        }
      let place = lost.count == sources.count ? "" : " at \(Wording.names(lost))"
      return .failed(
        "the key of selector \(old) \(what)\(place)",
        remedy: "Publish the record of selector \(old) again: mail signed with it is still on its way.",
        evidence: lost.prefix(4).map(\.evidence))
    }
    let silent = sources.filter { $0.failure != nil }
    if silent.count == sources.count {
      return .notYet(
        "no server says whether \(name) is still there", evidence: silent.prefix(4).map(\.evidence))
    }
    return .met("\(name) is at \(Wording.share(sources.count - silent.count, sources.count))")
  }
}
