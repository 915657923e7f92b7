// The modulus of the RSA key in some records, for comparing it with those of other keys.

public import Model
internal import Syntax

/// A modulus that may share a prime with another one.
public struct Modulus: Hashable, Sendable {
  /// Big-endian, without leading zeros.
  let bytes: [UInt8]

  /// The modulus of the record that receivers would take. Nil where there is no RSA key, or one that is damaged or has
  /// a small factor: such numbers share small primes by chance, and have findings of their own.
  ///
  /// - Parameter records: the TXT records at the key name, at least one.
  public init?(_ records: [TextRecord]) {
    guard let modulus = KeyReading(records).comparedModulus else { return nil }
    self = modulus
  }

  /// The same by way of a judgement that may be kept.
  public init?(_ records: [TextRecord], _ judgements: KeyJudgements) {
    let question = KeyJudgementCache.Question(records, relations: KeyRelations(knownPrime: .testedElsewhere))
    guard let judged = judgements.kept(question) else {
      self.init(records)
      return
    }
    guard let modulus = judged.identity.modulus else { return nil }
    self = modulus
  }

  init(_ number: Natural) { bytes = number.bytes }

  /// The same for records of which it is known that theirs can be compared.
  init?(untested records: [TextRecord]) {
    guard let key = KeyReading.subject(of: records).rsa else { return nil }
    bytes = Array(key.modulus)
  }

  var number: Natural { Natural(bytes) }
}

/// What tells whether a key is another's, or related to it.
public struct KeyIdentity: Hashable, Sendable {
  /// The public key's (`KeySummary.fingerprint`); nil where there is no key, or one that is revoked.
  public let fingerprint: String?
  /// Nil where there is none to be compared.
  public let modulus: Modulus?

  /// Of the record that receivers would take.
  ///
  /// - Parameter records: the TXT records at the key name, at least one.
  public init(_ records: [TextRecord]) {
    self.init(KeyReading(records))
  }

  init(fingerprint: String?, modulus: Modulus?) {
    self.fingerprint = fingerprint
    self.modulus = modulus
  }

  init(_ reading: KeyReading) {
    fingerprint = reading.subject.summary.flatMap { $0.revoked ? nil : $0.fingerprint }
    modulus = reading.comparedModulus
  }
}

extension KeyReading {
  /// The modulus, where it may share a prime with another one.
  var comparedModulus: Modulus? { modulus.flatMap { $0.smallFactor == nil ? Modulus($0.number) : nil } }
}
