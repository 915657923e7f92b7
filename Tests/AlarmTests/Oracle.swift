// The oracle: from the facts alone, which events have to be told of one watch, and when. It knows nothing of the product.
//
// A fault that lasts is told once three looks agree; one that is over before that is not; in between it may be. What may have
// been told leads to two ways on, which meet again as soon as both come to the same.

import Model

struct Oracle {
  /// What may have been told by now.
  private struct Branch: Hashable {
    /// nil before the first look.
    var settled: Condition?
    /// The last key that was good.
    var lastGood: Content?
    var told: Set<Warning> = []
    /// Whether resolvers were among what warned: that cannot be seen to end while one of them cannot be asked.
    var namesResolvers = false
    /// Whether an incident of the state or of warnings is open.
    var isOpen = false
    /// When it came to be settled so.
    var since: ClosedRange<Moment> = 0...0
    var conditions: [Expected.Requirement] = []
    /// Whether ways with other conditions have come to this one, so that what it leads to may come and need not.
    var isVague = false
  }

  private let subject: String
  private let delays: Delays
  private let situations: [Situation]
  /// When the zone's servers can be asked from here, and when not.
  private let open: [Range<Moment>]
  private let closed: [Range<Moment>]
  /// When every view can be asked.
  private let wholly: [Range<Moment>]
  private let end: Moment
  private let acceptedAfter: Moment
  private var branches = [Branch()]
  private(set) var expected: [Expected] = []
  /// Between these moments nothing can be said for sure.
  private(set) var isLost = false

  init(_ world: World, watch: Int, losses: Moment) {
    let place = world.internet.places[watch]
    subject = place.key.description
    delays = Delays(interval: place.interval, losses: losses)
    situations = Situations(world, watch: watch).all
    closed = world.facts.outages(ofView: Internet.authoritative)
    open = Self.gaps(closed, end: world.end)
    let outages = world.internet.views.flatMap { world.facts.outages(ofView: $0.name) }
    wholly = Self.gaps(outages.merged, end: world.end)
    end = world.end
    acceptedAfter = world.isAcknowledged(watch) ? Player.acknowledgedAfter : 2 * .day
    for index in situations.indices {
      takeCondition(index)
      takeWarningsOfResolvers(index)
      takeWarnings(index)
    }
    acceptChanges()
  }

  static func gaps(_ outages: [Range<Moment>], end: Moment) -> [Range<Moment>] {
    var gaps: [Range<Moment>] = []
    var from: Moment = 0
    for outage in outages {
      if from < outage.lowerBound { gaps.append(from..<outage.lowerBound) }
      from = outage.upperBound + Delays.reopening
    }
    return gaps + [from..<end]
  }

  // MARK: runs

  /// Until when the condition stays what it is here; caches that hold the key for a silent source keep it.
  private func runEnd(_ index: Int) -> Moment {
    var last = index
    while last + 1 < situations.count, situations[last + 1].condition == situations[index].condition { last += 1 }
    return situations[last].until
  }

  /// Until when the same is warned of.
  private func warningsEnd(_ index: Int) -> Moment {
    var last = index
    while last + 1 < situations.count, situations[last + 1].warnings == situations[index].warnings,
      situations[last + 1].condition.isGood || situations[last + 1].condition == .held
    {
      last += 1
    }
    return situations[last].until
  }

  /// Since when one of these warnings is the case, whatever the state was meanwhile.
  private func beginning(of warnings: Set<Warning>, _ index: Int) -> Moment {
    warnings.map { warning in
      var first = index
      while first > 0, situations[first - 1].warnings.contains(warning) { first -= 1 }
      return situations[first].from
    }.min() ?? situations[index].from
  }

  /// When something of this run has to be told, if it lasts long enough in sight; else nil, and when it may be.
  private func window(
    _ from: Moment, _ earliest: Moment, _ until: Moment, _ delay: ClosedRange<Moment>, in gaps: [Range<Moment>]? = nil
  ) -> (range: ClosedRange<Moment>, must: Bool)? {
    guard until - earliest > delay.lowerBound else { return nil }
    for gap in gaps ?? open {
      let seen = gap.clamped(to: from..<max(from, until))
      if seen.upperBound - seen.lowerBound > delay.upperBound {
        return (earliest + delay.lowerBound...seen.lowerBound + delay.upperBound, true)
      }
    }
    // The very last of the time is not waited for.
    return (earliest + delay.lowerBound...max(earliest + delay.lowerBound, until + Delays.afterglow), false)
  }

  // MARK: states

  private mutating func takeCondition(_ index: Int) {
    let condition = situations[index].condition
    if index > 0, situations[index - 1].condition == condition { return }
    let (from, until) = (situations[index].from, runEnd(index))
    if condition == .held { return takeHeldKey(from, until) }
    let sure = situations[index...].first { $0.isSure && $0.from < until }?.from ?? until
    let delay = condition == .unreachable ? delays.unreachable() : delays.confirmed(condition)
    step { oracle, branch in
      if branch.settled == condition { return .stays(branch) }
      if branch.settled == nil, condition.isGood {
        var branch = branch
        (branch.settled, branch.since) = (condition, from...from + oracle.delays.interval)
        branch.lastGood = condition.content
        return .stays(branch)
      }
      guard let (range, must) = oracle.window(sure, from, until, delay) else { return .stays(branch) }
      var after = branch
      let types = oracle.transition(&after, to: condition)
      after.since = range
      let why = "\(branch.settled?.description ?? "the first look") → \(condition)"
      guard !types.isEmpty else { return must ? .stays(after) : .parts([branch, after]) }
      return .told(after, types, range, must: must, why)
    }
  }

  /// What was missing may be told as back where the source came to have it again and then fell silent: caches give a usable
  /// key then, and that is the best word there is.
  private mutating func takeHeldKey(_ from: Moment, _ until: Moment) {
    step { oracle, branch in
      guard let settled = branch.settled, !settled.isGood, let content = branch.lastGood,
        let (range, _) = oracle.window(until, from, until, oracle.delays.confirmed(settled))
      else { return .stays(branch) }
      var after = branch
      _ = oracle.transition(&after, to: .good(content))
      after.since = range
      return .told(after, [.selectorRecovered], range, must: false, "\(settled) → held by caches")
    }
  }

  /// What one branch comes to.
  private enum Step {
    case stays(Branch)
    case parts([Branch])
    case told(Branch, [EventType], ClosedRange<Moment>, must: Bool, String)

    /// What is sure to come of it.
    var sure: Sure? {
      guard case .told(_, let types, let range, must: true, _) = self else { return nil }
      return Sure(types: types, range: range)
    }
  }

  private struct Sure: Hashable {
    let types: [EventType]
    let range: ClosedRange<Moment>
  }

  /// Takes every branch on. What several of them lead to is expected once.
  private mutating func step(_ next: (Oracle, Branch) -> Step) {
    struct Event: Hashable {
      let type: EventType
      let range: ClosedRange<Moment>
    }
    var after: [Branch] = []
    var events: [Event: Int] = [:]
    let steps = branches.map { next(self, $0) }
    // Where every way leads to the same, it comes, whichever was taken.
    let isCommon = Set(steps.map(\.sure)).count == 1 && steps[0].sure != nil
    for (branch, step) in zip(branches, steps) {
      switch step {
      case .stays(let same): after.append(same)
      case .parts(let both): after += both
      case .told(var told, let types, let range, let isSure, let why):
        let must = isCommon || isSure && !branch.isVague
        var index = expected.count
        for type in types {
          let event = Event(type: type, range: range)
          if let same = events[event] {
            index = same
            expected[same].must = expected[same].must && must
            expected[same].conditions = expected[same].conditions.filter(branch.conditions.contains)
          } else {
            index = expected.count
            events[event] = index
            expected.append(
              Expected(
                type: type, subject: subject, window: range, must: must, conditions: branch.conditions, why: why,
                isSwap: type == .selectorChanged && told.settled?.isGood == true))
          }
        }
        if !must {
          var before = branch
          before.conditions.append(.init(index: index, came: false))
          told.conditions.append(.init(index: index, came: true))
          after.append(before)
        }
        after.append(told)
      }
    }
    merge(after)
  }

  /// What is told of the step, and what is settled then.
  private func transition(_ branch: inout Branch, to condition: Condition) -> [EventType] {
    let before = branch.settled
    branch.settled = condition
    guard let content = condition.content else {
      (branch.told, branch.namesResolvers) = ([], false)
      branch.isOpen = true
      // Servers that come round one by one are no news.
      if case .divergent = condition, case .divergent? = before { return [] }
      return before?.type == condition.type ? [.selectorChanged] : [condition.type]
    }
    let isSwap = branch.lastGood.map { $0 != content } ?? false
    branch.lastGood = content
    if before?.isGood == true { return [.selectorChanged] }
    (branch.told, branch.namesResolvers) = ([], false)
    branch.isOpen = false
    // What comes back as another key was swapped, whatever was in between.
    return [.selectorRecovered] + (isSwap ? [.selectorChanged] : [])
  }

  private func common(_ left: [Expected.Requirement], _ right: [Expected.Requirement]) -> [Expected.Requirement] {
    left.filter(right.contains)
  }

  /// Ways that have come to the same go on as one.
  private mutating func merge(_ next: [Branch]) {
    branches = next.reduce(into: []) { merged, branch in
      if let same = merged.firstIndex(where: {
        $0.settled == branch.settled && $0.lastGood == branch.lastGood && $0.told == branch.told
          && $0.isOpen == branch.isOpen
      }) {
        if Set(merged[same].conditions) != Set(branch.conditions) { merged[same].isVague = true }
        merged[same].isVague = merged[same].isVague || branch.isVague
        merged[same].namesResolvers = merged[same].namesResolvers || branch.namesResolvers
        merged[same].conditions = common(merged[same].conditions, branch.conditions)
        merged[same].since =
          min(
            merged[same].since.lowerBound, branch.since.lowerBound)...max(
            merged[same].since.upperBound, branch.since.upperBound)
      } else {
        merged.append(branch)
      }
    }
    if branches.count == 1 { branches[0].isVague = false }
    if branches.count > 8 { isLost = true }
  }

  // MARK: warnings

  /// While the zone's servers cannot be asked, what resolvers show is all that is seen, and is told alone.
  private mutating func takeWarningsOfResolvers(_ index: Int) {
    let situation = situations[index]
    let shown = situation.warnings.filter { !$0.isOfSource }
    let (from, until) = (situation.from, warningsEnd(index))
    guard situation.condition.isGood || situation.condition == .held, shown.count < situation.warnings.count,
      let outage = closed.last(where: { $0.overlaps(from..<until) })
    else { return }
    step { oracle, branch in
      let news = shown.subtracting(branch.told)
      let early =
        max(oracle.beginning(of: news, index), branch.since.lowerBound) + oracle.delays.unreachable().lowerBound
      let late = min(until, outage.upperBound) + Delays.reopening + Delays.afterglow
      guard branch.settled?.isGood == true, !news.isEmpty, early <= late else { return .stays(branch) }
      var after = branch
      (after.told, after.since, after.isOpen, after.namesResolvers) = (shown, early...late, true, true)
      return .told(
        after, [.selectorDegraded], early...late, must: false,
        "resolvers alone: \(news.map { "\($0)" }.sorted().joined(separator: ", "))")
    }
  }

  private mutating func takeWarnings(_ index: Int) {
    let situation = situations[index]
    guard situation.condition.isGood || situation.condition == .held else { return }
    let (from, until) = (situation.from, warningsEnd(index))
    step { oracle, branch in
      guard branch.settled?.isGood == true else { return .stays(branch) }
      let news = situation.warnings.subtracting(branch.told)
      let isOver = situation.warnings.isEmpty && !branch.told.isEmpty
      if news.isEmpty, !isOver { return oracle.fewer(branch, index, until) }
      let late = max(from, branch.since.upperBound)
      let early = isOver ? from : max(oracle.beginning(of: news, index), branch.since.lowerBound)
      let waits = !isOver && news.allSatisfy(\.isFailureToReach)
      let delay =
        isOver ? oracle.delays.over() : waits ? oracle.delays.unreachable() : oracle.delays.confirmed(.missing)
      let gaps = isOver && branch.namesResolvers ? oracle.wholly : oracle.open
      guard let (range, lasts) = oracle.window(late, early, until, delay, in: gaps) else { return .stays(branch) }
      var after = branch
      (after.told, after.since, after.isOpen) = (situation.warnings, range, !isOver)
      after.namesResolvers = !isOver && (branch.namesResolvers || situation.warnings.contains { !$0.isOfSource })
      // What only caches show comes and goes with them.
      return .told(
        after, [isOver ? .selectorRecovered : .selectorDegraded], range,
        must: lasts && (isOver || news.contains(where: \.isOfSource)),
        isOver ? "the warnings are over" : "warnings: \(news.map { "\($0)" }.sorted().joined(separator: ", "))")
    }
  }

  /// Some of what was told is over: it is news when it comes again, if looks agreed meanwhile that it was. What caches show comes
  /// and goes, and may be news at any time.
  private func fewer(_ branch: Branch, _ index: Int, _ until: Moment) -> Step {
    let situation = situations[index]
    var after = branch
    after.told = branch.told.filter { $0.isOfSource || situation.warnings.contains($0) }
    guard after.told != situation.warnings else { return .stays(after) }
    let late = max(situation.from, branch.since.upperBound)
    guard let (_, lasts) = window(late, situation.from, until, delays.over()) else { return .stays(after) }
    let before = after
    after.told = situation.warnings
    return lasts ? .stays(after) : .parts([before, after])
  }

  // MARK: changes

  /// Each incident of a change ends when somebody takes note of it, or when nobody has objected for long enough.
  private mutating func acceptChanges() {
    var opened: (index: Int, until: ClosedRange<Moment>)?
    for (index, change) in expected.enumerated() where change.isSwap {
      // A change while the incident is open belongs to it; about one that comes as it ends nobody can tell.
      if let known = opened, change.window.upperBound <= known.until.lowerBound { continue }
      let isClear = opened.map { change.window.lowerBound >= $0.until.upperBound } ?? true
      let until = change.window.lowerBound + acceptedAfter...change.window.upperBound + acceptedAfter + Delays.work
      opened = (index, until)
      expected.append(
        Expected(
          type: .selectorRecovered, subject: subject, window: until,
          must: change.must && isClear && until.upperBound < end,
          conditions: change.conditions + (change.must ? [] : [.init(index: index, came: true)]),
          why: "the change is accepted"))
    }
  }
}
