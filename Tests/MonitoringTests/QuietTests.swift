// Quiet watches: what the machine lets go, and what it wants read before it takes in a look.

import Model
import Tables
import Testing

@testable import Monitoring

@Suite struct QuietTests {
  private static let start = Timestamp(seconds: 1_795_464_000)

  private let key: KeyName
  private var machine: MonitoringMachine
  private var database: [KeyName: WatchMemory] = [:]

  init() throws {
    key = try KeyName(selector: DomainName("s1"), domain: DomainName("example.org"))
    let rules = MonitoringRules(
      policy: MonitoringPolicy(confirmTimes: 1), views: [View(name: "local", source: .system(resolvConf: "/none"))],
      identifiers: IdentifierSource(random: { 1 }), randomLabel: { "label" })
    machine = MonitoringMachine(
      rules, watches: [key: Watch(key: key, interval: .seconds(900))], known: KnownState(quiet: QuietTable()))
  }

  private func look(_ outcome: Outcome, after seconds: Int) -> Look {
    let answer = Answer(
      outcome: outcome, records: outcome == .records ? ScenarioKeys.usual["good"] ?? [] : [], ttl: 300,
      digest: Digest(high: outcome == .records ? 1 : 2, low: 0))
    let server = ServerAnswer(
      server: "192.0.2.53", endpoint: Endpoint(.v4(0xC000_0235)), question: key.name, answer: answer)
    return Look(
      key: key, at: Self.start + .seconds(seconds),
      views: [ViewAnswer(view: "local", isAuthoritative: false, servers: [server])])
  }

  /// Reads what the look needs, takes it in, and writes what comes of it; gives what was written.
  @discardableResult
  private mutating func take(_ outcome: Outcome, after seconds: Int) -> Change? {
    machine.recall(machine.quietWatches(behind: key).map { ($0, database[$0.key] ?? WatchMemory()) })
    let now = Self.start + .seconds(seconds)
    let actions = machine.receive(look(outcome, after: seconds), at: now)
    let change = actions.lazy.compactMap { if case .commit(let change) = $0 { change } else { nil } }.first
    if let change {
      database.merge(change.watches) { $1 }
      _ = machine.committed(at: now)
    }
    return change
  }

  private var isQuiet: Bool { !machine.quietWatches(among: [key]).isEmpty }

  @Test mutating func aPublishedKeyIsLetGoWhenItIsWritten() {
    take(.records, after: 0)
    #expect(isQuiet && machine.known.watches.isEmpty)
    #expect(machine.known.memory(of: key).state == .published)
    #expect(machine.known.memory(of: key).snapshot?.records == [])
    #expect(machine.tally.map(\.count).filter { $0 > 0 } == [1])
  }

  @Test mutating func anUnchangedLookReadsItAndLetsItGoAgain() {
    take(.records, after: 0)
    let written = database[key]
    take(.records, after: 900)
    #expect(isQuiet)
    #expect(database[key]?.since == written?.since)
  }

  @Test mutating func whatIsSuspectedIsHeldWhole() {
    take(.records, after: 0)
    let suspected = take(.nxdomain, after: 900)
    #expect(suspected?.watches[key]?.suspectedState == .missing)
    #expect(suspected?.watches[key]?.lastGood?.records.isEmpty == false, "what was read again is whole")
    #expect(!isQuiet)
    take(.records, after: 915)
    // The next looks tell whether the answers come and go.
    #expect(machine.known.memory(of: key).wavering != nil && !isQuiet)
  }

  /// The last time that a sweep found it unchanged is known, although its memory is not held.
  @Test mutating func whatWasUnchangedIsGoodUntilThen() {
    take(.records, after: 0)
    _ = machine.receive(unchanged: [key], answering: ["local"], at: Self.start + .seconds(900))
    let suspected = take(.nxdomain, after: 1800)
    #expect(suspected?.watches[key]?.lastGood?.at == Self.start + .seconds(900))
  }

  @Test mutating func aLookWhoseMemoryWasNotReadIsMadeAgain() {
    take(.records, after: 0)
    let actions = machine.receive(look(.nxdomain, after: 900), at: Self.start + .seconds(900))
    guard case .lookAgain(key, let delay)? = actions.first, actions.count == 1 else {
      Issue.record("\(actions)")
      return
    }
    #expect(delay == .zero && isQuiet)
  }

  @Test mutating func anOlderMemoryIsNotTaken() {
    take(.records, after: 0)
    let early = machine.quietWatches(among: [key]).map { (watch: $0, memory: database[$0.key] ?? WatchMemory()) }
    take(.records, after: 900)
    machine.recall(early)
    #expect(isQuiet, "what was read before the last look has the stamp of another quiet")
  }

  /// The database may know watches that the configuration names no more.
  @Test func onlyWhatIsWatchedIsCounted() throws {
    let other = try KeyName(selector: DomainName("s9"), domain: DomainName("example.org"))
    var memory = WatchMemory()
    memory.state = .missing
    var quiet = QuietTable()
    quiet.put(memory, of: other)
    let rules = MonitoringRules(policy: MonitoringPolicy(), views: [])
    let machine = MonitoringMachine(
      rules, watches: WatchTable([Watch(key: key, interval: .seconds(900))]), known: KnownState(quiet: quiet))
    #expect(machine.tally.filter { $0.count > 0 }.map(\.memory.state) == [.pending])
  }

  @Test mutating func bothKeysOfARotationAreHeldWhole() throws {
    let other = try KeyName(selector: DomainName("s2"), domain: DomainName("example.org"))
    take(.records, after: 0)
    let rotation = Rotation(old: other, new: key)
    let watches = [key, other].map { Watch(key: $0, interval: .seconds(900), rotation: rotation) }
    let rules = MonitoringRules(
      policy: MonitoringPolicy(confirmTimes: 1), views: [View(name: "local", source: .system(resolvConf: "/none"))])
    #expect(machine.apply(rules, watches: WatchTable(watches)) == [key])
    #expect(machine.quietWatches(behind: other).map(\.key) == [key], "what is known of a rotation is with its new key")
    take(.records, after: 900)
    #expect(!isQuiet)
  }
}

@Suite struct WatchTableTests {
  private static func key(_ number: Int) throws -> KeyName {
    try KeyName(selector: DomainName("s\(number)"), domain: DomainName("example.org"))
  }

  @Test func watchesAreAsTheyWereGiven() throws {
    var watches = try (0..<50).map { number in
      Watch(
        key: try Self.key(number), interval: .seconds(number % 3 == 0 ? 60 : 900),
        labels: number % 2 == 0 ? ["a": "b"] : [:],
        note: number == 7 ? "x" : nil)
    }
    var table = WatchTable(watches)
    #expect(Array(table) == watches && table.kinds.count == 5)
    watches[7].note = nil
    table[watches[7].key] = watches[7]
    #expect(table[watches[7].key] == watches[7] && table.kinds.count == 4)
    table[watches[8].key] = nil
    #expect(!table.contains(watches[8].key) && table.count == 49)
    #expect(table.intervals.allSatisfy { pair in watches.first { $0.key == pair.key }?.interval == pair.value })
  }

  @Test func ofTwoWithOneNameTheFirstCounts() throws {
    let key = try Self.key(1)
    let table = WatchTable([Watch(key: key, interval: .seconds(1)), Watch(key: key, interval: .seconds(2))])
    #expect(table.count == 1 && table[key]?.interval == .seconds(1))
  }

  @Test func anotherConfigurationTellsWhatIsOtherwise() throws {
    let watches = try (0..<10).map { Watch(key: try Self.key($0), interval: .seconds(900)) }
    var former = WatchTable(watches.prefix(8))
    former.setUnchanged(watches[3].key, until: Timestamp(seconds: 100))
    var changed = watches
    changed[2].isOurs = false
    var table = WatchTable(changed)
    #expect(table.succeed(former) == [watches[2].key])
    #expect(
      table.unchangedUntil(watches[3].key) == Timestamp(seconds: 100) && table.unchangedUntil(watches[4].key) == nil)
  }
}
