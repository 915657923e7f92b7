// The course of one query, as a value: what happened goes in, what is to be done comes out. No socket, no clock.

import Model

/// Decides what one query does next.
///
/// Truncated answers are asked for again over TCP. An answer whose letters came back in another case may be forged, or
/// come from a server that does not keep case: TCP decides, and where there is no TCP, a question in lower case.
/// A server that refuses EDNS is asked without at once, one that is silent on it with the last retry. The wait for that one is
/// shared with a connection: its second half belongs to TCP, which a firewall may let through where it drops UDP. So a server
/// that is silent on everything costs no more time than its tries over UDP would. What cannot be decoded is asked for over TCP
/// once, while a good answer over UDP is still welcome.
struct QueryMachine: Hashable, Sendable {
  /// What came back and matches the question.
  enum Received: Hashable, Sendable {
    case answer
    /// TC over UDP.
    case truncated
    /// The question came back with letters in another case, or not at all.
    case foldedCase
    /// FORMERR, NOTIMP or BADVERS to a question with EDNS.
    case refusesEDNS
    /// What cannot be decoded.
    case malformed
  }

  /// How a TCP connection ended without an answer.
  enum StreamFailure: Hashable, Sendable {
    /// Refused, or no way there.
    case unreachable
    /// Closed by the other side.
    case closed
    case timeout
    /// Something that is no answer to the question.
    case malformed
  }

  enum Action: Hashable, Sendable {
    /// Send over UDP, then wait for this long.
    case send(wait: Nanoseconds)
    /// Connect, ask, and wait for this long altogether.
    case connect(wait: Nanoseconds)
    /// Do nothing for this long, then call `pauseEnded`.
    case pause(Nanoseconds)
    /// Go on waiting.
    case wait
    /// The message in hand is the answer.
    case finish
    /// There is no answer.
    case fail(Outcome.Failure)
  }

  private enum Phase: Hashable { case idle, udp, pausing, tcp, ended }
  private enum StreamReason: Hashable { case asked, truncated, foldedCase, malformed, silence }

  private let timeout: Nanoseconds
  private var retriesLeft: Int
  private var attempt = 0
  private var phase = Phase.idle
  private var reason: StreamReason
  private var streamRetries = 1
  private var sawMalformed = false
  /// Whether the query goes over to TCP when its last try over UDP has had half of its wait.
  private var endsOverStream = false
  /// Whether the query began over TCP, since the server is known to be silent over UDP.
  private var beganOverStream = false
  /// Whether nothing is tried any more, and only a late answer may come.
  private var isOver = false
  private let wantsEDNS: Bool

  /// Whether the next question carries an OPT record.
  private(set) var usesEDNS: Bool
  /// Whether the letters of the question are in random case.
  private(set) var mixesCase: Bool
  /// Whether an answer over UDP was truncated.
  private(set) var truncated = false
  /// How the last question went.
  private(set) var transport: Transport
  /// The server answered FORMERR or the like with EDNS.
  private(set) var refusedEDNS = false
  /// All tries with EDNS stayed without an answer, and the last went without.
  private(set) var droppedEDNS = false
  /// No try over UDP was answered, and one over TCP was.
  private(set) var silentOverUDP = false
  /// An answer in another case came, and nothing better: no TCP, or TCP does not keep case either.
  private(set) var foldsCase = false

  init(
    transport: Transport, timeout: Nanoseconds, retries: Int, usesEDNS: Bool = true, mixesCase: Bool = true,
    isSilentOverUDP: Bool = false
  ) {
    self.timeout = max(timeout, 1_000_000)
    retriesLeft = max(retries, 0)
    self.transport = transport == .udp ? .udp : .tcp
    reason = transport == .udp ? .truncated : .asked
    if transport == .udp, isSilentOverUDP { (reason, beganOverStream) = (.silence, true) }
    wantsEDNS = usesEDNS
    self.usesEDNS = usesEDNS
    self.mixesCase = mixesCase
  }

  /// Each try waits a quarter longer than the one before, at most twice as long as the first.
  private var wait: Nanoseconds { timeout + timeout / 4 * Nanoseconds(min(attempt, 4)) }

  /// The first action.
  mutating func start() -> Action { reason == .asked || beganOverStream ? connect() : send() }

  private mutating func send() -> Action {
    phase = .udp
    transport = .udp
    return .send(wait: endsOverStream ? wait / 2 : wait)
  }

  private mutating func connect() -> Action {
    phase = .tcp
    transport = .tcp
    return .connect(wait: endsOverStream && reason == .silence ? wait / 2 : wait)
  }

  /// Whether the query could do without the connection that it is about to make.
  var isStreamOptional: Bool { reason == .silence && !beganOverStream }

  private mutating func fail(_ failure: Outcome.Failure) -> Action {
    phase = .ended
    return .fail(failure)
  }

  /// Takes one of the retries; false where none is left.
  private mutating func takeRetry() -> Bool {
    guard retriesLeft > 0 else { return false }
    retriesLeft -= 1
    attempt += 1
    return true
  }

  /// A message that matches the question came over UDP.
  mutating func received(_ received: Received) -> Action {
    // An answer to an earlier try is as good as one to the last.
    guard phase == .udp || phase == .pausing || phase == .tcp else { return .wait }
    switch received {
    case .answer:
      phase = .ended
      transport = .udp
      return .finish
    case .malformed where phase == .udp && !sawMalformed:
      sawMalformed = true
      reason = .malformed
      return connect()
    case .truncated where phase != .tcp:
      truncated = true
      reason = .truncated
      return connect()
    case .foldedCase where phase != .tcp && mixesCase:
      reason = .foldedCase
      return connect()
    case .refusesEDNS where phase != .tcp:
      guard usesEDNS else { return .wait }
      usesEDNS = false
      refusedEDNS = true
      return send()
    default: return .wait
    }
  }

  /// Tells, before `received`, whether the try that is answered had EDNS: the last try may go without it, and still
  /// the answer to an earlier one come in.
  mutating func answerComes(toEDNS: Bool) {
    if toEDNS { droppedEDNS = false }
  }

  /// A message that matches the question came over TCP; `keptCase` tells whether the letters came back as sent.
  mutating func streamReceived(_ received: Received, keptCase: Bool) -> Action {
    guard phase == .tcp else { return .wait }
    switch received {
    case .malformed: return streamFailed(.malformed)
    case .refusesEDNS where usesEDNS:
      usesEDNS = false
      refusedEDNS = true
      return connect()
    case .answer, .truncated, .foldedCase, .refusesEDNS:
      foldsCase = reason == .foldedCase && !keptCase
      silentOverUDP = reason == .silence
      if silentOverUDP { droppedEDNS = false }
      phase = .ended
      return .finish
    }
  }

  /// The wait is over.
  mutating func timedOut() -> Action {
    switch phase {
    case .pausing: return pauseEnded()
    case .tcp: return streamFailed(.timeout)
    case .udp: break
    case .idle, .ended: return .wait
    }
    if endsOverStream, reason != .silence {
      reason = .silence
      // UDP with EDNS and without are silent: one of them is what TCP gets.
      usesEDNS = wantsEDNS && !refusedEDNS
      return connect()
    }
    guard takeRetry() else { return fail(sawMalformed ? .malformed : .timeout) }
    if retriesLeft == 0 {
      if usesEDNS { (usesEDNS, droppedEDNS) = (false, true) }
      endsOverStream = !sawMalformed
    }
    return send()
  }

  /// The packet could not be sent, or an ICMP error came back.
  mutating func unreachable() -> Action {
    guard phase == .udp else { return .wait }
    guard takeRetry() else { return fail(.unreachable) }
    phase = .pausing
    return .pause(min(Self.pause * Nanoseconds(attempt), timeout))
  }

  /// The pause is over.
  mutating func pauseEnded() -> Action {
    guard phase == .pausing else { return .wait }
    if isOver { return fail(.timeout) }
    return reason == .asked ? connect() : send()
  }

  /// The connection ended without an answer.
  mutating func streamFailed(_ failure: StreamFailure) -> Action {
    guard phase == .tcp else { return .wait }
    switch reason {
    case .foldedCase:
      mixesCase = false
      foldsCase = true
      return send()
    case .malformed:
      return takeRetry() ? send() : fail(.malformed)
    case .silence:
      transport = .udp
      if beganOverStream {
        (beganOverStream, reason) = (false, .truncated)
        return send()
      }
      if failure == .timeout { return fail(.timeout) }
      // What went out over UDP may still be answered, as long as it would have been waited for.
      (isOver, phase) = (true, .pausing)
      return .pause(wait / 2)
    case .truncated:
      switch failure {
      case .unreachable: return fail(.unreachable)
      case .malformed: return fail(.malformed)
      case .closed, .timeout:
        guard streamRetries > 0, takeRetry() else { return fail(.timeout) }
        streamRetries -= 1
        return connect()
      }
    case .asked:
      if failure == .malformed { return fail(.malformed) }
      guard takeRetry() else { return fail(failure == .unreachable ? .unreachable : .timeout) }
      if failure == .timeout { return connect() }
      phase = .pausing
      return .pause(min(Self.pause * Nanoseconds(attempt), timeout))
    }
  }

  /// The first pause after an unreachable server, in nanoseconds; the second is twice as long.
  static let pause: Nanoseconds = 50_000_000
}

/// A span or a point of monotonic time inside the engine.
typealias Nanoseconds = Int64

extension Duration {
  /// The whole nanoseconds.
  var nanoseconds: Nanoseconds { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
