// The thread that listens: packets and connections in, through the gate, answers out. Bounded in everything.

import CLinux
import DNS
import Glibc
import Model
import Synchronization

/// The state of the thread; nothing else touches it once it runs.
final class NoticeLoop {
  /// The most connections at a time, how long each may take, and how many messages it may carry.
  private static let connectionLimit = 32
  private static let patience = Duration.seconds(5)
  private static let messageLimit = 1000
  /// The longest packet that is read: a name, a SOA record and options fit in many times over.
  private static let room = 4096
  private static let batch = 32
  /// So many packets are read in one go; after so many strangers the thread rests, and the kernel drops what is too much.
  private static let batchesAtOnce = 8
  private static let restMicroseconds: UInt32 = 10_000

  private struct Connection {
    var descriptor: Int32
    var peer: IPAddress
    var endsAt: Duration
    var framing = StreamFraming()
    var messages = 0
  }

  private let shared: NoticeShared
  private let elapsed: @Sendable () -> Duration
  private let heard: NoticeListener.Handler
  private var datagrams: [Int32] = []
  private var streams: [Int32] = []
  private var connections: [Connection] = []
  private let packets = UnsafeMutablePointer<linux_packet>.allocate(capacity: batch)
  private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: batch * room)

  init(
    _ shared: NoticeShared, at endpoints: [Endpoint], elapsed: @escaping @Sendable () -> Duration,
    heard: @escaping NoticeListener.Handler
  ) throws(NoticeListenerError) {
    self.shared = shared
    self.elapsed = elapsed
    self.heard = heard
    for index in 0..<Self.batch {
      (packets + index).initialize(to: linux_packet())
      packets[index].bytes = bytes + index * Self.room
    }
    for endpoint in endpoints {
      var place = linux_endpoint(endpoint)
      for isStream in [false, true] {
        let descriptor = linux_listen(&place, isStream ? 1 : 0)
        guard descriptor >= 0 else {
          throw NoticeListenerError(
            step: "listen for NOTIFY at \(endpoint) over \(isStream ? "TCP" : "UDP")", errno: -descriptor)
        }
        if isStream { streams.append(descriptor) } else { datagrams.append(descriptor) }
      }
    }
  }

  deinit {
    for descriptor in datagrams + streams + connections.map(\.descriptor) { close(descriptor) }
    packets.deallocate()
    bytes.deallocate()
  }

  /// Works until the shutdown.
  func run() {
    while !shared.isOver {
      let all = [shared.wakeup] + datagrams + streams + connections.map(\.descriptor)
      var polled = all.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      poll(&polled, nfds_t(polled.count), timeToWait())
      let ready = Set(polled.filter { $0.revents != 0 }.map(\.fd))
      for descriptor in datagrams where ready.contains(descriptor) { receive(at: descriptor) }
      for index in connections.indices where ready.contains(connections[index].descriptor) { advance(index) }
      for descriptor in streams where ready.contains(descriptor) { accept(at: descriptor) }
      closeFinished()
    }
  }

  /// Milliseconds until a connection has had its time; -1 where there is none.
  private func timeToWait() -> Int32 {
    guard let end = connections.map(\.endsAt).min() else { return -1 }
    return Int32(min(max((end - elapsed()) / .milliseconds(1), 0), 10_000)) + 1
  }

  // MARK: UDP

  private func receive(at descriptor: Int32) {
    var answered = 0
    for _ in 0..<Self.batchesAtOnce {
      let count = Int(linux_udp_receive(descriptor, packets, Int32(Self.batch), UInt32(Self.room)))
      guard count > 0 else { return }
      let now = elapsed()
      for index in 0..<count where packets[index].wasCut == 0 {
        let packet = UnsafeRawBufferPointer(start: packets[index].bytes, count: Int(packets[index].length))
        guard let peer = IPAddress(packets[index].peer), var reply = answer(to: packet, from: peer, at: now) else {
          continue
        }
        answered += 1
        reply.withUnsafeMutableBufferPointer { buffer in
          var sent = linux_packet(
            bytes: buffer.baseAddress, length: UInt32(buffer.count), wasCut: 0, peer: packets[index].peer)
          _ = linux_udp_send(descriptor, &sent, 1, 0)
        }
      }
      if count < Self.batch { return }
    }
    if answered == 0 { usleep(Self.restMicroseconds) }
  }

  /// The answer to a packet; nil where there is none.
  private func answer(to packet: UnsafeRawBufferPointer, from peer: IPAddress, at now: Duration) -> [UInt8]? {
    switch shared.gate.withLock({ $0.receive(packet, from: peer, at: now) }) {
    case .ignored: nil
    case .refused(let request, let code): request.response(code)
    case .notice(let request, let zone): request.response(heard(zone, peer) ? .noError : .notAuthoritative)
    }
  }

  // MARK: TCP

  private func accept(at descriptor: Int32) {
    for _ in 0..<Self.connectionLimit {
      var peer = linux_endpoint()
      let connection = linux_accept(descriptor, &peer)
      guard connection >= 0 else {
        // Out of descriptors: the one that waits would wake us again and again.
        if connection != -EAGAIN { usleep(Self.restMicroseconds) }
        return
      }
      guard let address = IPAddress(peer), connections.count < Self.connectionLimit,
        shared.gate.withLock({ $0.admits(address) })
      else {
        close(connection)
        continue
      }
      connections.append(Connection(descriptor: connection, peer: address, endsAt: elapsed() + Self.patience))
    }
  }

  /// Takes what has come of a connection; ends it by setting its end to now.
  private func advance(_ index: Int) {
    let count = linux_stream_receive(connections[index].descriptor, bytes, Self.room)
    if count == -Int(EAGAIN) || count == -Int(EINTR) { return }
    guard count > 0 else { return end(index) }
    var rest = UnsafeRawBufferPointer(start: bytes, count: count)
    while true {
      guard let message = connections[index].framing.take(&rest) else { return }
      connections[index].messages += 1
      let reply = message.withUnsafeBytes { answer(to: $0, from: connections[index].peer, at: elapsed()) }
      guard let reply, connections[index].messages < Self.messageLimit else { return end(index) }
      let framed = reply.withUnsafeBytes { StreamFraming.framed($0) }
      let sent = framed.withUnsafeBufferPointer {
        linux_stream_send(connections[index].descriptor, $0.baseAddress, framed.count)
      }
      // Whoever does not read its answers has lost the connection.
      guard sent == framed.count else { return end(index) }
    }
  }

  private func end(_ index: Int) { connections[index].endsAt = .zero }

  private func closeFinished() {
    guard !connections.isEmpty else { return }
    let now = elapsed()
    for connection in connections where connection.endsAt <= now { close(connection.descriptor) }
    connections.removeAll { $0.endsAt <= now }
  }
}

extension IPAddress {
  /// The address of the kernel's view of a peer.
  init?(_ endpoint: linux_endpoint) {
    var endpoint = endpoint
    let isV6 = endpoint.isV6 != 0
    let address = withUnsafeBytes(of: &endpoint.address) { IPAddress(bytes: $0.prefix(isV6 ? 16 : 4)) }
    guard let address else { return nil }
    self = address
  }
}
