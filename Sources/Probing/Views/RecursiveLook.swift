// One question to recursive resolvers: which is asked next, when the answer stands, and what SERVFAIL hides.

import DNS
import Model

/// The order in which the resolvers of one view are asked, as the C library does it: the next server after a timeout, SERVFAIL,
/// NOTIMP or REFUSED, and the list again for those that did not answer.
struct RecursiveLook: Sendable {
  /// What the view is.
  struct Plan: Hashable, Sendable {
    var servers: [Endpoint]
    var transport: Transport
    var timeout: Duration
    /// How often the list is gone through.
    var attempts: Int
    var rate: Int
    /// Which server is the first.
    var turn = 0
  }

  enum Action: Hashable, Sendable {
    case ask(Query)
    /// The answers of all servers that were asked: the one that counts, then those that were passed over before.
    case finished([ResolverAnswer])
  }

  /// What one server said last.
  struct ResolverAnswer: Hashable, Sendable {
    var server: Endpoint
    var answer: Answer
  }

  private enum Stage: Hashable, Sendable {
    case asking, overTCP
    /// Whether these servers have an answer that they will not vouch for.
    case checkingDisabled([Endpoint])
    case finished
  }

  /// What one server said last, the digest of the message itself, and over which transport it was asked.
  private struct ResolverState: Sendable {
    var answer: Answer
    var digest: Digest
    var transport: Transport
  }

  let question: Question
  let plan: Plan
  let isConfirming: Bool
  private var tries: [Try]
  private var stage = Stage.asking
  private var states: [Endpoint: ResolverState] = [:]
  /// The server whose answer counts: the first that answered, the last that failed where none did.
  private var current: Endpoint?
  private var hasCheckedTCP = false

  private struct Try: Sendable {
    var server: Endpoint
    var usesEDNS: Bool
  }

  init(_ question: Question, plan: Plan, isConfirming: Bool = false) {
    self.question = question
    self.plan = plan
    self.isConfirming = isConfirming
    let count = max(plan.servers.count, 1)
    let turned = plan.servers.indices.map { plan.servers[($0 + plan.turn) % count] }
    // One server is left to the engine, which spaces its tries, and asks without EDNS at last; several take turns.
    let rounds = turned.count > 1 ? max(plan.attempts, 1) : 1
    tries = (0..<rounds).flatMap { round in
      turned.map { Try(server: $0, usesEDNS: rounds == 1 || round < rounds - 1) }
    }
  }

  /// What to ask again: the server whose answer counts, and those that were passed over, which may be well again. While no
  /// server gives a usable answer, any of them may be the first that does.
  var repeatQueries: [RepeatQuery] {
    let isUsable = current.flatMap { states[$0] }.map { $0.answer.outcome.failure == nil } ?? false
    return plan.servers.compactMap { server in
      states[server].map {
        RepeatQuery(
          endpoint: server, question: question, transport: $0.transport, digest: $0.digest,
          isPassedOver: isUsable && server != current)
      }
    }
  }

  // MARK: what to do

  mutating func next() -> Action {
    switch stage {
    case .asking:
      guard let next = tries.first else { return settle() }
      return .ask(query(next.server, plan.transport, usesEDNS: next.usesEDNS))
    case .overTCP: return current.map { .ask(query($0, .tcp, retries: 0)) } ?? settle()
    case .checkingDisabled(let servers):
      guard let server = servers.first, let state = states[server] else { return finish() }
      return .ask(query(server, state.transport, checkingDisabled: true))
    case .finished: return finish()
    }
  }

  private func query(
    _ server: Endpoint, _ transport: Transport, checkingDisabled: Bool = false, usesEDNS: Bool = true,
    retries: Int? = nil
  ) -> Query {
    Query(
      question, at: server, recursionDesired: true, checkingDisabled: checkingDisabled, usesEDNS: usesEDNS,
      transport: transport, timeout: plan.timeout,
      retries: retries ?? (plan.servers.count > 1 ? 0 : plan.attempts - 1), rate: plan.rate)
  }

  /// The next stage, or the end.
  private mutating func settle() -> Action {
    if let state = current.flatMap({ states[$0] }), isConfirming, !hasCheckedTCP, state.answer.outcome != .records,
      state.transport == .udp
    {
      hasCheckedTCP = true
      stage = .overTCP
      return next()
    }
    // SERVFAIL may be a DNSSEC failure, of the server that counts and of those that were passed over: a resolver that does
    // not validate may have answered after them.
    stage = .checkingDisabled(plan.servers.filter { states[$0]?.answer.outcome == .failed(.servfail) })
    return next()
  }

  private mutating func finish() -> Action {
    stage = .finished
    guard let current, let state = states[current] else {
      let server = plan.servers.first ?? Endpoint(.v4(0))
      return .finished([ResolverAnswer(server: server, answer: .failed(.unreachable, transport: plan.transport))])
    }
    let others = plan.servers.filter { $0 != current }.compactMap { server in
      states[server].map { ResolverAnswer(server: server, answer: $0.answer) }
    }
    return .finished([ResolverAnswer(server: current, answer: state.answer)] + others)
  }

  // MARK: what came

  mutating func receive(_ reply: Reply) {
    switch stage {
    case .asking: receiveAnswer(reply)
    case .overTCP:
      stage = .asking
      tries = []
      if let current, case .message = reply, let answer = read(reply) { note(answer, of: current, .tcp) }
    case .checkingDisabled(let servers):
      stage = .checkingDisabled(Array(servers.dropFirst()))
      guard let server = servers.first, case .message(let message, _, _) = reply,
        message.rcode == .noError || message.rcode == .nameError
      else { return }
      // The resolver has an answer that it will not vouch for: validation fails (RFC 4035, section 4.7).
      states[server]?.answer.fail(.bogus)
    case .finished: break
    }
  }

  private mutating func receiveAnswer(_ reply: Reply) {
    guard let asked = tries.first, var answer = read(reply) else { return }
    tries.removeFirst()
    let wasSilent = states[asked.server]?.answer.outcome == .failed(.timeout)
    if !asked.usesEDNS, wasSilent, case .message = reply { answer.dropsEDNS = true }
    note(answer, of: asked.server, plan.transport)
    guard case .message(let message, _, _) = reply else { return }
    switch message.rcode {
    case .serverFailure, .notImplemented, .refused: tries.removeAll { $0.server == asked.server }
    default: tries = []
    }
  }

  private mutating func note(_ answer: Answer, of server: Endpoint, _ transport: Transport) {
    current = server
    states[server] = ResolverState(answer: answer, digest: answer.digest, transport: transport)
  }

  private func read(_ reply: Reply) -> Answer? {
    switch reply {
    case .unchanged: nil
    case .message(let message, let transport, let roundTrip):
      Answer(replyTo: question, message: message, transport: transport, roundTrip: roundTrip)
    case .failed(let failure, let transport, let truncated):
      .failed(failure, transport: transport, truncated: truncated)
    }
  }
}
