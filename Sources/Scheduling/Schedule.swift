// What is due when. Pure: time comes in as the time that has passed, which no clock change can move.

public import Model

/// When each watch is asked next.
///
/// Times are spread: every interval is shortened by a random part of up to `jitter`, so that a watch is never later
/// than its interval. What falls due within one slot is handed out together, because bursts are cheap to ask.
public struct Schedule: Sendable {
  /// The width of a slot; two watches in one slot are asked in one burst.
  public static let slot: Duration = .milliseconds(250)

  /// One watch that is due.
  public struct Due: Hashable, Sendable {
    public var key: KeyName
    /// Whether this look was asked for by `lookAgain` and is not the interval's.
    public var isConfirmation: Bool
  }

  private struct Entry {
    var interval: Duration
    /// When its interval is over, or the further look is due.
    var dueAt: Duration
    /// When it was due that is under way; nil while it waits.
    var startedAt: Duration?
    /// A further look that was asked for: it stays wanted when the interval is over before.
    var again: Duration?
  }

  private let jitter: Double
  private var random: @Sendable () -> Double
  private var entries: [KeyName: Entry] = [:]
  private var queue = DueQueue()

  /// Takes the fraction of an interval by which looks are spread (0.1 for 10 %) and a source of numbers in 0..<1.
  public init(jitter: Double, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }) {
    self.jitter = min(max(jitter, 0), 1)
    self.random = random
  }

  /// How many watches there are.
  public var count: Int { entries.count }

  /// Takes up a set of watches with their intervals. Known ones keep their time, unless a shorter interval brings it
  /// forward; new ones are spread over the first seconds.
  public mutating func replace(with intervals: [KeyName: Duration], at now: Duration) {
    let old = entries
    entries = [:]
    queue = DueQueue()
    let newCount = intervals.keys.lazy.filter { old[$0] == nil }.count
    let spread = Duration.milliseconds(5) * newCount
    for (key, interval) in intervals {
      var entry: Entry
      if let known = old[key] {
        entry = known
        entry.interval = interval
        entry.dueAt = min(known.dueAt, now + interval)
      } else {
        entry = Entry(interval: interval, dueAt: now + min(interval, spread) * random())
      }
      entries[key] = entry
      if entry.startedAt == nil { queue.push(key, at: entry.dueAt) }
    }
  }

  /// Takes up one watch more; its first look is due at once.
  public mutating func add(_ key: KeyName, every interval: Duration, at now: Duration) {
    guard entries[key] == nil else { return lookAgain(key, after: .zero, at: now) }
    entries[key] = Entry(interval: interval, dueAt: now)
    queue.push(key, at: now)
  }

  /// Forgets one watch.
  public mutating func remove(_ key: KeyName) { entries[key] = nil }

  /// The time of the next watch that is due; nil where nothing waits.
  public var nextDue: Duration? { queue.next }

  /// When a watch is asked next; nil while it is asked, and where it is not known.
  public func nextLook(at key: KeyName) -> Duration? {
    entries[key].flatMap { $0.startedAt == nil ? $0.dueAt : nil }
  }

  /// Hands out all that is due; each comes back by `finish`.
  public mutating func due(at now: Duration) -> [Due] {
    var due: [Due] = []
    while let (key, time) = queue.pop(until: now) {
      guard var entry = entries[key], entry.startedAt == nil, entry.dueAt == time else { continue }
      let isConfirmation = entry.again.map { $0 <= now } ?? false
      if isConfirmation { entry.again = nil }
      due.append(Due(key: key, isConfirmation: isConfirmation))
      entry.startedAt = time
      entries[key] = entry
    }
    return due
  }

  /// The looks at these watches are over: their next ones are planned, counted from when these were due.
  public mutating func finish(_ keys: some Sequence<KeyName>, at now: Duration) {
    for key in keys {
      guard var entry = entries[key], let started = entry.startedAt else { continue }
      let regular = max(started + entry.interval * (1 - jitter * random()), now + Self.slot)
      entry.startedAt = nil
      entry.dueAt = entry.again.map { min($0, regular) } ?? regular
      entries[key] = entry
      queue.push(key, at: entry.dueAt)
    }
  }

  /// Asks for one look that confirms, after a time; the looks of the interval go on meanwhile.
  public mutating func lookAgain(_ key: KeyName, after delay: Duration, at now: Duration) {
    guard var entry = entries[key] else { return }
    let time = now + delay
    entry.again = entry.again.map { min($0, time) } ?? time
    if entry.startedAt == nil, time < entry.dueAt {
      entry.dueAt = time
      queue.push(key, at: time)
    }
    entries[key] = entry
  }
}
