// What the replies of a sweep amount to, in whatever order they come.

import DNS
import Model
import Synchronization

/// One question of a sweep and whose it is.
struct SweepQuery: Sendable {
  var request: Int
  var view: Int
  var expected: Digest
  /// Whether the server failed, and another one of the view answered.
  var isPassedOver: Bool
  var query: Query
}

/// What a sweep asks.
struct SweepPlan: Sendable {
  var keys: [KeyName]
  /// The requests that need a look whatever comes.
  var differing: Set<Int> = []
  var queries: [SweepQuery] = []
  /// What the zones of the requests looked like.
  var zones: [Prober.ZoneOfView: [(request: Int, fingerprint: Int)]] = [:]
}

/// Compares what comes with what was expected.
struct SweepComparison: Sendable {
  /// One view of one request.
  private struct Slot: Hashable {
    var request: Int
    var view: Int
  }

  private(set) var differing: Set<Int>
  /// Whether the view has a usable answer for the key.
  private var answered: [Slot: Bool] = [:]

  init(_ plan: SweepPlan) { differing = plan.differing }

  /// Takes a reply; true where it shows, as the first one, that the key differs.
  mutating func take(_ reply: Reply, to one: SweepQuery) -> Bool {
    let digest = Self.digest(of: reply, to: one)
    let slot = Slot(request: one.request, view: one.view)
    answered[slot] = answered[slot, default: false] || !Self.failures.contains(digest)
    guard digest != one.expected, !Self.isSameFailure(digest, one) else { return false }
    return differing.insert(one.request).inserted
  }

  /// Takes the fingerprint of a zone; the requests that differ by it and did not before.
  mutating func take(_ fingerprint: Int, of requests: [(request: Int, fingerprint: Int)]) -> [Int] {
    requests.filter { $0.fingerprint != fingerprint && differing.insert($0.request).inserted }.map(\.request)
  }

  func tallies(of views: [String]) -> [String: Sweep.Tally] {
    answered.reduce(into: [:]) { tallies, entry in
      tallies[views[entry.key.view], default: .init()].asked += 1
      if !entry.value { tallies[views[entry.key.view], default: .init()].failed += 1 }
    }
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
  private static func isSameFailure(_ digest: Digest, _ one: SweepQuery) -> Bool {
    if silences.contains(digest), silences.contains(one.expected) { return true }
    return one.isPassedOver && failures.contains(digest)
  }

  /// How a reply differs from what was expected.
  static func difference(of reply: Reply, to one: SweepQuery, view: String) -> SweepDifference? {
    let answer: Answer
    switch reply {
    case .unchanged: return nil
    case .message(let message, _, _): answer = Answer(replyTo: one.query.question, message: message)
    case .failed(let failure, _, _):
      answer = Answer(outcome: .failed(failure), digest: digest(of: reply, to: one))
    }
    return SweepDifference(view: view, server: one.query.endpoint, expected: one.expected, answer: answer)
  }

  private static func digest(of reply: Reply, to one: SweepQuery) -> Digest {
    switch reply {
    case .unchanged: one.expected
    case .message(let message, _, _): Answer(replyTo: one.query.question, message: message).digest
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

  func take(_ reply: Reply, to one: SweepQuery) {
    guard comparison.withLock({ $0.take(reply, to: one) }) else { return }
    found?(plan.keys[one.request], SweepComparison.difference(of: reply, to: one, view: views[one.view]))
  }

  func take(_ zone: Prober.ZoneOfView, fingerprint: Int?) {
    guard let fingerprint, let requests = plan.zones[zone] else { return }
    for request in comparison.withLock({ $0.take(fingerprint, of: requests) }) { found?(plan.keys[request], nil) }
  }

  /// What the sweep found, once all is in.
  func sweep() -> Sweep {
    comparison.withLock { comparison in
      Sweep(
        differing: comparison.differing.sorted().map { plan.keys[$0] }, tallies: comparison.tallies(of: views))
    }
  }
}
