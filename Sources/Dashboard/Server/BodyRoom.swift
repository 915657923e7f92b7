// How long the body of a request may be, and how many long ones are read at a time.

internal import Synchronization

/// Keeps long bodies from filling the memory.
final class BodyRoom: Sendable {
  /// The most that a request may carry: a record to judge takes some kilobytes.
  static let usual = 262_144
  /// A message, as a form has it: with its escapes it grows by a third and more.
  static let message = 2_097_152
  private static let mostLong = 8

  private let long = Mutex(0)

  static func limit(of request: WebRequest) -> Int {
    request.segments == ["check", "message"] || request.segments == ["api", "v1", "verify"] ? message : usual
  }

  /// False where as many long bodies are read as may be.
  func enter(_ limit: Int) -> Bool {
    guard limit > Self.usual else { return true }
    return long.withLock { long in
      if long >= Self.mostLong { return false }
      long += 1
      return true
    }
  }

  func leave(_ limit: Int) {
    if limit > Self.usual { long.withLock { $0 -= 1 } }
  }
}
