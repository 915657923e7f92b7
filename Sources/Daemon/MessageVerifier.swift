// One message that somebody pasted: verified with the keys of now, and with those that the history knows.

internal import Dashboard
internal import Mail
internal import Model
internal import Synchronization

/// Verifies messages, some at a time.
final class MessageVerifier: Sendable {
  private static let parallel = 4
  /// A message has few signatures, and each key is asked for at every view.
  private static let mostKeys = 20

  private let running = Mutex(0)

  func verify(
    _ message: [UInt8], at now: Timestamp, spans: @escaping @Sendable (KeyName) async -> [AnswerSpan],
    look: ([LookRequest]) async -> [Look]
  ) async throws(WebProblem) -> MessageVerification {
    let hasRoom = running.withLock { running in
      if running >= Self.parallel { return false }
      running += 1
      return true
    }
    guard hasRoom else {
      throw WebProblem(503, "Other messages are being verified. Try again in a few seconds.", retryAfter: 5)
    }
    defer { running.withLock { $0 -= 1 } }
    var intake = MessageIntake()
    message.withUnsafeBytes { intake.take($0) }
    let taken = intake.finish()
    guard !taken.reading.header.fields.isEmpty else {
      throw WebProblem(422, "The text has no header field. Paste the source of a message with its whole header.")
    }
    let names = Array(taken.keyNames.prefix(Self.mostKeys))
    let keys = await KeyOffers(spans: spans).offers(for: names, at: nil, look: look)
    return taken.verified(keys: keys, at: now)
  }
}
