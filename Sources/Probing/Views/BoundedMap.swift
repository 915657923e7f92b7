// Many pieces of work, a few at a time.

import Synchronization

/// Maps concurrently, with at most `limit` pieces under way; the results are in the order of the items.
func boundedMap<Item: Sendable, Result: Sendable>(
  _ items: [Item], limit: Int, _ work: @escaping @Sendable (Item) async -> Result
) async -> [Result] {
  if items.count == 1 { return [await work(items[0])] }
  return await withTaskGroup(of: (Int, Result).self) { group in
    var results = [Result?](repeating: nil, count: items.count)
    for (index, item) in items.enumerated() {
      if index >= limit, let (done, result) = await group.next() { results[done] = result }
      group.addTask { (index, await work(item)) }
    }
    for await (done, result) in group { results[done] = result }
    return results.compactMap { $0 }
  }
}

/// Lets a number of tasks through at a time; the others wait in the order in which they came.
final class TaskLimit: Sendable {
  private struct State {
    var free: Int
    var waiting: [CheckedContinuation<Void, Never>] = []
    var next = 0
  }

  private let state: Mutex<State>

  init(_ count: Int) { state = Mutex(State(free: count)) }

  /// Does the work when its turn has come.
  func run<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
    await enter()
    defer { leave() }
    return await work()
  }

  private func enter() async {
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.free > 0 {
          state.free -= 1
          return true
        }
        state.waiting.append(continuation)
        return false
      }
      if isFree { continuation.resume() }
    }
  }

  private func leave() {
    let woken: CheckedContinuation<Void, Never>? = state.withLock { state in
      guard state.next < state.waiting.count else {
        state.free += 1
        state.waiting.removeAll(keepingCapacity: state.waiting.count <= 256)
        state.next = 0
        return nil
      }
      state.next += 1
      return state.waiting[state.next - 1]
    }
    woken?.resume()
  }
}
