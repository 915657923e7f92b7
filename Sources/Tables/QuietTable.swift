// What is held of a watch of which nothing is the matter: a few bytes. The rest of its memory stands in the database, and is
// read again when something stirs.

public import Model

/// The watches whose memory can be read again at any time.
public struct QuietTable: Sendable {
  private struct Row {
    var since: Int64
    var keySince: Int64
    var kind: UInt32
    /// Another each time that the watch becomes quiet.
    var stamp: UInt32
    /// How many bytes of the wire form of the name belong to the zone that holds it; 0 where none is known.
    var zoneLength: UInt8
  }

  private var rows = KeyTable<Row>()
  /// What many watches have in common, as a memory without texts and times.
  private var kinds = CountedTable<WatchMemory>()
  private var stamps: UInt32 = 0

  public init() {}

  public var count: Int { rows.count }
  public var keys: ContiguousArray<KeyName> { rows.keys }

  /// Takes a watch where nothing is the matter with it; else it is not quiet any more, and this is false.
  @discardableResult
  public mutating func put(_ memory: WatchMemory, of key: KeyName) -> Bool {
    remove(key)
    guard memory.isQuiet, memory.zone.map({ key.name.isWithin($0) }) ?? true else { return false }
    put(memory.kind, since: memory.since, keySince: memory.keySince, zone: memory.zone, of: key)
    return true
  }

  /// Takes a watch that is known to be quiet, by what it has in common with others.
  public mutating func put(
    _ kind: WatchMemory, since: Timestamp?, keySince: Timestamp?, zone: DomainName?, of key: KeyName
  ) {
    remove(key)
    stamps &+= 1
    rows.put(
      Row(
        since: since?.microseconds ?? .min, keySince: keySince?.microseconds ?? .min, kind: kinds.add(kind),
        stamp: stamps, zoneLength: UInt8(zone?.wire.count ?? 0)),
      for: key)
  }

  public mutating func remove(_ key: KeyName) {
    guard let number = rows.number(of: key) else { return }
    kinds.release(rows[number: number].kind)
    rows.remove(key)
  }

  public mutating func filter(_ isKept: (KeyName) -> Bool) {
    for (key, row) in rows where !isKept(key) { kinds.release(row.kind) }
    rows.filter { key, _ in isKept(key) }
  }

  /// What tells whether a watch is still quiet as it was; nil where it is not.
  public func stamp(of key: KeyName) -> UInt32? { rows[key]?.stamp }

  /// The zone that holds a name.
  public func zone(of key: KeyName) -> DomainName? { rows[key].flatMap { zone($0, key) } }

  private func zone(_ row: Row, _ key: KeyName) -> DomainName? {
    row.zoneLength == 0 ? nil : DomainName(wire: key.name.wire.suffix(Int(row.zoneLength)))
  }

  /// What is held here of a memory: state and verdict, the rules of its findings, kind and size of its key; no text, and no
  /// time but `since` and `keySince`.
  public func outline(of key: KeyName) -> WatchMemory? {
    guard let row = rows[key], var memory = kinds[row.kind] else { return nil }
    memory.since = row.since == .min ? nil : Timestamp(microseconds: row.since)
    memory.keySince = row.keySince == .min ? nil : Timestamp(microseconds: row.keySince)
    memory.zone = zone(row, key)
    return memory
  }

  /// What many have in common, with how many they are.
  public var tally: [(kind: WatchMemory, count: Int)] { kinds.tally }
}

extension WatchMemory {
  /// Whether nothing is under way that goes beyond the last look: no suspicion, no incident, no clock.
  public var isQuiet: Bool {
    state != .pending && suspicion == nil && warning == nil && toldWarnings == nil && caches.isEmpty
      && openIncident == nil && openChange == nil && openSilence == nil && wavering == nil && serverFinding == nil
      && explanation == nil && rotation == nil && hasGoodAnswer
  }

  /// Whether the last good answer is the one that the state rests on, as long as the key is published.
  private var hasGoodAnswer: Bool {
    guard state == .published, let lastGood else { return true }
    return snapshot?.records == lastGood.records
  }

  /// What it has in common with others.
  fileprivate var kind: WatchMemory {
    .quiet(
      state: state, verdict: verdict, outcome: snapshot?.outcome, key: snapshot?.key,
      findings: findings.map { Finding(rule: $0.rule, severity: $0.severity, text: "", evidence: "", remedy: "") })
  }

  /// What quiet watches of this kind have in common.
  public static func quiet(
    state: State, verdict: Verdict, outcome: String?, key: KeySummary?, findings: [Finding] = []
  ) -> WatchMemory {
    var memory = WatchMemory()
    memory.state = state
    memory.verdict = verdict
    memory.summary = ""
    memory.findings = findings
    memory.snapshot = outcome.map { outcome in
      var key = key
      key?.fingerprint = ""
      return Event.Snapshot(state: state, verdict: verdict, outcome: outcome, records: [], key: key)
    }
    return memory
  }
}
