// Rules on the numbers of an RSA key.

internal import Model
internal import Syntax

let strengthRules: [KeyRule] = [
  .key(
    "key-too-small", .critical, .invalid,
    summary: "The RSA key is shorter than 1024 bits; receivers must not accept it.",
    remedy: "Make a key of 2048 bits under a new selector now: a key this short can be broken cheaply.",
    source: "RFC 8301, section 3.2",
    { record in record.rsa.flatMap { $0.bits < 1024 ? Observation("\($0.bits) bits") : nil } }),
  .key(
    "key-weak", .warning,
    summary: "The RSA key is shorter than 2048 bits.",
    remedy: "Plan a new key of 2048 bits under a new selector.",
    source: "RFC 8301, section 3.2",
    { record in record.rsa.flatMap { (1024..<2048).contains($0.bits) ? Observation("\($0.bits) bits") : nil } }),
  .key(
    "key-large", .warning,
    summary: "The RSA key is longer than 4096 bits; receivers do not have to accept it.",
    remedy: "Use 2048 bits. mail-auth and rspamd reject more than 8192 bits.",
    source: "RFC 8301, section 3.2",
    { record in record.rsa.flatMap { (4097...16_384).contains($0.bits) ? Observation("\($0.bits) bits") : nil } }),
  .key(
    "key-excessive", .critical, .invalid,
    summary: "The RSA key is longer than 16384 bits: OpenSSL rejects it, and so do most receivers.",
    remedy: "Use 2048 bits.",
    source: "RFC 8301, section 3.2",
    { record in record.rsa.flatMap { $0.bits > 16_384 ? Observation("\($0.bits) bits") : nil } }),
  .any(
    "key-below-minimum", .critical,
    summary: "The RSA key is smaller than this watch expects.",
    remedy: "Publish a key of the expected size under a new selector, or lower minimumBits.",
    source: "configuration: expect.minimumBits",
    { reading in
      guard let minimum = reading.minimumBits, let key = reading.subject.rsa, key.bits < minimum else { return nil }
      return Observation("\(key.bits) bits, expected at least \(minimum)")
    }),
  .key(
    "key-modulus-damaged", .critical, .invalid,
    summary: "No RSA key can have this modulus: part of the key is damaged.",
    remedy: "Copy the key again.",
    source: "RFC 8017, section 3.1",
    { record in
      guard let key = record.rsa else { return nil }
      if key.isNegative { return Observation("a negative number") }
      if key.bits == 0 { return Observation("the modulus is 0") }
      return key.modulus.last.map { $0 & 1 == 0 } == true ? Observation("the modulus is even") : nil
    }),
  .key(
    "key-modulus-uneven", .info,
    summary: "The size of the RSA key is not a multiple of 8: the key may be damaged or badly made.",
    remedy: "Compare the record with the key file; make a new key if they are equal.",
    source: "RFC 8017, section 3.1",
    { record in record.rsa.flatMap { $0.bits % 8 != 0 ? Observation("\($0.bits) bits") : nil } }),
  .key(
    "key-exponent-unusable", .critical, .invalid,
    summary: "The exponent of the RSA key makes the key useless.",
    remedy: "Make a new key with the exponent 65537 under a new selector.",
    source: "RFC 8017, section 3.1",
    { record in
      guard let key = record.rsa, !key.isNegative else { return nil }
      if key.exponent.isEmpty { return Observation("the exponent is 0") }
      if key.smallExponent == 1 {
        return Observation("the exponent is 1", text: "The exponent of the RSA key is 1: anybody can forge signatures.")
      }
      if key.exponent.last.map({ $0 & 1 == 0 }) == true { return Observation("the exponent is even") }
      return key.exponentReachesModulus ? Observation("the exponent is not below the modulus") : nil
    }),
  .key(
    "key-exponent-large", .warning,
    summary: "The exponent of the RSA key is so large that some receivers reject the key.",
    remedy: "Make a new key with the exponent 65537. mox and go-msgauth reject exponents above 2147483647.",
    source: "RFC 6376, section 3.3.1",
    { record in
      guard let key = record.rsa, key.exponent.last.map({ $0 & 1 == 1 }) == true, !key.isNegative,
        !key.exponentReachesModulus
      else { return nil }
      guard let exponent = key.smallExponent else { return Observation("an exponent of \(key.exponent.count) bytes") }
      return exponent > 2_147_483_647 ? Observation("the exponent is \(exponent)") : nil
    }),
  .key(
    "key-exponent-small", .warning,
    summary: "The exponent of the RSA key is smaller than 65537.",
    remedy: "Make a new key with the exponent 65537: small exponents have helped to forge signatures.",
    source: "RFC 6376, section 3.3.1",
    { record in
      record.rsa?.smallExponent.flatMap {
        $0 > 1 && $0 < 65_537 && $0 & 1 == 1 ? Observation("the exponent is \($0)") : nil
      }
    }),
  .key(
    "key-exponent-unusual", .info,
    summary: "The exponent of the RSA key is not 65537.",
    remedy: "Make the next key with the exponent 65537.",
    source: "RFC 6376, section 3.3.1",
    { record in
      record.rsa?.smallExponent.flatMap {
        $0 > 65_537 && $0 <= 2_147_483_647 && $0 & 1 == 1 ? Observation("the exponent is \($0)") : nil
      }
    }),
]
