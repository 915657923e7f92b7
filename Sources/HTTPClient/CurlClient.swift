// HTTP and SMTP by libcurl: one thread drives all transfers with curl_multi.

internal import CCurl
internal import Foundation

/// Sends requests and mail by libcurl.
///
/// Only `http` and `https`, and `smtp` and `smtps` for mail; redirects are not followed; certificates are verified against the system's authorities or
/// those of `SSL_CERT_FILE` and `SSL_CERT_DIR`; proxies of the environment are not used, since the check of the target's
/// address would then see the proxy's. Cancelling the task that waits aborts its transfer.
public final class CurlClient: HTTPTransport, MailTransport {
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

  /// Sends one request and waits for its response; fails at once after `shutdown`.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    guard case .http(let response) = try await carryOut(.http(request)) else { throw .other("no response came") }
    return response
  }

  /// Hands in one mail and waits for the server's reply; fails at once after `shutdown`.
  public func send(_ submission: MailSubmission) async throws(HTTPError) -> MailResponse {
    guard case .mail(let response) = try await carryOut(.mail(submission)) else { throw .other("no reply came") }
    return response
  }

  private func carryOut(_ job: CurlJob) async throws(HTTPError) -> CurlResponse {
    let id = queue.makeIdentifier()
    defer { queue.forget(id) }
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CommandQueue.Completion) in
        queue.push(.start(id, job, continuation))
      }
    } onCancel: {
      queue.push(.cancel(id))
    }
    return try result.get()
  }
}

/// What libcurl is asked to do.
enum CurlJob: Sendable {
  case http(HTTPRequest)
  case mail(MailSubmission)
}

/// What came of it.
enum CurlResponse: Sendable {
  case http(HTTPResponse)
  case mail(MailResponse)
}

/// curl_global_init is called once a process, and is not safe beside other threads' first use.
enum CurlLibrary {
  static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension HTTPError {
  static let stopped = HTTPError.other("the HTTP client was shut down")
  static let cancelled = HTTPError.other("the request was cancelled")
}
