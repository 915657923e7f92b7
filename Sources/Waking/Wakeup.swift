// A signal that one task waits for: kept until somebody waits, and never counted twice.

internal import Synchronization

/// Lets one task sleep until it is time, or until something happens.
public final class Wakeup: Sendable {
  private struct State {
    var isSignalled = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  public init() {}

  /// Wakes the waiting task, or the next one that waits.
  public func signal() {
    let waiter = state.withLock { state in
      state.isSignalled = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns at a signal, after `duration`, or when the task is cancelled. One task may wait at a time.
  public func wait(atMost duration: Duration, sleep: @escaping @Sendable (Duration) async throws -> Void) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.waitForSignal() }
      group.addTask { try? await sleep(duration) }
      await group.next()
      group.cancelAll()
    }
  }

  private func waitForSignal() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isReady = state.withLock { state in
          if state.isSignalled || Task.isCancelled {
            state.isSignalled = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if isReady { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }
}
