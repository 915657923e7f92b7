// Servers that are known to be silent are asked with one try, so that they delay nobody for long.

import Model
import Synchronization

/// Which servers left everything unanswered lately.
///
/// A server that has left `limit` queries in a row unanswered, each with all its retries, counts as silent: from then on it is
/// asked once a query, without retries, beside all others. Any answer ends that at once. What a lost packet could hide that way
/// is bounded: every `fullEvery` one query has all its retries again.
struct SilenceMemory: Sendable {
  static let limit = 4
  static let fullEvery = Duration.seconds(300)
  /// So many silent servers are remembered; further ones are asked with all retries.
  static let serverLimit = 50_000

  private struct Silence: Sendable {
    var unanswered: Int
    /// When a query has all its retries again.
    var fullAt: Duration
  }

  private var silences: [Endpoint: Silence] = [:]

  /// Whether no server is silent: the everyday case, which costs nothing.
  var isEmpty: Bool { silences.isEmpty }

  /// How many retries a query to this server has, of those that it is given.
  mutating func retries(_ given: Int, at endpoint: Endpoint, now: Duration) -> Int {
    guard given > 0, let silence = silences[endpoint], silence.unanswered >= Self.limit else { return given }
    guard now >= silence.fullAt else { return 0 }
    silences[endpoint]?.fullAt = now + Self.fullEvery
    return given
  }

  /// What came of one batch: the servers that answered anything, and how many queries each left unanswered.
  mutating func note(answered: Set<Endpoint>, unanswered: [Endpoint: Int], now: Duration) {
    if !silences.isEmpty { for endpoint in answered { silences[endpoint] = nil } }
    for (endpoint, count) in unanswered where !answered.contains(endpoint) {
      if let silence = silences[endpoint] {
        silences[endpoint]?.unanswered = min(silence.unanswered + count, Self.limit)
        if silence.unanswered < Self.limit { silences[endpoint]?.fullAt = now + Self.fullEvery }
      } else if silences.count < Self.serverLimit {
        silences[endpoint] = Silence(unanswered: min(count, Self.limit), fullAt: now + Self.fullEvery)
      }
    }
  }
}

/// A transport that is sparing with servers that are known to be silent.
final class SparingTransport: QueryTransport {
  private let transport: any QueryTransport
  private let elapsed: @Sendable () -> Duration
  private let memory = Mutex(SilenceMemory())

  init(_ transport: any QueryTransport, elapsed: @escaping @Sendable () -> Duration) {
    self.transport = transport
    self.elapsed = elapsed
  }

  func ask(_ queries: [Query]) async -> [Reply] {
    let replies = await transport.ask(spared(queries))
    note(replies, to: queries)
    return replies
  }

  func ask(_ queries: [Query], differing: @escaping @Sendable (Int, Reply) -> Void) async -> [Reply] {
    let replies = await transport.ask(spared(queries), differing: differing)
    note(replies, to: queries)
    return replies
  }

  private func spared(_ queries: [Query]) -> [Query] {
    let now = elapsed()
    return memory.withLock { memory in
      if memory.isEmpty { return queries }
      return queries.map { query in
        var query = query
        query.retries = memory.retries(query.retries, at: query.endpoint, now: now)
        return query
      }
    }
  }

  private func note(_ replies: [Reply], to queries: [Query]) {
    var answered: Set<Endpoint> = []
    var unanswered: [Endpoint: Int] = [:]
    let isAnyKnown = memory.withLock { !$0.isEmpty }
    for (query, reply) in zip(queries, replies) {
      if case .failed(let failure, _, false) = reply, failure == .timeout || failure == .unreachable {
        unanswered[query.endpoint, default: 0] += 1
      }
    }
    guard isAnyKnown || !unanswered.isEmpty else { return }
    for (query, reply) in zip(queries, replies) {
      if case .failed(let failure, _, false) = reply, failure == .timeout || failure == .unreachable { continue }
      answered.insert(query.endpoint)
    }
    let now = elapsed()
    memory.withLock { $0.note(answered: answered, unanswered: unanswered, now: now) }
  }
}
