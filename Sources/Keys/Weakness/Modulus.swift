// The modulus of the RSA key in some records, for comparing it with those of other keys.

public import Model

/// A modulus that may share a prime with another one.
public struct Modulus: Hashable, Sendable {
  /// Big-endian, without leading zeros.
  let bytes: [UInt8]

  /// The modulus of the record that receivers would take. Nil where there is no RSA key, or one that is damaged or has
  /// a small factor: such numbers share small primes by chance, and have findings of their own.
  ///
  /// - Parameter records: the TXT records at the key name, at least one.
  public init?(_ records: [TextRecord]) {
    guard let number = KeyReading(records).subject.rsa?.testedModulus, SmallFactors(of: number) == nil else {
      return nil
    }
    bytes = number.bytes
  }

  init(_ number: Natural) { bytes = number.bytes }
}
