// How long work takes, whatever else the machine does: a limit in seconds of the wall fails on a loaded machine.

internal import Glibc

/// The time that this thread had a processor while it did `work`.
public func processorTime(_ work: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = now()
  try work()
  return now() - start
}
