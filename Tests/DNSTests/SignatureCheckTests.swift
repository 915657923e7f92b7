// Signatures of real signers, verified as they are and with a bit changed.

import DNS
import Model
import TestSupport
import Testing

@Suite struct SignatureCheckTests {
  private static func zone(_ name: String) throws -> [ResourceRecord] {
    let text = contents(ofFile: fixtures("audit/\(name).zone")) ?? ""
    let lines = text.split(separator: "\n").filter { !$0.contains("\tSOA\t") }.joined(separator: "\n") + "\n"
    return try ZoneFile.read(Array(lines.utf8), origin: DomainName("example.org"))
  }

  private static func signature(of type: RecordType, in zone: [ResourceRecord]) throws -> ResourceRecord {
    try #require(
      zone.first { record in
        guard record.type == .rrsig, case .other(let bytes) = record.data else { return false }
        return UInt16(bytes[0]) << 8 | UInt16(bytes[1]) == type.rawValue
      })
  }

  @Test(arguments: ["nsec", "rsa1024", "rsa512sha512", "ed25519"], [RecordType.mx, .txt, .ns, .dnskey])
  func aSignatureVerifies(_ name: String, _ type: RecordType) throws {
    let zone = try Self.zone(name)
    let signature = try Self.signature(of: type, in: zone)
    let set = zone.filter { $0.type == type && $0.owner == signature.owner }
    let key = try #require(zone.first { $0.type == .dnskey })
    #expect(SignatureCheck(set, signature: signature, key: key) == .valid)
    #expect(SignatureCheck(set.reversed(), signature: signature, key: key) == .valid)
    #expect(SignatureCheck([], signature: signature, key: key) == .invalid)
    // Another TTL is what caches do; the signature has the original one.
    let aged = set.map { ResourceRecord(owner: $0.owner, type: $0.type, ttl: 17, data: $0.data) }
    #expect(SignatureCheck(aged, signature: signature, key: key) == .valid)
  }

  @Test func aChangedBitIsSeen() throws {
    let zone = try Self.zone("nsec")
    let signature = try Self.signature(of: .mx, in: zone)
    let set = zone.filter { $0.type == .mx }
    let key = try #require(zone.first { $0.type == .dnskey })
    guard case .other(let bytes) = signature.data else { return }
    for position in 0..<bytes.count {
      var changed = bytes
      changed[position] ^= 1
      let other = ResourceRecord(owner: signature.owner, type: .rrsig, ttl: signature.ttl, data: .other(changed))
      #expect(SignatureCheck(set, signature: other, key: key) != .valid, "byte \(position)")
    }
  }

  @Test func hostileRecordsAreInvalid() throws {
    let zone = try Self.zone("nsec")
    let signature = try Self.signature(of: .mx, in: zone)
    let set = zone.filter { $0.type == .mx }
    for bytes in [[], [1], [1, 1, 3], [1, 1, 3, 13], [1, 1, 3, 13, 0]] as [[UInt8]] {
      let key = ResourceRecord(owner: set[0].owner, type: .dnskey, ttl: 0, data: .other(bytes))
      #expect(SignatureCheck(set, signature: signature, key: key) != .valid)
      let short = ResourceRecord(owner: set[0].owner, type: .rrsig, ttl: 0, data: .other(bytes))
      #expect(SignatureCheck(set, signature: short, key: key) != .valid)
    }
  }
}
