// Runs walks: carries their questions out and lets walks that share a step wait for one another.

import DNS
import Model
import Synchronization

/// How many questions and look-ups of servers one look may still cause; shared by its walks.
final class QuestionBudget: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  /// Takes `count` of them; false where so many are not left.
  func take(_ count: Int) -> Bool {
    left.withLock { left in
      left -= count
      return left >= 0
    }
  }
}

/// The shell around `ZoneWalk` and the cache that all walks of one view share.
final class WalkRunner: Sendable {
  private struct State: Sendable {
    var cache: DelegationCache
    var waiting: [WalkStep: [CheckedContinuation<Void, Never>]] = [:]

    /// The walks whose step has ended.
    mutating func takeWoken() -> [CheckedContinuation<Void, Never>] {
      cache.takeEnded().flatMap { waiting.removeValue(forKey: $0) ?? [] }
    }
  }

  /// How deep name servers may depend on other zones' name servers.
  private static let depthLimit = 6

  let engine: any QueryTransport
  let clock: @Sendable () -> Timestamp
  private let state: Mutex<State>

  init(root: ZoneServers, engine: any QueryTransport, clock: @escaping @Sendable () -> Timestamp) {
    self.engine = engine
    self.clock = clock
    state = Mutex(State(cache: DelegationCache(root: root)))
  }

  /// Uses the cache and wakes whom that frees.
  func withCache<Result: Sendable>(_ body: (inout DelegationCache, Timestamp) -> sending Result) -> sending Result {
    let now = clock()
    let (result, woken) = state.withLock { state in
      let result = body(&state.cache, now)
      return (result, state.takeWoken())
    }
    for walk in woken { walk.resume() }
    return result
  }

  /// Walks to the zone that holds the name of `question`.
  func walk(
    _ question: Question, stoppingAt stop: DomainName? = nil, isFresh: Bool = false, settings: WalkSettings,
    budget: QuestionBudget, resolving: Set<DomainName> = []
  ) async -> ZoneWalk.Result {
    var walk = ZoneWalk(
      question, stoppingAt: stop, isFresh: isFresh, settings: settings, seed: question.name.hashValue, at: clock())
    while true {
      switch withCache({ cache, now in walk.next(&cache, at: now) }) {
      case .finished(let result): return result
      case .wait(let step): await wait(for: step)
      case .ask(let queries):
        if budget.take(queries.count) {
          let replies = await engine.ask(queries)
          withCache { cache, now in walk.receive(replies, &cache, at: now) }
        } else {
          withCache { cache, now in walk.exhaust(&cache, at: now) }
        }
      case .resolve(let names):
        let addresses = await addresses(of: names, settings: settings, budget: budget, resolving: resolving)
        withCache { cache, now in walk.receive(addresses, &cache, at: now) }
      }
    }
  }

  /// The IPv4 and IPv6 addresses of name servers, asked at their own zones. A name without any has an empty list; so has a
  /// name that depends on itself.
  func addresses(
    of names: [DomainName], settings: WalkSettings, budget: QuestionBudget, resolving: Set<DomainName> = []
  ) async -> [DomainName: [IPAddress]] {
    await withTaskGroup(of: (DomainName, [IPAddress]).self) { group in
      var result = Dictionary(names.map { ($0, [IPAddress]()) }) { first, _ in first }
      for name in names where !resolving.contains(name) && resolving.count < Self.depthLimit {
        // A look-up costs even where no question is needed: delegations may fan out from level to level.
        for type in [RecordType.a, .aaaa] where budget.take(1) {
          group.addTask {
            let found = await self.walk(
              Question(name, type), settings: settings, budget: budget, resolving: resolving.union([name]))
            guard case .reached(_, let message?) = found else { return (name, []) }
            return (
              name,
              message.answers.prefix(WalkReply.addressLimit).compactMap { record in
                if record.owner == name, case .a(let address) = record.data, address.isHost { address } else { nil }
              }
            )
          }
        }
      }
      for await (name, addresses) in group { result[name, default: []] += addresses }
      // The order of arrival must not show.
      return result.mapValues {
        $0.sorted {
          $0.bytes.count == $1.bytes.count
            ? $0.bytes.lexicographicallyPrecedes($1.bytes) : $0.bytes.count < $1.bytes.count
        }
      }
    }
  }

  private func wait(for step: WalkStep) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        guard state.cache.isUnderWay(step) else { return true }
        state.waiting[step, default: []].append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }
}
