// The way from the deepest known zone down to the zone that holds a name, one question at a time.

import DNS
import Model

/// How questions are put to authoritative servers.
struct WalkSettings: Hashable, Sendable {
  var reach: AddressFilter
  var timeout: Duration
  var retries: Int
  var rate: Int
  /// Whether the root servers are those of the built-in list, none of which offers recursion.
  var hasPublishedRoot = false

  func query(_ question: Question, at endpoint: Endpoint, retries: Int, transport: Transport = .udp) -> Query {
    Query(
      question, at: endpoint, recursionDesired: false, transport: transport, timeout: timeout, retries: retries,
      rate: rate)
  }
}

/// A walk: asks servers, follows referrals, ends at the zone that answers with authority.
///
/// `next` says what to do; what came of it is handed to one of the `receive` functions. Servers are asked one at first, then
/// more at a time with every failure, those that lately did not answer last.
struct ZoneWalk: Sendable {
  enum Action: Hashable, Sendable {
    case ask([Query])
    /// Look up the addresses of these servers.
    case resolve([DomainName])
    /// Another walk takes this step: wait until it ends, then call `next` again.
    case wait(WalkStep)
    case finished(Result)
  }

  enum Result: Hashable, Sendable {
    /// The zone, and the answer where one was asked for on the way.
    case reached(ZoneServers, Message?)
    /// The servers of this zone gave nothing usable.
    case failed(WalkFailure, at: ZoneServers)
  }

  /// What the next question is about.
  enum Stage: Hashable, Sendable {
    /// The way down to the name.
    case descending
    /// The NS records of a zone below the one that was asked, on the same server.
    case namingServers(of: DomainName, at: Endpoint)
    /// Who answers in the place of these root servers, which gave nothing usable.
    case identifying([Endpoint], WalkFailure)
    case finished(Result)
  }

  /// The most zone cuts on one way; names have at most 127 labels, real ways fewer than ten cuts.
  static let referralLimit = 24

  let question: Question
  /// A zone at or below this name ends the walk without a question to its servers.
  let stop: DomainName?
  let settings: WalkSettings
  /// Spreads the first questions over the servers.
  let seed: Int
  /// Whether the delegation of the zone itself is asked anew.
  var isFresh: Bool
  let began: Timestamp

  var zone: ZoneServers?
  var step: WalkStep?
  var asked: [Query] = []
  var tried: Set<Endpoint> = []
  var lookedUp: Set<DomainName> = []
  var hasRetried = false
  var failures: [(endpoint: Endpoint, failure: Outcome.Failure)] = []
  /// Those of the root, or of a top-level domain, in whose place a recursive resolver answers.
  var interceptors: [Endpoint] = []
  var referrals = 0
  var stage = Stage.descending

  init(
    _ question: Question, stoppingAt stop: DomainName? = nil, isFresh: Bool = false, settings: WalkSettings,
    seed: Int = 0, at now: Timestamp
  ) {
    self.question = question
    self.stop = stop
    self.isFresh = isFresh
    self.settings = settings
    self.seed = seed
    began = now
  }

  // MARK: what to do

  mutating func next(_ cache: inout DelegationCache, at now: Timestamp) -> Action {
    switch stage {
    case .finished(let result): return .finished(result)
    case .namingServers(let apex, let server):
      asked = [settings.query(Question(apex, .ns), at: server, retries: settings.retries)]
      return .ask(asked)
    case .identifying(let servers, _):
      asked = servers.map { identification(of: $0) }
      return .ask(asked)
    case .descending: return descend(&cache, at: now)
    }
  }

  private mutating func descend(_ cache: inout DelegationCache, at now: Timestamp) -> Action {
    if question.type == .a || question.type == .aaaa,
      let known = cache.addresses(of: .init(name: question.name, type: question.type), at: now)
    {
      return finish(.reached(cache.closest(to: question.name, at: now), message(with: known)), &cache, at: now)
    }
    let zone = self.zone ?? start(cache, at: now)
    self.zone = zone
    if let stop, zone.apex.isWithin(stop) { return finish(.reached(zone, nil), &cache, at: now) }
    let candidates = self.candidates(of: zone, cache, at: now)
    if candidates.isEmpty { return withoutCandidates(zone, &cache, at: now) }
    if step == nil {
      let step = cache.nextStep(from: zone.apex, to: question, at: now)
      if cache.isUnderWay(step) {
        self.zone = nil
        isFresh = false
        return .wait(step)
      }
      let known = isFresh ? nil : cache.failure(of: step, at: now)
      if let failure = known ?? cache.silence(of: zone.apex, at: now) {
        return finish(.failed(failure, at: zone), &cache, at: now)
      }
      cache.begin(step)
      self.step = step
    }
    asked = candidates.prefix(min(tried.count + 1, 8)).map {
      settings.query(question, at: $0, retries: hasRetried ? settings.retries : 0)
    }
    return .ask(asked)
  }

  func start(_ cache: DelegationCache, at now: Timestamp) -> ZoneServers {
    let known = cache.closest(to: question.name, at: now)
    // The delegations of top-level domains are kept: what is asked anew is the zone's own.
    guard isFresh, known.apex.labels.count > 1, let above = known.apex.parent else { return known }
    return cache.closest(to: above, at: now)
  }

  func candidates(of zone: ZoneServers, _ cache: DelegationCache, at now: Timestamp) -> [Endpoint] {
    let left = zone.endpoints(settings.reach).filter { !tried.contains($0) }
    guard !left.isEmpty else { return [] }
    let turn = Int(UInt(bitPattern: seed) % UInt(left.count))
    let turned = left[turn...] + left[..<turn]
    return turned.filter { !cache.isFailing($0, at: now) } + turned.filter { cache.isFailing($0, at: now) }
  }

  mutating func withoutCandidates(
    _ zone: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp
  ) -> Action {
    let unknown = zone.unresolved.filter { !lookedUp.contains($0) }
    if !unknown.isEmpty {
      // Nobody waits for this walk while it looks up names: that look-up could be what they all wait for.
      release(&cache, at: now)
      let names = Array(unknown.prefix(2))
      lookedUp.formUnion(names)
      return .resolve(names)
    }
    // Of many servers one would have answered; those of a deeper zone are asked with all retries in its survey.
    let isWorthRetrying = failures.count <= 4 && zone.apex.labels.count < 2
    if !hasRetried, isWorthRetrying, failures.contains(where: { $0.failure == .timeout }) {
      hasRetried = true
      tried = []
      failures = []
      return next(&cache, at: now)
    }
    return giveUp(zone, &cache, at: now)
  }

  // MARK: the end

  mutating func finish(_ result: Result, _ cache: inout DelegationCache, at now: Timestamp) -> Action {
    if case .failed(let failure, _) = result { release(&cache, failure: failure, at: now) }
    release(&cache, at: now)
    stage = .finished(result)
    return .finished(result)
  }

  mutating func release(_ cache: inout DelegationCache, failure: WalkFailure? = nil, at now: Timestamp) {
    if let step { cache.end(step, failure: failure, at: now) }
    step = nil
  }

  // MARK: addresses

  func keepAddresses(_ message: Message, _ cache: inout DelegationCache, at now: Timestamp) {
    guard question.type == .a || question.type == .aaaa else { return }
    let records = message.answers.filter { $0.owner == question.name && $0.type == question.type }
    let addresses = records.compactMap { record -> IPAddress? in
      if case .a(let address) = record.data { address } else { nil }
    }
    cache.store(
      addresses, for: .init(name: question.name, type: question.type),
      seconds: addresses.isEmpty ? 60 : records.map(\.ttl).min() ?? 0, at: now)
  }

  func message(with addresses: [IPAddress]) -> Message {
    Message(
      question: question, authoritative: true,
      answers: addresses.map {
        ResourceRecord(owner: question.name, type: question.type, ttl: 0, data: .a($0))
      })
  }
}
