// UDP sockets on random ports. A forged answer has to guess port, id and letter case together.

import CLinux
import Glibc

/// One socket and the ids that are waited for at it.
struct DatagramSocket {
  struct Entry {
    var id: UInt16
    var slot: Int32
  }

  var descriptor: Int32 = -1
  var entries: [Entry] = []
  /// How many questions went out by this port.
  var used = 0
}

/// Sockets for both families, opened when needed and closed when they are worn, so that ports change all the time.
struct SocketPool {
  /// How many sockets a family has at once.
  static let size = 64
  /// A port that has carried so many questions is given up as soon as nothing is waited for at it.
  static let wear = 64
  /// Room for what a full socket is waiting for, and for a flood beside it.
  private static let receiveBuffer: Int32 = 1 << 20

  private(set) var sockets = Array(repeating: DatagramSocket(), count: 2 * size)
  private let epoll: Int32

  init(epoll: Int32) { self.epoll = epoll }

  /// A random socket of the family that is not worn, if that can be had; else -errno.
  mutating func choose(isV6: Bool, using random: inout BufferedRandom) -> Result<Int, SocketError> {
    var choice = 0
    for _ in 0..<4 {
      choice = Int(random.next() % UInt64(Self.size)) + (isV6 ? Self.size : 0)
      if sockets[choice].used < Self.wear { break }
    }
    if sockets[choice].descriptor >= 0 { return .success(choice) }
    let descriptor = linux_udp_open(isV6 ? 1 : 0, Self.receiveBuffer)
    guard descriptor >= 0 else {
      // Out of descriptors: a socket that is open has to do.
      let family = (isV6 ? Self.size : 0)..<(isV6 ? 2 * Self.size : Self.size)
      if let other = family.first(where: { sockets[$0].descriptor >= 0 }) { return .success(other) }
      return .failure(SocketError(errno: -descriptor))
    }
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: EventKey.datagram(choice).bits))
    guard epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 else {
      let error = errno
      Glibc.close(descriptor)
      return .failure(SocketError(errno: error))
    }
    sockets[choice].descriptor = descriptor
    sockets[choice].used = 0
    return .success(choice)
  }

  /// Waits for an answer at a socket; the id is random and not waited for there yet.
  mutating func register(slot: Int, at socket: Int, using random: inout BufferedRandom) -> UInt16 {
    var id = UInt16(truncatingIfNeeded: random.next())
    while sockets[socket].entries.contains(where: { $0.id == id }) { id &+= 1 }
    sockets[socket].entries.append(DatagramSocket.Entry(id: id, slot: Int32(slot)))
    sockets[socket].used += 1
    return id
  }

  /// The slot that waits for this id at this socket.
  func slot(for id: UInt16, at socket: Int) -> Int? {
    for entry in sockets[socket].entries where entry.id == id { return Int(entry.slot) }
    return nil
  }

  /// Waits no longer.
  mutating func unregister(id: UInt16, at socket: Int) {
    guard let index = sockets[socket].entries.firstIndex(where: { $0.id == id }) else { return }
    sockets[socket].entries.swapAt(index, sockets[socket].entries.count - 1)
    sockets[socket].entries.removeLast()
  }

  /// Closes sockets that nothing is waited for at: the worn ones, or all that were used.
  mutating func close(onlyWorn: Bool) {
    for index in sockets.indices
    where sockets[index].descriptor >= 0 && sockets[index].entries.isEmpty
      && sockets[index].used >= (onlyWorn ? Self.wear : 1)
    {
      // The kernel takes a closed descriptor out of the epoll set.
      Glibc.close(sockets[index].descriptor)
      sockets[index].descriptor = -1
      sockets[index].used = 0
    }
  }

  /// Closes everything.
  mutating func closeAll() {
    for index in sockets.indices where sockets[index].descriptor >= 0 {
      Glibc.close(sockets[index].descriptor)
      sockets[index].descriptor = -1
    }
  }
}

/// Why a socket cannot be had.
struct SocketError: Error {
  var errno: Int32
}

/// What an epoll event is about, in the 64 bits that the kernel hands back.
enum EventKey {
  case wake
  case datagram(Int)
  /// A connection and its generation: an event may be older than the connection that has its place now.
  case stream(Int, UInt32)

  var bits: UInt64 {
    switch self {
    case .wake: 0
    case .datagram(let index): 1 << 62 | UInt64(index)
    case .stream(let index, let generation): 2 << 62 | UInt64(generation & 0xFFFF) << 32 | UInt64(index)
    }
  }

  init(bits: UInt64) {
    switch bits >> 62 {
    case 1: self = .datagram(Int(bits & 0xFFFF_FFFF))
    case 2: self = .stream(Int(bits & 0xFFFF_FFFF), UInt32(bits >> 32 & 0xFFFF))
    default: self = .wake
    }
  }
}
