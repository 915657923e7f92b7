// DS records held against keys, and the times of signatures. The key and its digests stand in RFC 4509, section 2.3.

import DNS
import DNSSEC
import Model
import Testing

private let key =
  "dskey.example.com. 86400 IN DNSKEY 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ"
  + "DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
private let sha1 = "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"
private let sha256 =
  "dskey.example.com. 3600 IN DS 60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"

private func record(_ line: String) throws -> ResourceRecord {
  try #require(try ZoneFile.read(Array((line + "\n").utf8), origin: DomainName("example.com")).first)
}

@Suite struct DelegationSignerTests {
  @Test(arguments: [
    (sha1, true), (sha256, true), (sha256.replacing("D4B7", with: "D4B8"), false),
    (sha256.replacing("60485", with: "60486"), false), (sha256.replacing(" 5 2 ", with: " 8 2 "), false),
    // GOST, which is not computed here.
    (sha256.replacing(" 5 2 ", with: " 5 3 "), true),
  ])
  func aDigestTells(_ line: String, _ isAnnounced: Bool) throws {
    let signer = try #require(DelegationSigner(try record(line)))
    let zoneKey = try #require(ZoneKey(try record(key)))
    #expect(signer.announces(zoneKey) == isAnnounced)
    #expect(try zoneKey.delegationSigner() == record(sha256))
  }

  @Test(arguments: [(" 256 ", true), (" 257 ", true), (" 384 ", false), (" 0 ", false)])
  func flagsSayWhatAKeyIsFor(_ flags: String, _ isZoneKey: Bool) throws {
    let zoneKey = ZoneKey(try record(key.replacing(" 256 ", with: flags)))
    #expect((zoneKey != nil) == isZoneKey)
    #expect((zoneKey?.isEntryPoint ?? false) == (flags == " 257 "))
  }

  @Test func otherRecordsAreNeither() throws {
    let other = try record("example.com. 60 IN NS ns1.example.com.")
    #expect(DelegationSigner(other) == nil && ZoneKey(other) == nil && ZoneSignature(other) == nil)
  }

  @Test(arguments: [
    ("2026-11-23T12:00:00Z", false, false), ("2026-12-02T00:00:00Z", true, false),
    ("2026-10-31T00:00:00Z", false, true),
  ])
  func signaturesHaveATime(_ time: String, _ isOver: Bool, _ isYetToCome: Bool) throws {
    let line =
      "s1._domainkey.example.com. 300 IN RRSIG TXT 13 4 300 20261201000000 20261101000000 1234 example.com. AAAA"
    let validity = try #require(ZoneSignature(try record(line)))
    let now = try #require(Timestamp(time))
    #expect(validity.hasExpired(at: now) == isOver)
    #expect(validity.isYetToCome(at: now) == isYetToCome)
    #expect(validity.covered == .txt && validity.keyTag == 1234 && validity.algorithm == 13 && validity.labels == 4)
  }
}
