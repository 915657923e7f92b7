// The parts that other stages use: the MX match of MTA-STS, what a certificate is compared with, how a type is found.

import Model
import Policies
import Testing

@Suite struct PolicyParts {
  @Test func aWildcardOfMTASTSIsOneLabel() throws {
    let policy = try #require(
      MTASTSPolicy(
        file: Array("version: STSv1\nmode: enforce\nmx: mail.example.org\nmx: *.example.net\nmax_age: 604800\n".utf8)))
    func matches(_ name: String) throws -> Bool { policy.matches(try DomainName(name)) }
    #expect(try matches("MAIL.example.org") && matches("mx1.example.net"))
    #expect(try !matches("example.net") && !matches("a.b.example.net") && !matches("mail2.example.org"))
    let (hosts, patterns) = policy.mismatches([try DomainName("mail.example.org"), try DomainName("mx.example.com")])
    #expect(hosts.map(\.description) == ["mx.example.com"])
    #expect(patterns.map(\.description) == ["*.example.net"])
  }

  @Test func recordsAreReadFromRDATA() throws {
    let caa = try #require(CAARecord(rdata: [0, 5] + Array("issueca.example".utf8)))
    #expect(caa.property == "issue" && caa.authority == "ca.example")
    #expect(PolicyJudge.judge(.caa([caa])).findings.isEmpty)
    #expect(CAARecord(rdata: [0, 50, 1]) == nil)
    let digest = [UInt8](repeating: 7, count: 32)
    let tlsa = try #require(TLSARecord(rdata: [3, 1, 1] + digest))
    #expect(tlsa.isUsable)
    #expect(tlsa.matches(selected: [1], sha256: digest, sha512: [2]))
    #expect(!tlsa.matches(selected: digest, sha256: [1], sha512: digest))
    #expect(TLSARecord(rdata: [3, 1]) == nil)
  }

  static let guesses: [(String, PolicyType?)] = [
    ("v=spf1 -all", .spf), ("spf1 mx -all", .spf), ("include:_spf.example.net -all", .spf),
    ("v=DMARC1; p=none", .dmarc),
    ("p=reject; sp=none", .dmarc), ("v=STSv1; id=1", .mtaSTS), ("v=TLSRPTv1; rua=mailto:a@b.c", .tlsRPT),
    ("v=BIMI1; l=", .bimi), ("version: STSv1\nmode: none", .mtaSTSPolicy), ("0 issue \"ca.example\"", .caa),
    ("3 1 1 " + String(repeating: "ab", count: 32), .tlsa), ("v=DKIM1; p=abc", nil), ("hello", nil),
    ("google-site-verification=abc", nil),
  ]

  @Test(arguments: guesses) func theTypeIsFoundInTheText(_ text: String, _ type: PolicyType?) throws {
    let found = try PolicyText.read(Array(text.utf8)).map { PolicyJudge.judge($0).type }
    #expect(found == (type.map { [$0] } ?? []))
    if type != .mtaSTSPolicy {
      #expect(PolicyText(line: text.utf8).map { PolicyJudge.judge($0).type } == type)
    }
  }

  @Test func oneAnswerMayHoldPoliciesOfSeveralTypes() throws {
    let text = "\"v=spf1 -all\"\n\"v=DMARC1; p=reject; rua=mailto:d@example.org\"\n\"ms=ms123\""
    #expect(try PolicyText.read(Array(text.utf8)).map { PolicyJudge.judge($0).type } == [.spf, .dmarc])
  }
}
