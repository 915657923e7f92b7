// Packets that come in: matched against what was sent, compared with what was expected, decoded only where they differ.

import CLinux
import DNS
import Glibc
import Model

extension EngineLoop {
  /// Takes what waits at a UDP socket.
  func receive(at socket: Int, hasErrors: Bool) {
    let descriptor = sockets.sockets[socket].descriptor
    guard descriptor >= 0 else { return }
    if hasErrors { receiveErrors(at: socket) }
    // A flood at one socket must not keep the others waiting: what is left makes the next round's event.
    for _ in 0..<8 {
      let count = linux_udp_receive(
        descriptor, incoming, Int32(Self.incomingCount), UInt32(Self.incomingRoom))
      if count < 0 { receiveErrors(at: socket) }
      guard count > 0 else { return }
      for index in 0..<Int(count) { receive(incoming[index], at: socket) }
      if count < Self.incomingCount { return }
    }
  }

  private func receive(_ packet: linux_packet, at socket: Int) {
    let bytes = UnsafeRawBufferPointer(start: packet.bytes, count: Int(packet.length))
    guard bytes.count >= 12, packet.wasCut == 0 else {
      counters.discarded.size += 1
      return
    }
    let id = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
    guard let slot = sockets.slot(for: id, at: socket) else {
      counters.discarded.unexpected += 1
      return
    }
    guard packet.peer.isSame(as: servers.servers[Int(slots.slots[slot].server)].address) else {
      counters.discarded.address += 1
      return
    }
    let match = ReplyMatch(
      bytes, sent: UnsafeRawBufferPointer(slots.packet(slot)), question: Int(slots.slots[slot].questionEnd))
    if match == .different {
      counters.discarded.question += 1
      return
    }
    let attempt = attempt(of: slot, id: id, at: socket)
    if match != .exact, slots.slots[slot].machine.mixesCase, !Self.refusesEDNS(bytes, attempt.usesEDNS) {
      counters.discarded.letterCase += 1
      perform(slots.slots[slot].machine.received(.foldedCase), in: slot)
    } else {
      judge(bytes, attempt: attempt, in: slot)
    }
  }

  /// FORMERR or NOTIMP to a question with EDNS. It only makes the question be asked again, so it may be forged.
  private static func refusesEDNS(_ bytes: UnsafeRawBufferPointer, _ usedEDNS: Bool) -> Bool {
    usedEDNS && (bytes[3] & 0x0F == 1 || bytes[3] & 0x0F == 4)
  }

  private func attempt(of slot: Int, id: UInt16, at socket: Int) -> Try {
    for index in 0..<slots.tryCount(of: slot) {
      let attempt = slots.attempt(index, of: slot)
      if attempt.id == id, attempt.socket == socket { return attempt }
    }
    return Try(sentAt: now)
  }

  /// A packet over UDP that answers the question of a slot.
  private func judge(_ bytes: UnsafeRawBufferPointer, attempt: Try, in slot: Int) {
    let received = content(bytes, usesEDNS: attempt.usesEDNS, in: slot)
    if received.kind == .malformed { counters.discarded.malformed += 1 }
    slots.slots[slot].machine.answerComes(toEDNS: attempt.usesEDNS)
    let action = slots.slots[slot].machine.received(received.kind)
    switch (action, received.reply) {
    case (.finish, .unchanged?): finish(slot, .unchanged)
    case (.finish, .message(let message, _, _)?):
      finish(slot, .message(message, transport: .udp, roundTrip: .nanoseconds(now - attempt.sentAt)))
    default: perform(action, in: slot)
    }
  }

  /// What a packet says, and the reply that it makes where it is an answer.
  func content(
    _ bytes: UnsafeRawBufferPointer, usesEDNS: Bool, in slot: Int
  ) -> (kind: QueryMachine.Received, reply: Reply?) {
    if Self.refusesEDNS(bytes, usesEDNS) { return (.refusesEDNS, nil) }
    if bytes[2] & 0x02 != 0, slots.slots[slot].machine.transport == .udp { return (.truncated, nil) }
    guard let query = batches[Int(slots.slots[slot].batch)]?.queries[Int(slots.slots[slot].query)] else {
      return (.malformed, nil)
    }
    if let expected = query.expectedMark, marks.mark(of: bytes) == expected { return (.answer, .unchanged) }
    // Without RD an answer must have authority, or it is not the one that was expected.
    let expected = query.recursionDesired || bytes[2] & 0x04 != 0 ? query.expected : nil
    if let expected, digester.digest(of: bytes) == expected { return (.answer, .unchanged) }
    guard let message = try? MessageDecoder.decode(bytes) else { return (.malformed, nil) }
    if usesEDNS, message.rcode == .badVersion { return (.refusesEDNS, nil) }
    if let expected, !message.isReferral,
      Answer(replyTo: query.question, message: message).digest == expected
    {
      return (.answer, .unchanged)
    }
    return (.answer, .message(message, transport: .udp, roundTrip: .zero))
  }

  /// Takes ICMP errors off a socket. What they quote must be the last try of a question to that address.
  private func receiveErrors(at socket: Int) {
    let descriptor = sockets.sockets[socket].descriptor
    for _ in 0..<64 {
      let error = linux_udp_error(descriptor, incoming, UInt32(Self.incomingRoom))
      if error == 0 { return }
      let packet = incoming[0]
      guard packet.length >= 2, Self.isUnreachable(error) else { continue }
      let id = UInt16(packet.bytes[0]) << 8 | UInt16(packet.bytes[1])
      guard let slot = sockets.slot(for: id, at: socket),
        packet.peer.isSame(as: servers.servers[Int(slots.slots[slot].server)].address)
      else { continue }
      let last = slots.attempt((slots.slots[slot].tryCount - 1) % 4, of: slot)
      guard last.id == id, last.socket == socket, slots.slots[slot].waiting == .reply else { continue }
      counters.unreachable += 1
      servers.servers[Int(slots.slots[slot].server)].answers = false
      perform(slots.slots[slot].machine.unreachable(), in: slot)
    }
  }

  private static func isUnreachable(_ error: Int32) -> Bool {
    switch error {
    case ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EACCES, ENOPROTOOPT, EHOSTDOWN, ENONET: true
    default: false
    }
  }
}

extension Message {
  /// No answer, and name servers in place of a SOA: the server sends elsewhere.
  var isReferral: Bool {
    answers.isEmpty && rcode == .noError && authorities.contains { $0.type == .ns }
      && !authorities.contains { $0.type == .soa }
  }
}
