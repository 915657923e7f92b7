// Deadlines by the thousand: setting, moving and dropping one are a few assignments.

/// A hashed timer wheel over numbered nodes; each node has at most one deadline.
struct TimerWheel {
  /// The precision: deadlines fire up to this much late, never early.
  static let tick: Nanoseconds = 4_000_000
  private static let size = 2048
  private static let none: Int32 = -1

  private struct Node {
    var next = TimerWheel.none
    var previous = TimerWheel.none
    var bucket = TimerWheel.none
    var deadline: Nanoseconds = 0
  }

  private var nodes: [Node] = []
  private var heads = [Int32](repeating: none, count: size)
  /// All ticks up to this one have fired.
  private var current: Nanoseconds
  /// How many deadlines are set.
  private(set) var count = 0

  init(now: Nanoseconds) { current = now / Self.tick }

  /// Sets or moves the deadline of a node.
  mutating func schedule(_ node: Int, at deadline: Nanoseconds) {
    while nodes.count <= node { nodes.append(Node()) }
    cancel(node)
    // A deadline beyond the wheel waits in the last bucket, and is put anew when that fires.
    let tick = min(max((deadline + Self.tick - 1) / Self.tick, current + 1), current + Nanoseconds(Self.size) - 1)
    let bucket = Int(tick % Nanoseconds(Self.size))
    nodes[node] = Node(next: heads[bucket], bucket: Int32(bucket), deadline: deadline)
    if heads[bucket] >= 0 { nodes[Int(heads[bucket])].previous = Int32(node) }
    heads[bucket] = Int32(node)
    count += 1
  }

  /// Drops the deadline of a node, if it has one.
  mutating func cancel(_ node: Int) {
    guard node < nodes.count, nodes[node].bucket >= 0 else { return }
    let (next, previous) = (nodes[node].next, nodes[node].previous)
    if next >= 0 { nodes[Int(next)].previous = previous }
    if previous >= 0 {
      nodes[Int(previous)].next = next
    } else {
      heads[Int(nodes[node].bucket)] = next
    }
    nodes[node].bucket = Self.none
    count -= 1
  }

  /// Takes out the nodes whose deadline is over, and appends them to `list`.
  mutating func expire(now: Nanoseconds, into list: inout [Int]) {
    let target = now / Self.tick
    // After a long sleep every bucket is looked at once.
    var tick = max(current + 1, target - Nanoseconds(Self.size) + 1)
    current = max(current, target)
    while tick <= target {
      var node = heads[Int(tick % Nanoseconds(Self.size))]
      while node >= 0 {
        let next = nodes[Int(node)].next
        let deadline = nodes[Int(node)].deadline
        if deadline <= now {
          cancel(Int(node))
          list.append(Int(node))
        } else {
          schedule(Int(node), at: deadline)
        }
        node = next
      }
      tick += 1
    }
  }

  /// When the next bucket fires; nil where no deadline is set.
  var next: Nanoseconds? {
    guard count > 0 else { return nil }
    for ahead in 1...Nanoseconds(Self.size) where heads[Int((current + ahead) % Nanoseconds(Self.size))] >= 0 {
      return (current + ahead) * Self.tick
    }
    return nil
  }
}
