// What is due when: jittered looks at many watches, and looks again at those that need confirmation.

public import Model

/// The times at which watches are looked at.
///
/// Times are durations on a clock that counts from any point, as `ContinuousClock` gives them; the wall clock may jump
/// as it likes. A clock that goes back stands still here, and after a gap of hours what is overdue is handed out at a
/// bounded pace.
public struct Schedule: Sendable {
  /// What is handed out together: everything that is due within this window.
  public static let window: Duration = .milliseconds(250)

  /// Keys that are due now.
  public struct Burst: Hashable, Sendable {
    /// Watches whose interval has run out.
    public var sweep: [KeyName] = []
    /// Watches that are looked at again, to confirm what the last look showed.
    public var again: [KeyName] = []

    public var isEmpty: Bool { sweep.isEmpty && again.isEmpty }
  }

  private struct Slot: Sendable {
    var key: KeyName
    var interval: Duration
    /// Raised at every new due time, so that older heap entries count no more.
    var stamp: UInt32 = 0
    var againStamp: UInt32 = 0
    var againDue: Duration?
    var isUsed = true
  }

  private let jitter: Double
  private let startRate: Int
  private let random: @Sendable () -> UInt64
  private var slots: [Slot] = []
  private var freeSlots: [Int] = []
  private var slotOfKey: [KeyName: Int] = [:]
  private var sweeps = DueHeap()
  private var agains = DueHeap()
  /// Looks a second that the intervals of all watches need.
  private var load = 0.0
  /// Time as it counts here: never back.
  private var elapsed: Duration = .zero
  private var lastSeen: Duration?
  /// Sweeps that may be handed out at once; refilled as time passes.
  private var allowance = 0.0
  private var refilledAt: Duration = .zero

  /// - Parameters:
  ///   - jitter: The fraction of an interval by which looks vary, 0.1 for 10 %.
  ///   - startRate: How many watches a second are looked at in the first round, and when catching up; more where the
  ///     intervals need more.
  ///   - random: Random bits.
  public init(
    jitter: Double, startRate: Int = 500,
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) {
    self.jitter = min(max(jitter, 0), 1)
    self.startRate = max(startRate, 1)
    self.random = random
  }

  /// How many watches there are.
  public var count: Int { slotOfKey.count }

  /// Whether the key is watched.
  public func contains(_ key: KeyName) -> Bool { slotOfKey[key] != nil }

  /// Replaces the set of watches. Those that stay keep their times; a changed interval counts from now. New ones are
  /// spread so that they come soon, in the order given, and not all at once.
  public mutating func set(_ watches: some Collection<(key: KeyName, interval: Duration)>, at now: Duration) {
    advance(to: now)
    let wanted = Set(watches.lazy.map(\.key))
    for (key, slot) in slotOfKey where !wanted.contains(key) { remove(slot, key) }
    var new: [(key: KeyName, interval: Duration)] = []
    var met: Set<KeyName> = []
    for watch in watches {
      if let slot = slotOfKey[watch.key] {
        change(slot, to: watch.interval)
      } else if met.insert(watch.key).inserted {
        new.append(watch)
      }
    }
    let rate = max(Double(startRate), 2 * load)
    for (index, watch) in new.enumerated() {
      let position = Double(index) / rate
      let ownSpan = watch.interval.inSeconds
      // The whole round within one interval, however many watches there are.
      let offset = Double(new.count) / rate <= ownSpan ? position : ownSpan * Double(index) / Double(new.count)
      add(watch.key, watch.interval, due: elapsed + .seconds(offset))
    }
    compactIfNeeded()
  }

  /// Asks for a further look after a while; of several wishes for one key the earliest counts.
  public mutating func lookAgain(_ key: KeyName, after wait: Duration, at now: Duration) {
    advance(to: now)
    guard let slot = slotOfKey[key] else { return }
    let due = elapsed + max(.zero, wait)
    if let known = slots[slot].againDue, known <= due { return }
    slots[slot].againDue = due
    slots[slot].againStamp &+= 1
    agains.insert(.init(due: due, slot: slot, stamp: slots[slot].againStamp))
  }

  /// Takes back a wish to look again: what there was to confirm is gone.
  public mutating func cancelLookAgain(_ key: KeyName) {
    guard let slot = slotOfKey[key], slots[slot].againDue != nil else { return }
    slots[slot].againDue = nil
    slots[slot].againStamp &+= 1
  }

  /// Hands out what is due by the end of the window that begins now, and sets the next times.
  ///
  /// A further look never comes before its time: looks confirm each other only at a distance. Sweeps that are overdue
  /// after a gap are handed out at the pace of the first round.
  public mutating func due(at now: Duration) -> Burst {
    advance(to: now)
    var burst = Burst()
    while let next = currentAgain(), next.due <= elapsed {
      agains.removeFirst()
      slots[next.slot].againDue = nil
      burst.again.append(slots[next.slot].key)
    }
    refill()
    while allowance >= 1, let next = currentSweep(), next.due <= elapsed + Self.window {
      sweeps.removeFirst()
      allowance -= 1
      let slot = slots[next.slot]
      burst.sweep.append(slot.key)
      // From the due time, so that the spread stays as it is; from now where that is long past.
      let base = max(next.due, elapsed - slot.interval)
      let following = base + jittered(slot.interval)
      plan(next.slot, due: following > elapsed ? following : elapsed + jittered(slot.interval))
    }
    return burst
  }

  /// How long until something is due; zero where something is already, nil where there is nothing to look at.
  public mutating func wait(at now: Duration) -> Duration? {
    advance(to: now)
    var wait: Duration?
    if let next = currentAgain() { wait = next.due - elapsed }
    if let next = currentSweep() {
      refill()
      // What exceeds the pace waits for the next window.
      let sweep = allowance >= 1 ? next.due - elapsed : max(next.due - elapsed, Self.window)
      wait = min(wait ?? sweep, sweep)
    }
    return wait.map { max(.zero, $0) }
  }
}

extension Schedule {
  private mutating func advance(to now: Duration) {
    if let lastSeen, now > lastSeen { elapsed += now - lastSeen }
    lastSeen = now
  }

  /// Sweeps a second: what the first round may take, and never less than the intervals need, with room to catch up.
  private var pace: Double { max(Double(startRate), 2 * load) }

  private mutating func refill() {
    let windows = Self.window.inSeconds
    let limit = max(pace * windows * 2, 1)
    allowance = min(limit, allowance + pace * (elapsed - refilledAt).inSeconds)
    if refilledAt == .zero, elapsed == .zero, allowance < 1 { allowance = max(pace * windows, 1) }
    refilledAt = elapsed
  }

  private mutating func jittered(_ interval: Duration) -> Duration {
    let unit = Double(random() >> 11) / Double(1 << 53)
    return .seconds(interval.inSeconds * (1 + jitter * (2 * unit - 1)))
  }

  private mutating func add(_ key: KeyName, _ interval: Duration, due: Duration) {
    let slot: Int
    if let free = freeSlots.popLast() {
      slot = free
      slots[slot].key = key
      slots[slot].interval = interval
      slots[slot].againDue = nil
      slots[slot].isUsed = true
    } else {
      slot = slots.count
      slots.append(Slot(key: key, interval: interval))
    }
    slotOfKey[key] = slot
    load += interval.looksASecond
    plan(slot, due: due)
  }

  private mutating func plan(_ slot: Int, due: Duration) {
    slots[slot].stamp &+= 1
    sweeps.insert(.init(due: due, slot: slot, stamp: slots[slot].stamp))
  }

  private mutating func remove(_ slot: Int, _ key: KeyName) {
    load -= slots[slot].interval.looksASecond
    slots[slot].isUsed = false
    slots[slot].stamp &+= 1
    slots[slot].againStamp &+= 1
    slots[slot].againDue = nil
    slotOfKey[key] = nil
    freeSlots.append(slot)
  }

  private mutating func change(_ slot: Int, to interval: Duration) {
    guard slots[slot].interval != interval else { return }
    load += interval.looksASecond - slots[slot].interval.looksASecond
    slots[slot].interval = interval
    // Anywhere within the new interval: many watches that change at once do not come at once.
    let unit = Double(random() >> 11) / Double(1 << 53)
    plan(slot, due: elapsed + .seconds(interval.inSeconds * unit))
  }

  private mutating func currentSweep() -> DueHeap.Entry? {
    while let entry = sweeps.first {
      if slots[entry.slot].isUsed, slots[entry.slot].stamp == entry.stamp { return entry }
      sweeps.removeFirst()
    }
    return nil
  }

  private mutating func currentAgain() -> DueHeap.Entry? {
    while let entry = agains.first {
      if slots[entry.slot].againDue != nil, slots[entry.slot].againStamp == entry.stamp { return entry }
      agains.removeFirst()
    }
    return nil
  }

  /// Many reloads would else leave more overtaken entries than watches.
  private mutating func compactIfNeeded() {
    guard sweeps.count > 2 * count + 1024 else { return }
    let slots = slots
    sweeps.compact { slots[$0.slot].isUsed && slots[$0.slot].stamp == $0.stamp }
  }
}

extension Duration {
  var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
  var looksASecond: Double { inSeconds > 0 ? 1 / inSeconds : 0 }
}
