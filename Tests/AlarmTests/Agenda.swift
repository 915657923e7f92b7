// What comes when: a binary heap, in which equal times keep their order.

/// Things to come, the earliest first.
struct Agenda<Item> {
  private var heap: [(at: Moment, number: Int, item: Item)] = []
  private var count = 0

  var next: Moment? { heap.first?.at }

  mutating func add(_ item: Item, at: Moment) {
    count += 1
    heap.append((at, count, item))
    var child = heap.count - 1
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func pop(until now: Moment) -> Item? {
    guard let first = heap.first, first.at <= now else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, smallest) {
        smallest = child
      }
      if smallest == parent { return first.item }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    (heap[left].at, heap[left].number) < (heap[right].at, heap[right].number)
  }
}
