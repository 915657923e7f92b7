// The course of one query through the engine: what the machine wants done is done here.

import CLinux
import DNS
import Glibc
import Model

extension EngineLoop {
  /// Begins a query; the server's token for it is taken.
  func begin(_ pending: PendingQuery, at server: Int) {
    guard let query = batches[Int(pending.batch)]?.queries[Int(pending.query)], let slot = slots.take() else { return }
    let isPlain = servers.servers[server].plainUntil > now
    let isLowerCase = servers.servers[server].lowerCaseUntil > now
    var machine = QueryMachine(
      transport: query.transport, timeout: query.timeout.nanoseconds, retries: query.retries,
      usesEDNS: !isPlain && query.usesEDNS, mixesCase: !isLowerCase,
      isSilentOverUDP: servers.servers[server].streamUntil > now)
    let action = machine.start()
    slots.slots[slot].machine = machine
    slots.slots[slot].batch = pending.batch
    slots.slots[slot].query = pending.query
    slots.slots[slot].server = Int32(server)
    slots.slots[slot].stream = -1
    slots.slots[slot].tryCount = 0
    servers.servers[server].inFlight += 1
    servers.servers[server].lastUsed = now

    let packet = slots.packet(slot)
    let options = QuestionOptions(
      recursionDesired: query.recursionDesired, checkingDisabled: query.checkingDisabled, usesEDNS: true,
      wantsSignatures: query.wantsSignatures)
    let length = QuestionBytes.write(query.question, id: 0, options: options, into: packet)
    if !isLowerCase { QuestionBytes.mixCase(in: packet, using: &random) }
    slots.slots[slot].packetLength = Int32(length)
    slots.slots[slot].questionEnd = Int32(length - QuestionBytes.optionLength)
    switch action {
    case .send(let wait), .connect(let wait):
      slots.slots[slot].wait = wait
      slots.slots[slot].waiting = .turn
      go(slot)
    default: perform(action, in: slot)
    }
  }

  /// Carries out what the machine of a slot wants.
  func perform(_ action: QueryMachine.Action, in slot: Int) {
    switch action {
    case .wait: break
    case .send(let wait), .connect(let wait):
      counters.retries += 1
      closeStream(of: slot)
      wheel.cancel(slot)
      slots.slots[slot].wait = wait
      slots.slots[slot].waiting = .turn
      let server = Int(slots.slots[slot].server)
      servers.servers[server].turns.append(slots.reference(slot))
      markReady(server)
    case .pause(let span):
      closeStream(of: slot)
      slots.slots[slot].waiting = .pause
      wheel.schedule(slot, at: now + span)
    case .fail(let failure):
      let machine = slots.slots[slot].machine
      finish(slot, .failed(failure, transport: machine.transport, truncated: machine.truncated))
    // Whoever has the message in hand finishes the slot.
    case .finish: break
    }
  }

  /// Sends or connects: the turn of the slot has come.
  func go(_ slot: Int) {
    if slots.slots[slot].machine.transport == .udp {
      send(slot)
    } else if slots.slots[slot].machine.isStreamOptional,
      servers.servers[Int(slots.slots[slot].server)].leavesStreams(now: now) || !streams.isHalfFree
    {
      perform(slots.slots[slot].machine.streamFailed(.unreachable), in: slot)
    } else if servers.servers[Int(slots.slots[slot].server)].leavesStreams(now: now) {
      perform(slots.slots[slot].machine.streamFailed(.timeout), in: slot)
    } else if streams.hasRoom {
      connect(slot)
    } else {
      slots.slots[slot].waiting = .stream
      waitingForStream.append(slots.reference(slot))
    }
  }

  private func send(_ slot: Int) {
    let server = Int(slots.slots[slot].server)
    let isV6 = servers.servers[server].address.isV6 != 0
    let socket: Int
    switch datagramSocket(isV6: isV6) {
    case .success(let index): socket = index
    case .failure: return perform(slots.slots[slot].machine.unreachable(), in: slot)
    }
    let id = sockets.register(slot: slot, at: socket, using: &random)
    let usesEDNS = slots.slots[slot].machine.usesEDNS
    let attempt = Try(socket: Int32(socket), id: id, usesEDNS: usesEDNS, sentAt: now)
    if let old = slots.note(attempt, in: slot) { sockets.unregister(id: old.id, at: Int(old.socket)) }

    let packet = slots.packet(slot)
    if !slots.slots[slot].machine.mixesCase { QuestionBytes.lowerCase(in: packet) }
    let length = prepare(packet, id: id, usesEDNS: usesEDNS, length: Int(slots.slots[slot].packetLength))
    var outgoingPacket = linux_packet()
    outgoingPacket.bytes = packet.bindMemory(to: UInt8.self).baseAddress
    outgoingPacket.length = UInt32(length)
    outgoingPacket.peer = servers.servers[server].address
    outgoing.append(outgoingPacket)
    // Only the first of joined packets is told of by ICMP: where nobody answers they go one by one.
    if !servers.servers[server].answers { outgoingJoins = false }
    outgoingSlots.append(slots.reference(slot))
    counters.sent += 1
    slots.slots[slot].waiting = .reply
    wheel.schedule(slot, at: now + slots.slots[slot].wait)
  }

  /// Puts the id into a packet and its OPT record in or out; returns the length.
  func prepare(_ packet: UnsafeMutableRawBufferPointer, id: UInt16, usesEDNS: Bool, length: Int) -> Int {
    packet[0] = UInt8(truncatingIfNeeded: id >> 8)
    packet[1] = UInt8(truncatingIfNeeded: id)
    packet[11] = usesEDNS ? 1 : 0
    return usesEDNS ? length : length - QuestionBytes.optionLength
  }

  /// Ends a query: the slot is free, the reply noted, the server's books are right.
  func finish(_ slot: Int, _ reply: Reply) {
    let server = Int(slots.slots[slot].server)
    let machine = slots.slots[slot].machine
    var reply = reply
    wheel.cancel(slot)
    closeStream(of: slot)
    for index in 0..<slots.tryCount(of: slot) {
      let attempt = slots.attempt(index, of: slot)
      sockets.unregister(id: attempt.id, at: Int(attempt.socket))
    }
    let (batch, query) = (slots.slots[slot].batch, slots.slots[slot].query)
    servers.servers[server].inFlight -= 1
    switch reply {
    case .unchanged:
      counters.unchanged += 1
      servers.servers[server].answers = true
      servers.servers[server].window.answered()
      servers.servers[server].learn(from: machine, now: now)
    case .message(let message, let transport, let roundTrip):
      counters.answered += 1
      servers.servers[server].answers = true
      servers.servers[server].window.answered()
      servers.servers[server].learn(from: machine, now: now)
      let wantedEDNS = batches[Int(batch)]?.queries[Int(query)].usesEDNS ?? false
      let marked = servers.servers[server].marked(message, by: machine, wantedEDNS: wantedEDNS)
      reply = .message(marked, transport: transport, roundTrip: roundTrip)
    case .failed(let failure, _, let truncated):
      counters.failed += 1
      if truncated || failure == .malformed {
        servers.servers[server].window.answered()
      } else {
        servers.servers[server].window.gaveUp()
        if servers.servers[server].window.isSilent { withhold(at: server, failure) }
      }
    }
    settle(batch: batch, query: query, reply)
    slots.giveBack(slot)
    slotIsFree()
    markReady(server)
  }

  /// Fails what waits at a server that leaves everything unanswered: it would go the same way, and hold up the batch.
  private func withhold(at server: Int, _ failure: Outcome.Failure) {
    while let pending = servers.servers[server].pending.popFirst() {
      let transport = batches[Int(pending.batch)]?.queries[Int(pending.query)].transport ?? .udp
      counters.failed += 1
      counters.withheld += 1
      settle(batch: pending.batch, query: pending.query, .failed(failure, transport: transport, truncated: false))
    }
  }
}
