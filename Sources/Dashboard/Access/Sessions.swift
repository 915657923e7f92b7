// Sessions of people who have logged in, the proof that a form is ours, and how often somebody may try a token.

internal import Crypto
internal import Model
internal import Synchronization

/// Who is logged in. In memory: a restart of the daemon logs everybody out.
final class Sessions: Sendable {
  private struct Session {
    var right: Right
    var expires: Timestamp
  }

  private struct State {
    /// By the digest of the cookie, so that memory holds no cookie.
    var sessions: [[UInt8]: Session] = [:]
    var failures: [String: Failures] = [:]
  }

  private struct Failures {
    var count: Int
    var last: Timestamp
  }

  static let lifetime = Duration.seconds(12 * 3600)
  /// More at a time end the oldest.
  private static let mostSessions = 1000
  /// Wrong tokens of one address before it has to wait, and how long.
  private static let freeTries = 5
  private static let penalty = Duration.seconds(300)
  private static let mostAddresses = 4096

  private let state = Mutex(State())
  /// Signs what forms carry; made anew by each run.
  private let key = SymmetricKey(size: .bits256)

  /// Opens a session and gives its cookie.
  func open(_ right: Right, at now: Timestamp) -> String {
    let cookie = Self.random()
    state.withLock { state in
      state.sessions = state.sessions.filter { $0.value.expires > now }
      if state.sessions.count >= Self.mostSessions,
        let oldest = state.sessions.min(by: { $0.value.expires < $1.value.expires })
      {
        state.sessions[oldest.key] = nil
      }
      state.sessions[Self.digest(cookie)] = Session(right: right, expires: now + Self.lifetime)
    }
    return cookie
  }

  /// What the session of a cookie allows.
  func right(of cookie: String, at now: Timestamp) -> Right {
    let session = state.withLock { $0.sessions[Self.digest(cookie)] }
    guard let session, session.expires > now else { return .health }
    return session.right
  }

  func close(_ cookie: String) { state.withLock { $0.sessions[Self.digest(cookie)] = nil } }

  /// Ends all sessions: the tokens have changed.
  func closeAll() { state.withLock { $0.sessions = [:] } }

  /// What a form of the owner of a cookie carries.
  func formToken(for cookie: String) -> String {
    HMAC<SHA256>.authenticationCode(for: Array(cookie.utf8), using: key).map { $0.digits(2, radix: 16) }.joined()
  }

  /// Whether a form carries the token of the cookie that came with it.
  func accepts(_ formToken: String, for cookie: String) -> Bool {
    TokenDigest(formToken).matches(TokenDigest(self.formToken(for: cookie)))
  }

  /// The seconds that an address has to wait before it may try a token; nil where it may now.
  func wait(of address: String, at now: Timestamp) -> Int? {
    state.withLock { state in
      guard let failures = state.failures[address], failures.count >= Self.freeTries else { return nil }
      let left = Self.penalty - (now - failures.last)
      return left > .zero ? Int(left.components.seconds) + 1 : nil
    }
  }

  /// An address has shown a wrong token, or the right one.
  func note(_ address: String, isRight: Bool, at now: Timestamp) {
    state.withLock { state in
      if isRight {
        state.failures[address] = nil
        return
      }
      if state.failures.count >= Self.mostAddresses {
        state.failures = state.failures.filter { now - $0.value.last < Self.penalty }
        // All addresses of an attacker that has that many: then everybody waits less than it would take to guess.
        if state.failures.count >= Self.mostAddresses { state.failures = [:] }
      }
      let known = state.failures[address].flatMap { now - $0.last < Self.penalty ? $0.count : nil } ?? 0
      state.failures[address] = Failures(count: known + 1, last: now)
    }
  }

  /// 256 random bits in hexadecimal.
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in (generator.next() as UInt64).digits(16, radix: 16) }.joined()
  }

  private static func digest(_ cookie: String) -> [UInt8] { Array(SHA256.hash(data: Array(cookie.utf8))) }
}
