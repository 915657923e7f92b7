// Primes that many keys on the internet were found to share: a key with one of them is broken already.

internal import Embedded

/// The table of Data/known-primes.tsv.
enum KnownPrimes {
  /// The product of the primes, by the size of their moduli in bits.
  static let products: [Int: Natural] = read(EmbeddedFile.knownPrimes.bytes)

  /// Reads a table: bits and the product in base64 with a tab between; lines that begin with `#` are for people.
  static func read(_ text: [UInt8]) -> [Int: Natural] {
    text.split(separator: UInt8(ascii: "\n")).reduce(into: [:]) { products, line in
      let cells = line.split(separator: UInt8(ascii: "\t"))
      guard line.first != UInt8(ascii: "#"), cells.count == 2, let bits = Int(String(decoding: cells[0], as: UTF8.self))
      else { return }
      products[bits] = Natural(Base64Text(text, cells[1].indices).bytes)
    }
  }

  /// A known prime, or the product of two, that divides a modulus.
  ///
  /// That takes longer than all other rules together: who has many moduli compares them all at once (`SharedPrimes`). A
  /// modulus with a small factor is damaged, and is left out there as well.
  static func divisor(of modulus: TestedModulus) -> Natural? {
    modulus.smallFactor == nil ? divisor(of: modulus.number) : nil
  }

  /// The same for any number.
  static func divisor(of modulus: Natural) -> Natural? {
    guard let product = products[modulus.bits] else { return nil }
    let divisor = (product % modulus).greatestCommonDivisor(modulus)
    return divisor.isOne ? nil : divisor
  }
}
