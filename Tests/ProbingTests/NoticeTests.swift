// Notices: who is heard, how often, and over real sockets.

import CLinux
import DNS
import Glibc
import Model
import Synchronization
import TestSupport
import Testing

@testable import Probing

@Suite struct NoticeGateTests {
  private static let packet: [UInt8] =
    [0x19, 0x96, 0x24, 0, 0, 1, 0, 0, 0, 0, 0, 0, 7] + Array("example".utf8) + [4] + Array("test".utf8) + [
      0, 0, 6, 0, 1,
    ]

  private func take(_ gate: inout NoticeGate, _ bytes: [UInt8], from address: String, at now: Duration) throws
    -> NoticeGate.Verdict
  {
    let address = try #require(IPAddress(address))
    return bytes.withUnsafeBytes { gate.receive($0, from: address, at: now) }
  }

  private func gate(_ ranges: [String]) throws -> NoticeGate {
    NoticeGate(sources: try ranges.map { try #require(AddressRange($0)) })
  }

  @Test(arguments: [
    ("192.0.2.1", true), ("192.0.2.2", false), ("198.51.100.255", true), ("198.51.101.0", false),
    ("2001:db8:0:1::9", true), ("2001:db8:0:2::9", false), ("::ffff:192.0.2.1", false),
  ])
  func onlyNamedSourcesAreHeard(address: String, isHeard: Bool) throws {
    var gate = try gate(["192.0.2.1", "198.51.100.0/24", "2001:db8:0:1::/64"])
    let verdict = try take(&gate, Self.packet, from: address, at: .zero)
    if case .notice(_, let zone) = verdict {
      #expect(isHeard && zone == name("example.test"))
    } else {
      #expect(!isHeard && verdict == .ignored)
    }
    #expect(gate.admits(try #require(IPAddress(address))) == isHeard)
    #expect(gate.counters.received == (isHeard ? 1 : 0))
  }

  @Test func tooMuchIsNotAnswered() throws {
    var gate = try gate(["192.0.2.1", "192.0.2.2"])
    var heard = 0
    for millisecond in 0..<10_000 {
      if try take(&gate, Self.packet, from: "192.0.2.1", at: .milliseconds(millisecond)) != .ignored { heard += 1 }
    }
    #expect(heard <= NoticeGate.burst + 10 * NoticeGate.rate + 1 && heard >= 10 * NoticeGate.rate)
    #expect(try take(&gate, Self.packet, from: "192.0.2.2", at: .seconds(10)) != .ignored, "others are heard")
    #expect(try take(&gate, Self.packet, from: "192.0.2.1", at: .seconds(20)) != .ignored, "and so is it, later")
  }

  @Test func otherSourcesCountAtOnce() throws {
    var gate = try gate(["192.0.2.1"])
    gate.replaceSources([try #require(AddressRange("192.0.2.2"))])
    #expect(try take(&gate, Self.packet, from: "192.0.2.1", at: .zero) == .ignored)
    #expect(try take(&gate, Self.packet, from: "192.0.2.2", at: .zero) != .ignored)
  }
}

/// The limit is for a listener that hangs.
@Suite(.timeLimit(.minutes(10))) struct NoticeListenerTests {
  /// What was heard.
  private final class Heard: Sendable {
    private let zones = Mutex<[DomainName]>([])
    var all: [DomainName] { zones.withLock { $0 } }
    func take(_ zone: DomainName) -> Bool {
      zones.withLock { $0.append(zone) }
      return zone == name("example.test")
    }
  }

  private let heard = Heard()

  private static func notice(_ zone: String, id: UInt8 = 1) -> [UInt8] {
    [0, id, 0x24, 0, 0, 1, 0, 0, 0, 0, 0, 0] + name(zone).wire + [0, 6, 0, 1]
  }

  /// A listener at a free port, and that port.
  private func listener(_ sources: [String] = ["127.0.0.1"]) throws -> (NoticeListener, Endpoint) {
    let heard = heard
    let ranges = try sources.map { try #require(AddressRange($0)) }
    for _ in 0..<50 {
      let place = Endpoint(.v4(0x7F00_0001), port: UInt16.random(in: 20_000..<60_000))
      if let listener = try? NoticeListener(at: [place], sources: ranges, heard: { zone, _ in heard.take(zone) }) {
        return (listener, place)
      }
    }
    throw NoticeListenerError(step: "find a free port", errno: EADDRINUSE)
  }

  /// Sends packets and waits for one answer, with a socket of its own.
  private func exchange(_ packets: [[UInt8]], with place: Endpoint) throws -> [UInt8] {
    let descriptor = linux_udp_open(0, 1 << 16)
    defer { close(descriptor) }
    for packet in packets {
      var packet = packet
      packet.withUnsafeMutableBufferPointer { buffer in
        var sent = linux_packet(
          bytes: buffer.baseAddress, length: UInt32(buffer.count), wasCut: 0, peer: linux_endpoint(place))
        _ = linux_udp_send(descriptor, &sent, 1, 0)
      }
    }
    return try receive(descriptor)
  }

  private func receive(_ descriptor: Int32) throws -> [UInt8] {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    poll(&waiting, 1, 60_000)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = linux_stream_receive(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(Int(count), 0)))
  }

  @Test func aNoticeOverUDPIsHeardAndAnswered() throws {
    let (listener, place) = try listener()
    defer { listener.shutdown() }
    // What is hostile comes first, and is not answered.
    let answer = try exchange(
      [[], [1, 2, 3], [UInt8](repeating: 0xFF, count: 600), Self.notice("example.test")], with: place)
    #expect(answer.prefix(4) == [0, 1, 0xA4, 0] && answer.count == Self.notice("example.test").count)
    #expect(heard.all == [name("example.test")])
    #expect(try exchange([Self.notice("example.net", id: 2)], with: place).prefix(4) == [0, 2, 0xA4, 9], "NOTAUTH")
    #expect(listener.counters.received == 2)
  }

  @Test func aStrangerIsNotHeard() throws {
    let (listener, place) = try listener(["192.0.2.1"])
    defer { listener.shutdown() }
    let descriptor = linux_udp_open(0, 1 << 16)
    defer { close(descriptor) }
    var packet = Self.notice("example.test")
    for _ in 0..<100 {
      packet.withUnsafeMutableBufferPointer { buffer in
        var sent = linux_packet(
          bytes: buffer.baseAddress, length: UInt32(buffer.count), wasCut: 0, peer: linux_endpoint(place))
        _ = linux_udp_send(descriptor, &sent, 1, 0)
      }
    }
    // Named from now on; until it is seen to be, nothing was heard.
    while listener.counters.refused < 100 { usleep(1000) }
    #expect(heard.all.isEmpty && listener.counters.received == 0)
    listener.replaceSources([try #require(AddressRange("127.0.0.0/8"))])
    #expect(try exchange([packet], with: place).count == packet.count)
  }

  @Test func noticesOverTCPShareAConnectionInAnyPieces() throws {
    let (listener, place) = try listener()
    defer { listener.shutdown() }
    var peer = linux_endpoint(place)
    let descriptor = linux_tcp_connect(&peer)
    defer { close(descriptor) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&waiting, 1, 60_000)
    let messages = [Self.notice("example.test", id: 1), Self.notice("example.test", id: 2)]
    for byte in messages.flatMap({ message in message.withUnsafeBytes { StreamFraming.framed($0) } }) {
      var byte = byte
      #expect(linux_stream_send(descriptor, &byte, 1) == 1)
    }
    var answers: [UInt8] = []
    while answers.count < 2 * (messages[0].count + 2) {
      let more = try receive(descriptor)
      if more.isEmpty { break }
      answers += more
    }
    #expect(answers.count == 2 * (messages[0].count + 2))
    #expect(heard.all.count == 2)
  }

  @Test func whatIsNoMessageEndsTheConnection() throws {
    let (listener, place) = try listener()
    defer { listener.shutdown() }
    var peer = linux_endpoint(place)
    let descriptor = linux_tcp_connect(&peer)
    defer { close(descriptor) }
    var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    poll(&waiting, 1, 60_000)
    let scrap: [UInt8] = [0, 3, 1, 2, 3]
    #expect(linux_stream_send(descriptor, scrap, scrap.count) == scrap.count)
    #expect(try receive(descriptor).isEmpty)
  }

  @Test func anAddressThatIsTakenIsNamed() throws {
    let (listener, place) = try listener()
    defer { listener.shutdown() }
    let error = #expect(throws: NoticeListenerError.self) {
      _ = try NoticeListener(at: [place], sources: []) { _, _ in true }
    }
    #expect(error?.errno == EADDRINUSE && error?.description.contains("\(place)") == true)
    listener.shutdown()
    let next = try NoticeListener(at: [place], sources: []) { _, _ in true }
    next.shutdown()
  }
}

@Suite struct FramingTests {
  @Test(arguments: 1...6 as ClosedRange<UInt64>) func messagesComeOutAsTheyWentIn(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let messages = (0..<50).map { _ in random.bytes(Int.random(in: 0...300, using: &random)) }
    var stream = messages.flatMap { message in message.withUnsafeBytes { StreamFraming.framed($0) } }[...]
    var framing = StreamFraming()
    var found: [[UInt8]] = []
    while !stream.isEmpty {
      let part = Array(stream.prefix(Int.random(in: 1...700, using: &random)))
      stream = stream.dropFirst(part.count)
      part.withUnsafeBytes { bytes in
        var rest = UnsafeRawBufferPointer(bytes)
        while let message = framing.take(&rest) { found.append(message) }
      }
    }
    #expect(found == messages)
  }
}
