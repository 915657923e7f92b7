// TCP connections: one a question, few at a time.

import CLinux
import Glibc

/// One connection.
struct StreamConnection {
  var descriptor: Int32 = -1
  var slot = SlotReference(slot: 0, generation: 0)
  var generation: UInt32 = 0
  var isConnected = false
  var outgoing: [UInt8] = []
  var sent = 0
  var framing = StreamFraming()
}

/// The connections of the engine.
struct StreamTable {
  /// The most connections at once: with the sockets of UDP they fit into the 1024 descriptors that a process usually gets.
  static let capacity = 512

  var streams = Array(repeating: StreamConnection(), count: capacity)
  private var free = Array((0..<capacity).reversed())
  private let epoll: Int32

  init(epoll: Int32) { self.epoll = epoll }

  var hasRoom: Bool { !free.isEmpty }
  var isHalfFree: Bool { free.count > Self.capacity / 2 }

  /// Begins a connection for a slot; -errno where that fails at once.
  mutating func open(to peer: linux_endpoint, for slot: SlotReference, message: UnsafeRawBufferPointer) -> Result<
    Int, SocketError
  > {
    guard let index = free.last else { return .failure(SocketError(errno: EMFILE)) }
    var peer = peer
    let descriptor = linux_tcp_connect(&peer)
    guard descriptor >= 0 else { return .failure(SocketError(errno: -descriptor)) }
    let key = EventKey.stream(index, streams[index].generation)
    var event = epoll_event(events: EPOLLIN.rawValue | EPOLLOUT.rawValue, data: epoll_data(u64: key.bits))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      let error = errno
      Glibc.close(descriptor)
      return .failure(SocketError(errno: error))
    }
    free.removeLast()
    streams[index].descriptor = descriptor
    streams[index].slot = slot
    streams[index].isConnected = false
    streams[index].outgoing = StreamFraming.framed(message)
    streams[index].sent = 0
    streams[index].framing = StreamFraming()
    return .success(index)
  }

  /// Whether an event is about the connection that has the place now.
  func isCurrent(_ index: Int, _ generation: UInt32) -> Bool {
    streams[index].descriptor >= 0 && streams[index].generation & 0xFFFF == generation
  }

  /// Waits for bytes only; all has been sent.
  func waitForReply(_ index: Int) {
    let key = EventKey.stream(index, streams[index].generation)
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: key.bits))
    epoll_ctl(epoll, EPOLL_CTL_MOD, streams[index].descriptor, &event)
  }

  /// Closes a connection and frees its place.
  mutating func close(_ index: Int) {
    guard streams[index].descriptor >= 0 else { return }
    Glibc.close(streams[index].descriptor)
    streams[index].descriptor = -1
    streams[index].generation &+= 1
    streams[index].outgoing = []
    streams[index].framing = StreamFraming()
    free.append(index)
  }

  /// Closes everything.
  mutating func closeAll() {
    for index in streams.indices { close(index) }
  }
}
