// Whether a DNSSEC signature is one of a key over a set of records: the arithmetic, by libldns.

public import Model

import CLdns

/// What came of the arithmetic of one signature.
public enum SignatureCheck: Hashable, Sendable {
  case valid
  case invalid
  /// An algorithm, or a size of key, that is not known or not allowed here: nothing is said of the signature.
  case unsupported
}

extension SignatureCheck {
  /// Verifies one RRSIG by one DNSKEY over a whole record set (RFC 4035, section 5.3.3). Whether it is in force is not
  /// looked at, nor whether the key may sign: that is arithmetic of its own.
  public init(_ records: [ResourceRecord], signature: ResourceRecord, key: ResourceRecord) {
    guard signature.type == .rrsig, key.type == .dnskey, !records.isEmpty, let sign = Self.raw(signature),
      let dnskey = Self.raw(key)
    else {
      self = .invalid
      return
    }
    defer {
      ldns_rr_free(sign)
      ldns_rr_free(dnskey)
    }
    guard let list = ldns_rr_list_new() else {
      self = .unsupported
      return
    }
    defer { ldns_rr_list_deep_free(list) }
    for record in records {
      guard let raw = Self.raw(record) else {
        self = .invalid
        return
      }
      guard ldns_rr_list_push_rr(list, raw) != 0 else {
        ldns_rr_free(raw)
        self = .unsupported
        return
      }
    }
    // A moment at which the signature is in force, by its own word: its beginning.
    guard case .other(let bytes) = signature.data, bytes.count > 18 else {
      self = .invalid
      return
    }
    let inception = bytes[12..<16].reduce(Int(0)) { $0 << 8 | Int($1) }
    let status = ldns_verify_rrsig_time(list, sign, dnskey, inception)
    switch status {
    case LDNS_STATUS_OK: self = .valid
    case LDNS_STATUS_CRYPTO_UNKNOWN_ALGO, LDNS_STATUS_CRYPTO_ALGO_NOT_IMPL, LDNS_STATUS_MEM_ERR: self = .unsupported
    // OpenSSL refuses: a digest that the system's policy forbids, or bytes that are no signature.
    case LDNS_STATUS_SSL_ERR: self = [1, 3, 5, 6, 7, 12].contains(bytes[2]) ? .unsupported : .invalid
    default: self = .invalid
    }
  }

  /// The record as libldns has it; to be freed by the caller.
  private static func raw(_ record: ResourceRecord) -> UnsafeMutablePointer<ldns_rr>? {
    let data = record.rdata
    guard data.count <= 65_535 else { return nil }
    var wire = record.owner.wire
    for word in [record.type.rawValue, 1, UInt16(record.ttl >> 16), UInt16(record.ttl & 0xFFFF), UInt16(data.count)] {
      wire.append(UInt8(word >> 8))
      wire.append(UInt8(word & 0xFF))
    }
    wire += data
    var raw: UnsafeMutablePointer<ldns_rr>?
    var position = 0
    guard ldns_wire2rr(&raw, wire, wire.count, &position, LDNS_SECTION_ANSWER) == LDNS_STATUS_OK else { return nil }
    return raw
  }
}

extension ResourceRecord {
  /// The RDATA in wire form, without compression.
  var rdata: [UInt8] {
    switch data {
    case .a(let address): address.bytes
    case .ns(let name), .cname(let name), .dname(let name): name.wire
    case .txt(let text): text.rdata
    case .soa(let soa):
      soa.primary.wire + soa.responsible.wire
        + [soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum].flatMap { number in
          [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
        }
    case .other(let bytes): bytes
    }
  }
}
