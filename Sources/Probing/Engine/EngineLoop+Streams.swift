// Questions over TCP: connect, write, read, in as many pieces as the network likes.

import CLinux
import DNS
import Glibc
import Model

extension EngineLoop {
  /// Begins the connection of a slot.
  func connect(_ slot: Int) {
    let packet = slots.packet(slot)
    if !slots.slots[slot].machine.mixesCase { QuestionBytes.lowerCase(in: packet) }
    let id = UInt16(truncatingIfNeeded: random.next())
    let length = prepare(
      packet, id: id, usesEDNS: slots.slots[slot].machine.usesEDNS, length: Int(slots.slots[slot].packetLength))
    let address = servers.servers[Int(slots.slots[slot].server)].address
    counters.tcp += 1
    let message = UnsafeRawBufferPointer(rebasing: packet[..<length])
    switch streams.open(to: address, for: slots.reference(slot), message: message) {
    case .success(let index):
      slots.slots[slot].stream = Int32(index)
      slots.slots[slot].connectedAt = now
      slots.slots[slot].waiting = .reply
      wheel.schedule(slot, at: now + slots.slots[slot].wait)
    case .failure: perform(slots.slots[slot].machine.streamFailed(.unreachable), in: slot)
    }
  }

  /// Closes the connection of a slot, and gives its place to the next that waits.
  func closeStream(of slot: Int) {
    let index = Int(slots.slots[slot].stream)
    guard index >= 0 else { return }
    slots.slots[slot].stream = -1
    streams.close(index)
    while streams.hasRoom, let next = waitingForStream.popFirst() {
      guard slots.isCurrent(next), slots.slots[next.slot].waiting == .stream else { continue }
      go(next.slot)
    }
  }

  /// Something happened at a connection.
  func advance(stream index: Int) {
    let slot = streams.streams[index].slot.slot
    guard slots.isCurrent(streams.streams[index].slot) else { return streams.close(index) }
    let descriptor = streams.streams[index].descriptor
    if !streams.streams[index].isConnected {
      guard linux_socket_error(descriptor) == 0 else {
        return perform(slots.slots[slot].machine.streamFailed(.unreachable), in: slot)
      }
      streams.streams[index].isConnected = true
    }
    guard write(stream: index) else {
      return perform(slots.slots[slot].machine.streamFailed(.closed), in: slot)
    }
    read(stream: index, slot: slot)
  }

  /// Writes what is left; false where the connection is gone.
  private func write(stream index: Int) -> Bool {
    let total = streams.streams[index].outgoing.count
    while streams.streams[index].sent < total {
      let start = streams.streams[index].sent
      let count = streams.streams[index].outgoing.withUnsafeBufferPointer { bytes in
        linux_stream_send(streams.streams[index].descriptor, bytes.baseAddress.map { $0 + start }, total - start)
      }
      if count == -Int(EAGAIN) || count == -Int(EINTR) { return true }
      guard count > 0 else { return false }
      streams.streams[index].sent += count
      if streams.streams[index].sent == total { streams.waitForReply(index) }
    }
    return true
  }

  private func read(stream index: Int, slot: Int) {
    // A message has at most 64 KiB: more rounds than this are a flood, and the next event goes on.
    for _ in 0..<8 {
      let count = Glibc.read(streams.streams[index].descriptor, streamBytes.baseAddress, streamBytes.count)
      if count < 0, errno == EAGAIN || errno == EINTR { return }
      guard count > 0 else {
        return perform(slots.slots[slot].machine.streamFailed(.closed), in: slot)
      }
      if let message = streams.streams[index].framing.append(UnsafeRawBufferPointer(rebasing: streamBytes[..<count])) {
        return message.withUnsafeBytes { judge(stream: $0, in: slot) }
      }
    }
  }

  private func judge(stream bytes: UnsafeRawBufferPointer, in slot: Int) {
    let packet = UnsafeRawBufferPointer(slots.packet(slot))
    let match =
      bytes.count >= 12 && bytes[0] == packet[0] && bytes[1] == packet[1]
      ? ReplyMatch(bytes, sent: packet, question: Int(slots.slots[slot].questionEnd)) : .different
    let received: (kind: QueryMachine.Received, reply: Reply?) =
      match == .different
      ? (.malformed, nil) : content(bytes, usesEDNS: slots.slots[slot].machine.usesEDNS, in: slot)
    if received.kind == .malformed { counters.discarded.malformed += 1 }
    servers.servers[Int(slots.slots[slot].server)].keptStream()
    let action = slots.slots[slot].machine.streamReceived(received.kind, keptCase: match != .foldedCase)
    switch (action, received.reply) {
    case (.finish, .unchanged?): finish(slot, .unchanged)
    case (.finish, .message(let message, _, _)?):
      let roundTrip = Duration.nanoseconds(now - slots.slots[slot].connectedAt)
      finish(slot, .message(message, transport: .tcp, roundTrip: roundTrip))
    default: perform(action, in: slot)
    }
  }
}
