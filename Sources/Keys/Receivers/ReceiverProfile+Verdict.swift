// From what a receiver makes of each record alone to what it makes of all of them.

internal import Model
internal import Syntax

extension ReceiverProfile {
  typealias Opinion = (verdict: ReceiverOpinion.Verdict, reason: String)

  /// - Parameters:
  ///   - outcomes: of each different text.
  ///   - keys: the keys that the texts hold; mail is signed with one of them.
  func verdict(_ outcomes: [ReceiverOutcome], keys: Set<ReceiverKey>) -> Opinion {
    guard outcomes.count > 1 else { return outcomes.first.map(alone) ?? reject(.noRecord) }
    switch choice {
    case .only: return reject(.severalRecords(outcomes.count))
    case .first: return whichever(outcomes, keys, "It uses the first record of the answer")
    case .firstUsable:
      let usable = outcomes.filter(\.isKey)
      return usable.isEmpty
        ? alone(outcomes[0]) : whichever(usable, keys, "It uses the first record of the answer that gives a key")
    case .firstLikely:
      let likely = outcomes.filter(\.isCandidate)
      return likely.isEmpty
        ? (.temporary, Objection.foreignRecords.sentence)
        : whichever(likely, keys, "It uses the first record of the answer that may be a key record")
    case .onlyKeyRecord: return onlyKeyRecord(outcomes, keys)
    }
  }

  private func onlyKeyRecord(_ outcomes: [ReceiverOutcome], _ keys: Set<ReceiverKey>) -> Opinion {
    let claimed = outcomes.filter(\.isCandidate)
    let sound = claimed.filter(\.isSound)
    let broken = claimed.filter { !$0.isSound }
    if let fault = broken.first, sound.count < 2 { return alone(fault) }
    if !broken.isEmpty {
      return (.intermittent, "It fails for good or for now, depending on the order of the answer.")
    }
    if sound.count > 1 { return (.temporary, Objection.severalKeyRecords.sentence) }
    return sound.first.map(alone) ?? (.temporary, Objection.foreignRecords.sentence)
  }

  /// What one record alone leads to.
  private func alone(_ outcome: ReceiverOutcome) -> Opinion {
    switch outcome.result {
    case .key(_, isTesting: true) where values.testing == .unsigned: return (.unsigned, Objection.testing.sentence)
    case .key(let key, _): return (.accept, key.sentence)
    case .objection(let objection):
      if outcome.isExcused { return (.unsigned, "\(objection.sentence.dropLast()), which t=y excuses.") }
      switch choice {
      case .firstLikely where !outcome.isCandidate: return (.temporary, Objection.foreignRecords.sentence)
      case .firstLikely where objection == .emptyRecord: return (.temporary, objection.sentence)
      case .onlyKeyRecord where !outcome.isCandidate:
        return (.temporary, "It does not accept the text as a key record: \(objection.sentence.uncapitalized)")
      default: return reject(objection)
      }
    }
  }

  /// The first of the answer decides, and any may be the first.
  private func whichever(_ outcomes: [ReceiverOutcome], _ keys: Set<ReceiverKey>, _ rule: String) -> Opinion {
    let opinions = outcomes.map(alone)
    guard let first = opinions.first else { return reject(.noRecord) }
    if opinions.contains(where: { $0.verdict != first.verdict }) {
      return (.intermittent, "\(rule), and not all of them give the key.")
    }
    if first.verdict == .accept, keys.count > 1, outcomes.count > 1 {
      return (.intermittent, "\(rule), and they hold different keys.")
    }
    return first
  }

  private func reject(_ objection: Objection) -> Opinion { (.reject, objection.sentence) }
}

extension ReceiverOutcome {
  /// Whether the record parses, whatever it is good for.
  fileprivate var isSound: Bool {
    switch result {
    case .key: true
    case .objection(.revoked), .objection(.hash), .objection(.service), .objection(.algorithm), .objection(.short): true
    case .objection: false
    }
  }
}

extension ReceiverKey {
  var sentence: String {
    switch self {
    case .rsa(let modulus, let exponent):
      "It reads the RSA key of \(RSAKey(modulus: modulus, exponent: exponent).bits) bits."
    case .ed25519: "It reads the Ed25519 key."
    }
  }
}

extension String {
  /// With its first letter in lower case, save that of a name.
  fileprivate var uncapitalized: String {
    guard let first, dropFirst().first?.isUppercase == false, !hasPrefix("It ") else { return self }
    return first.lowercased() + dropFirst()
  }
}
