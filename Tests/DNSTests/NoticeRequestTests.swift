// NOTIFY: what is taken for a notice, what is answered, and that no packet can do more than that.

import DNS
import Model
import TestSupport
import Testing

struct NoticeRequestTests {
  private static func read(_ bytes: [UInt8]) -> NoticeRequest? { bytes.withUnsafeBytes { NoticeRequest($0) } }

  private static let name: [UInt8] = [7] + Array("Example".utf8) + [3] + Array("org".utf8) + [0]
  /// Id 0x1996, NOTIFY with AA, one question: as BIND, NSD, Knot and PowerDNS send it.
  private static func packet(
    flags: UInt16 = 0x2400, counts: [UInt8] = [1, 0, 0, 0], type: UInt16 = 6, group: UInt16 = 1, rest: [UInt8] = []
  ) -> [UInt8] {
    [0x19, 0x96, UInt8(flags >> 8), UInt8(flags & 0xFF)] + counts.flatMap { [0, $0] } + name
      + [UInt8(type >> 8), UInt8(type & 0xFF), 0, UInt8(group)] + rest
  }

  private static let start: [UInt8] =
    [0xC0, 12, 0, 6, 0, 1, 0, 0, 0, 0, 0, 22, 0, 0] + [UInt8](repeating: 7, count: 20)
  private static func option(version: UInt8 = 0) -> [UInt8] { [0, 0, 41, 4, 208, 0, version, 0, 0, 0, 0] }
  private static let signature: [UInt8] =
    [1, 0x6B, 0, 0, 250, 0, 255, 0, 0, 0, 0, 0, 2, 0, 0]

  @Test func aNoticeIsRead() throws {
    for (counts, rest) in [
      ([1, 0, 0, 0], []), ([1, 1, 0, 0], Self.start), ([1, 1, 0, 1], Self.start + Self.option()),
      ([1, 0, 0, 1], Self.option()),
    ] as [([UInt8], [UInt8])] {
      let request = try #require(Self.read(Self.packet(counts: counts, rest: rest)))
      #expect(request.content == .notice(of: try DomainName("example.org")))
    }
  }

  @Test func theAnswerHasTheQuestionAndNothingElse() throws {
    let plain = try #require(Self.read(Self.packet(counts: [1, 1, 0, 0], rest: Self.start)))
    #expect(plain.response(.noError) == Self.packet(flags: 0xA400))
    #expect(plain.response(.notAuthoritative) == Self.packet(flags: 0xA409))
    let extended = try #require(Self.read(Self.packet(counts: [1, 0, 0, 1], rest: Self.option())))
    #expect(extended.response(.noError) == Self.packet(flags: 0xA400, counts: [1, 0, 0, 1], rest: Self.option()))
    #expect(
      extended.response(.badVersion).suffix(11) == [0, 0, 41, 4, 208, 1, 0, 0, 0, 0, 0], "the upper bits of the code")
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var packet: [UInt8]
    var code: ResponseCode
  }

  @Test(arguments: [
    Refusal(testDescription: "a question", packet: packet(flags: 0x0100), code: .refused),
    Refusal(testDescription: "an update", packet: packet(flags: 0x2800), code: .notImplemented),
    Refusal(testDescription: "another type", packet: packet(type: 16), code: .notImplemented),
    Refusal(testDescription: "another class", packet: packet(group: 3), code: .notImplemented),
    Refusal(testDescription: "no question", packet: packet(counts: [0, 0, 0, 0]), code: .formatError),
    Refusal(testDescription: "two questions", packet: packet(counts: [2, 0, 0, 0]), code: .formatError),
    Refusal(
      testDescription: "cut", packet: packet(counts: [1, 1, 0, 0], rest: Array(start.dropLast())), code: .formatError),
    Refusal(testDescription: "bytes at the end", packet: packet(rest: [0]), code: .formatError),
    Refusal(testDescription: "many records", packet: packet(counts: [1, 0, 0, 200]), code: .formatError),
    Refusal(
      testDescription: "two OPT records", packet: packet(counts: [1, 0, 0, 2], rest: option() + option()),
      code: .formatError),
    Refusal(
      testDescription: "another version of EDNS", packet: packet(counts: [1, 0, 0, 1], rest: option(version: 1)),
      code: .badVersion),
    Refusal(
      testDescription: "signed by a key that nobody gave us", packet: packet(counts: [1, 0, 0, 1], rest: signature),
      code: .notAuthoritative),
    Refusal(
      testDescription: "a name that points at itself",
      packet: [0, 1, 0x24, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xC0, 12, 0, 6, 0, 1],
      code: .formatError),
  ])
  func whatIsNoNoticeIsRefused(_ refusal: Refusal) throws {
    let request = try #require(Self.read(refusal.packet))
    #expect(request.content == .refused(refusal.code))
    let response = request.response(refusal.code)
    #expect(response.prefix(2) == refusal.packet.prefix(2))
    #expect(response[2] & 0x80 != 0 && response.count <= refusal.packet.count, "no answer is longer than the question")
  }

  @Test func responsesAndScrapsAreNotAnswered() {
    #expect(Self.read(Self.packet(flags: 0xA400)) == nil, "two listeners would talk for ever")
    #expect(Self.read([]) == nil)
    #expect(Self.read(Array(Self.packet().prefix(11))) == nil)
  }

  @Test func noPacketMakesTheAnswerLongerThanItself() {
    var random = SeededGenerator(seed: 2136)
    let whole = Self.packet(counts: [1, 1, 0, 1], rest: Self.start + Self.option())
    var notices = 0
    for _ in 0..<50_000 {
      var bytes = whole
      for _ in 0...Int.random(in: 0...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Int.random(in: 0..<4, using: &random) == 0 {
        bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
      }
      guard let request = Self.read(bytes) else { continue }
      if case .notice = request.content { notices += 1 }
      #expect(request.response(.noError).count <= bytes.count)
    }
    #expect(notices > 1000)
  }
}
