// Plays the daemon over the simulated world: the real schedule and the real machine, with looks, sweeps, control questions,
// investigations and commits that take their time.

import Diagnosing
import Keys
import Model
import Scheduling
import Synchronization
import Tables
import TestSupport

@testable import Monitoring

/// What the daemon told, in the order of its commits.
struct Told: Sendable {
  let event: Event
  let at: Moment
}

struct Player {
  /// What comes later.
  private enum Arrival {
    case look(Look, watch: Int)
    case sweep(unchanged: [KeyName], answering: [String])
    case lookNow(KeyName)
    case control([ControlResult])
    case settled(KeyName, DiagnosisMachine)
    case written(Change)
    case acknowledgement(Acknowledgement)
  }

  static let policy = MonitoringPolicy(acceptChangesAfter: .seconds(2 * 86_400))
  /// How long after an unannounced change somebody takes note of it.
  static let acknowledgedAfter: Moment = 3 * .hour
  /// Looks with silent servers take as long as all retries.
  private static let silence: Moment = 4 * .second
  private static let roundTrip: Moment = 50_000

  private let world: World
  private let asking: Asking
  private let tickEvery: Moment
  private let numbers: [KeyName: Int]
  private let allViews: [String]
  private var machine: MonitoringMachine
  /// What was written of each watch: as in the daemon, quiet ones are read again from it.
  private var database: [KeyName: WatchMemory] = [:]
  private var schedule: Schedule
  private var arrivals = Agenda<Arrival>()
  /// What the last look at each watch saw: what the sweep compares with.
  private var baseline: [Int: [String: [Digest]]] = [:]
  /// Until when a sweep need not ask, since nothing can differ from the last one.
  private var quietUntil: [Int: Moment] = [:]
  private(set) var told: [Told] = []
  private(set) var incidents: [String: Incident] = [:]
  private(set) var counts = (looks: 0, sweeps: 0, diagnoses: 0, commits: 0)

  init(_ world: World, lossPerMille: Int64, tickEvery: Moment = 5 * .second) {
    self.world = world
    self.tickEvery = tickEvery
    allViews = world.internet.views.map(\.name)
    asking = Asking(world: world, lossPerMille: lossPerMille)
    let internet = world.internet
    let random = SharedRandom(seed: internet.chance.seed)
    let rules = MonitoringRules(
      policy: Self.policy, views: internet.views, identifiers: IdentifierSource { random.next() },
      randomLabel: { "x7q2k9m4w1" })
    var watches: [KeyName: Watch] = [:]
    var numbers: [KeyName: Int] = [:]
    for (number, place) in internet.places.enumerated() {
      let pin = place.isPinned ? KeyStock.shared.judgement(place.content)?.key?.fingerprint : nil
      watches[place.key] = Watch(
        key: place.key, interval: place.interval.duration, expectation: Expectation(fingerprint: pin))
      numbers[place.key] = number
    }
    self.numbers = numbers
    machine = MonitoringMachine(rules, watches: watches, known: KnownState(quiet: QuietTable()))
    schedule = Schedule(jitter: 0.1) { Double(random.next() >> 11) / Double(1 << 53) }
    // A dictionary has no order that two runs share: one watch after the other, so that each run draws the same numbers.
    var added: [KeyName: Duration] = [:]
    for place in internet.places {
      added[place.key] = place.interval.duration
      schedule.replace(with: added, at: .zero)
    }
  }

  mutating func run() {
    var nextTick = tickEvery
    while true {
      let due = schedule.nextDue?.moment ?? .max
      let now = min(due, arrivals.next ?? .max, nextTick)
      guard now < world.end else { return }
      if let arrival = arrivals.pop(until: now) {
        take(arrival, now)
      } else if nextTick <= now {
        nextTick += tickEvery
        carryOut(machine.tick(at: now.timestamp), now)
      } else {
        round(schedule.due(at: now.duration), now)
      }
    }
  }

  private mutating func take(_ arrival: Arrival, _ now: Moment) {
    switch arrival {
    case .lookNow(let key): look(at: key, isConfirming: false, now)
    case .look(let look, let watch):
      for view in look.views { baseline[watch, default: [:]][view.view] = Self.marks(of: view) }
      quietUntil[watch] = nil
      machine.recall(machine.quietWatches(behind: look.key).map { ($0, database[$0.key] ?? WatchMemory()) })
      carryOut(machine.receive(look, at: now.timestamp), now)
      schedule.finish([look.key], at: now.duration)
    case .sweep(let unchanged, let answering):
      schedule.finish(unchanged, at: now.duration)
      carryOut(machine.receive(unchanged: unchanged, answering: answering, at: now.timestamp), now)
    case .control(let results): carryOut(machine.receive(results, at: now.timestamp), now)
    case .settled(let key, let diagnosis): carryOut(machine.receive(diagnosis, of: key, at: now.timestamp), now)
    case .written(let change):
      counts.commits += 1
      database.merge(change.watches) { $1 }
      for incident in change.incidents { incidents[incident.id] = incident }
      for event in change.events {
        told.append(Told(event: event, at: now))
        acknowledge(event, now)
      }
      carryOut(machine.committed(at: now.timestamp), now)
    case .acknowledgement(let acknowledgement):
      carryOut(machine.receive([acknowledgement], at: now.timestamp), now)
    }
  }

  /// Of every second watch somebody says that its change is right.
  private mutating func acknowledge(_ event: Event, _ now: Moment) {
    guard let incident = event.incident, incidents[incident]?.kind == .change, event.reminder != true,
      event.type == .selectorChanged, let name = event.name,
      let watch = KeyName(keyName: name).flatMap({ numbers[$0] }),
      world.isAcknowledged(watch)
    else { return }
    let at = now + Self.acknowledgedAfter
    arrivals.add(
      .acknowledgement(Acknowledgement(incident: incident, by: "ada", note: "ordered", at: at.timestamp)), at: at)
  }

  private mutating func round(_ due: [Schedule.Due], _ now: Moment) {
    var routine: [KeyName] = []
    // Slots and dictionaries have no order that two runs share.
    for one in due.sorted(by: { numbers[$0.key] ?? 0 < numbers[$1.key] ?? 0 }) {
      if one.isConfirmation || machine.needsFullLook(one.key) {
        look(at: one.key, isConfirming: one.isConfirmation, now)
      } else {
        routine.append(one.key)
      }
    }
    if !routine.isEmpty { sweep(routine, now) }
  }

  private mutating func look(at key: KeyName, isConfirming: Bool, _ now: Moment) {
    guard let watch = numbers[key] else { return }
    counts.looks += 1
    let request = machine.request(for: key, isConfirming: isConfirming)
    let views = asking.look(at: watch, views: request.views, isConfirming: isConfirming, now)
    let done = now + (views.contains(where: Self.hasSilence) ? Self.silence : Self.roundTrip)
    arrivals.add(.look(Look(key: key, at: done.timestamp, views: views), watch: watch), at: done)
  }

  private mutating func sweep(_ keys: [KeyName], _ now: Moment) {
    counts.sweeps += keys.count
    var unchanged: [KeyName] = []
    var answering: Set<String> = []
    var done = now + Self.roundTrip
    for key in keys {
      guard let watch = numbers[key] else { continue }
      let asked = machine.request(for: key).views
      if asked == nil, let quiet = quietUntil[watch], now < quiet, !asking.losesAny(watch, now) {
        unchanged.append(key)
        answering.formUnion(allViews)
        continue
      }
      let views = asking.look(at: watch, views: asked, isConfirming: false, now)
      let known = baseline[watch]
      for view in views where !view.isSilent { answering.insert(view.view) }
      let isSilent = views.contains(where: Self.hasSilence)
      if isSilent { done = max(done, now + Self.silence) }
      let differing = views.filter { known?[$0.view] != Self.marks(of: $0) }
      if differing.isEmpty {
        unchanged.append(key)
        if asked == nil, !isSilent, views.allSatisfy({ !$0.isSilent }) {
          quietUntil[watch] = world.nextChange(of: watch, after: now)
        }
      } else {
        // A difference that shows itself by silence takes its time.
        let isSlow = differing.allSatisfy(Self.hasSilence)
        arrivals.add(.lookNow(key), at: now + (isSlow ? Self.silence : Self.roundTrip))
      }
    }
    arrivals.add(.sweep(unchanged: unchanged, answering: answering.sorted()), at: done)
  }

  private mutating func carryOut(_ actions: [MonitoringMachine.Action], _ now: Moment) {
    for action in actions {
      switch action {
      case .lookAgain(let key, let delay): schedule.lookAgain(key, after: delay, at: now.duration)
      case .commit(let change): arrivals.add(.written(change), at: now + 5_000)
      case .control(let views):
        let results = asking.control(views, now)
        let isSilent = results.contains { $0.outcome != .reachable }
        arrivals.add(.control(results), at: now + (isSilent ? Self.silence : Self.roundTrip))
      case .investigate(let key, var diagnosis):
        guard let watch = numbers[key] else { continue }
        counts.diagnoses += 1
        var done = now
        while case .ask(let inquiries) = diagnosis.next() {
          let answers = inquiries.map { asking.answer(to: $0, of: watch, now) }
          let isSilent = answers.contains { $0.replies.contains { $0.answer.outcome == .failed(.timeout) } }
          done += isSilent ? Self.silence : Self.roundTrip
          diagnosis.receive(answers)
        }
        arrivals.add(.settled(key, diagnosis), at: done)
      // There is no mail in this world.
      case .watch, .forget, .keep: break
      }
    }
  }

  /// What a sweep compares: the answers, silence being silence, and who serves the zone.
  private static func marks(of view: ViewAnswer) -> [Digest] {
    let servers = view.delegation?.servers.map(\.description).joined(separator: " ") ?? ""
    let hash = servers.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return view.servers.map(\.answer.digest) + [Digest(high: 0, low: view.walkFailure == nil ? hash : 1)]
  }

  private static func hasSilence(_ view: ViewAnswer) -> Bool {
    view.walkFailure != nil || view.servers.contains { $0.answer.outcome == .failed(.timeout) }
  }
}

extension World {
  /// Whether somebody takes note of changes of this watch.
  func isAcknowledged(_ watch: Int) -> Bool { internet.chance.below(2, 30, Int64(watch)) == 0 }
}

extension Duration {
  fileprivate var moment: Moment { microseconds }
}

/// One row of random numbers for all who draw from it.
private final class SharedRandom: Sendable {
  private let generator: Mutex<SeededGenerator>
  init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }
  func next() -> UInt64 { generator.withLock { $0.next() } }
}
