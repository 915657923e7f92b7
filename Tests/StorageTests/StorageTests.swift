// What is committed is there again; what says nothing new writes nothing.

import Glibc
import Model
import Storage
import Testing

@Suite struct Remembering {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  @Test func memoryOutlivesTheProcess() async throws {
    var change = Change(at: time(0))
    var watch = WatchMemory()
    watch.state = .missing
    watch.verdict = .critical
    watch.since = time(0)
    watch.suspicion = Model.Confirmation(evidence: "missing\nbad", at: time(0))
    watch.caches = [CacheClock(view: "google", server: "8.8.8.8", holding: .key, until: time(60))]
    let odd = try key("a\\.b._domainkey.xn--bcher-kva.example")
    change.watches = [try key("s1._domainkey.example.org"): watch, odd: WatchMemory()]
    let zone = try DomainName("example.org")
    change.zones = [
      zone: ZoneMemory(delegation: Delegation(zone: zone, servers: [try DomainName("ns1.example")]), firstSeen: time(0))
    ]
    var view = ViewMemory()
    view.downSince = time(1)
    change.views = ["google": view]
    let history = try scratch.open()
    try await history.commit(change)
    try history.close()

    let memory = try await scratch.open().memory()
    #expect(memory.watches == change.watches)
    #expect(memory.zones == change.zones)
    #expect(memory.views == change.views)
  }

  @Test func recordSetsAreRememberedBesideKeys() async throws {
    let name = try DomainName("example.org")
    let keys = [
      KeyName(recordSet: name, .mx), KeyName(recordSet: name, .txt), try key("mx._domainkey.example.org"),
      KeyName(recordSet: try DomainName("mx._domainkey.example.org"), .txt),
    ]
    let history = try scratch.open()
    for (number, key) in keys.enumerated() {
      var change = Change(at: time(Int64(number)))
      change.watches[key] = WatchMemory()
      change.sightings = [
        Sighting(
          key: key, view: "authoritative", server: "ns1.example", endpoint: nil,
          answer: .published("10 mx\(number).example.org.", number: UInt64(number)), at: time(Int64(number)))
      ]
      var event = Event(
        id: "evt_\(number)", type: key.isKey ? .selectorMissing : .recordMissing, at: time(Int64(number)),
        verdict: .critical, summary: "\(key)")
      (event.domain, event.selector, event.name) = (key.domain, key.isKey ? key.selector : nil, key.name)
      event.recordType = key.isKey ? nil : key.type.description
      change.events = [event]
      try await history.commit(change)
    }
    #expect(Set(try await history.memory().watches.keys) == Set(keys))
    for (number, key) in keys.enumerated() {
      let spans = try await history.spans(of: key, since: nil)
      #expect(spans.map(\.key) == [key])
      #expect(spans.first?.answer.records.first?.text.hasPrefix("10 mx\(number)") == true)
      #expect(try await history.events(matching: EventFilter(key: key)).map(\.summary) == ["\(key)"])
    }
    #expect(Set(try await history.keys(within: name)) == Set(keys))
    try await history.retire(keepingWatches: [keys[2]], views: ["authoritative"], at: time(9))
    #expect(Array(try await history.memory().watches.keys) == [keys[2]])
  }

  @Test(arguments: [false, true]) func afterARestartAKeyWasGoodUntilTheDaemonLastWatched(
    isWatching: Bool
  ) async throws {
    let names = try ["good", "doubtful", "missing", "other"].map { try key("\($0)._domainkey.example.org") }
    let record = "v=DKIM1; p=AAAA"
    var good = WatchMemory()
    good.state = .published
    good.verdict = .ok
    good.lastGood = Event.LastGood(at: time(1), records: [record])
    good.snapshot = Event.Snapshot(state: .published, verdict: .ok, outcome: "records", records: [record], key: nil)
    var doubtful = good
    doubtful.suspicion = Model.Confirmation(evidence: "missing\nbad", at: time(50))
    var missing = good
    missing.state = .missing
    var other = good
    other.snapshot?.records = ["v=DKIM1; p=BBBB"]

    var history = try scratch.open()
    try await history.beginWatching(at: time(0))
    var change = Change(at: time(1))
    change.watches = Dictionary(uniqueKeysWithValues: zip(names, [good, doubtful, missing, other]))
    change.sightings = names.map { sighting($0, .published(record), at: time(1)) }
    try await history.commit(change)
    try await history.heartbeat(at: time(90))
    try history.close()

    history = try scratch.open()
    if isWatching {
      try await history.beginWatching(at: time(5000))
      try await history.heartbeat(at: time(5030))
    }
    let memory = try await history.memory()
    #expect(names.map { memory.watches[$0]?.lastGood?.at } == [time(90), time(50), time(1), time(1)])
    #expect(try await history.spans(of: names[0], since: nil).count == 1)
  }

  @Test func everyKeyOfADomainIsKnownAlsoWhatIsWatchedNoMore() async throws {
    let history = try scratch.open()
    var change = Change(at: time(0))
    let names = ["s1._domainkey.example.org", "s1._domainkey.news.example.org", "a\\.b._domainkey.example.org"]
    for name in names + ["s1._domainkey.example.net", "s1._domainkey.badexample.org"] {
      change.watches[try key(name)] = WatchMemory()
    }
    try await history.commit(change)
    try await history.retire(keepingWatches: [try key(names[1])], views: [], at: time(1))
    let found = try await history.keys(within: DomainName("example.org"))
    #expect(Set(found) == Set(try names.map { try key($0) }))
    #expect(try await history.keys(within: DomainName("example.com")) == [])
  }

  @Test func answersComeBackExactly() async throws {
    let history = try scratch.open()
    let name = try key("s1._domainkey.example.org")
    let answers = [Answer.published(), try .absent(), .timeout]
    var change = Change(at: time(0))
    change.sightings = answers.enumerated().map { sighting(name, $1, at: time(0), server: "ns\($0).example") }
    change.sightings[0].endpoint = nil
    try await history.commit(change)
    let spans = try await history.spans(of: name, since: nil)
    #expect(spans.map(\.answer) == answers)
    #expect(spans.map(\.endpoint) == [nil, Endpoint("192.0.2.1"), Endpoint("192.0.2.1")])
    #expect(spans.allSatisfy { $0.isCurrent && $0.firstSeen == time(0) && $0.lastSeen == time(0) })
  }

  @Test func spansEndWhereTheAnswerChanged() async throws {
    let history = try scratch.open()
    let name = try key("s1._domainkey.example.org")
    try await history.beginWatching(at: time(0))
    var first = Change(at: time(1))
    first.sightings = [
      sighting(name, .published(), at: time(1)), sighting(name, .published(), at: time(1), server: "ns2.example"),
      sighting(name, .published(), at: time(1), view: "google", server: "8.8.8.8"),
    ]
    try await history.commit(first)
    try await history.heartbeat(at: time(60))
    var second = Change(at: time(90))
    // ns1 answers otherwise, ns2 has left the delegation, google was not asked.
    second.sightings = [sighting(name, try .absent(), at: time(90))]
    second.unchangedUntil = [name: time(75)]
    try await history.commit(second)
    try await history.heartbeat(at: time(120))

    let spans = try await history.spans(of: name, since: nil)
    #expect(spans.map(\.server) == ["ns1.example", "ns2.example", "8.8.8.8", "ns1.example"])
    #expect(spans.map(\.isCurrent) == [false, false, true, true])
    #expect(spans.map(\.firstSeen) == [time(1), time(1), time(1), time(90)])
    #expect(spans.map(\.lastSeen) == [time(75), time(75), time(120), time(120)])
    #expect(try await history.spans(of: name, since: time(100)).count == 2)
  }

  @Test func aChangeFoundAfterAGapEndsTheSpanBeforeTheGap() async throws {
    let name = try key("s1._domainkey.example.org")
    var history = try scratch.open()
    try await history.beginWatching(at: time(0))
    var change = Change(at: time(1))
    change.sightings = [sighting(name, .published(), at: time(1))]
    try await history.commit(change)
    try await history.heartbeat(at: time(60))
    try history.close()

    history = try scratch.open()
    try await history.beginWatching(at: time(5000))
    try await history.heartbeat(at: time(5030))
    change = Change(at: time(5040))
    change.sightings = [sighting(name, try .absent(), at: time(5040))]
    try await history.commit(change)
    #expect(try await history.spans(of: name, since: nil).map(\.lastSeen) == [time(60), time(5040)])
    #expect(
      try await history.watchingPeriods(since: nil) == [
        WatchingPeriod(began: time(0), last: time(60)), WatchingPeriod(began: time(5000), last: time(5030)),
      ])
  }

  @Test func aSilentHeartbeatOrAClockSetBackBeginsANewPeriod() async throws {
    let history = try scratch.open()
    try await history.heartbeat(at: time(0))
    try await history.heartbeat(at: time(60))
    try await history.heartbeat(at: time(50))
    try await history.heartbeat(at: time(10_000))
    try await history.heartbeat(at: time(-500))
    #expect(
      try await history.watchingPeriods(since: nil) == [
        WatchingPeriod(began: time(0), last: time(60)), WatchingPeriod(began: time(10_000), last: time(10_000)),
        WatchingPeriod(began: time(-500), last: time(-500)),
      ])
  }

  @Test func severalLooksAtOneKeyInOneChangeCountInTheirOrder() async throws {
    let history = try scratch.open()
    let name = try key("s1._domainkey.example.org")
    var change = Change(at: time(9))
    change.sightings = [
      sighting(name, try .absent(), at: time(9)), sighting(name, .published(), at: time(3)),
      sighting(name, .published(), at: time(3)),
    ]
    try await history.commit(change)
    let spans = try await history.spans(of: name, since: nil)
    #expect(spans.map(\.answer.outcome) == [.records, .nxdomain])
    #expect(spans.map(\.isCurrent) == [false, true])
  }

  @Test func nothingNewWritesNothingAndTheFileDoesNotGrow() async throws {
    let history = try scratch.open()
    var change = Change(at: time(0))
    for number in 0..<200 {
      let name = try key("s\(number)._domainkey.example.org")
      change.watches[name] = WatchMemory()
      change.sightings.append(sighting(name, .published(), at: time(0)))
    }
    try await history.beginWatching(at: time(0))
    try await history.commit(change)
    for beat in 1...20 { try await history.heartbeat(at: time(Int64(beat))) }
    func sizes() -> [Int64] { ["", "-wal"].map { size(scratch.database + $0) } }
    let before = sizes()
    for beat in 21...500 {
      for index in change.sightings.indices { change.sightings[index].at = time(Int64(beat)) }
      change.at = time(Int64(beat))
      // Another TTL, flag or time is no other answer.
      change.sightings[0].answer.ttl = UInt32(beat)
      if beat % 100 == 0 { try await history.commit(change) }
      try await history.heartbeat(at: time(Int64(beat)))
    }
    #expect(sizes() == before)
    #expect(before[1] < 1_500_000)
    #expect(try await history.spans(of: try key("s0._domainkey.example.org"), since: nil).count == 1)
  }

  @Test func tenThousandFirstLooksAreOneCommit() async throws {
    let history = try scratch.open()
    var change = Change(at: time(0))
    for number in 0..<10_000 {
      let name = try key("s\(number)._domainkey.example.org")
      change.watches[name] = WatchMemory()
      for view in ["local", "google", "authoritative"] {
        change.sightings.append(
          sighting(name, .published("v=DKIM1; p=\(number)", number: UInt64(number)), at: time(0), view: view))
      }
    }
    try await history.commit(change)
    #expect(try await history.memory().watches.count == 10_000)
  }
}

func size(_ path: String) -> Int64 {
  var information = stat()
  return stat(path, &information) == 0 ? Int64(information.st_size) : 0
}
