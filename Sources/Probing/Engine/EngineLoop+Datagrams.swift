// Packets on their way out: collected by port, joined where the kernel can, sent with one call.

import CLinux
import DNS
import Glibc
import Model

extension EngineLoop {
  /// How many packets go by one port before another is chosen.
  private static let perPort = 16

  /// The socket of the packets that are being collected, or another that is chosen at random.
  func datagramSocket(isV6: Bool) -> Result<Int, SocketError> {
    if outgoingSocket >= 0, outgoing.count < Self.perPort, (outgoingSocket >= SocketPool.size) == isV6 {
      return .success(outgoingSocket)
    }
    flush()
    let choice = sockets.choose(isV6: isV6, using: &random)
    if case .success(let index) = choice { outgoingSocket = index }
    return choice
  }

  /// Sends the packets that were collected.
  func flush() {
    defer {
      outgoing.removeAll(keepingCapacity: true)
      outgoingSlots.removeAll(keepingCapacity: true)
      outgoingSocket = -1
      outgoingJoins = true
    }
    guard outgoingSocket >= 0, !outgoing.isEmpty else { return }
    let descriptor = sockets.sockets[outgoingSocket].descriptor
    var joins = canJoin && outgoingJoins
    var failed: [SlotReference] = []
    var position = 0
    var tries = 0
    while position < outgoing.count {
      let count = outgoing.withUnsafeBufferPointer { packets in
        linux_udp_send(
          descriptor, packets.baseAddress.map { $0 + position }, Int32(packets.count - position), joins ? 1 : 0)
      }
      if count > 0 {
        position += Int(count)
        tries = 0
        continue
      }
      if joins, Self.refusesJoined(-count) {
        (joins, canJoin) = (false, false)
        continue
      }
      tries += 1
      switch -count {
      case EAGAIN, ENOBUFS, EINTR:
        // The card's queue is full; what is not sent after that is lost, as on the way.
        if tries <= 5 {
          var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&wanted, 1, 1)
          continue
        }
      // The first error may be an ICMP error of another question at this socket, which the call reports and clears.
      case _ where tries == 1: continue
      default: failed.append(outgoingSlots[position])
      }
      position += 1
      tries = 0
    }
    for reference in failed where slots.isCurrent(reference) {
      perform(slots.slots[reference.slot].machine.unreachable(), in: reference.slot)
    }
  }

  /// Whether the way there cannot take joined packets: the card makes no checksums, or a tunnel is in between.
  private static func refusesJoined(_ error: Int32) -> Bool {
    switch error {
    case EIO, EINVAL, EMSGSIZE, EOPNOTSUPP: true
    default: false
    }
  }

  /// The order in which the queries of a batch are asked: by length, since packets can be joined where neighbours are of one.
  static func order(of queries: [Query]) -> [Int32] {
    guard queries.count > perPort else { return Array(0..<Int32(queries.count)) }
    // A counting sort: names have at most 255 bytes.
    var starts = [Int32](repeating: 0, count: 257)
    for query in queries { starts[query.question.name.wire.count + 1] += 1 }
    for length in 1..<starts.count { starts[length] += starts[length - 1] }
    var order = [Int32](repeating: 0, count: queries.count)
    for (index, query) in queries.enumerated() {
      let length = query.question.name.wire.count
      order[Int(starts[length])] = Int32(index)
      starts[length] += 1
    }
    return order
  }
}
