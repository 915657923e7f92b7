// What the replies of a sweep amount to, in whatever order they come.

import DNS
import Model
import Synchronization

/// Whose a question of a sweep is.
struct SweepMark: Sendable {
  var request: Int32
  /// The place of one view of one request in `SweepPlan.slots`.
  var slot: Int32
  /// Whether the server failed, and another one of the view answered.
  var isPassedOver: Bool
}

/// The questions of a sweep that go the same way: all that the engine carries, or those of one DoH resolver.
struct SweepBurst: Sendable {
  /// A view of those who ask them.
  var view: Int
  var queries: [Query] = []
  /// Whose they are, in the same order.
  var marks: [SweepMark] = []
}

/// What a sweep asks.
struct SweepPlan: Sendable {
  let keys: [KeyName]
  /// The requests that need a look whatever comes.
  var differing: Set<Int> = []
  var bursts: [SweepBurst] = []
  /// The views of the requests that are asked, each request's together: only their numbers.
  var slots: [UInt8] = []
  /// Where the questions of each view are, and those of the engine.
  private(set) var burstOfView: [Int: Int] = [:]
  private(set) var engineBurst: Int?
  /// What the zones of the requests looked like.
  var zones: [Prober.ZoneOfView: [(request: Int, fingerprint: Int)]] = [:]

  init(keys: [KeyName]) { self.keys = keys }

  /// Adds a question to the burst that it goes with; `count` is about how many there will be.
  mutating func add(_ query: Query, _ mark: SweepMark, view: Int, usesEngine: Bool, atMost count: Int) {
    let place: Int
    if let known = burstOfView[view] {
      place = known
    } else {
      place = usesEngine ? engineBurst ?? bursts.count : bursts.count
      if place == bursts.count {
        bursts.append(SweepBurst(view: view))
        bursts[place].queries.reserveCapacity(count)
        bursts[place].marks.reserveCapacity(count)
      }
      if usesEngine { engineBurst = place }
      burstOfView[view] = place
    }
    bursts[place].queries.append(query)
    bursts[place].marks.append(mark)
  }
}

/// Compares what comes with what was expected.
struct SweepComparison: Sendable {
  /// What came for one view of one request.
  private enum Heard: UInt8 { case nothing, failure, answer }

  private(set) var differing: Set<Int>
  private var outcomes: [Heard]

  init(_ plan: SweepPlan) {
    differing = plan.differing
    outcomes = Array(repeating: .nothing, count: plan.slots.count)
  }

  /// Takes a reply; true where it shows, as the first one, that the key differs.
  mutating func take(_ reply: Reply, to query: Query, _ mark: SweepMark) -> Bool {
    let digest = Self.digest(of: reply, to: query)
    note(digest, mark)
    guard digest != query.expected, !Self.isSameFailure(digest, query, mark) else { return false }
    return differing.insert(Int(mark.request)).inserted
  }

  /// Takes all replies of a burst that are as expected.
  mutating func takeUnchanged(_ replies: [Reply], to burst: SweepBurst) {
    for index in replies.indices {
      guard case .unchanged = replies[index], let expected = burst.queries[index].expected else { continue }
      note(expected, burst.marks[index])
    }
  }

  private mutating func note(_ digest: Digest, _ mark: SweepMark) {
    if outcomes[Int(mark.slot)] == .answer { return }
    outcomes[Int(mark.slot)] = Self.failures.contains(digest) ? .failure : .answer
  }

  /// Takes the fingerprint of a zone; the requests that differ by it and did not before.
  mutating func take(_ fingerprint: Int, of requests: [(request: Int, fingerprint: Int)]) -> [Int] {
    requests.filter { $0.fingerprint != fingerprint && differing.insert($0.request).inserted }.map(\.request)
  }

  func tallies(of views: [String], _ slots: [UInt8]) -> [String: Sweep.Tally] {
    var counts = views.map { _ in Sweep.Tally() }
    for (view, outcome) in zip(slots, outcomes) where outcome != .nothing {
      counts[Int(view)].asked += 1
      if outcome == .failure { counts[Int(view)].failed += 1 }
    }
    return Dictionary(zip(views, counts).filter { $0.1.asked > 0 }) { first, _ in first }
  }

  /// The digests of failures without a chain.
  private static let failures = digests(of: Outcome.Failure.allCases)
  /// Those of servers that say nothing.
  private static let silences = digests(of: [.timeout, .unreachable])

  private static func digests(of failures: [Outcome.Failure]) -> Set<Digest> {
    Set(failures.map { Digest.of(outcome: .failed($0), chain: [], records: []) })
  }

  /// Whether a failure is no news: hosts limit how many ICMP errors they send, so that a closed port looks silent at times;
  /// and how a server fails that another one stands in for matters to nobody.
  private static func isSameFailure(_ digest: Digest, _ query: Query, _ mark: SweepMark) -> Bool {
    guard failures.contains(digest) else { return false }
    if silences.contains(digest), let expected = query.expected, silences.contains(expected) { return true }
    return mark.isPassedOver
  }

  /// How a reply differs from what was expected.
  static func difference(of reply: Reply, to query: Query, view: String) -> SweepDifference? {
    guard let expected = query.expected else { return nil }
    let answer: Answer
    switch reply {
    case .unchanged: return nil
    case .message(let message, _, _): answer = Answer(replyTo: query.question, message: message)
    case .failed(let failure, _, _): answer = Answer(outcome: .failed(failure), digest: digest(of: reply, to: query))
    }
    return SweepDifference(view: view, server: query.endpoint, expected: expected, answer: answer)
  }

  private static func digest(of reply: Reply, to query: Query) -> Digest {
    switch reply {
    case .unchanged: query.expected ?? .of(outcome: .failed(.malformed), chain: [], records: [])
    case .message(let message, _, _): Answer(replyTo: query.question, message: message).digest
    case .failed(let failure, _, _): .of(outcome: .failed(failure), chain: [], records: [])
    }
  }
}

/// One sweep under way: its comparison, and who wants to hear of each differing key.
final class SweepRun: Sendable {
  private let plan: SweepPlan
  private let found: Prober.FoundDifference?
  private let views: [String]
  private let comparison: Mutex<SweepComparison>

  init(_ plan: SweepPlan, views: [String], found: Prober.FoundDifference?) {
    self.plan = plan
    self.found = found
    self.views = views
    comparison = Mutex(SweepComparison(plan))
    if let found { for request in plan.differing.sorted() { found(plan.keys[request], nil) } }
  }

  /// Takes a reply that is not `unchanged`.
  func take(_ reply: Reply, to index: Int, of burst: SweepBurst) {
    let (query, mark) = (burst.queries[index], burst.marks[index])
    guard comparison.withLock({ $0.take(reply, to: query, mark) }) else { return }
    let view = views[Int(plan.slots[Int(mark.slot)])]
    found?(plan.keys[Int(mark.request)], SweepComparison.difference(of: reply, to: query, view: view))
  }

  /// Takes the others, once all are there.
  func takeUnchanged(_ replies: [Reply], to burst: SweepBurst) {
    comparison.withLock { $0.takeUnchanged(replies, to: burst) }
  }

  func take(_ zone: Prober.ZoneOfView, fingerprint: Int?) {
    guard let fingerprint, let requests = plan.zones[zone] else { return }
    for request in comparison.withLock({ $0.take(fingerprint, of: requests) }) { found?(plan.keys[request], nil) }
  }

  /// What the sweep found, once all is in.
  func sweep() -> Sweep {
    comparison.withLock { comparison in
      Sweep(
        differing: comparison.differing.sorted().map { plan.keys[$0] },
        tallies: comparison.tallies(of: views, plan.slots))
    }
  }
}
