// What is due when. Pure: time comes in as the time that has passed, which no clock change can move.

public import Model
internal import Tables

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

  /// Times are microseconds.
  private struct Entry {
    var interval: Int64
    /// When its interval is over, or the further look is due; while it is under way, when it was due.
    var time: Int64
    var isUnderWay = false
  }

  private let jitter: Double
  private var random: @Sendable () -> Double
  private var entries = KeyTable<Entry>()
  private var queue = DueQueue()
  /// Further looks that were asked for: they stay wanted when the interval is over before.
  private var again: [KeyName: Int64] = [:]

  /// Takes the fraction of an interval by which looks are spread (0.1 for 10 %) and a source of numbers in 0..<1.
  public init(jitter: Double, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }) {
    self.jitter = min(max(jitter, 0), 1)
    self.random = random
  }

  /// How many watches there are.
  public var count: Int { entries.count }

  /// Takes up a set of watches with their intervals, each once. Known ones keep their time, unless a shorter interval brings it
  /// forward; new ones are spread over the first seconds.
  public mutating func replace(
    with intervals: some Collection<(key: KeyName, value: Duration)>, at now: Duration
  ) {
    let old = entries
    entries = KeyTable(capacity: intervals.count)
    queue = DueQueue()
    let now = now.microseconds
    let newCount = intervals.lazy.filter { old.number(of: $0.key) == nil }.count
    let spread = (Duration.milliseconds(5) * newCount).microseconds
    for (key, interval) in intervals {
      let interval = interval.microseconds
      var entry: Entry
      if let known = old[key] {
        entry = known
        entry.interval = interval
        if !entry.isUnderWay { entry.time = min(known.time, now + interval) }
      } else {
        entry = Entry(interval: interval, time: now + Int64(Double(min(interval, spread)) * random()))
      }
      let number = entries.put(entry, for: key)
      if !entry.isUnderWay { queue.push(UInt32(number), at: entry.time) }
    }
    again = again.filter { entries.number(of: $0.key) != nil }
  }

  public mutating func replace(with intervals: [KeyName: Duration], at now: Duration) {
    replace(with: intervals.lazy.map { $0 }, at: now)
  }

  /// Takes up one watch more; its first look is due at once.
  public mutating func add(_ key: KeyName, every interval: Duration, at now: Duration) {
    guard entries.number(of: key) == nil else { return lookAgain(key, after: .zero, at: now) }
    let number = entries.put(Entry(interval: interval.microseconds, time: now.microseconds), for: key)
    queue.push(UInt32(number), at: now.microseconds)
  }

  /// Forgets one watch.
  public mutating func remove(_ key: KeyName) {
    again[key] = nil
    guard let number = entries.number(of: key) else { return }
    entries.remove(key)
    // Another has its number now.
    if number < entries.count, !entries[number: number].isUnderWay {
      queue.push(UInt32(number), at: entries[number: number].time)
    }
  }

  /// The time of the next watch that is due; nil where nothing waits.
  public var nextDue: Duration? { queue.next.map { .microseconds($0) } }

  /// When a watch is asked next; nil while it is asked, and where it is not known.
  public func nextLook(at key: KeyName) -> Duration? {
    entries[key].flatMap { $0.isUnderWay ? nil : .microseconds($0.time) }
  }

  /// Hands out all that is due; each comes back by `finish`.
  public mutating func due(at now: Duration) -> [Due] {
    let now = now.microseconds
    var due: [Due] = []
    while let (slot, numbers) = queue.pop(until: now) {
      for number in numbers.lazy.map({ Int($0) }) where number < entries.count {
        // What was brought forward, removed or handed out stands in its former slot still.
        guard !entries[number: number].isUnderWay, DueQueue.slot(of: entries[number: number].time) == slot else {
          continue
        }
        entries[number: number].isUnderWay = true
        let key = entries.keys[number]
        var isConfirmation = false
        if !again.isEmpty, let time = again[key], time <= now {
          isConfirmation = true
          again[key] = nil
        }
        due.append(Due(key: key, isConfirmation: isConfirmation))
      }
    }
    return due
  }

  /// The looks at these watches are over: their next ones are planned, counted from when these were due.
  public mutating func finish(_ keys: some Sequence<KeyName>, at now: Duration) {
    let soonest = (now + Self.slot).microseconds
    for key in keys {
      guard let number = entries.number(of: key), entries[number: number].isUnderWay else { continue }
      let entry = entries[number: number]
      let interval = Int64(Double(entry.interval) * (1 - jitter * random()))
      let regular = max(entry.time + interval, soonest)
      let time = again.isEmpty ? regular : again[key].map { min($0, regular) } ?? regular
      entries[number: number] = Entry(interval: entry.interval, time: time)
      queue.push(UInt32(number), at: time)
    }
  }

  /// Asks for one look that confirms, after a time; the looks of the interval go on meanwhile.
  public mutating func lookAgain(_ key: KeyName, after delay: Duration, at now: Duration) {
    guard let number = entries.number(of: key) else { return }
    let time = (now + delay).microseconds
    again[key] = again[key].map { min($0, time) } ?? time
    guard !entries[number: number].isUnderWay, time < entries[number: number].time else { return }
    entries[number: number].time = time
    queue.push(UInt32(number), at: time)
  }
}
