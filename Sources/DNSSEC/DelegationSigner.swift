// DS and DNSKEY records: whether what a parent announces is what a zone is signed with.

internal import Crypto
public import Model

/// A DS record: the key that a zone is announced to be signed with (RFC 4034, section 5).
public struct DelegationSigner: Hashable, Sendable {
  public var record: ResourceRecord
  public var keyTag: UInt16
  public var algorithm: UInt8
  public var digestType: UInt8
  public var digest: [UInt8]

  /// Nil where the record is no DS record, or too short for one.
  public init?(_ record: ResourceRecord) {
    guard record.type == .ds, case .other(let bytes) = record.data, bytes.count > 4 else { return nil }
    self.record = record
    keyTag = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    algorithm = bytes[2]
    digestType = bytes[3]
    digest = Array(bytes[4...])
  }

  /// Whether this is of `key` (RFC 4034, section 5.1.4). A digest type that is not known here counts as a match: tag and
  /// algorithm are the same.
  public func announces(_ key: ZoneKey) -> Bool {
    guard keyTag == key.keyTag, algorithm == key.algorithm else { return false }
    return key.digest(type: digestType).map { $0 == digest } ?? true
  }
}

/// A DNSKEY record that signs a zone (RFC 4034, section 2).
public struct ZoneKey: Hashable, Sendable {
  public var record: ResourceRecord
  /// RFC 4034, appendix B.
  public var keyTag: UInt16
  public var algorithm: UInt8
  /// SEP: meant to be pointed at by a DS record.
  public var isEntryPoint: Bool
  private let bytes: [UInt8]

  /// Nil where the record is no DNSKEY record, is no key of a zone, or is revoked (RFC 5011, section 2.1).
  public init?(_ record: ResourceRecord) {
    guard record.type == .dnskey, case .other(let bytes) = record.data, bytes.count > 4, bytes[0] & 1 == 1,
      bytes[1] & 0x80 == 0, bytes[2] == 3
    else { return nil }
    self.record = record
    self.bytes = bytes
    algorithm = bytes[3]
    isEntryPoint = bytes[1] & 1 == 1
    let sum = bytes.enumerated().reduce(UInt32(0)) { sum, byte in
      sum + (byte.offset.isMultiple(of: 2) ? UInt32(byte.element) << 8 : UInt32(byte.element))
    }
    keyTag = UInt16(truncatingIfNeeded: sum + sum >> 16)
  }

  /// The digest that a DS record of this type holds; nil where the type is not known.
  func digest(type: UInt8) -> [UInt8]? {
    let signed = record.owner.wire + bytes
    return switch type {
    case 1: Array(Insecure.SHA1.hash(data: signed))
    case 2: Array(SHA256.hash(data: signed))
    case 4: Array(SHA384.hash(data: signed))
    default: nil
    }
  }

  /// The DS record with SHA-256 that announces this key.
  public func delegationSigner(ttl: UInt32 = 3600) -> ResourceRecord {
    let data = [UInt8(keyTag >> 8), UInt8(keyTag & 0xFF), algorithm, 2] + (digest(type: 2) ?? [])
    return ResourceRecord(owner: record.owner, type: .ds, ttl: ttl, data: .other(data))
  }
}
