// What NSEC and NSEC3 records prove.

import DNS
import DNSSEC
import Model
import TestSupport
import Testing

@Suite struct DenialTests {
  private static func records(_ name: String, _ type: RecordType) throws -> [ResourceRecord] {
    let text = contents(ofFile: fixtures("audit/\(name).zone")) ?? ""
    let lines = text.split(separator: "\n").filter { !$0.contains("\tSOA\t") }.joined(separator: "\n") + "\n"
    return try ZoneFile.read(Array(lines.utf8), origin: DomainName("example.org")).filter { $0.type == type }
  }

  @Test(arguments: [("nsec", RecordType.nsec), ("nsec3", .nsec3), ("nsec3-salted", .nsec3)])
  func aWholeChainDeniesWhatIsNotThere(_ zone: String, _ type: RecordType) throws {
    let proof = DenialProof(try Self.records(zone, type))
    let apex = try DomainName("example.org")
    #expect(proof.denies(try DomainName("absent.example.org"), .a, in: apex) == true)
    #expect(proof.denies(try DomainName("zzz.mail.example.org"), .a, in: apex) == true)
    #expect(proof.denies(apex, .caa, in: apex) == true)
    #expect(proof.denies(apex, .mx, in: apex) == false)
    #expect(proof.denies(try DomainName("mail.example.org"), .a, in: apex) == false)
  }

  @Test func oneRecordDeniesOnlyWhatItCovers() throws {
    let chain = try Self.records("nsec", .nsec)
    let last = try #require(chain.first { $0.owner == (try? DomainName("ns1.example.org")) })
    let proof = DenialProof([last])
    let apex = try DomainName("example.org")
    #expect(proof.denies(try DomainName("zzz.example.org"), .a, in: apex) == true)
    #expect(proof.denies(try DomainName("lll.example.org"), .a, in: apex) == false)
  }

  @Test func garbageIsNoProof() throws {
    let owner = try DomainName("a.example.org")
    for bytes in [[], [0, 0], [0, 0, 33], [0, 0, 4, 1], [63, 1], [255, 255, 255, 255]] as [[UInt8]] {
      #expect(DenialRecord(ResourceRecord(owner: owner, type: .nsec, ttl: 0, data: .other(bytes))) == nil)
      #expect(DenialRecord(ResourceRecord(owner: owner, type: .nsec3, ttl: 0, data: .other(bytes))) == nil)
    }
  }

  /// RFC 5155, appendix A: `0p9mhaveqvm6t7vbl5lop2u3t2rp3tom`.
  @Test func aHashIsThatOfTheStandard() throws {
    let parameters = try #require(
      DenialRecord.Parameters(
        ResourceRecord(
          owner: DomainName("example"), type: .nsec3param, ttl: 0,
          data: .other([1, 0, 0, 12, 4, 0xAA, 0xBB, 0xCC, 0xDD]))))
    let hash = try #require(parameters.hash(try DomainName("example")))
    #expect(hash.map { $0.digits(2, radix: 16) }.joined() == "065368abeed7ec6e9feba96b8c8bc3e8b791f716")
  }

  /// A packet of a thousand NSEC3 records, each with salt and iterations of its own, takes no more hashing than one of two.
  @Test func manyWaysToHashTakeBoundedWork() throws {
    let owner = try DomainName("0p9mhaveqvm6t7vbl5lop2u3t2rp3tom.example.org")
    let records = (0..<1000).map { number in
      let salt = [UInt8(number >> 8), UInt8(number & 255)]
      return ResourceRecord(
        owner: owner, type: .nsec3, ttl: 0,
        data: .other([1, 0, 0x09, 0xC4, 2] + salt + [20] + Array(repeating: 0, count: 20)))
    }
    let proof = DenialProof(records)
    #expect(proof.records.count == 1000)
    let name = try DomainName("a.b.c.d.e.f.example.org")
    let apex = try DomainName("example.org")
    let clock = ContinuousClock()
    let two = clock.measure { _ = DenialProof(Array(records.prefix(2))).denies(name, .a, in: apex) }
    let all = clock.measure { _ = proof.denies(name, .a, in: apex) }
    #expect(all < two * 20 + .seconds(1))
  }

  @Test func tooManyIterationsAreNotCounted() throws {
    let parameters = try #require(
      DenialRecord.Parameters(
        ResourceRecord(owner: DomainName("example"), type: .nsec3param, ttl: 0, data: .other([1, 0, 0xFF, 0xFF, 0]))))
    #expect(parameters.hash(try DomainName("example")) == nil)
  }
}
