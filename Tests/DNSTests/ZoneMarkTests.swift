// Marks of zones: the packet's is the message's, and there is none where nothing can be said.

import DNS
import Model
import TestSupport
import Testing

struct ZoneMarkTests {
  private func packetMark(_ bytes: [UInt8]) -> ZoneMark? {
    var reader = ZoneMarkReader()
    return bytes.withUnsafeBytes { reader.mark(of: $0) }
  }

  private let zone: DomainName
  private let servers: [DomainName]

  init() throws {
    zone = try DomainName("example.org")
    servers = try ["ns1.example.org", "ns2.host.net", "ns3.host.net"].map { try DomainName($0) }
  }

  @Test(arguments: [0, 1, 7, 2026_11_27_01, UInt32.max]) func theSerialIsRead(serial: UInt32) throws {
    let bytes = MessageWriter.response(
      to: Question(zone, .soa), answers: [.soa(zone, ttl: 60, minimum: 5, serial: serial)],
      authorities: [.ns(zone, servers[0])], option: (0, []))
    #expect(packetMark(bytes) == .serial(serial))
    #expect(ZoneMark(try MessageDecoder.decode(bytes)) == .serial(serial))
  }

  @Test func theOrderOfServersDoesNotCount() throws {
    func mark(_ names: [DomainName], isReferral: Bool) throws -> ZoneMark? {
      let records = names.map { WireRecord.ns(zone, $0) }
      let bytes = MessageWriter.response(
        to: Question(zone, .ns), flags: isReferral ? 0x8000 : 0x8400, answers: isReferral ? [] : records,
        authorities: isReferral ? records : [])
      #expect(packetMark(bytes) == ZoneMark(try MessageDecoder.decode(bytes)))
      return packetMark(bytes)
    }
    let one = try mark(servers, isReferral: true)
    #expect(one != nil)
    #expect(try mark(servers.reversed(), isReferral: true) == one)
    #expect(try mark(servers, isReferral: false) == one, "a referral and an answer tell the same")
    #expect(try mark(Array(servers.dropLast()), isReferral: true) != one)
  }

  @Test func nothingIsSaidWhereNothingCanBe() throws {
    let other = try DomainName("example.net")
    let start = WireRecord.soa(zone, ttl: 60, minimum: 5)
    let silent: [[UInt8]] = [
      MessageWriter.response(to: Question(zone, .soa), flags: 0x8000, answers: [start]),
      MessageWriter.response(to: Question(zone, .soa), flags: 0x8405, answers: [start]),
      MessageWriter.response(to: Question(zone, .soa), flags: 0x8600, answers: [start]),
      MessageWriter.response(to: Question(zone, .soa), flags: 0x8400, authorities: [start]),
      MessageWriter.response(to: Question(other, .soa), flags: 0x8400, answers: [start]),
      MessageWriter.response(to: Question(zone, .ns), flags: 0x8000, authorities: [.ns(other, servers[0])]),
      MessageWriter.response(to: Question(zone, .ns), flags: 0x8403, authorities: [start]),
      MessageWriter.response(to: Question(zone, .txt), flags: 0x8400, answers: [.txt(zone, "v=DKIM1")]),
      [], [0x12, 0x34, 0x84],
    ]
    for (index, bytes) in silent.enumerated() {
      #expect(packetMark(bytes) == nil, "\(index)")
      if let message = try? MessageDecoder.decode(bytes) { #expect(ZoneMark(message) == nil, "\(index)") }
    }
  }

  /// Random messages: what has a mark as a packet decodes, and has the same as a message.
  @Test func packetAndMessageAgree() throws {
    var random = SeededGenerator(seed: 1996)
    let names = try ["example.org", "org", "ns1.example.org", "host.net", "a.b.host.net"].map { try DomainName($0) }
    func any() -> DomainName { names[Int.random(in: 0..<names.count, using: &random)] }
    func records() -> [WireRecord] {
      (0..<Int.random(in: 0...3, using: &random)).map { _ in
        switch Int.random(in: 0..<6, using: &random) {
        case 0, 1: .soa(any(), ttl: 60, minimum: 5, serial: UInt32.random(in: 0...9, using: &random))
        case 2, 3, 4: .ns(any(), any())
        default: .cname(any(), any())
        }
      }
    }
    var marks = 0
    for _ in 0..<20_000 {
      let bytes = MessageWriter.response(
        to: Question(names[Int.random(in: 0...1, using: &random)], Bool.random(using: &random) ? .soa : .ns),
        flags: 0x8000 | [0x0400, 0x0400, 0x0400, 0, 0x0403, 0x0600][Int.random(in: 0..<6, using: &random)],
        answers: records(), authorities: records(), option: Bool.random(using: &random) ? (0, []) : nil,
        random: SeededGenerator(seed: random.next()))
      let mark = packetMark(bytes)
      guard let message = try? MessageDecoder.decode(bytes) else {
        #expect(mark == nil)
        continue
      }
      #expect(ZoneMark(message) == mark)
      marks += mark == nil ? 0 : 1
    }
    #expect(marks > 1_000)
  }
}
