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
    case finished(server: Endpoint, Answer)
  }

  private enum Stage: Hashable, Sendable {
    case asking, overTCP, checkingDisabled, finished
  }

  /// The answer as it stands, who gave it, and over which transport it was asked.
  private struct Standing: Sendable {
    var server: Endpoint
    var transport: Transport
    var answer: Answer
  }

  let question: Question
  let plan: Plan
  let isConfirming: Bool
  private var tries: [Endpoint]
  private var stage = Stage.asking
  private var standing: Standing?
  /// What each server that was asked said last, and over which transport it was asked.
  private var heard: [Endpoint: (digest: Digest, transport: Transport)] = [:]
  private var hasCheckedTCP = false

  init(_ question: Question, plan: Plan, isConfirming: Bool = false) {
    self.question = question
    self.plan = plan
    self.isConfirming = isConfirming
    let count = max(plan.servers.count, 1)
    let turned = plan.servers.indices.map { plan.servers[($0 + plan.turn) % count] }
    // One server is left to the engine, which spaces its tries; several take turns.
    tries = turned.count > 1 ? Array(repeatElement(turned, count: plan.attempts).joined()) : turned
  }

  /// What to ask again. While no server gives a usable answer, any of them may be the first that does.
  var expected: [Sight.Expected] {
    let isUsable = standing?.answer.outcome.failure == nil
    return plan.servers.compactMap { server in
      guard let heard = heard[server], !isUsable || server == standing?.server else { return nil }
      return Sight.Expected(
        endpoint: server, question: question.name, transport: heard.transport, digest: heard.digest)
    }
  }

  // MARK: what to do

  mutating func next() -> Action {
    switch stage {
    case .asking:
      guard let server = tries.first else { return settle() }
      return .ask(query(server, plan.transport))
    case .overTCP: return standing.map { .ask(query($0.server, .tcp)) } ?? settle()
    case .checkingDisabled:
      return standing.map { .ask(query($0.server, $0.transport, checkingDisabled: true)) } ?? settle()
    case .finished: return settle()
    }
  }

  private func query(_ server: Endpoint, _ transport: Transport, checkingDisabled: Bool = false) -> Query {
    Query(
      question, at: server, recursionDesired: true, checkingDisabled: checkingDisabled, transport: transport,
      timeout: plan.timeout, retries: plan.servers.count > 1 ? 0 : plan.attempts - 1, rate: plan.rate)
  }

  /// The next stage, or the end.
  private mutating func settle() -> Action {
    guard let standing else {
      let server = plan.servers.first ?? Endpoint(.v4(0))
      return .finished(server: server, .failed(.unreachable, transport: plan.transport))
    }
    if isConfirming, !hasCheckedTCP, standing.answer.outcome != .records, standing.transport == .udp {
      hasCheckedTCP = true
      stage = .overTCP
      return next()
    }
    if standing.answer.outcome == .failed(.servfail), stage != .finished {
      stage = .checkingDisabled
      return next()
    }
    stage = .finished
    return .finished(server: standing.server, standing.answer)
  }

  // MARK: what came

  mutating func receive(_ reply: Reply) {
    switch stage {
    case .asking: receiveAnswer(reply)
    case .overTCP:
      stage = .asking
      tries = []
      if let server = standing?.server, case .message = reply, let answer = read(reply, .tcp) {
        stand(answer, by: server, .tcp)
      }
    case .checkingDisabled:
      stage = .finished
      guard case .message(let message, _, _) = reply, message.rcode == .noError || message.rcode == .nameError
      else { return }
      // The resolver has an answer that it will not vouch for: validation fails (RFC 4035, section 4.7).
      standing?.answer.fail(.bogus)
    case .finished: break
    }
  }

  private mutating func receiveAnswer(_ reply: Reply) {
    guard let server = tries.first, let answer = read(reply, plan.transport) else { return }
    tries.removeFirst()
    stand(answer, by: server, plan.transport)
    guard case .message(let message, _, _) = reply else { return }
    switch message.rcode {
    case .serverFailure, .notImplemented, .refused: tries.removeAll { $0 == server }
    default: tries = []
    }
  }

  private mutating func stand(_ answer: Answer, by server: Endpoint, _ transport: Transport) {
    standing = Standing(server: server, transport: transport, answer: answer)
    heard[server] = (answer.digest, transport)
  }

  private func read(_ reply: Reply, _ transport: Transport) -> Answer? {
    switch reply {
    case .unchanged: nil
    case .message(let message, let transport, let roundTrip):
      Answer(replyTo: question, message: message, transport: transport, roundTrip: roundTrip)
    case .failed(let failure, let transport, let truncated):
      .failed(failure, transport: transport, truncated: truncated)
    }
  }
}
