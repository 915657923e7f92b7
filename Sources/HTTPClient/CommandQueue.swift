// What the callers and the curl thread share: commands, and who has given up waiting.

internal import Synchronization

/// What the thread is asked to do.
final class CommandQueue: Sendable {
  typealias Completion = CheckedContinuation<Result<CurlResponse, HTTPError>, Never>

  enum Command: Sendable {
    case start(UInt64, CurlJob, Completion)
    case cancel(UInt64)
    case stop
  }

  private struct State {
    var commands: [Command] = []
    var isClosed = false
    var nextIdentifier: UInt64 = 0
    /// Cancelled, perhaps before their start has come.
    var cancelled: Set<UInt64> = []
    var wake: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  func makeIdentifier() -> UInt64 {
    state.withLock { state in
      state.nextIdentifier += 1
      return state.nextIdentifier
    }
  }

  /// Hands a command to the thread and wakes it; after the end a start fails at once.
  func push(_ command: Command) {
    let refusal = state.withLock { state -> HTTPError? in
      if state.isClosed { return .stopped }
      switch command {
      case .start(let id, _, _): if state.cancelled.contains(id) { return .cancelled }
      case .cancel(let id): state.cancelled.insert(id)
      case .stop: break
      }
      state.commands.append(command)
      // Under the lock, since closing takes away what this calls.
      state.wake?()
      return nil
    }
    if let refusal, case .start(_, _, let completion) = command { completion.resume(returning: .failure(refusal)) }
  }

  /// Forgets that a request was cancelled, once it has ended.
  func forget(_ id: UInt64) {
    state.withLock { _ = $0.cancelled.remove(id) }
  }

  func open(wake: @escaping @Sendable () -> Void) {
    state.withLock { $0.wake = wake }
  }

  func take() -> [Command] {
    state.withLock { state in
      defer { state.commands = [] }
      return state.commands
    }
  }

  /// Takes no more commands, and returns those that nobody has taken.
  func close() -> [Command] {
    state.withLock { state in
      state.isClosed = true
      state.wake = nil
      defer { state.commands = [] }
      return state.commands
    }
  }
}
