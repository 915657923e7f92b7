// HTTP by libcurl: one thread drives all transfers with curl_multi.

internal import CCurl
internal import Foundation
internal import Synchronization

/// Sends requests by libcurl.
///
/// Only `http` and `https`; redirects are not followed; certificates are verified against the system's authorities or
/// those of `SSL_CERT_FILE` and `SSL_CERT_DIR`; proxies of the environment are not used, since the check of the target's
/// address would then see the proxy's. Cancelling the task that waits aborts its transfer.
public final class CurlClient: HTTPSending {
  private let queue = CommandQueue()

  /// Starts the thread. Throws where libcurl cannot be set up at all.
  public init() throws(HTTPError) {
    let queue = queue
    guard CurlLibrary.isReady, let driver = CurlDriver(queue: queue) else {
      throw .other("libcurl cannot be initialized")
    }
    let thread = Thread { driver.run() }
    thread.name = "curl"
    thread.start()
  }

  deinit { shutdown() }

  /// Ends the thread; transfers under way and later ones fail.
  public func shutdown() { queue.push(.stop) }

  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let id = queue.makeIdentifier()
    defer { queue.forget(id) }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) in
        queue.push(.start(id, request, continuation))
      }
    } onCancel: {
      queue.push(.cancel(id))
    }
    return try result.get()
  }
}

/// curl_global_init is called once a process, and is not safe beside other threads' first use.
enum CurlLibrary {
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// What the thread is asked to do.
final class CommandQueue: Sendable {
  typealias Completion = CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>

  enum Command: Sendable {
    case start(UInt64, HTTPRequest, Completion)
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

extension HTTPError {
  static let stopped = HTTPError.other("the HTTP client was shut down")
  static let cancelled = HTTPError.other("the request was cancelled")
}
