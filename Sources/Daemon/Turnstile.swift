// Lets one through at a time, in the order of coming: an actor alone does not keep its state across an await.

/// A first-come, first-served lock for the inside of an actor.
struct Turnstile {
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// Resumes at once where nobody is inside, else when those before have left.
  mutating func enter(_ continuation: CheckedContinuation<Void, Never>) {
    if isTaken {
      waiting.append(continuation)
    } else {
      isTaken = true
      continuation.resume()
    }
  }

  /// Lets the next one in.
  mutating func leave() {
    if waiting.isEmpty {
      isTaken = false
    } else {
      waiting.removeFirst().resume()
    }
  }
}
