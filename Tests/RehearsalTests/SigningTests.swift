// DS at the parent against the keys of the future servers; the key and its digests stand in RFC 4509, section 2.3.

import Model
import Testing

@testable import Rehearsal

private let key =
  "dskey.example.com. 86400 IN DNSKEY 256 3 5 AQOeiiR0GOMYkDshWoSKz9XzfwJr1AYtsmx3TGkJaNXVbfi/2pHm822aJ5iI9BMzNXxeYCmZ"
  + "DRD99WYwYqUSdjMmmAphXdvxegXd/M5+X7OrzKBaMbCVdFLUUh6DhweJBjEVv5f2wwjM9XzcnOf+EPbtG9DMBmADjFDc2w/rljwvFw=="
private let sha1 = "dskey.example.com. 86400 IN DS 60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"
private let sha256 =
  "dskey.example.com. 86400 IN DS 60485 5 2 D4B7D520E7BB5F0F67674A0CCEB1E3E0614B93C4F9E99B8383F6A1E4469DA50A"
private let wrongDigest = sha256.replacing("D4B7", with: "D4B8")
private let wrongTag = sha256.replacing("60485", with: "60486")
private let wrongAlgorithm = sha256.replacing(" 5 2 ", with: " 8 2 ")
private let revoked = key.replacing(" 256 ", with: " 384 ")
private let zoneless = key.replacing(" 256 ", with: " 0 ")

@Suite struct SigningTests {
  private static func notice(_ signers: [String]?, _ keys: [String]) throws -> Notice? {
    Signing(
      delegationSigners: try signers.map { try Miniature.records($0) }, futureKeys: try Miniature.records(keys),
      zone: try DomainName("dskey.example.com")
    ).notice
  }

  @Test(arguments: [
    ([sha1], [key], Severity?.none), ([sha256], [key], nil), ([wrongTag, sha256], [key], nil), ([], [], nil),
    ([], [key], .info), ([sha256], [], .critical), ([wrongDigest], [key], .critical), ([wrongTag], [key], .critical),
    ([wrongAlgorithm], [key], .critical), ([sha256], [revoked], .critical), ([sha256], [zoneless], .critical),
    ([], [zoneless], nil),
  ])
  func signersAreHeldAgainstTheKeys(_ signers: [String], _ keys: [String], _ severity: Severity?) throws {
    #expect(try Self.notice(signers, keys)?.severity == severity)
  }

  @Test func nothingIsSaidWhereTheParentIsSilent() throws {
    #expect(try Self.notice(nil, [key]) == nil)
  }

  @Test func theRecordToPublishIsGiven() throws {
    let remedy = try #require(try Self.notice([], [key])?.remedy)
    #expect(remedy.uppercased().contains(sha256.split(separator: " ").suffix(4).joined(separator: " ")))
    let unsigned = try #require(try Self.notice([sha256], []))
    #expect(unsigned.text.contains("key tag 60485"))
    #expect(unsigned.remedy.contains("24 h"))
    #expect(!unsigned.remedy.contains("publish"))
  }

  @Test func aSignedZoneThatMovesToUnsignedServers() throws {
    var hosts = Miniature(now: ["@ MX 10 a.example."], then: ["@ MX 10 a.example."])
    hosts.parent = ["@ DS 1 8 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"]
    let report = try hosts.rehearse()
    #expect(report.differences == [])
    #expect(report.verdict == .critical)
    #expect(report.notices.map(\.severity) == [.critical])
    #expect(!report.summary.contains("are the same"))
    hosts.then = [.silent]
    #expect(try hosts.rehearse().verdict == .unknown)
  }
}
