// The pulse: every zone is asked for its serial far more often than for its keys; what changes makes the keys due.
// Pure: it hands out what is to be asked and which keys are due, and is told what came and how much time has passed.

public import Model

/// What is known of all zones that keys depend on, and whose turn it is.
///
/// One round goes over the table of the zones and takes the interval, so that no zone needs a deadline. Each question goes to
/// another server of the zone; in every fifth round one more goes to the zone above, which knows of a move first. No more than
/// half of a server's rate is used: where it has more zones than that allows, each is asked in every second, third, ... round.
public struct Pulse: Sendable {
  /// In how many rounds the zone above is asked once, where its servers are known.
  static let delegationEvery = 5
  static let ownWeight = 1.0
  static let parentWeight = 1 / Double(delegationEvery)

  /// How a pulse goes.
  public struct Settings: Hashable, Sendable {
    /// How long a round takes; nil where zones are asked only when they give notice.
    public var interval: Duration?
    /// How many questions a second a server may be asked, by whomever.
    public var rate: Int
    /// The longest wait before the keys of a zone that changes all the time are looked at again.
    public var longestWait: Duration

    public init(interval: Duration?, rate: Int = 50, longestWait: Duration = .seconds(900)) {
      self.interval = interval
      self.rate = max(rate, 1)
      self.longestWait = longestWait
    }

    /// The rate that pulses leave to looks, and use for themselves.
    var share: Double { Double(rate) / 2 }
  }

  /// What is to be done now.
  public struct Turn: Sendable {
    public var questions: [PulseQuestion] = []
    /// Keys of zones that changed: their servers are to be asked again.
    public var keys: [KeyName] = []
  }

  /// Totals since the start.
  public struct Counters: Hashable, Sendable {
    public var questions: UInt64 = 0
    /// Changes of a zone that made its keys due.
    public var changes: UInt64 = 0
    /// Keys that became due for that.
    public var keys: UInt64 = 0
    public init() {}
  }

  /// What is known of one zone, in a row of the table.
  struct Zone: Sendable {
    var name: DomainName
    /// The numbers of its sets of servers; none for parents that are not known.
    var servers: Int32
    var parents: Int32
    var serials = MarkMemory<SIMD8<UInt32>>()
    var delegations = MarkMemory<SIMD4<UInt32>>()
    var pace = LookPace()
    /// Whether a change waits for its keys to be handed out, and one more that came meanwhile.
    var isChanged = false
    var isChangedAgain = false
    /// The key that is handed out next; none where that has not begun.
    var cursor = PulseMembers.none
  }

  var settings: Settings
  /// A row is nil after its last key is gone, until another zone takes it.
  var zones: [Zone?] = []
  var numbers: [DomainName: Int32] = [:]
  private var free: [Int32] = []
  var servers = PulseServers()
  var members = PulseMembers()
  /// The zones with a change, in the order of their changes.
  var changed: [Int32] = []
  /// The zones that have given notice.
  var hurried: [Int32: Hurry] = [:]

  private var lastTurn: Duration?
  private var credit = 0.0
  private var position = 0
  private var round = 0
  public internal(set) var counters = Counters()

  public init(_ settings: Settings) { self.settings = settings }

  /// Takes up other settings; what is known stays.
  public mutating func apply(_ settings: Settings) { self.settings = settings }

  /// How many zones are known.
  public var zoneCount: Int { numbers.count }

  /// Whether there may be something to do before long.
  public var isIdle: Bool { numbers.isEmpty || settings.interval == nil && hurried.isEmpty && changed.isEmpty }

  // MARK: what keys depend on

  /// Takes in the zones that a look has found a key to depend on: that of its name, and those of its chain.
  public mutating func learn(_ key: KeyName, in found: [PulsedZone], at now: Duration) {
    guard !found.isEmpty else { return }
    let known = members.zones(of: key)
    let isSame =
      known.count == found.count && found.allSatisfy { zone in numbers[zone.name].map(known.contains) ?? false }
    if !isSame { unlink(key) }
    for zone in found where !zone.servers.isEmpty {
      let number = row(for: zone)
      if !isSame { members.link(key, to: number) }
      if let serial = zone.serial { take(.serial(serial), of: number) }
    }
  }

  /// Forgets all keys but these, and the zones that no key depends on any more.
  public mutating func forget(keeping isKept: (KeyName) -> Bool) {
    let gone = members.keys.filter { !isKept($0) }
    guard !gone.isEmpty else { return }
    if gone.count < 64 {
      for key in gone { unlink(key) }
      return
    }
    // Taking links out of long lists one by one would take long; the lists are made anew.
    let kept = members.keys.filter(isKept).map { ($0, members.zones(of: $0)) }
    members = PulseMembers()
    for (key, zones) in kept { for zone in zones { members.link(key, to: zone) } }
    for number in zones.indices where zones[number] != nil {
      zones[number]?.cursor = PulseMembers.none
      removeIfUnused(Int32(number))
    }
  }

  /// Forgets everything: the places of servers come from another configuration.
  public mutating func forgetAll() {
    let counters = counters
    self = Pulse(settings)
    self.counters = counters
  }

  private mutating func unlink(_ key: KeyName) {
    for (zone, link, next) in members.unlink(key) {
      if zones[Int(zone)]?.cursor == link { zones[Int(zone)]?.cursor = next }
      removeIfUnused(zone)
    }
  }

  private mutating func removeIfUnused(_ number: Int32) {
    guard members.first(of: number) == PulseMembers.none, let zone = zones[Int(number)] else { return }
    servers.release(zone.servers, weight: Self.ownWeight)
    if zone.parents >= 0 { servers.release(zone.parents, weight: Self.parentWeight) }
    numbers[zone.name] = nil
    zones[Int(number)] = nil
    hurried[number] = nil
    changed.removeAll { $0 == number }
    free.append(number)
  }

  /// The row of a zone with the servers that it has now.
  private mutating func row(for zone: PulsedZone) -> Int32 {
    if let number = numbers[zone.name], let known = zones[Int(number)] {
      if !servers.isSame(known.servers, as: zone.servers) {
        zones[Int(number)]?.servers = servers.add(zone.servers, weight: Self.ownWeight)
        servers.release(known.servers, weight: Self.ownWeight)
      }
      if !zone.parents.isEmpty, known.parents < 0 || !servers.isSame(known.parents, as: zone.parents) {
        zones[Int(number)]?.parents = servers.add(zone.parents, weight: Self.parentWeight)
        if known.parents >= 0 { servers.release(known.parents, weight: Self.parentWeight) }
      }
      return number
    }
    let row = Zone(
      name: zone.name, servers: servers.add(zone.servers, weight: Self.ownWeight),
      parents: zone.parents.isEmpty ? -1 : servers.add(zone.parents, weight: Self.parentWeight))
    let number: Int32
    if let old = free.popLast() {
      zones[Int(old)] = row
      number = old
    } else {
      zones.append(row)
      number = Int32(zones.count - 1)
    }
    numbers[zone.name] = number
    return number
  }

  // MARK: time

  /// What is due now. To be called a few times a second.
  public mutating func turn(at now: Duration) -> Turn {
    var turn = Turn()
    askHurried(&turn, at: now)
    askInTurn(&turn, at: now)
    handOut(&turn, at: now)
    counters.questions += UInt64(turn.questions.count)
    counters.keys += UInt64(turn.keys.count)
    return turn
  }

  private mutating func askInTurn(_ turn: inout Turn, at now: Duration) {
    defer { lastTurn = now }
    guard let interval = settings.interval, let lastTurn, !zones.isEmpty else { return }
    credit = min(credit + Double(zones.count) * ((now - lastTurn) / interval), Double(zones.count))
    while credit >= 1 {
      credit -= 1
      if position >= zones.count { (position, round) = (0, round + 1) }
      ask(position, &turn, at: now, interval)
      position += 1
    }
  }

  /// The questions of this round to one zone, where it is its turn.
  private func ask(_ index: Int, _ turn: inout Turn, at now: Duration, _ interval: Duration) {
    guard let zone = zones[index] else { return }
    let limit = settings.share * (interval / .seconds(1))
    // Neighbours in the table are mostly of one host: they begin with different servers.
    let (number, rest) = (round + index).quotientAndRemainder(
      dividingBy: servers.stretch(of: zone.servers, limit: limit))
    if rest == 0, let server = servers.server(of: zone.servers, turn: number, at: now) {
      turn.questions.append(
        PulseQuestion(
          zone: zone.name, kind: .serial, server: server, expected: zone.serials.latest.map(ZoneMark.serial)))
    }
    guard zone.parents >= 0 else { return }
    let every = Self.delegationEvery * servers.stretch(of: zone.parents, limit: limit)
    let (cycle, place) = (round + index).quotientAndRemainder(dividingBy: every)
    if place == 0, let server = servers.server(of: zone.parents, turn: cycle, at: now) {
      turn.questions.append(
        PulseQuestion(
          zone: zone.name, kind: .servers, server: server, expected: zone.delegations.latest.map(ZoneMark.servers)))
    }
  }
}
