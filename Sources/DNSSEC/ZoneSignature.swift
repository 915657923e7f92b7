// RRSIG records: what was signed, by which key, and from when until when that counts.

public import Model

/// An RRSIG record (RFC 4034, section 3), without the signature itself.
public struct ZoneSignature: Hashable, Sendable {
  public var owner: DomainName
  /// The type of the records that are signed.
  public var covered: RecordType
  public var algorithm: UInt8
  /// The number of labels of the name that was signed; where the owner has more, a wildcard was (RFC 4035, section 5.3.2).
  public var labels: UInt8
  /// Seconds since 1970, modulo 2³².
  public var inception: UInt32
  public var expiration: UInt32
  /// That of the key which signed.
  public var keyTag: UInt16
  /// The zone whose key signed; nil where the record has no proper name.
  public var signer: DomainName?

  /// Nil where the record is no RRSIG record, or too short for one.
  public init?(_ record: ResourceRecord) {
    guard record.type == .rrsig, case .other(let bytes) = record.data, bytes.count > 18 else { return nil }
    func number(_ range: Range<Int>) -> UInt32 { bytes[range].reduce(0) { $0 << 8 | UInt32($1) } }
    owner = record.owner
    covered = RecordType(rawValue: UInt16(number(0..<2)))
    algorithm = bytes[2]
    labels = bytes[3]
    expiration = number(8..<12)
    inception = number(12..<16)
    keyTag = UInt16(number(16..<18))
    signer = Self.name(at: bytes[18...])
  }

  /// The name that the bytes begin with; it is never compressed (RFC 4034, section 3.1.7).
  private static func name(at bytes: ArraySlice<UInt8>) -> DomainName? {
    var position = bytes.startIndex
    while position < bytes.endIndex, bytes[position] != 0 { position += Int(bytes[position]) + 1 }
    return position < bytes.endIndex ? DomainName(wire: bytes[...position]) : nil
  }

  /// The seconds from the beginning to the end.
  public var span: Int64 { Int64(expiration &- inception) }

  /// The seconds that are left; negative once it has expired.
  public func secondsLeft(at time: Timestamp) -> Int64 { Int64(Int32(bitPattern: expiration &- Self.seconds(time))) }

  /// The seconds until it begins; negative once it has begun.
  public func secondsToBegin(at time: Timestamp) -> Int64 { Int64(Int32(bitPattern: inception &- Self.seconds(time))) }

  public func hasExpired(at time: Timestamp) -> Bool { Self.isAfter(Self.seconds(time), expiration) }
  public func isYetToCome(at time: Timestamp) -> Bool { Self.isAfter(inception, Self.seconds(time)) }

  /// Whether tag and algorithm are those of `key`.
  public func isBy(_ key: ZoneKey) -> Bool { keyTag == key.keyTag && algorithm == key.algorithm }

  private static func seconds(_ time: Timestamp) -> UInt32 { UInt32(truncatingIfNeeded: time.seconds) }

  /// In serial number arithmetic (RFC 1982).
  private static func isAfter(_ left: UInt32, _ right: UInt32) -> Bool { Int32(bitPattern: left &- right) > 0 }
}

extension RecordType {
  /// Whether records of this type prove that names do not exist: NSEC (RFC 4034), NSEC3 (RFC 5155).
  public var isProof: Bool { rawValue == 47 || rawValue == 50 }
}
