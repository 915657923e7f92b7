// A queue by time: a heap of slots, and a list of entries a slot. An entry is known by its number and the slot by its time, so
// that a million of them take four bytes each.

internal import Model

/// Numbers of entries in the order of their times, to the width of a slot.
struct DueQueue {
  private var slots: [Int64: ContiguousArray<UInt32>] = [:]
  /// A binary heap with the smallest slot first.
  private var heap: [Int64] = []

  /// The slot of a time in microseconds.
  static func slot(of time: Int64) -> Int64 { time / Schedule.slot.microseconds }

  /// When the first slot is whole, so that all of it can be handed out together; in microseconds.
  var next: Int64? { heap.first.map { ($0 + 1) * Schedule.slot.microseconds } }

  mutating func push(_ number: UInt32, at time: Int64) {
    let slot = Self.slot(of: time)
    if slots[slot] == nil {
      heap.append(slot)
      siftUp(from: heap.count - 1)
    }
    slots[slot, default: []].append(number)
  }

  /// Takes the first slot that is whole at `now`; its numbers in the order in which they came.
  mutating func pop(until now: Int64) -> (slot: Int64, numbers: ContiguousArray<UInt32>)? {
    guard let first = heap.first, first < Self.slot(of: now) else { return nil }
    removeFirstSlot()
    return (first, slots.removeValue(forKey: first) ?? [])
  }

  private mutating func removeFirstSlot() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[smallest] {
        smallest = child
      }
      if smallest == parent { return }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private mutating func siftUp(from index: Int) {
    var child = index
    while child > 0, heap[child] < heap[(child - 1) / 2] {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }
}
