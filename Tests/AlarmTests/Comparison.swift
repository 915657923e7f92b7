// Holds what was told against what was expected, and writes a report that a person can read.

import Model

@testable import Monitoring

/// What came of one simulation.
struct Verdicts: Sendable {
  var expected = 0
  var told = 0
  var optional = 0
  var reminders = 0
  var missing: [String] = []
  var surplus: [String] = []
  /// What is wrong with incidents, order, reminders.
  var disorder: [String] = []

  var isClean: Bool { missing.isEmpty && surplus.isEmpty && disorder.isEmpty }

  static func += (left: inout Verdicts, right: Verdicts) {
    left.expected += right.expected
    left.told += right.told
    left.optional += right.optional
    left.reminders += right.reminders
    left.missing += right.missing
    left.surplus += right.surplus
    left.disorder += right.disorder
  }
}

struct Comparison {
  let world: World
  let told: [Told]
  private(set) var verdicts = Verdicts()

  init(_ world: World, told: [Told], losses: Moment) {
    (self.world, self.told) = (world, told)
    let bySubject = Dictionary(grouping: told) { $0.event.subject }
    for watch in world.internet.places.indices {
      let key = world.internet.places[watch].key.description
      let oracle = Oracle(world, watch: watch, losses: losses)
      compare(
        key, oracle.expected, bySubject[key] ?? [], Situations(world, watch: watch).all, world.timeline(of: watch))
    }
    let others = Dictionary(grouping: Oracle.views(world) + Oracle.delegations(world)) { $0.subject }
    let path = world.facts.ofPath.map { "\($0.from.clock) to \($0.until.clock): \($0.what)" }
    for subject in world.internet.views.map(\.name) + world.internet.zones.map(\.name.description) {
      compare(subject, others[subject] ?? [], bySubject[subject] ?? [], [], path)
    }
    checkOrder()
  }

  /// Matches events in the order in which they were told with the first expectation that fits.
  private mutating func compare(
    _ subject: String, _ expected: [Expected], _ told: [Told], _ situations: [Situation], _ timeline: [String]
  ) {
    let news = told.filter { $0.event.reminder != true }
    var came = [Moment?](repeating: nil, count: expected.count)
    func holds(_ expectation: Expected) -> Bool {
      expectation.conditions.allSatisfy { (came[$0.index] != nil) == $0.came }
    }
    var surplus: [Told] = []
    for event in news {
      let fits = expected.indices.filter {
        came[$0] == nil && expected[$0].type == event.event.type && expected[$0].window.contains(event.at)
          && holds(expected[$0])
      }
      // Of two that fit the one that ends first.
      if let index = fits.min(by: { expected[$0].window.upperBound < expected[$1].window.upperBound }) {
        came[index] = event.at
      } else {
        surplus.append(event)
      }
    }
    let missing = expected.indices.filter {
      came[$0] == nil && expected[$0].must && expected[$0].window.upperBound < world.end && holds(expected[$0])
    }
    verdicts.told += news.count
    verdicts.reminders += told.count - news.count
    verdicts.expected += expected.indices.filter { expected[$0].must && holds(expected[$0]) }.count
    verdicts.optional += expected.count { !$0.must }
    guard !missing.isEmpty || !surplus.isEmpty else { return }
    func story(_ headline: String) -> String {
      var lines = ["seed \(world.internet.chance.seed), \(subject): \(headline)"]
      if let watch = world.internet.places.first(where: { $0.key.description == subject }) {
        lines.append(
          "  every \(watch.interval / .minute) min, begins with \(watch.content)\(watch.isPinned ? ", pinned" : "")")
      }
      lines += ["  facts:"] + timeline.map { "    \($0)" }
      lines += ["  situations:"]
      lines += situations.map {
        "    \($0.from.clock) to \($0.until.clock): \($0.condition) \($0.warnings.map { "\($0)" }.sorted())"
      }
      lines += ["  expected:"]
      lines += expected.indices.sorted { expected[$0].window.lowerBound < expected[$1].window.lowerBound }.map {
        index in
        let one = expected[index]
        return
          "    [\(index)] \(one.must ? "must" : "may ") \(one.type.rawValue) \(one.window.lowerBound.clock) to \(one.window.upperBound.clock)"
          + "\(one.conditions.map { " \($0.came ? "if" : "unless") [\($0.index)]" }.joined()): \(one.why)"
          + (came[index].map { " — came \($0.clock)" } ?? "")
      }
      lines += ["  told:"]
      lines += told.map {
        "    \($0.at.clock) \($0.event.type.rawValue) \($0.event.verdict)\($0.event.reminder == true ? " reminder" : "") \($0.event.incident?.suffix(4) ?? ""): \($0.event.summary)"
      }
      return lines.joined(separator: "\n")
    }
    for index in missing {
      verdicts.missing.append(
        story("missing \(expected[index].type.rawValue) by \(expected[index].window.upperBound.clock)"))
    }
    for event in surplus {
      verdicts.surplus.append(story("too many \(event.event.type.rawValue) at \(event.at.clock)"))
    }
  }

  /// What holds whatever happens: ids once, times in order, reminders when they are due, nothing after the end.
  private mutating func checkOrder() {
    var ids: Set<String> = []
    var lastTime: Moment = 0
    var incidents: [String: (opened: Moment, told: Moment, isOver: Bool)] = [:]
    let remindAfter = Player.policy.remindAfter.map(\.microseconds) ?? .max
    for (event, at) in told.map({ ($0.event, $0.at) }) {
      func complain(_ text: String) {
        verdicts.disorder.append(
          "seed \(world.internet.chance.seed), \(event.subject) \(at.clock) \(event.type.rawValue): \(text)")
      }
      if !ids.insert(event.id).inserted { complain("the id \(event.id) comes a second time") }
      if at < lastTime { complain("told after something later") }
      lastTime = at
      guard let id = event.incident else {
        if event.type != .delegationChanged { complain("belongs to no incident") }
        continue
      }
      let isEnd = event.type == .selectorRecovered || event.type == .viewRecovered
      if var incident = incidents[id] {
        if incident.isOver { complain("the incident is over already") }
        let waited = Moment(event.at) - incident.told
        if event.reminder == true, waited < remindAfter || waited > remindAfter + .minute {
          complain("reminder after \(waited / .minute) min")
        } else if event.reminder != true, waited > remindAfter + .minute {
          complain("no reminder for \(waited / .minute) min")
        }
        (incident.told, incident.isOver) = (Moment(event.at), isEnd)
        incidents[id] = incident
      } else {
        if isEnd { complain("ends an incident that nothing has opened") }
        if event.reminder == true { complain("reminds of what was never told") }
        incidents[id] = (at, Moment(event.at), isEnd)
      }
    }
    for (id, incident) in incidents where !incident.isOver && world.end - incident.told > remindAfter + .minute {
      verdicts.disorder.append("seed \(world.internet.chance.seed): incident \(id) was not told again")
    }
  }
}

extension Event {
  /// What it is about.
  var subject: String { (name?.description ?? view ?? zone?.description) ?? "" }
}
