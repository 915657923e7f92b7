// The engine's thread: one round after the other of sending what may be sent, and taking what came.

import CLinux
import DNS
import Glibc
import Model

/// The state of the engine. It lives on one thread, and nothing else touches it.
final class EngineLoop {
  /// A call of `ask` in progress.
  struct Batch {
    var queries: [Query]
    var replies: [Reply]
    var open: Int
    var differing: (@Sendable (Int, Reply) -> Void)?
    var continuation: CheckedContinuation<[Reply], Never>
  }

  let inbox: EngineInbox
  var slots = SlotTable()
  var servers = ServerTable()
  var sockets: SocketPool
  var streams: StreamTable
  var wheel: TimerWheel
  var random = BufferedRandom()
  var digester = PacketDigester()
  var marks = ZoneMarkReader()
  var counters = EngineCounters()
  var now: Nanoseconds = EngineLoop.clock()

  /// Batches by number; a finished one leaves its number free.
  var batches: [Batch?] = []
  var freeBatches: [Int] = []
  private var finished: [Int] = []

  /// Servers that may have something to send.
  var ready = Queue<Int>()
  /// Servers that wait for a free slot, and slots that wait for a free connection.
  var starved: [Int] = []
  var waitingForStream = Queue<SlotReference>()

  /// Packets that are sent with the next call, all by one socket.
  var outgoing: [linux_packet] = []
  var outgoingSlots: [SlotReference] = []
  var outgoingSocket = -1
  /// Whether those packets may be joined, and whether the kernel can do that.
  var outgoingJoins = true
  var canJoin = linux_udp_can_join() != 0
  let incoming: UnsafeMutablePointer<linux_packet>
  let incomingBytes: UnsafeMutablePointer<UInt8>
  let streamBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 16)

  /// The longest packet that is taken: three times what EDNS asks for.
  static let incomingRoom = 4096
  static let incomingCount = 32

  init(_ inbox: EngineInbox) {
    self.inbox = inbox
    sockets = SocketPool(epoll: inbox.epoll)
    streams = StreamTable(epoll: inbox.epoll)
    wheel = TimerWheel(now: now)
    incoming = .allocate(capacity: Self.incomingCount)
    incomingBytes = .allocate(capacity: Self.incomingCount * Self.incomingRoom)
    for index in 0..<Self.incomingCount {
      incoming[index] = linux_packet()
      incoming[index].bytes = incomingBytes + index * Self.incomingRoom
    }
  }

  deinit {
    incoming.deallocate()
    incomingBytes.deallocate()
    streamBytes.deallocate()
  }

  static func clock() -> Nanoseconds {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Nanoseconds(time.tv_sec) * 1_000_000_000 + Nanoseconds(time.tv_nsec)
  }

  /// Works until the shutdown.
  func run() {
    var events = [epoll_event](repeating: epoll_event(), count: 128)
    var expired: [Int] = []
    var nextCleaning = now + Self.minute
    while true {
      let (submissions, isShutdown) = inbox.take()
      if isShutdown { return end(submissions) }
      now = Self.clock()
      for submission in submissions { accept(submission) }
      sendWhatMayBeSent()
      flush()
      sockets.close(onlyWorn: slots.inFlight > 0)
      deliver()
      if now > nextCleaning {
        nextCleaning = now + Self.minute
        servers.forget(unusedSince: now - (servers.count > 20_000 ? Self.minute : Server.memory))
      }

      let count = epoll_wait(inbox.epoll, &events, Int32(events.count), timeToWait())
      now = Self.clock()
      for event in events.prefix(Int(max(count, 0))) { handle(event) }
      expired.removeAll(keepingCapacity: true)
      wheel.expire(now: now, into: &expired)
      for node in expired { fire(node) }
    }
  }

  private static let minute: Nanoseconds = 60_000_000_000

  /// Milliseconds until something is due; -1 where nothing is.
  private func timeToWait() -> Int32 {
    if !ready.isEmpty { return 0 }
    guard let next = wheel.next else { return -1 }
    return Int32(min(max((next - Self.clock() + 999_999) / 1_000_000, 0), 60_000))
  }

  private func handle(_ event: epoll_event) {
    switch EventKey(bits: event.data.u64) {
    case .wake: inbox.clearWakeup()
    case .datagram(let socket): receive(at: socket, hasErrors: event.events & EPOLLERR.rawValue != 0)
    case .stream(let index, let generation):
      if streams.isCurrent(index, generation) { advance(stream: index) }
    }
  }

  /// The deadline of a slot or of a server.
  private func fire(_ node: Int) {
    guard node < SlotTable.capacity else {
      let server = node - SlotTable.capacity
      servers.servers[server].isThrottled = false
      return markReady(server)
    }
    switch slots.slots[node].waiting {
    case .pause: perform(slots.slots[node].machine.pauseEnded(), in: node)
    case .reply:
      counters.timeouts += 1
      let server = Int(slots.slots[node].server)
      servers.servers[server].window.lost(now: now)
      servers.servers[server].answers = false
      if slots.slots[node].stream >= 0 { servers.servers[server].lostStream(now: now) }
      perform(slots.slots[node].machine.timedOut(), in: node)
    case .turn, .stream, .nothing: break
    }
  }

  private func accept(_ submission: EngineInbox.Submission) {
    let queries = submission.queries
    let batch = Batch(
      queries: queries, replies: queries.map(\.abandoned), open: queries.count, differing: submission.differing,
      continuation: submission.continuation)
    let number: Int
    if let free = freeBatches.popLast() {
      batches[free] = batch
      number = free
    } else {
      batches.append(batch)
      number = batches.count - 1
    }
    counters.asked += UInt64(queries.count)
    var (server, endpoint): (Int, Endpoint?) = (0, nil)
    for index in Self.order(of: queries) {
      if queries[Int(index)].endpoint != endpoint {
        endpoint = queries[Int(index)].endpoint
        server = servers.index(of: queries[Int(index)].endpoint)
      }
      servers.servers[server].pending.append(PendingQuery(batch: Int32(number), query: index))
      markReady(server)
    }
  }

  /// Notes the reply to one query of a batch.
  func settle(batch: Int32, query: Int32, _ reply: Reply) {
    let batch = Int(batch)
    batches[batch]?.replies[Int(query)] = reply
    batches[batch]?.open -= 1
    if let differing = batches[batch]?.differing, reply != .unchanged { differing(Int(query), reply) }
    if batches[batch]?.open == 0 { finished.append(batch) }
  }

  /// Hands finished batches back.
  private func deliver() {
    inbox.publish(counters)
    for number in finished {
      guard let batch = batches[number] else { continue }
      batches[number] = nil
      freeBatches.append(number)
      batch.continuation.resume(returning: batch.replies)
    }
    finished.removeAll(keepingCapacity: true)
  }

  /// Closes everything and gives every open query its reply.
  private func end(_ submissions: [EngineInbox.Submission]) {
    sockets.closeAll()
    streams.closeAll()
    inbox.publish(counters)
    for case .some(let batch) in batches { batch.continuation.resume(returning: batch.replies) }
    batches = []
    for submission in submissions {
      submission.continuation.resume(returning: submission.queries.map(\.abandoned))
    }
  }
}
