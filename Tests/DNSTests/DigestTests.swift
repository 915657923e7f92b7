// Two answers that say the same have one digest, and the packet's digest is the answer's.

import DNS
import Model
import TestSupport
import Testing

struct DigestTests {
  /// The packet's digest, where it has one.
  func packetDigest(_ bytes: [UInt8]) -> Digest? {
    var digester = PacketDigester()
    return bytes.withUnsafeBytes { digester.digest(of: $0) }
  }

  @Test func digestsAreStable() throws {
    // Digests are stored: a change here makes every stored answer look new.
    let chain = [try DomainName("a.example")]
    #expect(Digest.of(outcome: .nxdomain, chain: [], records: []).description == "fcf0a6c700dd13e274b6fba8deea8dd9")
    #expect(
      Digest.of(outcome: .records, chain: chain, records: [TextRecord("v=DKIM1; p=")]).description
        == "1c6416a1d45e97024b2618b4ef9b44c4")
  }

  @Test func orderRepeatsAndTTLsDoNotCount() {
    let one = TextRecord("one")
    let two = TextRecord("two")
    let digest = Digest.of(outcome: .records, chain: [], records: [one, two])
    #expect(digest == .of(outcome: .records, chain: [], records: [two, one, two]))
    #expect(digest != .of(outcome: .records, chain: [], records: [one]))
    #expect(
      digest != .of(outcome: .records, chain: [], records: [TextRecord(strings: [Array("on".utf8), [0x65]]), two]))
  }

  @Test func everyOutcomeHasItsOwn() {
    let outcomes = [Outcome.records, .nodata, .nxdomain] + Outcome.Failure.allCases.map { .failed($0) }
    #expect(Set(outcomes.map { Digest.of(outcome: $0, chain: [], records: []) }).count == outcomes.count)
  }

  /// Random messages out of few names, so that chains, circles, repeats and strangers all come up.
  @Test func packetAndAnswerAgree() throws {
    var random = SeededGenerator(seed: 2026)
    let names = try ["s1._domainkey.example.org", "k.host.net", "k.eu.host.net", "example.org", "x.org"].map { text in
      try DomainName(text)
    }
    var digested = 0
    for _ in 0..<20_000 {
      let question = Question(names[0], .txt)
      let answers: [WireRecord] = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        let owner = names[Int.random(in: 0...3, using: &random)]
        let target = names[Int.random(in: 0...4, using: &random)]
        return switch Int.random(in: 0..<20, using: &random) {
        case 0..<8:
          .txt(
            owner, (0...Int.random(in: 0...2, using: &random)).map { _ in [UInt8.random(in: 0...3, using: &random)] })
        case 8..<17: .cname(owner, target)
        case 17: .dname(owner, target)
        case 18: .ns(owner, target)
        default: .soa(owner, ttl: 60, minimum: 60)
        }
      }
      let authorities: [WireRecord] = [
        [], [.soa(names[3], ttl: 5, minimum: 9)], [.ns(names[3], names[4])],
      ][Int.random(in: 0...2, using: &random)]
      let bytes = MessageWriter.response(
        to: question, flags: 0x8180 | [0, 0, 0, 2, 3, 5][Int.random(in: 0...5, using: &random)],
        answers: answers, authorities: authorities, option: Bool.random(using: &random) ? (0, []) : nil,
        random: SeededGenerator(seed: random.next()))
      let answer = Answer(replyTo: question, message: try MessageDecoder.decode(bytes))
      guard let digest = packetDigest(bytes) else { continue }
      digested += 1
      #expect(digest == answer.digest)
    }
    #expect(digested > 5_000)
  }

  /// Damaged packets: what has a digest decodes, and says the same.
  @Test func damagedPacketsHaveNoDigestOfTheirOwn() throws {
    var random = SeededGenerator(seed: 77)
    let name = try DomainName("s1._domainkey.example.org")
    let question = Question(name, .txt)
    let whole = MessageWriter.response(
      to: question,
      answers: [.cname(name, try DomainName("k.host.net")), .txt(try DomainName("k.host.net"), "v=DKIM1")],
      authorities: [.soa(name, ttl: 5, minimum: 9)], option: (0, []))
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0...Int.random(in: 0...2, using: &random) {
        bytes[Int.random(in: 12..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard let digest = packetDigest(bytes) else { continue }
      let message = try MessageDecoder.decode(bytes)
      let asked = try #require(message.question)
      #expect(Answer(replyTo: asked, message: message).digest == digest)
    }
  }

  @Test func everydayPacketsNeedNoDecoding() throws {
    let name = try DomainName("s1._domainkey.example.org")
    let host = try DomainName("k.host.net")
    let question = Question(name, .txt)
    let soa = WireRecord.soa(try DomainName("example.org"), ttl: 5, minimum: 9)
    for bytes in [
      MessageWriter.response(to: question, answers: [.txt(name, "v=DKIM1")], option: (0, [])),
      MessageWriter.response(to: question, answers: [.cname(name, host), .txt(host, "b"), .txt(host, "a")]),
      MessageWriter.response(to: question, flags: 0x8583, authorities: [soa]),
      MessageWriter.response(to: question, authorities: [soa]),
    ] { #expect(packetDigest(bytes) != nil) }
    let referral = MessageWriter.response(to: question, authorities: [.ns(try DomainName("example.org"), host)])
    #expect(packetDigest(referral) == nil)
  }
}
