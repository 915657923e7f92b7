// Natural numbers of any size: GMP's, in a handle that is written once.

internal import CGmp

/// A natural number. GMP computes with it; nothing here counts limbs.
///
/// GMP ends the process where memory runs out, so that whoever makes one bounds its size (`TestedModulus.longest`).
final class Natural: @unchecked Sendable {
  // Written by the initializers only; GMP reads it from any thread.
  private let value: UnsafeMutablePointer<__mpz_struct>

  private init(_ make: (UnsafeMutablePointer<__mpz_struct>) -> Void) {
    value = .allocate(capacity: 1)
    __gmpz_init(value)
    make(value)
  }

  deinit {
    __gmpz_clear(value)
    value.deallocate()
  }

  /// Reads a big-endian number.
  convenience init(_ bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    self.init { __gmpz_import($0, bytes.count, 1, 1, 1, 0, bytes) }
  }

  convenience init(_ number: UInt) { self.init { __gmpz_set_ui($0, number) } }

  static let one = Natural(1)

  /// Big-endian, without leading zeros; empty for 0.
  var bytes: [UInt8] {
    guard !isZero else { return [] }
    var count = 0
    return [UInt8](unsafeUninitializedCapacity: (bits + 7) / 8) { buffer, written in
      __gmpz_export(buffer.baseAddress, &count, 1, 1, 1, 0, value)
      written = count
    }
  }

  /// The digits of a radix that is a power of two, the lowest first.
  ///
  /// - Parameter bits: binary digits of each, from 1 to 63.
  func digits(ofBits bits: Int) -> [UInt64] {
    let count = (self.bits + bits - 1) / bits
    return [UInt64](unsafeUninitializedCapacity: count) { buffer, written in
      // GMP leaves out the highest bits of each word.
      __gmpz_export(buffer.baseAddress, &written, -1, 8, 0, 64 - bits, value)
    }
  }

  /// How many binary digits it has; 0 for 0.
  var bits: Int { isZero ? 0 : __gmpz_sizeinbase(value, 2) }

  var isZero: Bool { __gmpz_cmp_ui(value, 0) == 0 }
  var isOne: Bool { __gmpz_cmp_ui(value, 1) == 0 }
  var isOdd: Bool { __gmpz_tstbit(value, 0) == 1 }
  var isSquare: Bool { __gmpz_perfect_square_p(value) != 0 }
  /// Whether it is a prime; a composite number passes with a probability below 4 to the power of −25.
  var isPrime: Bool { __gmpz_probab_prime_p(value, 25) != 0 }

  /// How many binary digits are 1.
  var ones: Int { Int(__gmpz_popcount(value)) }

  var decimal: String {
    let text = [CChar](unsafeUninitializedCapacity: __gmpz_sizeinbase(value, 10) + 2) { buffer, count in
      __gmpz_get_str(buffer.baseAddress, 10, value)
      count = buffer.count
    }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The greatest whole number whose square is not above this one.
  var squareRoot: Natural { Natural { __gmpz_sqrt($0, value) } }

  /// The lowest binary digits.
  func lowest(_ count: Int) -> Natural { Natural { __gmpz_fdiv_r_2exp($0, value, mp_bitcnt_t(count)) } }

  /// The number without its lowest binary digits.
  func dropping(_ count: Int) -> Natural { Natural { __gmpz_fdiv_q_2exp($0, value, mp_bitcnt_t(count)) } }

  /// With zeros behind its lowest binary digit.
  func shifted(_ count: Int) -> Natural { Natural { __gmpz_mul_2exp($0, value, mp_bitcnt_t(count)) } }

  func greatestCommonDivisor(_ other: Natural) -> Natural { Natural { __gmpz_gcd($0, value, other.value) } }

  /// Of the products with other numbers, without their lowest binary digits: what is left modulo a number, and the lowest
  /// 64 digits. One place in memory serves all of them.
  func products(
    with others: [Natural], dropping count: Int, modulo divisor: UInt
  ) -> [(remainder: UInt, lowest: UInt)] {
    withUnsafeTemporaryAllocation(of: __mpz_struct.self, capacity: 1) { place in
      guard let product = place.baseAddress else { return [] }
      __gmpz_init(product)
      defer { __gmpz_clear(product) }
      return others.map { other in
        __gmpz_mul(product, value, other.value)
        __gmpz_tdiv_q_2exp(product, product, mp_bitcnt_t(count))
        return (__gmpz_fdiv_ui(product, divisor), __gmpz_get_ui(product))
      }
    }
  }

  /// The lowest 64 binary digits.
  var lowestWord: UInt { __gmpz_get_ui(value) }

  /// The remainder of the division by a small number.
  func remainder(_ divisor: UInt) -> UInt { __gmpz_fdiv_ui(value, divisor) }

  /// The divisor is not 0.
  func divided(by divisor: Natural) -> (quotient: Natural, remainder: Natural) {
    let quotient = Natural { _ in }
    return (quotient, Natural { __gmpz_tdiv_qr(quotient.value, $0, value, divisor.value) })
  }

  static func + (left: Natural, right: Natural) -> Natural { Natural { __gmpz_add($0, left.value, right.value) } }
  static func + (left: Natural, right: UInt) -> Natural { Natural { __gmpz_add_ui($0, left.value, right) } }
  static func * (left: Natural, right: UInt) -> Natural { Natural { __gmpz_mul_ui($0, left.value, right) } }
  static func * (left: Natural, right: Natural) -> Natural { Natural { __gmpz_mul($0, left.value, right.value) } }
  static func / (left: Natural, right: Natural) -> Natural { Natural { __gmpz_tdiv_q($0, left.value, right.value) } }
  static func % (left: Natural, right: Natural) -> Natural { Natural { __gmpz_tdiv_r($0, left.value, right.value) } }

  /// Nil where the difference would be negative.
  func minus(_ other: Natural) -> Natural? {
    self < other ? nil : Natural { __gmpz_sub($0, value, other.value) }
  }
}

extension Natural: Comparable, Hashable {
  static func == (left: Natural, right: Natural) -> Bool { __gmpz_cmp(left.value, right.value) == 0 }
  static func < (left: Natural, right: Natural) -> Bool { __gmpz_cmp(left.value, right.value) < 0 }
  func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}
