// Rules on RSA keys that anybody can break: arithmetic finds the primes, and with them the private key.

internal import Model
internal import Syntax

private let remedy =
  "The key is compromised. Make a new key of 2048 bits with current software (OpenSSL) under a new selector now, switch "
  + "signing to it, and revoke this one with an empty p=."

let weaknessRules: [KeyRule] = [
  .key(
    "key-private-known", .critical,
    summary: "The private half of this key is public: it is printed in a document or in a program's tests.",
    remedy: "The key was compromised before it was published. Make a key of your own under a new selector now, switch "
      + "signing to it, and revoke this one with an empty p=.",
    source: "RFC 6376, section 8.3",
    { record in
      record.summary.flatMap { key in
        PublishedKeys.sources[key.fingerprint].map { Observation("\(key.fingerprint) is in \($0)") }
      }
    }),
  weakness(
    "key-small-factor",
    summary: "A small prime divides the modulus: either the key is a damaged copy, or anybody can break it.",
    remedy:
      "Compare the record with the key file: such a modulus is often a damaged copy. If they are equal, the key is "
      + "compromised: make a new one of 2048 bits with current software (OpenSSL) under a new selector, and revoke this "
      + "one.",
    source: "FIPS 186-5, appendix A.1",
    { modulus, _ in modulus.smallFactor.map { Observation("\($0) divides the modulus") } }),
  .any(
    "key-prime-known", .critical,
    summary: "One prime of the key is in many keys on the internet and known: anybody can compute the private key.",
    remedy:
      "The key is compromised, and whatever made it had no good random numbers. Make a new key of 2048 bits on another "
      + "machine under a new selector now, switch signing to it, and revoke this one with an empty p=.",
    source: "Heninger et al., Mining Your Ps and Qs (2012); primes collected by badkeys",
    { reading in
      let divisor: String? =
        switch reading.relations.knownPrime {
        case .untested: reading.modulus.flatMap(KnownPrimes.divisor(of:))?.shortened
        case .testedElsewhere: nil
        case .divides(let prime): prime
        }
      return divisor.map { Observation("\($0) divides the modulus") }
    }),
  weakness(
    "key-primes-close",
    summary: "The two primes of the key are so close together that anybody can find them (Fermat's method).",
    remedy: remedy, source: "CVE-2022-26320; FIPS 186-5, appendix A.1.3",
    { modulus, _ in
      guard let factors = FermatFactors(of: modulus.number, modulus.remainders) else { return nil }
      if factors.smaller == factors.larger {
        return Observation(
          "the modulus is the square of \(factors.smaller.shortened)",
          text: "The modulus is a square: anybody can find the private key by taking its root.")
      }
      let found =
        "found in \(counted(factors.steps + 1, "step")): p = \(factors.larger.shortened), "
        + "q = \(factors.smaller.shortened)"
      return factors.ratio == (1, 1)
        ? Observation(found)
        : Observation(
          "\(found), p is close to q · \(factors.ratio.0)/\(factors.ratio.1)",
          text: "One prime of the key was made from the other, so that anybody can find both.")
    }),
  weakness(
    "key-roca",
    summary: "The key was made by a faulty library in Infineon chips: its private key can be computed (ROCA).",
    remedy: "The key is compromised. Make a new key with other software, or on a chip with fixed firmware, under a new "
      + "selector now, switch signing to it, and revoke this one with an empty p=.",
    source: "CVE-2017-15361",
    { modulus, _ in
      ROCAFingerprint.marks(modulus.number, modulus.remainders)
        ? Observation("the modulus is a power of 65537 modulo all primes up to 167") : nil
    }),
  weakness(
    "key-private-exponent-small",
    summary:
      "The private exponent can be computed from the public one (Wiener's attack): anybody can sign with this key.",
    remedy: remedy, source: "RFC 8017, section 3.2; FIPS 186-5, appendix A.1.1",
    { modulus, key in
      WienerAttack.find(modulus: modulus.number, exponent: Natural(key.exponent)).map {
        Observation("the private exponent is \($0.shortened)")
      }
    }),
  weakness(
    "key-modulus-patterned",
    summary: "The modulus follows a pattern: its primes are not random, and can probably be computed.",
    remedy: remedy, source: "FIPS 186-5, appendix A.1",
    { modulus, _ in
      guard modulus.smallFactor == nil, case .throughout(let percent)? = BitBias(of: modulus.number) else { return nil }
      return Observation("\(percent) % of its bits are 1; random primes give about 50 %")
    }),
  weakness(
    "key-modulus-chosen", .warning,
    summary: "The upper half of the modulus holds a chosen text or picture; the key was made by unusual software.",
    remedy:
      "Make the next key with common software (OpenSSL): nobody can see whether the primes of this one are random.",
    source: "FIPS 186-5, appendix A.1",
    { modulus, _ in
      guard modulus.smallFactor == nil, case .upperHalf(let percent)? = BitBias(of: modulus.number) else { return nil }
      return Observation("\(percent) % of its bits are 1, but about 50 % of those in the lower half")
    }),
]

/// A rule on the numbers of an RSA key. It is not asked about numbers that no key can have, which have rules of their
/// own, nor about those too long for a receiver.
private func weakness(
  _ id: String, _ severity: Severity = .critical, summary: String, remedy: String, source: String,
  _ look: @escaping @Sendable (_ modulus: TestedModulus, _ key: RSAKey) -> Observation?
) -> KeyRule {
  .any(id, severity, summary: summary, remedy: remedy, source: source) { reading in
    guard let modulus = reading.modulus, let key = reading.subject.rsa else { return nil }
    return look(modulus, key)
  }
}

extension Natural {
  /// In decimal, from both ends where it is long.
  var shortened: String {
    let digits = decimal
    return digits.utf8.count > 24 ? "\(digits.prefix(10))…\(digits.suffix(6))" : digits
  }
}
