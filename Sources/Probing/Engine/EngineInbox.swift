// What callers and the engine's thread share: batches that wait, and the bell that wakes the thread.

import CLinux
import Glibc
import Synchronization

/// What callers and the engine's thread share.
final class EngineInbox: Sendable {
  /// A batch on its way to the thread.
  struct Submission: Sendable {
    var queries: [Query]
    /// Called with each reply that is not `unchanged` as soon as it is there.
    var differing: (@Sendable (Int, Reply) -> Void)?
    var continuation: CheckedContinuation<[Reply], Never>
  }

  private struct State {
    var submissions: [Submission] = []
    var isShutdown = false
    var counters = EngineCounters()
  }

  private let state = Mutex(State())
  private let wakeup: Int32
  let epoll: Int32

  init() throws(EngineError) {
    epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard epoll >= 0 else { throw EngineError(step: "make an epoll set", errno: errno) }
    wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard wakeup >= 0 else {
      let error = errno
      close(epoll)
      throw EngineError(step: "make an event descriptor", errno: error)
    }
    var event = epoll_event(events: EPOLLIN.rawValue, data: epoll_data(u64: EventKey.wake.bits))
    epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup, &event)
  }

  deinit {
    close(wakeup)
    close(epoll)
  }

  var counters: EngineCounters { state.withLock { $0.counters } }

  func publish(_ counters: EngineCounters) { state.withLock { $0.counters = counters } }

  /// Hands a batch over; false after the shutdown.
  func submit(_ submission: Submission) -> Bool {
    let isTaken = state.withLock { state in
      if !state.isShutdown { state.submissions.append(submission) }
      return !state.isShutdown
    }
    if isTaken { wake() }
    return isTaken
  }

  func shutdown() {
    state.withLock { $0.isShutdown = true }
    wake()
  }

  /// What came since the last call, and whether to end.
  func take() -> (submissions: [Submission], isShutdown: Bool) {
    state.withLock { state in
      defer { state.submissions = [] }
      return (state.submissions, state.isShutdown)
    }
  }

  private func wake() { eventfd_write(wakeup, 1) }

  /// Makes the descriptor silent again.
  func clearWakeup() {
    var value: eventfd_t = 0
    eventfd_read(wakeup, &value)
  }
}
