// Ids of events, incidents and deliveries: they sort by time and never repeat.

/// Makes ids of a prefix, the time and 80 random bits, in Crockford's base 32 (the layout of a ULID).
public struct IdentifierSource: Sendable {
  private let random: @Sendable () -> UInt64

  /// Uses the system's random numbers; tests hand in their own.
  public init(random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }) {
    self.random = random
  }

  /// `evt_…`
  public func event(at time: Timestamp) -> String { make("evt", time) }
  /// `inc_…`
  public func incident(at time: Timestamp) -> String { make("inc", time) }
  /// `dlv_…`
  public func delivery(at time: Timestamp) -> String { make("dlv", time) }
  /// `sil_…`
  public func silence(at time: Timestamp) -> String { make("sil", time) }

  private func make(_ prefix: String, _ time: Timestamp) -> String {
    let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    func digits(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { alphabet[Int(value >> (5 * UInt64(count - 1 - $0)) & 31)] }
    }
    let milliseconds = UInt64(max(0, time.microseconds / 1000))
    return prefix + "_"
      + String(decoding: digits(milliseconds, 10) + digits(random(), 8) + digits(random(), 8), as: UTF8.self)
  }
}
