// Causes: keys that are too weak, broken already, or too large for receivers.

internal import Judging
internal import Model

extension RecordCauses {
  /// A row on the numbers of a key: no other text of the record mends them.
  private static func number(
    _ id: String, _ rules: [String], _ summary: String, cause: String, because: String, remedy: String,
    certainty: Diagnosis.Certainty = .certain
  ) -> CauseRule {
    CauseRule(id, summary, remedy: remedy) { facts in
      guard let finding = found(rules, in: facts) else { return nil }
      return Cause(
        text: "The key at \(facts.name) \(cause).", certainty: min(certainty, confidence(facts)),
        because: "\(because) (\(finding.rule))", evidence: evidence(finding), repair: .instruction(remedy))
    }
  }

  private static let renewal =
    "Make a new key of 2048 bits under a new selector, publish it, switch signing to it, and then revoke this one with an "
    + "empty p=."

  static let strength: [CauseRule] = [
    number(
      "key-private-half-known", ["key-private-known"], "The private half of the key is published.",
      cause: "is one whose private half is published: anybody can sign with it",
      because: "its fingerprint is that of a key that was published with its private half", remedy: renewal),
    row(
      "key-modulus-broken", ["key-small-factor"],
      "The modulus cannot be that of a sound RSA key: it was damaged in copying, or made badly.",
      remedy:
        "Compare the record with the key file of the signer (openssl pkey -in FILE -pubout), and copy it again. If they "
        + "are equal, the key is broken: make a new one of 2048 bits under a new selector.",
      cause:
        "holds a modulus that no sound RSA key has: a character of it was changed in copying, or the key was made badly",
      because: "a small number divides the modulus", certainty: .likely),
    number(
      "key-breakable",
      [
        "key-shared-prime", "key-prime-known", "key-primes-close", "key-roca", "key-private-exponent-small",
        "key-modulus-patterned", "key-exponent-unusable",
      ], "Anybody can compute the private key from the public one.",
      cause: "was made badly, so that anybody can compute its private half and sign with it",
      because: "its numbers give it away", remedy: renewal),
    number(
      "key-size-insufficient", ["key-too-small", "key-weak", "key-below-minimum"], "The key is too small.",
      cause: "is an RSA key of fewer bits than receivers want, or than is safe",
      because: "2048 bits are advised, and less than 1024 must not be accepted", remedy: renewal),
    number(
      "key-size-excessive", ["key-large", "key-excessive"], "The key is larger than receivers accept.",
      cause: "is an RSA key of more bits than receivers have to accept",
      because: "they need not accept more than 4096 bits", remedy: renewal),
  ]
}
