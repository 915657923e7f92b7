// What the engine keeps of every server that it asks: courtesy, the queue, and which features the server lacks.

import CLinux
import DNS
import Model

/// A query that has not begun.
struct PendingQuery {
  var batch: Int32
  var query: Int32
}

/// First in, first out; memory is given back when the queue runs empty.
struct Queue<Element> {
  private var elements: [Element] = []
  private var head = 0

  var isEmpty: Bool { head == elements.count }
  var count: Int { elements.count - head }
  var first: Element? { isEmpty ? nil : elements[head] }

  mutating func append(_ element: Element) { elements.append(element) }

  mutating func popFirst() -> Element? {
    guard head < elements.count else { return nil }
    defer {
      head += 1
      if head == elements.count {
        elements.removeAll(keepingCapacity: elements.count <= 256)
        head = 0
      }
    }
    return elements[head]
  }
}

/// One server address.
struct Server {
  let endpoint: Endpoint
  let address: linux_endpoint
  var rate = RateLimit()
  var window = Window()
  var pending = Queue<PendingQuery>()
  /// Queries in flight whose next try waits for its turn.
  var turns = Queue<SlotReference>()
  var inFlight = 0
  /// Whether the last that came of it was an answer.
  var answers = false
  /// Stands in the list of servers that may send.
  var isReady = false
  /// Waits for the rate limit.
  var isThrottled = false
  var lastUsed: Nanoseconds = 0
  /// Until when the server is asked without EDNS, and with letters in lower case.
  var plainUntil: Nanoseconds = .min
  var lowerCaseUntil: Nanoseconds = .min
  /// How many queries in a row were answered only without EDNS.
  var droppedEDNS = 0
  /// How many queries in a row were answered only over TCP, and until when questions begin there.
  var silentOverUDP = 0
  var streamUntil: Nanoseconds = .min
  /// How many connections in a row brought nothing in their time, and when the last of them ended.
  private var lostStreams = 0
  private var lostStreamAt: Nanoseconds = 0

  init(_ endpoint: Endpoint) {
    self.endpoint = endpoint
    address = linux_endpoint(endpoint)
  }

  /// Takes note of what the course of a query says about the server.
  mutating func learn(from machine: QueryMachine, now: Nanoseconds) {
    if machine.refusedEDNS {
      plainUntil = now + Self.memory
      droppedEDNS = 0
    } else if machine.droppedEDNS {
      // Once may be packet loss.
      droppedEDNS += 1
      if droppedEDNS >= 2 { plainUntil = now + Self.memory }
    } else if machine.usesEDNS {
      droppedEDNS = 0
    }
    if machine.silentOverUDP {
      silentOverUDP += 1
      if silentOverUDP >= 2 { streamUntil = now + Self.memory }
    } else if machine.transport == .udp {
      silentOverUDP = 0
    }
    if machine.foldsCase { lowerCaseUntil = now + Self.memory }
  }

  /// A message with what the course of its query tells of how it was got. To be called after `learn`.
  func marked(_ message: Message, by machine: QueryMachine, wantedEDNS: Bool) -> Message {
    var message = message
    message.isSilentOverUDP = machine.silentOverUDP
    message.dropsEDNS =
      machine.droppedEDNS
      || (wantedEDNS && !machine.usesEDNS && !machine.refusedEDNS && !machine.silentOverUDP && droppedEDNS >= 2)
    return message
  }

  /// Whether connections to the server lately all went unanswered: more of them would only take the places of others.
  func leavesStreams(now: Nanoseconds) -> Bool {
    lostStreams >= Self.lostStreamLimit && now - lostStreamAt < Self.streamMemory
  }

  /// A connection brought nothing in its time.
  mutating func lostStream(now: Nanoseconds) {
    lostStreams += 1
    lostStreamAt = now
  }

  /// A message came over a connection.
  mutating func keptStream() { lostStreams = 0 }

  /// After so many lost connections in a row none is made for a while.
  static let lostStreamLimit = 6
  /// How long that is.
  static let streamMemory: Nanoseconds = 10_000_000_000
  /// How long a missing feature is remembered: software is mended at some time.
  static let memory: Nanoseconds = 600_000_000_000
}

/// The servers by address.
struct ServerTable {
  var servers: [Server] = []
  private var indices: [Endpoint: Int] = [:]
  private var free: [Int] = []

  /// The index of a server, which is made where it is new.
  mutating func index(of endpoint: Endpoint) -> Int {
    if let index = indices[endpoint] { return index }
    let index: Int
    if let old = free.popLast() {
      servers[old] = Server(endpoint)
      index = old
    } else {
      index = servers.count
      servers.append(Server(endpoint))
    }
    indices[endpoint] = index
    return index
  }

  var count: Int { indices.count }

  /// Forgets servers that nothing is wanted of and that were not used since `time`.
  mutating func forget(unusedSince time: Nanoseconds) {
    for (endpoint, index) in indices {
      let server = servers[index]
      guard server.inFlight == 0, server.pending.isEmpty, !server.isReady, !server.isThrottled, server.lastUsed < time
      else { continue }
      indices[endpoint] = nil
      free.append(index)
    }
  }
}

extension linux_endpoint {
  /// The kernel's view of an endpoint.
  init(_ endpoint: Endpoint) {
    self.init()
    port = endpoint.port
    isV6 = endpoint.address.isV6 ? 1 : 0
    let bytes = endpoint.address.bytes
    withUnsafeMutableBytes(of: &address) { $0.copyBytes(from: bytes) }
  }

  /// Whether both are the same address and port.
  func isSame(as other: linux_endpoint) -> Bool {
    withUnsafeBytes(of: address) { one in
      withUnsafeBytes(of: other.address) { another in
        one.loadUnaligned(as: UInt64.self) == another.loadUnaligned(as: UInt64.self)
          && one.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            == another.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
      }
    } && port == other.port && isV6 == other.isV6
  }
}
