// Listens for NOTIFY over UDP and TCP, on a thread of its own. What is heard is handed on, and answered.

import CLinux
import Glibc
public import Model
import Synchronization

/// Hears the notices of name servers.
public final class NoticeListener: Sendable {
  /// Takes a zone and who gave notice; false where the zone is not watched. Called on the thread of the listener.
  public typealias Handler = @Sendable (DomainName, IPAddress) -> Bool

  private let shared: NoticeShared
  private let thread: pthread_t

  /// Binds the sockets and starts the thread.
  public init(
    at endpoints: [Endpoint], sources: [AddressRange],
    elapsed: @escaping @Sendable () -> Duration = Prober.steadyClock, heard: @escaping Handler
  ) throws(NoticeListenerError) {
    let shared = try NoticeShared(NoticeGate(sources: sources))
    let loop = try NoticeLoop(shared, at: endpoints, elapsed: elapsed, heard: heard)
    self.shared = shared
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(loop)
    let code = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        linux_name_thread("dns-notices")
        Unmanaged<NoticeLoop>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw NoticeListenerError(step: "start the thread that listens for NOTIFY", errno: code)
    }
    self.thread = thread
  }

  deinit { shutdown() }

  /// Names other sources.
  public func replaceSources(_ sources: [AddressRange]) { shared.gate.withLock { $0.replaceSources(sources) } }

  /// Totals since the start.
  public var counters: NoticeGate.Counters { shared.gate.withLock { $0.counters } }

  /// Ends the thread and closes the sockets; after it the addresses are free.
  public func shutdown() {
    if shared.end() { pthread_join(thread, nil) }
  }
}

/// Why nobody listens.
public struct NoticeListenerError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What could not be done.
  public let step: String
  /// The number of the system's error.
  public let errno: Int32

  public var description: String {
    let hint =
      switch errno {
      case EACCES: "; ports below 1024 take a privilege, so choose one above, such as 5300"
      case EADDRINUSE: "; another program listens there, so choose another port"
      case EADDRNOTAVAIL: "; this host does not have that address"
      default: ""
      }
    return "cannot \(step): \(String(cString: strerror(errno)))\(hint)"
  }
}

/// What the thread and its owner share.
final class NoticeShared: Sendable {
  let gate: Mutex<NoticeGate>
  let wakeup: Int32
  private let isShutdown = Atomic(false)

  init(_ gate: NoticeGate) throws(NoticeListenerError) {
    self.gate = Mutex(gate)
    wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    guard wakeup >= 0 else { throw NoticeListenerError(step: "make an event descriptor", errno: errno) }
  }

  deinit { close(wakeup) }

  var isOver: Bool { isShutdown.load(ordering: .acquiring) }

  /// Lets the thread end; true the first time.
  func end() -> Bool {
    guard !isShutdown.exchange(true, ordering: .acquiringAndReleasing) else { return false }
    eventfd_write(wakeup, 1)
    return true
  }
}
