// The monitoring machine itself: what it hands out while something is written, refused, or still being asked.

import Model
import Testing

@testable import Monitoring

@Suite struct MachineTests {
  private static let start = Timestamp(seconds: 1_795_464_000)

  private let key: KeyName
  private var machine: MonitoringMachine

  init() throws {
    key = try KeyName(selector: DomainName("s1"), domain: DomainName("example.org"))
    let rules = MonitoringRules(
      policy: MonitoringPolicy(confirmTimes: 0), views: [View(name: "local", source: .system(resolvConf: "/none"))],
      identifiers: IdentifierSource(random: { 1 }), randomLabel: { "label" })
    machine = MonitoringMachine(
      rules, watches: [key: Watch(key: key, interval: .seconds(900))], known: KnownState())
  }

  private func look(_ outcome: Outcome, after seconds: Int = 0) -> Look {
    let answer = Answer(
      outcome: outcome, records: outcome == .records ? ScenarioKeys.usual["good"] ?? [] : [], ttl: 300,
      digest: Digest(high: outcome == .records ? 1 : 2, low: 0))
    let server = ServerAnswer(
      server: "192.0.2.53", endpoint: Endpoint(.v4(0xC000_0235)), question: key.name, answer: answer)
    return Look(
      key: key, at: Self.start + .seconds(seconds),
      views: [ViewAnswer(view: "local", isAuthoritative: false, servers: [server])])
  }

  private func change(_ actions: [MonitoringMachine.Action]) -> Change? {
    actions.lazy.compactMap { if case .commit(let change) = $0 { change } else { nil } }.first
  }

  @Test mutating func nothingIsBelievedBeforeItIsWritten() {
    let actions = machine.receive(look(.records), at: Self.start)
    #expect(change(actions)?.watches[key]?.state == .published)
    #expect(machine.known.memory(of: key).state == .pending)
    #expect(machine.committed(at: Self.start).isEmpty)
    #expect(machine.known.memory(of: key).state == .published)
  }

  @Test mutating func whatCannotBeWrittenIsFoundAgain() {
    let first = machine.receive(look(.records), at: Self.start)
    #expect(change(first) != nil)
    #expect(machine.refused(at: Self.start).isEmpty)
    #expect(machine.needsFullLook(key))
    let second = machine.receive(look(.records, after: 1), at: Self.start + .seconds(1))
    #expect(change(second)?.watches[key]?.state == .published)
    _ = machine.committed(at: Self.start + .seconds(1))
    #expect(!machine.needsFullLook(key))
  }

  @Test mutating func whatComesDuringAWriteWaitsForIt() {
    _ = machine.receive(look(.records), at: Self.start)
    #expect(machine.receive(look(.records, after: 1), at: Self.start + .seconds(1)).isEmpty)
    #expect(machine.tick(at: Self.start + .seconds(1)).isEmpty)
    #expect(
      change(machine.committed(at: Self.start + .seconds(1)))?.watches[key]?.lastGood?.at == Self.start + .seconds(1))
  }

  @Test mutating func aSilentViewIsPutToTheProofFirst() throws {
    let actions = machine.receive(look(.failed(.timeout)), at: Self.start)
    #expect(change(actions) == nil)
    guard case .control(["local"])? = actions.first else {
      Issue.record("no control question: \(actions)")
      return
    }
    // While that is asked, the next silent look waits too, without a second question.
    #expect(machine.receive(look(.failed(.timeout), after: 1), at: Self.start + .seconds(1)).isEmpty)
    let reachable = ControlResult(view: "local", outcome: .reachable, evidence: [])
    let judged = machine.receive([reachable], at: Self.start + .seconds(2))
    #expect(change(judged)?.watches[key]?.suspectedState == .unreachable)
  }

  @Test mutating func aDoubtfulViewIsLeftOut() {
    _ = machine.receive(look(.failed(.timeout)), at: Self.start)
    let dead = ControlResult(view: "local", outcome: .unreachable(.timeout), evidence: [])
    let told = change(machine.receive([dead], at: Self.start + .seconds(2)))
    #expect(told?.events.map(\.type) == [.viewDown])
    #expect(told?.watches[key]?.suspicion == nil)
    _ = machine.committed(at: Self.start + .seconds(2))
    #expect(machine.request(for: key).views == [])
    // It is asked again by and by, and the first answer ends it.
    guard case .control(["local"])? = machine.tick(at: Self.start + .seconds(60)).first else {
      Issue.record("a view that is down is not asked again")
      return
    }
    let reachable = ControlResult(view: "local", outcome: .reachable, evidence: [])
    let back = change(machine.receive([reachable], at: Self.start + .seconds(61)))
    #expect(back?.events.map(\.type) == [.viewRecovered])
  }

  @Test mutating func aDiagnosisThatComesTooLateIsAskedForAgain() throws {
    _ = machine.receive(look(.records), at: Self.start)
    _ = machine.committed(at: Self.start)
    let actions = machine.receive(look(.nxdomain, after: 900), at: Self.start + .seconds(900))
    guard
      case .investigate(let investigated, let diagnosis)? = actions.first(where: {
        if case .investigate = $0 { true } else { false }
      })
    else {
      Issue.record("nothing is investigated: \(actions)")
      return
    }
    #expect(investigated == key)
    // Another look finds the key back before the diagnosis is made.
    _ = machine.committed(at: Self.start + .seconds(900))
    var later = look(.records, after: 901)
    later.views[0].servers[0].answer.ttl = 299
    later.views[0].servers[0].answer.digest = Digest(high: 3, low: 3)
    _ = machine.receive(later, at: Self.start + .seconds(901))
    _ = machine.committed(at: Self.start + .seconds(901))
    let late = machine.receive(diagnosis, of: key, at: Self.start + .seconds(902))
    #expect(change(late)?.events.contains { $0.type == .selectorRecovered } != true)
  }

  // MARK: a key that signs no mail any more

  /// Mail on every day but the last six.
  private var silentMail: MailDays {
    let today = Self.start.seconds / 86_400
    return MailDays(
      key: key, lastSeen: Self.start - .seconds(6 * 86_400),
      messages: Dictionary(uniqueKeysWithValues: (Int64(6)..<40).map { (today - $0, 3) }))
  }

  /// The key is published, and its silence is told.
  private mutating func fallSilent() throws -> Event {
    _ = machine.receive(look(.records), at: Self.start)
    _ = machine.committed(at: Self.start)
    let silence = MailSilence(keys: [silentMail], lastMail: Self.start)
    let told = change(machine.receive(silence, at: Self.start))
    _ = machine.committed(at: Self.start)
    #expect(change(machine.receive(silence, at: Self.start)) == nil)
    return try #require(told?.events.first)
  }

  @Test mutating func aSilenceEndsWithTheNextMail() throws {
    let event = try fallSilent()
    let incident = try #require(event.incident)
    #expect(event.type == .selectorSilent && event.verdict == .warning)
    #expect(machine.known.memory(of: key).openSilence?.id == incident)
    #expect(machine.known.memory(of: key).openIncident == nil)

    let old = MailNews(passed: [key: Self.start - .seconds(10)])
    #expect(change(machine.receive(old, at: Self.start + .seconds(50))) == nil)
    let now = Self.start + .seconds(100)
    let ended = try #require(change(machine.receive(MailNews(passed: [key: now]), at: now)))
    #expect(ended.events.map(\.type) == [.selectorRecovered])
    #expect(ended.events.first?.summary == "Mail is signed with this key again.")
    #expect(ended.events.first?.incident == incident)
    #expect(ended.incidents.first?.closedAt == now)
    #expect(ended.watches[key]?.openSilence == nil)
  }

  @Test mutating func aSilenceEndsWhenSomebodyAcknowledgesIt() throws {
    let incident = try #require(try fallSilent().incident)
    let now = Self.start + .seconds(100)
    let acknowledgement = Acknowledgement(incident: incident, by: "kim", note: "retired", at: now)
    let taken = try #require(change(machine.receive([acknowledgement], at: now)))
    #expect(
      taken.events.map(\.summary) == ["That no mail is signed with this key was acknowledged by kim: retired"])
    #expect(taken.incidents.first?.closedAt == now)
    #expect(taken.incidents.first?.acknowledged == acknowledgement)
  }

  @Test mutating func aSilenceIsRemindedOf() throws {
    _ = try fallSilent()
    let reminder = change(machine.tick(at: Self.start + .seconds(86_400)))
    #expect(reminder?.events.map(\.type) == [.selectorSilent])
    #expect(reminder?.events.map(\.reminder) == [true])
  }

  // MARK: a changed key

  /// The key is swapped for another valid one, and that is told.
  private mutating func swapKey() throws -> Event {
    _ = machine.receive(look(.records), at: Self.start)
    _ = machine.committed(at: Self.start)
    var other = look(.records, after: 900)
    other.views[0].servers[0].answer.records = try #require(ScenarioKeys.usual["other"])
    other.views[0].servers[0].answer.digest = Digest(high: 9, low: 9)
    let told = change(machine.receive(other, at: Self.start + .seconds(900)))
    _ = machine.committed(at: Self.start + .seconds(900))
    return try #require(told?.events.first)
  }

  @Test mutating func aChangedKeyIsAWarningUntilItIsAcknowledged() throws {
    let event = try swapKey()
    #expect(event.type == .selectorChanged && event.verdict == .warning)
    let incident = try #require(event.incident)
    #expect(machine.known.memory(of: key).openChange?.kind == .change)
    #expect(machine.known.memory(of: key).verdict == .warning)

    let now = Self.start + .seconds(1000)
    let acknowledgement = Acknowledgement(incident: incident, by: "kim", note: "planned", at: now)
    let taken = try #require(change(machine.receive([acknowledgement], at: now)))
    #expect(taken.acknowledged == [acknowledgement])
    #expect(taken.events.map(\.type) == [.selectorRecovered])
    #expect(taken.events.first?.summary == "The change of the key was acknowledged by kim: planned")
    #expect(taken.incidents.first?.closedAt == now)
    #expect(taken.incidents.first?.acknowledged == acknowledgement)
    #expect(taken.watches[key]?.openChange == nil && taken.watches[key]?.verdict == .ok)
  }

  /// A rotation says that a key comes at another selector, not that the one in use is swapped.
  @Test mutating func aRotationAnnouncesNoOtherKeyAtTheOldSelector() throws {
    var watch = Watch(key: key, interval: .seconds(900))
    watch.rotation = Rotation(old: key, new: try KeyName(selector: DomainName("s2"), domain: key.domain))
    _ = machine.apply(
      MonitoringRules(
        policy: MonitoringPolicy(confirmTimes: 0), views: [View(name: "local", source: .system(resolvConf: "/none"))],
        identifiers: IdentifierSource(random: { 1 }), randomLabel: { "label" }), watches: [key: watch])
    let event = try swapKey()
    #expect(event.type == .selectorChanged && event.verdict == .warning)
    #expect(machine.known.memory(of: key).openChange?.kind == .change)
  }

  @Test mutating func aChangedKeyIsRemindedOfAndThenAccepted() throws {
    _ = try swapKey()
    let day = Duration.seconds(86_400)
    let reminder = change(machine.tick(at: Self.start + .seconds(900) + day))
    #expect(reminder?.events.map(\.reminder) == [true])
    #expect(reminder?.events.first?.type == .selectorChanged)
    _ = machine.committed(at: Self.start + .seconds(900) + day)
    let accepted = change(machine.tick(at: Self.start + .seconds(900) + day * 7))
    #expect(accepted?.events.map(\.type) == [.selectorRecovered])
    #expect(accepted?.watches[key]?.openChange == nil)
  }

  @Test mutating func anAcknowledgedIncidentIsNotRemindedOf() throws {
    _ = machine.receive(look(.nxdomain), at: Self.start)
    let actions = machine.committed(at: Self.start)
    #expect(actions.isEmpty)
    let diagnosed = machine.receive(look(.nxdomain, after: 900), at: Self.start + .seconds(900))
    for case .investigate(let key, let diagnosis) in diagnosed {
      _ = machine.receive(diagnosis, of: key, at: Self.start + .seconds(900))
    }
    _ = machine.committed(at: Self.start + .seconds(900))
    guard let incident = machine.known.memory(of: key).openIncident else { return }
    let acknowledgement = Acknowledgement(
      incident: incident.id, by: "kim", note: "seen", at: Self.start + .seconds(1000))
    _ = machine.receive([acknowledgement], at: Self.start + .seconds(1000))
    _ = machine.committed(at: Self.start + .seconds(1000))
    #expect(machine.known.memory(of: key).openIncident?.acknowledged == acknowledgement)
    #expect(change(machine.tick(at: Self.start + .seconds(900) + .seconds(86_400 * 2)))?.events.isEmpty ?? true)
  }
}
