// How many things are under way at a time, where they come in batches and leave one by one.

import Synchronization

/// Counts what is under way, and lets one task wait until there is room for more.
final class Room: Sendable {
  private struct State {
    var count = 0
    var waiting: CheckedContinuation<Void, Never>?
  }

  private let limit: Int
  private let state = Mutex(State())

  init(_ limit: Int) { self.limit = limit }

  var isFree: Bool { state.withLock { $0.count < limit } }

  /// Returns when there is room. One task waits at a time.
  func wait() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        guard state.count >= limit else { return true }
        state.waiting = continuation
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  /// Lets a batch in, whole, even where there is room for a part of it only.
  func enter(_ count: Int) -> Place {
    state.withLock { $0.count += count }
    return Place(count) { self.leave($0) }
  }

  private func leave(_ count: Int) {
    let woken = state.withLock { state in
      state.count -= count
      guard state.count < limit else { return CheckedContinuation<Void, Never>?.none }
      defer { state.waiting = nil }
      return state.waiting
    }
    woken?.resume()
  }

  /// The room that one batch takes.
  final class Place: Sendable {
    private let taken: Mutex<Int>
    private let giveBack: @Sendable (Int) -> Void

    fileprivate init(_ count: Int, _ giveBack: @escaping @Sendable (Int) -> Void) {
      taken = Mutex(count)
      self.giveBack = giveBack
    }

    /// One of the batch is done.
    func leave() { leave(1) }

    /// All of it are, whether somebody said so of each or not.
    func leaveAll() { leave(.max) }

    private func leave(_ count: Int) {
      let given = taken.withLock { taken in
        let given = min(count, taken)
        taken -= given
        return given
      }
      if given > 0 { giveBack(given) }
    }
  }
}
