// Conditions on the key itself: receivers can use it, and it is the one that the signer will sign with.

internal import Model
internal import Phrasing

extension Gate {
  static let keyConditions: [ConditionRow] = [usable, meant]

  private static let usable = ConditionRow("key-usable", "receivers can use the key") { reading in
    let texts = reading.texts
    guard let first = texts.first else { return .notYet("there is no record yet") }
    for (holding, places) in texts where !holding.isUsable {
      let evidence = places.prefix(2).map(\.evidence)
      if holding.state == .revoked {
        return .failed(
          "the key of selector \(reading.gate.new) is revoked: p= is empty",
          remedy: "Publish the new public key in p=.",
          evidence: evidence)
      }
      return .failed(
        "the record of selector \(reading.gate.new) cannot be used: \((holding.fault ?? "no receiver accepts it").asClause)",
        remedy: "Fix the record; 'selectord key' lists everything that is wrong with it.", evidence: evidence)
    }
    return .met(first.holding.key.map(Wording.key) ?? "a usable key")
  }

  private static let meant = ConditionRow("key-matches", "it is the key that the signer will use") { reading in
    guard let expected = reading.gate.expected else { return nil }
    guard let key = reading.key, !key.revoked else { return .notYet("there is no key to compare yet") }
    if reading.texts.allSatisfy({ $0.holding.key.map { expected.fingerprints.contains($0.fingerprint) } ?? false }) {
      return .met("the key in DNS belongs to \(expected.form)")
    }
    let given = "\(expected.form) (\(expected.fingerprints.joined(separator: " or ")))"
    let stranger = reading.texts.first { text in
      text.holding.key.map { !expected.fingerprints.contains($0.fingerprint) } ?? true
    }
    let seen = stranger?.holding.key ?? key
    var text = "DNS has \(Wording.key(seen)) at selector \(reading.gate.new), but you gave \(given)"
    var remedy =
      "Publish the public half of the signer's key at \(reading.newName), or give the signer the key that belongs to "
      + "the record."
    if let old = reading.gate.old, let oldKey = reading.oldSummary {
      if oldKey.fingerprint == seen.fingerprint {
        text += "; the key in DNS is that of the old selector \(old)"
        remedy = "Publish the new key at \(reading.newName): the record there is a copy of the one at \(old)."
      } else if expected.fingerprints.contains(oldKey.fingerprint) {
        text += "; that is the key of the old selector \(old)"
        remedy = "Give the signer the private key that belongs to \(reading.gate.new), not that of \(old)."
      }
    }
    return .failed(text, remedy: remedy, evidence: (stranger?.places ?? []).prefix(1).map(\.evidence))
  }
}
