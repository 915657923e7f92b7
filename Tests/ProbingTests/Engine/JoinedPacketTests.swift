// Packets that go through the kernel as one: each still arrives by itself, and the order of a batch makes them neighbours.

import CLinux
import DNS
import Glibc
import Model
import Testing

@testable import Probing

@Suite struct JoinedPacketTests {
  /// Packets of several lengths, runs of equal ones among them, to two peers in turn.
  @Test(arguments: [0, 1] as [Int32]) func eachArrivesByItself(mayJoin: Int32) throws {
    if mayJoin == 1, linux_udp_can_join() == 0 { return }
    let receivers = try [Receiver(), Receiver()]
    let sender = linux_udp_open(0, 1 << 20)
    #expect(sender >= 0)
    defer { close(sender) }
    let lengths = [60, 60, 60, 61, 60, 60, 90, 90, 90, 90, 12]
    var sent: [[UInt8]] = []
    var packets: [linux_packet] = []
    var memory: [UnsafeMutablePointer<UInt8>] = []
    defer { for bytes in memory { bytes.deallocate() } }
    for (number, length) in lengths.enumerated() {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: number * 31 + $0) }
      let pointer = UnsafeMutablePointer<UInt8>.allocate(capacity: length)
      pointer.initialize(from: bytes, count: length)
      memory.append(pointer)
      sent.append(bytes)
      packets.append(
        linux_packet(bytes: pointer, length: UInt32(length), wasCut: 0, peer: receivers[number < 5 ? 0 : 1].peer))
    }
    #expect(linux_udp_send(sender, packets, Int32(packets.count), mayJoin) == Int32(packets.count))
    #expect(receivers[0].received(5) == Array(sent[..<5]))
    #expect(receivers[1].received(6) == Array(sent[5...]))
  }

  @Test func neighboursOfABatchAreOfOneLength() throws {
    let names = try (0..<500).map { try DomainName("s\($0 * 7919 % 12_345)._domainkey.example.org") }
    let queries = names.map {
      Query(Question($0, .txt), at: Endpoint(.v4(0x7F00_0001)), recursionDesired: false)
    }
    let order = EngineLoop.order(of: queries)
    #expect(order.sorted() == Array(0..<500))
    let lengths = order.map { names[Int($0)].wire.count }
    #expect(lengths == lengths.sorted())
    for (one, next) in zip(order, order.dropFirst()) where names[Int(one)].wire.count == names[Int(next)].wire.count {
      #expect(one < next, "equal ones stay in their order")
    }
    #expect(EngineLoop.order(of: Array(queries.prefix(16))) == Array(0..<16), "a few are asked as they come")
  }

  private final class Receiver {
    private let socket: Int32
    let peer: linux_endpoint

    init() throws {
      let descriptor = linux_udp_open(0, 1 << 20)
      try #require(descriptor >= 0)
      socket = descriptor
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
      }
      try #require(code == 0)
      peer = linux_endpoint(Endpoint(.v4(0x7F00_0001), port: UInt16(bigEndian: address.sin_port)))
    }

    deinit { close(socket) }

    /// The next packets; fewer where none comes for ten seconds.
    func received(_ count: Int) -> [[UInt8]] {
      var packets: [[UInt8]] = []
      var bytes = [UInt8](repeating: 0, count: 512)
      while packets.count < count {
        var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 10_000) == 1 else { break }
        let length = recv(socket, &bytes, bytes.count, 0)
        guard length >= 0 else { break }
        packets.append(Array(bytes[..<length]))
      }
      return packets
    }
  }
}
