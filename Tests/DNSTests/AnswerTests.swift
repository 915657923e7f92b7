// What messages say: outcomes, chains, TTLs.

import DNS
import Model
import TestSupport
import Testing

struct AnswerTests {
  let key: DomainName
  let host: DomainName
  let hosted: DomainName
  let zone: DomainName

  init() throws {
    key = try DomainName("s1._domainkey.example.org")
    host = try DomainName("s1.dkim.host.net")
    hosted = try DomainName("s1.eu.host.net")
    zone = try DomainName("example.org")
  }

  func answer(
    flags: UInt16 = 0x8580, _ answers: [WireRecord] = [], authorities: [WireRecord] = [],
    option: (ttl: UInt32, data: [UInt8])? = nil
  ) throws -> Answer {
    let question = Question(key, .txt)
    let bytes = MessageWriter.response(
      to: question, flags: flags, answers: answers, authorities: authorities, option: option)
    return Answer(replyTo: question, message: try MessageDecoder.decode(bytes))
  }

  @Test func recordsComeInCanonicalOrderAndOnce() throws {
    let answer = try answer([.txt(key, "v=b", ttl: 60), .txt(key, "v=a", ttl: 50), .txt(key, "v=b", ttl: 70)])
    #expect(answer.outcome == .records)
    #expect(answer.records.map(\.text) == ["v=a", "v=b"])
    #expect(answer.ttl == 50)
    #expect(answer.negativeTTL == nil)
    #expect(answer.authoritative && !answer.authenticated && !answer.truncated)
  }

  @Test func aCircleBesideServfailIsBroken() throws {
    #expect(try answer(flags: 0x8582, [.cname(key, key)]).outcome == .failed(.malformed))
    #expect(try answer(flags: 0x8582, [.cname(key, host)]).outcome == .failed(.servfail))
  }

  @Test func ownersAreComparedWithoutCase() throws {
    let question = Question(key, .txt)
    for seed in 0..<50 as Range<UInt64> {
      let bytes = MessageWriter.response(to: question, answers: [.txt(key, "v=a")], random: SeededGenerator(seed: seed))
      #expect(Answer(replyTo: question, message: try MessageDecoder.decode(bytes)).outcome == .records)
    }
  }

  @Test func aChainIsFollowedInAnyOrder() throws {
    let answer = try answer([.txt(hosted, "v=a", ttl: 900), .cname(host, hosted, ttl: 20), .cname(key, host, ttl: 400)])
    #expect(answer.outcome == .records)
    #expect(answer.cname == [host, hosted])
    #expect(answer.ttl == 20)
    #expect(!answer.viaDNAME)
  }

  @Test func aChainThatLeadsOutIsNodataWithATarget() throws {
    let answer = try answer([.cname(key, host)])
    #expect(answer.outcome == .nodata)
    #expect(answer.cname == [host])
    #expect(answer.ttl == nil)
  }

  @Test func aChainInACircleIsMalformed() throws {
    let answer = try answer([.cname(key, host), .cname(host, key)])
    #expect(answer.outcome == .failed(.malformed))
    #expect(answer.cname == [host, key])
  }

  @Test func aChainIsFollowedForThirtyTwoLinks() throws {
    func links(_ count: Int) throws -> [WireRecord] {
      let names = try [key] + (1...count).map { try DomainName("n\($0).example.org") }
      return zip(names, names.dropFirst()).map { .cname($0, $1) } + [.txt(names[count], "v=a")]
    }
    #expect(try answer(links(32)).outcome == .records)
    #expect(try answer(links(33)).outcome == .failed(.malformed))
  }

  @Test func aResolverThatGivesUpHandsOverWhatItFollowed() throws {
    // BIND: SERVFAIL, the CNAMEs that it followed, and an extended error.
    let names = try [key] + (1...12).map { try DomainName("n\($0).example.org") }
    let message = Message(
      question: Question(key, .txt), rcode: .serverFailure, recursionAvailable: true,
      answers: zip(names, names.dropFirst()).map { ResourceRecord(owner: $0, type: .cname, ttl: 60, data: .cname($1)) },
      extendedErrors: [ExtendedError(code: 0, text: "max. restarts reached")])
    let answer = Answer(replyTo: Question(key, .txt), message: message)
    #expect(answer.outcome == .failed(.servfail))
    #expect(answer.cname == Array(names.dropFirst()))
    #expect(answer.extendedErrors.map(\.text) == ["max. restarts reached"])
  }

  @Test func aDNAMEIsFollowed() throws {
    let target = try DomainName("moved.net")
    let renamed = try DomainName("s1._domainkey.moved.net")
    let answer = try answer([
      .dname(zone, target, ttl: 100), .cname(key, renamed, ttl: 0), .txt(renamed, "v=a", ttl: 300),
    ])
    #expect(answer.outcome == .records)
    #expect(answer.cname == [renamed])
    #expect(answer.viaDNAME)
    #expect(answer.ttl == 100)
    let bare = try self.answer([.dname(zone, target), .txt(renamed, "v=a")])
    #expect(bare.cname == [renamed] && bare.outcome == .records)
  }

  @Test func aDNAMEThatMakesTheNameTooLongIsMalformed() throws {
    let long = try DomainName((0..<4).map { _ in String(repeating: "a", count: 60) }.joined(separator: "."))
    #expect(try answer([.dname(zone, long)]).outcome == .failed(.malformed))
    // A DNAME does not rename its own owner (RFC 6672, section 2.3).
    #expect(try answer([.dname(key, long)]).cname.isEmpty)
  }

  @Test func absenceHasTheSmallerOfTheTwoTTLs() throws {
    for (ttl, minimum) in [(300, 900), (900, 300)] as [(UInt32, UInt32)] {
      let absent = try answer(flags: 0x8583, authorities: [.soa(zone, ttl: ttl, minimum: minimum)])
      #expect(absent.outcome == .nxdomain && absent.negativeTTL == 300)
      let empty = try answer(authorities: [.soa(zone, ttl: ttl, minimum: minimum)])
      #expect(empty.outcome == .nodata && empty.negativeTTL == 300)
    }
    let foreign = try answer(flags: 0x8583, authorities: [.soa(host, ttl: 1, minimum: 1)])
    #expect(foreign.negativeTTL == nil)
  }

  @Test func aNegativeTTLWithTheTopBitIsZero() throws {
    #expect(try answer([.txt(key, "v=a", ttl: 0x8000_0001)]).ttl == 0)
  }

  @Test func nxdomainCountsForTheEndOfTheChain() throws {
    let answer = try answer(
      flags: 0x8583, [.cname(key, host)], authorities: [.soa(try DomainName("host.net"), ttl: 60, minimum: 60)])
    #expect(answer.outcome == .nxdomain)
    #expect(answer.cname == [host])
    #expect(answer.negativeTTL == 60)
  }

  @Test(
    arguments: [
      (1, Outcome.Failure.malformed), (2, .servfail), (4, .malformed), (5, .refused), (6, .malformed), (9, .lame),
    ] as [(UInt16, Outcome.Failure)])
  func otherCodesFail(_ code: UInt16, _ failure: Outcome.Failure) throws {
    let answer = try answer(flags: 0x8180 | code)
    #expect(answer.outcome == .failed(failure))
    #expect(answer.rcode?.rawValue == code)
  }

  @Test func theOPTRecordBringsUpperBitsAndExtendedErrors() throws {
    let answer = try answer(
      flags: 0x8182,
      option: (0x0100_0000, [0, 10, 0, 2, 1, 1, 0, 15, 0, 7, 0, 6, 0x62, 0x61, 0x1B, 0x64, 0, 0, 15, 0, 2, 0, 22]))
    #expect(answer.rcode == ResponseCode(rawValue: 18))
    #expect(
      answer.extendedErrors == [ExtendedError(code: 6, text: "ba\\027d"), ExtendedError(code: 22, text: "")])
  }

  @Test func flagsAreRead() throws {
    let answer = try answer(flags: 0x83A0, [.txt(key, "v=a")])
    #expect(answer.truncated && answer.authenticated && !answer.authoritative)
  }

  @Test(
    arguments: [
      (.mx, [0, 10], true, "10 s1.dkim.host.net."), (.ns, [], true, "s1.dkim.host.net."),
      (.ptr, [], true, "s1.dkim.host.net."), (.srv, [0, 1, 0, 2, 0, 25], true, "1 2 25 s1.dkim.host.net."),
      (.a, [192, 0, 2, 1], false, "192.0.2.1"),
      (.caa, [0, 5] + Array("issueca.example".utf8), false, "0 issue \"ca.example\""),
      (.dnskey, [1, 1, 3, 13, 1, 2, 3, 4], false, "257 3 13 AQIDBA=="),
      (.ds, [0x30, 0x39, 13, 2, 0xAB], false, "12345 13 2 AB"),
    ] as [(RecordType, [UInt8], Bool, String)])
  func anyRecordIsKeptInPresentationForm(
    _ type: RecordType, _ data: [UInt8], _ endsInName: Bool, _ text: String
  ) throws {
    let question = Question(zone, type)
    let record = WireRecord(owner: zone, type: type, ttl: 300, data: data, nameInData: endsInName ? host : nil)
    let bytes = MessageWriter.response(to: question, answers: [record])
    #expect(Answer(replyTo: question, message: try MessageDecoder.decode(bytes)).records.map(\.text) == [text])
  }

  @Test func theSerialOfAStartOfAuthorityIsNoChange() throws {
    func answer(serial: UInt32) throws -> Answer {
      let question = Question(zone, .soa)
      let bytes = MessageWriter.response(
        to: question, answers: [.soa(zone, ttl: 300, minimum: 60, serial: serial)])
      return Answer(replyTo: question, message: try MessageDecoder.decode(bytes))
    }
    #expect(try answer(serial: 1).digest == answer(serial: 2).digest)
    #expect(try answer(serial: 1).records.map(\.text) == ["ns. . minimum 60"])
  }
}
