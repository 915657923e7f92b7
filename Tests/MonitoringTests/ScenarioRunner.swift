// Plays a scenario against the monitors, as the daemon does, and holds what comes out against what is expected.

import Keys
import Model
import Synchronization
import Testing

@testable import Diagnosing
@testable import Judging
@testable import Monitoring

struct ScenarioRunner {
  let scenario: Scenario
  /// Everything that came up in the whole scenario, for tests of completeness.
  private(set) var rules: Set<String> = []
  private(set) var causes: Set<String> = []
  private(set) var eventTypes: Set<EventType> = []
  private(set) var rows: Set<StateTable.Row> = []
  private(set) var failures: [String] = []
  /// How often the ways of the daemon and of the verbs were compared.
  private(set) var comparedLooks = 0

  private var story: ScenarioTranscript
  private var world: ScenarioWorld
  private var machine: MonitoringMachine
  /// The rules with the views of the moment.
  private var monitoringRules: MonitoringRules
  private let identifiers: IdentifierSource
  private var now = Timestamp(microseconds: 0)
  private var lookAgainAfter: Duration?
  private var keepsSightings = true
  private var judgement: Judgement?
  private var judged: JudgedLook?
  private var lastEvent: Event?
  /// What `diagnose` says at this step, where that is expected.
  private var explanation: Diagnosis?

  init(_ scenario: Scenario) {
    self.scenario = scenario
    story = ScenarioTranscript(title: scenario.title)
    world = ScenarioWorld(keys: scenario.keys)
    let counter = Counter()
    identifiers = IdentifierSource(random: { counter.next() })
    monitoringRules = MonitoringRules(
      policy: scenario.policy, views: [], identifiers: identifiers, randomLabel: { DiagnosisInput.fixedLabel })
    machine = MonitoringMachine(monitoringRules, watches: [:], known: KnownState())
  }

  var transcript: String { ScenarioKeys.fold(story.lines.joined(separator: "\n") + "\n") }

  private var memories: [KeyName: WatchMemory] { machine.known.watches }

  mutating func run() throws {
    for step in scenario.steps {
      switch step.moment {
      case .at(let time): now = time
      case .again:
        guard let wait = lookAgainAfter else {
          failures.append("at again (\(now)): nothing asked to be looked at again")
          return
        }
        now = now + wait
      }
      for change in step.changes { try world.apply(change) }
      let before = machine.known
      lookAgainAfter = nil
      let events = step.isTick ? carryOut(machine.tick(at: now)) : look()
      explanation = step.isNamed ? explain(before) : nil
      if !step.isTick { comparePaths(before, events) }
      note(events, step)
      check(step, events)
      eventTypes.formUnion(events.map(\.type))
      checkBooks()
    }
    story.finish()
  }

  private func watch(_ watch: Watch) -> Watch {
    var watch = watch
    watch.expectation = world.expectation ?? watch.expectation
    return watch
  }

  private mutating func look() -> [Event] {
    var events: [Event] = []
    let watches = scenario.watches.map(watch)
    let looks = watches.map { world.look(at: $0.key, now) }
    configure(watches)
    keepsSightings = false
    // The daemon lets time pass every second.
    events += carryOut(machine.tick(at: now))
    lookAgainAfter = nil
    if let unchanged = world.unchangedUntil {
      events += carryOut(machine.receive(unchanged: watches.map(\.key), answering: [], at: unchanged))
      world.unchangedUntil = nil
    }
    for (watch, look) in zip(watches, looks) {
      let caches = memories[watch.key]?.caches ?? []
      let judged = look.judged(against: watch.expectation, formerCaches: caches) {
        ScenarioFiles.keys.judge($0.records, minimumBits: $1).judgement
      }
      (self.judged, judgement) = (judged, judged.judgement)
      rules.formUnion(judged.judgement.findings.map(\.rule))
      rows.insert(StateTable.ruling(for: judged.sorted).row)
      // What is down is not asked.
      let asked = machine.request(for: watch.key).views
      let views = look.views.filter { asked?.contains($0.view) ?? true }
      let difference = world.difference(from: look)
      events += carryOut(
        machine.receive(Look(key: look.key, at: look.at, views: views), after: difference, at: now))
    }
    for memory in memories.values { rules.formUnion(memory.findings.map(\.rule)) }
    return events
  }

  /// Tells the machine which views and expectations there are now.
  private mutating func configure(_ watches: [Watch]) {
    let views = world.views.map { view in
      View(
        name: view.name,
        source: view.isAuthoritative
          ? .authoritative(rootHints: [], port: 53) : .resolver(Endpoint(.v4(0xC000_0235)), .udp))
    }
    let configured = Dictionary(watches.map { ($0.key, $0) }) { first, _ in first }
    monitoringRules.views = views
    _ = machine.apply(monitoringRules, watches: configured)
  }

  /// Does what the machine wants, as the daemon does; gives the events that were committed.
  private mutating func carryOut(_ actions: [MonitoringMachine.Action]) -> [Event] {
    var events: [Event] = []
    var queue = actions[...]
    while let action = queue.popFirst() {
      switch action {
      case .lookAgain(_, let wait): lookAgainAfter = min(lookAgainAfter ?? wait, wait)
      case .control(let views):
        let results = views.map { world.control($0, scenario.watches, now) }
        queue += machine.receive(results, at: now)
      case .investigate(let key, var diagnosis):
        while case .ask(let inquiries) = diagnosis.next() { diagnosis.receive(inquiries.map(world.answer)) }
        queue += machine.receive(diagnosis, of: key, at: now)
      case .commit(let change):
        events += change.events
        keepsSightings = keepsSightings || !change.sightings.isEmpty
        checkIncidents(change)
        queue += machine.committed(at: now)
      // Scenarios have no mail.
      case .watch, .forget, .keep: break
      }
    }
    return events
  }

  /// What the verb `diagnose` says of the first watch, with what was known before this look.
  private func explain(_ known: KnownState) -> Diagnosis? {
    guard let judged, let watch = scenario.watches.first else { return nil }
    return diagnosis(judged, known.memory(of: watch.key), zones: known.zones.merging(machine.known.zones) { $1 })
  }

  private func diagnosis(_ look: JudgedLook, _ memory: WatchMemory, zones: [DomainName: ZoneMemory]) -> Diagnosis {
    let zone = look.delegation?.zone ?? memory.zone
    var diagnosis = DiagnosisMachine(
      DiagnosisInput(
        look: look, lastGood: memory.lastGood,
        since: memory.state == look.judgement.state ? memory.since : memory.suspicion?.firstSeen,
        zone: zone.flatMap { zones[$0] }, repairs: look.sorted.look.repairs, hasHistory: true))
    while case .ask(let inquiries) = diagnosis.next() { diagnosis.receive(inquiries.map(world.answer)) }
    return diagnosis.diagnosis
  }

  /// One look, three ways: what the daemon told of it is what `check --explain` and `diagnose` say of it.
  private mutating func comparePaths(_ before: KnownState, _ events: [Event]) {
    guard scenario.watches.count == 1, let judged, let key = scenario.watches.first?.key,
      machine.excludedViews.isEmpty,
      let told = events.last(where: { $0.name == key.name && $0.reminder != true && $0.diagnosis?.rule != nil })
    else { return }
    // What only several looks show is not to be found in one.
    let ofSeveral = Set(MonitoringFindings.all.map(\.id))
    guard (told.findings ?? []).allSatisfy({ !ofSeveral.contains($0.rule) }) else { return }
    let memory = before.memory(of: key)
    // Found by a checkup, which only `diagnose` makes of one look.
    guard memory.serverFinding == nil else { return }
    let zone = judged.delegation?.zone ?? memory.zone
    for isRequested in [false, true] {
      var input = DiagnosisInput(look: judged, memory: memory, zone: zone.flatMap { before.zones[$0] }, spans: [])
      input.isRequested = isRequested
      input.randomLabel = DiagnosisInput.fixedLabel
      var diagnosis = DiagnosisMachine(input)
      while case .ask(let inquiries) = diagnosis.next() { diagnosis.receive(inquiries.map(world.answer)) }
      let taken = judged.judgement.taking(diagnosis.diagnosis)
      let (daemon, verb) = (
        "\(told.after?.state.rawValue ?? "") \(told.verdict) \(told.diagnosis?.rule ?? "")",
        "\(taken.state) \(taken.verdict) \(taken.diagnosis?.rule ?? "")"
      )
      comparedLooks += 1
      if daemon != verb {
        failures.append(
          "\(now): the daemon says '\(daemon)', \(isRequested ? "diagnose" : "check --explain") says '\(verb)'")
      }
    }
  }

  private mutating func checkIncidents(_ change: Change) {
    for event in change.events {
      guard let id = event.incident else { continue }
      if !change.incidents.contains(where: { $0.id == id }) {
        failures.append("\(now): \(event.type.rawValue) belongs to an incident that the step does not hand out")
      }
    }
  }

  /// What must hold whatever happens.
  private mutating func checkBooks() {
    for (key, memory) in memories {
      if memory.openIncident?.closedAt != nil { failures.append("\(now): \(key) holds a closed incident") }
      if memory.state == .pending, memory.openIncident != nil {
        failures.append("\(now): \(key) pending with incident")
      }
    }
  }
}

private final class Counter: Sendable {
  private let value = Mutex<UInt64>(0)
  func next() -> UInt64 {
    value.withLock { value in
      value += 1
      return value
    }
  }
}

extension ScenarioRunner {
  private mutating func check(_ step: ScenarioStep, _ events: [Event]) {
    var left = events
    if let last = events.last { lastEvent = last }
    let memory = scenario.watches.first.flatMap { memories[$0.key] } ?? WatchMemory()
    for expectation in step.expectations {
      if case .explained(let rule, _) = expectation.kind { causes.insert(rule) }
      if case .event(let type, let verdict, let reminder) = expectation.kind {
        if let index = left.firstIndex(where: {
          $0.type == type && $0.verdict == verdict && ($0.reminder ?? false) == reminder
        }) {
          left.remove(at: index)
        } else {
          complain(expectation, "no such event; there were \(events.map { "\($0.type.rawValue) \($0.verdict)" })")
        }
      } else if let complaint = complaint(expectation.kind, memory, events) {
        complain(expectation, complaint)
      }
    }
    if !left.isEmpty {
      failures.append(
        "\(now): unexpected events: \(left.prefix(5).map { "\($0.type.rawValue) \($0.verdict): \($0.summary)" })")
    }
  }

  private mutating func complain(_ expectation: ScenarioExpectation, _ message: String) {
    failures.append("line \(expectation.line) (\(now)): \(message)")
  }

  private func complaint(
    _ kind: ScenarioExpectation.Kind, _ memory: WatchMemory, _ events: [Event]
  ) -> String? {
    let findings = judgement?.findings ?? []
    switch kind {
    case .judged(let state, let verdict):
      return judgement?.state == state && judgement?.verdict == verdict
        ? nil : "judged \(judgement.map { "\($0.state) \($0.verdict): \($0.summary)" } ?? "nothing")"
    case .state(let state, let verdict):
      return memory.state == state && verdict ?? memory.verdict == memory.verdict
        ? nil : "the state is \(memory.state) \(memory.verdict): \(memory.summary)"
    case .finding(let rule, let severity, let count):
      // Those of the look, and those that the machine adds.
      let those = (findings + memory.findings.filter { !findings.contains($0) }).filter {
        $0.rule == rule && severity ?? $0.severity == $0.severity
      }
      return those.isEmpty || count ?? those.count != those.count
        ? "findings: \(findings.map { "\($0.rule) \($0.severity)" })" : nil
    case .noFinding(let rule): return findings.contains { $0.rule == rule } ? "\(rule) was found" : nil
    case .noFindings: return findings.isEmpty ? nil : "findings: \(findings.map { "\($0.rule) \($0.severity)" })"
    case .event: return nil
    case .again(let wait):
      return lookAgainAfter == wait ? nil : "looks again after \(lookAgainAfter.map { "\($0)" } ?? "never")"
    case .cache(let view, let holding, let until):
      let caches = judgement?.caches ?? []
      return caches.contains { $0.view == view && $0.holding == holding && $0.until == until }
        ? nil : "caches: \(caches.map { "\($0.view) \($0.holding) until \($0.until)" })"
    case .noCaches: return (judgement?.caches ?? []).isEmpty ? nil : "caches: \(judgement?.caches ?? [])"
    case .summary(let text):
      return memory.summary.contains(text) ? nil : lacks(judgement?.summary, text)
    case .cause(let text): return lacks(told?.cause, text)
    case .named(let rule, let certainty):
      return explanation?.rule == rule && certainty ?? explanation?.certainty == explanation?.certainty
        ? nil : "named \(explanation?.rule ?? "nothing") \(explanation?.certainty?.rawValue ?? "")"
    case .diagnosed(let rule, let certainty):
      let diagnosis = lastEvent?.diagnosis ?? memory.explanation?.diagnosis
      return diagnosis?.rule == rule && certainty ?? diagnosis?.certainty == diagnosis?.certainty
        ? nil : "diagnosed \(diagnosis?.rule ?? "nothing") \(diagnosis?.certainty?.rawValue ?? "")"
    case .explained(let rule, let certainty):
      let causes = everythingThatFits()
      return causes.contains { $0.rule == rule && certainty ?? $0.certainty == $0.certainty }
        ? nil : "explained by \(causes.map { "\($0.rule) \($0.certainty)" })"
    case .evidence(let text): return lacks(told?.evidence.joined(separator: "\n"), text)
    case .remedy(let text): return lacks(told?.remedy, text)
    case .record(let text):
      let record = told?.record.map(ScenarioKeys.fold)
      return record == text.map(ScenarioKeys.fold) ? nil : "record: \(record ?? "none")"
    case .incident(let isOpen):
      return (memory.openIncident != nil) == isOpen ? nil : "incident: \(memory.incident ?? "none")"
    case .since(let time):
      return lastEvent?.since == time ? nil : "since \(lastEvent?.since.map(\.description) ?? "never")"
    case .lastGood(let time):
      return lastEvent?.lastGood?.at == time ? nil : "last good \(lastEvent?.lastGood.map { "\($0.at)" } ?? "never")"
    case .before(let state):
      return lastEvent?.before?.state == state ? nil : "before: \(lastEvent?.before.map { "\($0.state)" } ?? "none")"
    case .keepsSightings(let kept): return keepsSightings == kept ? nil : "sightings kept: \(keepsSightings)"
    case .viewDown(let view, let down):
      return (machine.known.views[view]?.downSince != nil) == down
        ? nil : "\(view) down since \(machine.known.views[view]?.downSince.map(\.description) ?? "never")"
    }
  }

  /// What `diagnose` would say of the last look: the cause, then those that fit too.
  private func everythingThatFits() -> [Diagnosis.Alternative] {
    guard let judged, let watch = scenario.watches.first else { return [] }
    let diagnosis = diagnosis(judged, machine.known.memory(of: watch.key), zones: machine.known.zones)
    guard let rule = diagnosis.rule, let certainty = diagnosis.certainty else { return [] }
    return [Diagnosis.Alternative(rule: rule, cause: diagnosis.cause, certainty: certainty)]
      + (diagnosis.alternatives ?? [])
  }

  /// The diagnosis that is looked at: that of the verb, or that of the last event.
  private var told: Diagnosis? {
    explanation ?? lastEvent?.diagnosis ?? scenario.watches.first.flatMap { memories[$0.key]?.explanation?.diagnosis }
  }

  private func lacks(_ text: String?, _ part: String) -> String? {
    let (text, part) = (text.map(ScenarioKeys.fold), ScenarioKeys.fold(part))
    return text?.contains(part) == true ? nil : "'\(part)' is not in '\(text ?? "nothing")'"
  }

  /// Writes down what a user would see, for the golden file.
  private mutating func note(_ events: [Event], _ step: ScenarioStep) {
    let isShown = scenario.watches.count == 1 && !step.isTick
    story.note(at: now, isTick: step.isTick, isShown ? judgement : nil, events, explanation: explanation)
    for diagnosis in events.compactMap(\.diagnosis) + [explanation].compactMap(\.self) {
      if let rule = diagnosis.rule { causes.insert(rule) }
      if let finding = diagnosis.finding { rules.insert(finding.rule) }
    }
  }
}
