// The engine as the rest of the program sees it: batches of queries in, replies out, all by a thread of its own.

import DNS
import Model

import CLinux
import Glibc

/// Asks name servers over UDP and TCP.
///
/// One thread works with non-blocking sockets: nothing of it runs on, or blocks, Swift's own pool of threads. Batches
/// from any number of tasks share the sockets, and the limits for each server (`Query.rate`, a window that adapts)
/// hold over all of them.
///
/// Ids, ports and the case of letters are random; an answer counts where address, port, id and question match. What
/// does not match costs one counter.
public final class Engine: QueryTransport, Sendable {
  private let inbox: EngineInbox

  /// Starts the thread.
  public init() throws(EngineError) {
    let inbox = try EngineInbox()
    self.inbox = inbox
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let argument = Unmanaged.passRetained(inbox)
    let code = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        linux_name_thread("dns-engine")
        EngineLoop(Unmanaged<EngineInbox>.fromOpaque(argument).takeRetainedValue()).run()
        return nil
      }, argument.toOpaque())
    guard code == 0 else {
      argument.release()
      throw EngineError(step: "start its thread", errno: code)
    }
  }

  deinit { shutdown() }

  /// Asks all of them and returns when each has its reply, in the same order.
  ///
  /// A query with an expected digest comes back as `unchanged` where the answer has it; without AA an answer to a query
  /// without RD is never `unchanged`. Cancelling the task does not end the questions; they end by their own timeouts.
  public func ask(_ queries: [Query]) async -> [Reply] { await submit(queries, differing: nil) }

  /// The same; `differing` is called on the engine's thread, which does nothing else meanwhile.
  public func ask(_ queries: [Query], differing: @escaping @Sendable (Int, Reply) -> Void) async -> [Reply] {
    await submit(queries, differing: differing)
  }

  private func submit(_ queries: [Query], differing: (@Sendable (Int, Reply) -> Void)?) async -> [Reply] {
    if queries.isEmpty { return [] }
    return await withCheckedContinuation { continuation in
      let isTaken = inbox.submit(
        EngineInbox.Submission(queries: queries, differing: differing, continuation: continuation))
      if !isTaken { continuation.resume(returning: queries.map(\.abandoned)) }
    }
  }

  /// Ends the thread. Queries that are open, and all that come later, are `failed(.unreachable)`.
  public func shutdown() { inbox.shutdown() }

  /// Totals since the engine was made.
  public var counters: EngineCounters { inbox.counters }
}

extension Query {
  /// The reply to a query that nobody works on any more.
  var abandoned: Reply { .failed(.unreachable, transport: transport, truncated: false) }
}

/// Why there is no engine: the system is out of descriptors or threads.
public struct EngineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What could not be done.
  public let step: String
  /// The number of the system's error.
  public let errno: Int32

  public var description: String {
    "cannot \(step) for DNS questions: \(String(cString: strerror(errno))); check the limits of open files and threads"
  }
}
