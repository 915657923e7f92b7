// RRSIG records: from when until when a signature counts.

public import Model

/// The time in which a signature is valid (RFC 4034, section 3.1.5).
public struct SignatureValidity: Hashable, Sendable {
  /// Seconds since 1970, modulo 2³².
  public var inception: UInt32
  public var expiration: UInt32

  /// Nil where the record is no RRSIG record, or too short for one.
  public init?(_ record: ResourceRecord) {
    guard record.type == .rrsig, case .other(let bytes) = record.data, bytes.count > 18 else { return nil }
    func number(_ at: Int) -> UInt32 { bytes[at..<at + 4].reduce(0) { $0 << 8 | UInt32($1) } }
    expiration = number(8)
    inception = number(12)
  }

  public func hasExpired(at time: Timestamp) -> Bool { Self.isAfter(Self.seconds(time), expiration) }
  public func isYetToCome(at time: Timestamp) -> Bool { Self.isAfter(inception, Self.seconds(time)) }

  private static func seconds(_ time: Timestamp) -> UInt32 { UInt32(truncatingIfNeeded: time.seconds) }

  /// In serial number arithmetic (RFC 1982).
  private static func isAfter(_ left: UInt32, _ right: UInt32) -> Bool { Int32(bitPattern: left &- right) > 0 }
}
