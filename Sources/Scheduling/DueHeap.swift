// A binary heap of due times; entries that were overtaken stay in it until they surface.

/// What is due when. `stamp` tells an entry that still counts from one that a later call has replaced.
struct DueHeap: Sendable {
  struct Entry: Sendable {
    var due: Duration
    var slot: Int
    var stamp: UInt32
  }

  private var entries: [Entry] = []

  var first: Entry? { entries.first }
  var count: Int { entries.count }

  mutating func insert(_ entry: Entry) {
    entries.append(entry)
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].due < entries[parent].due else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  @discardableResult
  mutating func removeFirst() -> Entry? {
    guard let first = entries.first, let last = entries.popLast() else { return nil }
    guard !entries.isEmpty else { return first }
    entries[0] = last
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < entries.count else { return first }
      let right = left + 1
      let child = right < entries.count && entries[right].due < entries[left].due ? right : left
      guard entries[child].due < entries[parent].due else { return first }
      entries.swapAt(child, parent)
      parent = child
    }
  }

  /// Drops all entries that `isCurrent` denies, in one pass.
  mutating func compact(keeping isCurrent: (Entry) -> Bool) {
    let kept = entries.filter(isCurrent)
    entries.removeAll(keepingCapacity: true)
    for entry in kept { insert(entry) }
  }
}
