// Keys of other algorithms and digests (the examples of RFC 6605, section 6), tags, and records that are cut short.

import DNS
import DNSSEC
import Model
import Testing

private struct Example: Sendable, CustomTestStringConvertible {
  var key: String
  var signer: String
  var testDescription: String { String(signer.prefix(45)) }
}

private let examples = [
  Example(
    key: "example.net. 3600 IN DNSKEY 257 3 13 GojIhhXUN/u4v54ZQqGSnyhWJwaubCvTmeexv7bR6edbkrSqQpF64cYbcB7wNcP+"
      + "e+MAnLr+Wi9xMWyQLc8NAA==",
    signer: "example.net. 3600 IN DS 55648 13 2 b4c8c1fe2e7477127b27115656ad6256f424625bf5c1e2770ce6d6e37df61d17"),
  Example(
    key: "example.net. 3600 IN DNSKEY 257 3 14 xKYaNhWdGOfJ+nPrL8/arkwf2EY3MDJ+SErKivBVSum1w/egsXvSADtNJhyem5RC"
      + "OpgQ6K8X1DRSEkrbYQ+OB+v8/uX45NBwY8rp65F6Glur8I/mlVNgF6W/qTI37m40",
    signer: "example.net. 3600 IN DS 10771 14 4 72d7b62976ce06438e9c0bf319013cf801f09ecc84b8d7e9495f27e305c6a9b0"
      + "563a9b5f4d288405c3008a946df983d6"),
]

private func record(_ line: String) throws -> ResourceRecord {
  try #require(try ZoneFile.read(Array((line + "\n").utf8), origin: DomainName("example.net")).first)
}

private func zoneKey(_ line: String) throws -> ZoneKey { try #require(ZoneKey(try record(line))) }

@Suite struct ZoneKeyTests {
  @Test(arguments: examples) private func eachIsAnnouncedByItsOwnRecordOnly(_ example: Example) throws {
    let signer = try #require(DelegationSigner(try record(example.signer)))
    for other in examples {
      #expect(signer.announces(try zoneKey(other.key)) == (other.key == example.key))
    }
    #expect(try zoneKey(example.key).keyTag == signer.keyTag)
    #expect(try zoneKey(example.key).isEntryPoint)
  }

  /// The owner is part of what is hashed, in lower case (RFC 4034, section 5.1.4).
  @Test(arguments: [("EXAMPLE.net.", true), ("example.org.", false)])
  func theDigestIsOfTheOwnerToo(_ owner: String, _ isAnnounced: Bool) throws {
    let signer = try #require(DelegationSigner(try record(examples[0].signer)))
    let key = try zoneKey(examples[0].key.replacing("example.net.", with: owner))
    #expect(signer.announces(key) == isAnnounced)
  }

  @Test(arguments: examples) private func theRecordForTheParentAnnouncesTheKey(_ example: Example) throws {
    let key = try zoneKey(example.key)
    let record = key.delegationSigner(ttl: 300)
    let signer = try #require(DelegationSigner(record))
    #expect(signer.announces(key) && signer.digestType == 2 && signer.digest.count == 32)
    #expect(record.owner == key.record.owner && record.ttl == 300)
  }

  @Test func anotherProtocolIsNoKey() throws {
    #expect(ZoneKey(try record(examples[0].key.replacing(" 3 13 ", with: " 2 13 "))) == nil)
  }

  /// Every cut of a record is refused or read, and nothing is read past its end.
  @Test func cutRecordsAreNoRecords() throws {
    let owner = try DomainName("example.net")
    func records(_ count: Int) -> (ds: ResourceRecord, key: ResourceRecord, signature: ResourceRecord) {
      func record(_ type: RecordType) -> ResourceRecord {
        // As a key: flags 257, protocol 3.
        let bytes: [UInt8] = [1, 1, 3, 13] + Array(repeating: 0, count: 30)
        return ResourceRecord(owner: owner, type: type, ttl: 60, data: .other(Array(bytes[..<count])))
      }
      return (record(.ds), record(.dnskey), record(.rrsig))
    }
    for count in 0...30 {
      let (ds, key, signature) = records(count)
      #expect((DelegationSigner(ds) != nil) == (count > 4))
      #expect((ZoneKey(key) != nil) == (count > 4))
      #expect((ZoneSignature(signature) != nil) == (count > 18))
    }
  }
}

@Suite struct ZoneSignatureTests {
  private func signature(from inception: String, until expiration: String, tag: Int = 1234) throws -> ZoneSignature {
    try #require(
      ZoneSignature(
        try record("s1.example.net. 300 IN RRSIG TXT 13 3 300 \(expiration) \(inception) \(tag) example.net. AAAA")))
  }

  /// The last second counts, the one after it does not (RFC 4034, section 3.1.5).
  @Test(arguments: [
    ("2026-10-31T23:59:59Z", false, true), ("2026-11-01T00:00:00Z", false, false),
    ("2026-12-01T00:00:00Z", false, false), ("2026-12-01T00:00:01Z", true, false),
  ])
  func bothEndsBelongToTheTime(_ time: String, _ isOver: Bool, _ isYetToCome: Bool) throws {
    let signature = try signature(from: "20261101000000", until: "20261201000000")
    let now = try #require(Timestamp(time))
    #expect(signature.hasExpired(at: now) == isOver && signature.isYetToCome(at: now) == isYetToCome)
  }

  /// Seconds are counted modulo 2^32, which ends on 7 February 2106.
  @Test(arguments: [
    ("2106-02-07T06:28:00Z", false, false), ("2106-02-07T06:29:00Z", false, false),
    ("2106-03-01T00:00:00Z", true, false), ("2106-01-01T00:00:00Z", false, true),
  ])
  func theCountOfSecondsMayTurnOver(_ time: String, _ isOver: Bool, _ isYetToCome: Bool) throws {
    // 2106-02-01 until 2106-02-14, as numbers that have turned over between them.
    let signature = try signature(from: "4294450800", until: "606704")
    let now = try #require(Timestamp(time))
    #expect(signature.hasExpired(at: now) == isOver && signature.isYetToCome(at: now) == isYetToCome)
  }

  @Test func itIsByTheKeyOfItsTagAndAlgorithm() throws {
    let key = try zoneKey(examples[0].key)
    #expect(try signature(from: "20261101000000", until: "20261201000000", tag: 55648).isBy(key))
    #expect(try !signature(from: "20261101000000", until: "20261201000000", tag: 55649).isBy(key))
    #expect(try !signature(from: "20261101000000", until: "20261201000000", tag: 55648).isBy(zoneKey(examples[1].key)))
  }

  @Test func proofsOfAbsenceAreOfTwoTypes() {
    let proofs = (0...300).map { RecordType(rawValue: $0) }.filter(\.isProof)
    #expect(proofs.map(\.description) == ["NSEC", "NSEC3"])
  }
}
