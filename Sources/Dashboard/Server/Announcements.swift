// Live updates: tells open pages that something has changed (server-sent events).

internal import Synchronization

/// The pages that wait for news. What a slow one has not read yet is replaced by what is newer.
final class Announcements: Sendable {
  private struct State {
    var readers: [Int: AsyncStream<String>.Continuation] = [:]
    var nextNumber = 0
    var isClosed = false
  }

  /// More pages than that have to ask by themselves.
  private static let mostReaders = 256

  private let state = Mutex(State())

  /// The news from now on; nil where too many wait, or the server ends.
  func open() -> AsyncStream<String>? {
    let (stream, continuation) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingNewest(2))
    let number = state.withLock { state -> Int? in
      guard !state.isClosed, state.readers.count < Self.mostReaders else { return nil }
      state.nextNumber += 1
      state.readers[state.nextNumber] = continuation
      return state.nextNumber
    }
    guard let number else { return nil }
    continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.readers[number] = nil } }
    // The header is sent with the first piece.
    continuation.yield("retry: 20000\n\n")
    return stream
  }

  /// Something has changed.
  func announce() { send("event: change\ndata: 1\n\n") }

  /// Shows that the connection lives; a reader that has left shows by that too.
  func beat() { send(":\n\n") }

  private func send(_ text: String) {
    let readers = state.withLock { Array($0.readers.values) }
    for reader in readers { reader.yield(text) }
  }

  /// Ends all, for good: the server stops.
  func close() {
    let readers = state.withLock { state in
      state.isClosed = true
      return Array(state.readers.values)
    }
    for reader in readers { reader.finish() }
  }
}
