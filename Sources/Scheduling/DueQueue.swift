// A queue by time: a heap of slots, and a list of watches a slot.

internal import Model

/// Watches in the order of their times, to the width of a slot.
struct DueQueue {
  private struct Item {
    var key: KeyName
    var time: Duration
  }

  private var slots: [Int64: [Item]] = [:]
  /// A binary heap with the smallest slot first.
  private var heap: [Int64] = []

  private static func slot(of time: Duration) -> Int64 { time.microseconds / Schedule.slot.microseconds }

  /// When the first slot is whole, so that all of it can be handed out together.
  var next: Duration? {
    heap.first.map { .microseconds(($0 + 1) * Schedule.slot.microseconds) }
  }

  mutating func push(_ key: KeyName, at time: Duration) {
    let slot = Self.slot(of: time)
    if slots[slot] == nil {
      heap.append(slot)
      siftUp(from: heap.count - 1)
    }
    slots[slot, default: []].append(Item(key: key, time: time))
  }

  /// Takes one watch out of the slots that are whole at `now`.
  mutating func pop(until now: Duration) -> (KeyName, Duration)? {
    while let first = heap.first, first < Self.slot(of: now) {
      if let item = slots[first]?.popLast() { return (item.key, item.time) }
      slots[first] = nil
      removeFirstSlot()
    }
    return nil
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
