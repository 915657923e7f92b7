// A name server on loopback that does what a test tells it to: right, wrong, late, twice, or not at all.

import CLinux
import Glibc
import Model
import Synchronization

/// Listens on a port of 127.0.0.1 (or ::1), over UDP and, where wanted, over TCP on the same port.
final class ScriptedServer: Sendable {
  enum TCP { case served, refused, closedAtOnce, silent }

  struct Request: Sendable {
    var bytes: [UInt8]
    var transport: Transport
    /// 0 for the first question that the server gets.
    var number: Int
    /// Where the question came from, as the kernel writes it; over UDP.
    var peer: [UInt8]

    var hasEDNS: Bool { bytes[11] == 1 }
    /// The end of the question section.
    var questionEnd: Int {
      var position = 12
      while bytes[position] != 0 { position += Int(bytes[position]) + 1 }
      return position + 5
    }
    /// The name with its letters as they came.
    var name: [UInt8] { Array(bytes[12..<(questionEnd - 4)]) }

    /// A response with the question as it came, and a TXT record at its name for each text.
    func reply(_ texts: [String] = [], flags: UInt16 = 0x8580) -> [UInt8] {
      var reply = Array(bytes[..<questionEnd])
      reply[2] = UInt8(flags >> 8)
      reply[3] = UInt8(flags & 0xFF)
      for index in 6..<12 { reply[index] = 0 }
      reply[7] = UInt8(texts.count)
      for text in texts {
        var data: [UInt8] = []
        var rest = Array(text.utf8)[...]
        repeat {
          data += [UInt8(min(rest.count, 255))] + rest.prefix(255)
          rest = rest.dropFirst(255)
        } while !rest.isEmpty
        reply += [0xC0, 12, 0, 16, 0, 1, 0, 0, 1, 44, UInt8(data.count >> 8), UInt8(data.count & 0xFF)] + data
      }
      return reply
    }
  }

  struct Response: Sendable {
    var bytes: [UInt8]
    /// From another port than was asked.
    var isFromElsewhere = false
    /// Another receiver than the one who asked now.
    var peer: [UInt8]?
  }

  typealias Script = @Sendable (Request) -> [Response]

  let endpoint: Endpoint
  private let datagram: Int32
  private let elsewhere: Int32
  private let listener: Int32
  private let stop: Int32
  private let tcp: TCP
  private let script: Script
  private let requests = Mutex<[Request]>([])

  /// What came so far.
  var seen: [Request] { requests.withLock { $0 } }

  init(isV6: Bool = false, tcp: TCP = .refused, _ script: @escaping Script) throws {
    self.tcp = tcp
    self.script = script
    let family = isV6 ? AF_INET6 : AF_INET
    var found: (datagram: Int32, listener: Int32, port: UInt16)?
    for _ in 0..<20 where found == nil {
      let datagram = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
      let port = try requireValue(Self.bindLoopback(datagram, isV6: isV6, port: 0))
      if tcp == .refused {
        found = (datagram, -1, port)
        break
      }
      let listener = socket(family, Int32(SOCK_STREAM.rawValue), 0)
      if Self.bindLoopback(listener, isV6: isV6, port: port) != nil, listen(listener, 64) == 0 {
        found = (datagram, listener, port)
      } else {
        close(datagram)
        close(listener)
      }
    }
    let sockets = try requireValue(found)
    datagram = sockets.datagram
    listener = sockets.listener
    elsewhere = socket(family, Int32(SOCK_DGRAM.rawValue), 0)
    _ = Self.bindLoopback(elsewhere, isV6: isV6, port: 0)
    stop = eventfd(0, Int32(EFD_CLOEXEC))
    endpoint = Endpoint(isV6 ? .v6(high: 0, low: 1) : .v4(0x7F00_0001), port: sockets.port)
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<ServerLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      },
      Unmanaged.passRetained(
        ServerLoop(datagram: datagram, elsewhere: elsewhere, listener: listener, stop: stop, server: self)
      ).toOpaque())
    guard code == 0 else { throw Missing() }
    pthread_detach(thread)
  }

  deinit { eventfd_write(stop, 1) }

  struct Missing: Error {}

  private func answer(_ bytes: [UInt8], _ transport: Transport, peer: [UInt8] = []) -> [Response] {
    let request = requests.withLock { list in
      let request = Request(bytes: bytes, transport: transport, number: list.count, peer: peer)
      list.append(request)
      return request
    }
    return script(request)
  }

  private static func bindLoopback(_ descriptor: Int32, isV6: Bool, port: UInt16) -> UInt16? {
    var storage = sockaddr_storage()
    var length = socklen_t(isV6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutableBytes(of: &storage) { bytes -> UInt16? in
      guard let base = bytes.baseAddress else { return nil }
      if isV6 {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        address.sin6_addr = in6addr_loopback
        base.storeBytes(of: address, as: sockaddr_in6.self)
      } else {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        base.storeBytes(of: address, as: sockaddr_in.self)
      }
      let generic = base.assumingMemoryBound(to: sockaddr.self)
      guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else { return nil }
      return UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
    }
  }

  /// The thread's side; it does not keep the server alive, so that the end of a test ends the thread.
  private final class ServerLoop {
    let datagram: Int32
    let elsewhere: Int32
    let listener: Int32
    let stop: Int32
    weak var server: ScriptedServer?
    let tcp: TCP
    var connections: [Int32] = []

    init(datagram: Int32, elsewhere: Int32, listener: Int32, stop: Int32, server: ScriptedServer) {
      self.datagram = datagram
      self.elsewhere = elsewhere
      self.listener = listener
      self.stop = stop
      self.server = server
      tcp = server.tcp
    }

    func run() {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        var waits = ([stop, datagram, listener] + connections).map {
          pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        poll(&waits, nfds_t(waits.count), -1)
        if waits[0].revents != 0 { break }
        if waits[1].revents != 0 { datagramCame(&buffer) }
        if waits[2].revents != 0 { connectionCame() }
        for wait in waits[3...] where wait.revents != 0 { bytesCame(wait.fd, &buffer) }
      }
      for descriptor in [datagram, elsewhere, listener, stop] + connections where descriptor >= 0 { close(descriptor) }
    }

    private func datagramCame(_ buffer: inout [UInt8]) {
      var peer = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let count = withUnsafeMutableBytes(of: &peer) { bytes in
        recvfrom(datagram, &buffer, buffer.count, 0, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), &length)
      }
      guard count > 0, let server else { return }
      let asker = withUnsafeBytes(of: peer) { Array($0.prefix(Int(length))) }
      for response in server.answer(Array(buffer[..<count]), .udp, peer: asker) {
        (response.peer ?? asker).withUnsafeBytes { peer in
          _ = sendto(
            response.isFromElsewhere ? elsewhere : datagram, response.bytes, response.bytes.count, 0,
            peer.baseAddress?.assumingMemoryBound(to: sockaddr.self), length)
        }
      }
    }

    private func connectionCame() {
      let connection = accept(listener, nil, nil)
      if connection >= 0 {
        if tcp == .closedAtOnce { close(connection) } else { connections.append(connection) }
      }
    }

    private func bytesCame(_ connection: Int32, _ buffer: inout [UInt8]) {
      let count = read(connection, &buffer, buffer.count)
      if count <= 0 {
        close(connection)
        connections.removeAll { $0 == connection }
      } else if tcp == .served, count > 2, let server {
        for response in server.answer(Array(buffer[2..<count]), .tcp) {
          let framed = [UInt8(response.bytes.count >> 8), UInt8(response.bytes.count & 0xFF)] + response.bytes
          // In pieces, as a network would bring it.
          for part in stride(from: 0, to: framed.count, by: 700) {
            send(
              connection, Array(framed[part..<min(part + 700, framed.count)]), min(700, framed.count - part),
              Int32(MSG_NOSIGNAL))
          }
        }
      }
    }
  }
}

/// A value that must be there for the test to make sense.
func requireValue<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw ScriptedServer.Missing() }
  return value
}
