// The questions in flight: a table of fixed size, with the packet of each.

import CLinux
import DNS
import Model

/// One query in flight.
struct Slot {
  /// What the slot's timer or queue entry stands for.
  enum Waiting { case nothing, reply, turn, stream, pause }

  var machine: QueryMachine
  var batch: Int32 = 0
  var query: Int32 = 0
  var server: Int32 = 0
  /// The connection, or -1.
  var stream: Int32 = -1
  /// How often the slot was given back. Whoever holds (slot, generation) sees when it is not the same query any more.
  var generation: UInt32 = 0
  var waiting = Waiting.nothing
  /// How long the next try waits, kept while it waits for its turn.
  var wait: Nanoseconds = 0
  /// The length of the packet with its OPT record, and the end of its question section.
  var packetLength: Int32 = 0
  var questionEnd: Int32 = 0
  /// The last tries over UDP; answers to any of them count.
  var tries: (Try, Try, Try, Try) = (Try(), Try(), Try(), Try())
  var tryCount = 0
  /// When the last try over TCP began.
  var connectedAt: Nanoseconds = 0
}

/// One packet that was sent: where its answer will come in.
struct Try {
  var socket: Int32 = -1
  var id: UInt16 = 0
  var usesEDNS = false
  var sentAt: Nanoseconds = 0
}

/// A slot at the time of one query.
struct SlotReference: Hashable {
  var slot: Int
  var generation: UInt32
}

/// All slots and the memory of their packets.
struct SlotTable: ~Copyable {
  /// The most queries in flight, to all servers together: those to dead servers stay for many seconds each.
  static let capacity = 16_384
  private static let packetRoom = 320

  var slots: [Slot]
  private var free: [Int]
  private let packets: UnsafeMutableRawBufferPointer

  init() {
    let idle = QueryMachine(transport: .udp, timeout: 0, retries: 0)
    slots = Array(repeating: Slot(machine: idle), count: Self.capacity)
    free = Array((0..<Self.capacity).reversed())
    packets = .allocate(byteCount: Self.capacity * Self.packetRoom, alignment: 16)
  }

  deinit { packets.deallocate() }

  var hasRoom: Bool { !free.isEmpty }
  var inFlight: Int { Self.capacity - free.count }

  /// Takes a free slot; nil where all are in use.
  mutating func take() -> Int? { free.popLast() }

  /// Gives a slot back; references to it are void from now on.
  mutating func giveBack(_ slot: Int) {
    slots[slot].generation &+= 1
    slots[slot].waiting = .nothing
    free.append(slot)
  }

  /// Whether a reference still means the same query.
  func isCurrent(_ reference: SlotReference) -> Bool { slots[reference.slot].generation == reference.generation }

  func reference(_ slot: Int) -> SlotReference { SlotReference(slot: slot, generation: slots[slot].generation) }

  /// The memory of the slot's packet.
  func packet(_ slot: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(
      rebasing: packets[(slot * Self.packetRoom)..<((slot + 1) * Self.packetRoom)])
  }

  /// Notes a try. The fourth before it is forgotten and returned.
  mutating func note(_ attempt: Try, in slot: Int) -> Try? {
    let index = slots[slot].tryCount % 4
    slots[slot].tryCount += 1
    let old = withUnsafeMutableBytes(of: &slots[slot].tries) { bytes in
      let tries = bytes.bindMemory(to: Try.self)
      defer { tries[index] = attempt }
      return tries[index]
    }
    return slots[slot].tryCount > 4 ? old : nil
  }

  /// How many tries of the slot may still be answered.
  func tryCount(of slot: Int) -> Int { min(slots[slot].tryCount, 4) }

  /// One of the tries that may still be answered.
  func attempt(_ index: Int, of slot: Int) -> Try {
    switch index {
    case 0: slots[slot].tries.0
    case 1: slots[slot].tries.1
    case 2: slots[slot].tries.2
    default: slots[slot].tries.3
    }
  }
}
