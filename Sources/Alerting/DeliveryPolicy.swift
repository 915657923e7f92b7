// What becomes of a delivery after a try, and when the next one is due: pure, so that each answer is a row of a test.

public import HTTPClient
public import Model
internal import Phrasing

/// What came of one try to deliver.
public struct AttemptResult: Hashable, Sendable {
  /// What a try says about the delivery and about the receiver.
  public enum Kind: Hashable, Sendable {
    /// 2xx.
    case accepted
    /// The receiver could be reached but could not take this one: 5xx and the like.
    case failed
    /// The receiver can take nothing now: no connection, or 429 or 503. It holds for all that wait for it.
    case unavailable
    /// The receiver will never take it: 4xx, a redirect, an unusable configuration.
    case refused
    /// 410: the receiver is gone, and asks not to be called again.
    case gone
  }

  public var kind: Kind
  /// One sentence for people.
  public var text: String
  /// How long the receiver asks to be left alone.
  public var retryAfter: Duration?

  public init(_ kind: Kind, _ text: String, retryAfter: Duration? = nil) {
    self.kind = kind
    self.text = text
    self.retryAfter = retryAfter
  }

  /// Reads a response; `now` turns a date in `Retry-After` into a wait.
  public init(_ response: HTTPResponse, at now: Timestamp) {
    let status = "HTTP \(response.status)"
    let retryAfter = response.headers["retry-after"].flatMap { RetryAfter.duration($0, at: now) }
    switch response.status {
    case 200..<300: self.init(.accepted, status)
    case 410:
      self.init(.gone, "\(status): the receiver no longer exists; remove it, or correct its url")
    case 429, 503: self.init(.unavailable, status + Self.excerpt(response), retryAfter: retryAfter)
    case 408, 425, 500..<600: self.init(.failed, status + Self.excerpt(response), retryAfter: retryAfter)
    case 300..<400:
      self.init(.refused, "\(status): redirects are not followed; set the url of the receiver to their target")
    default: self.init(.refused, status + Self.excerpt(response))
    }
  }

  /// Reads the replies of an SMTP server (RFC 5321, section 4.2.1).
  public init(_ response: MailResponse) {
    let said =
      response.refusals.isEmpty ? "" : ": " + TerminalText.line(response.refusals.joined(separator: "; ")).cut(to: 300)
    switch response.code {
    case 200..<400: self.init(.accepted, "SMTP \(response.code)" + (said.isEmpty ? "" : "; some were refused\(said)"))
    case 421: self.init(.unavailable, "SMTP 421\(said)")
    case 400..<500: self.init(.failed, "SMTP \(response.code)\(said)")
    default: self.init(.refused, "SMTP \(response.code)\(said)")
    }
  }

  /// Reads the failure to get a response.
  public init(_ error: HTTPError) {
    switch error {
    case .badURL: self.init(.refused, "the url is not valid; correct it in the configuration")
    case .timeout: self.init(.unavailable, "no response in time")
    case .unresolved(let text): self.init(.unavailable, "the host name does not resolve: \(text)")
    case .unreachable(let text): self.init(.unavailable, "no connection: \(text)")
    case .tls(let text): self.init(.unavailable, "TLS failed: \(text)")
    case .privateAddress(let address):
      self.init(.unavailable, "\(address) is not a public address; set allowPrivate if this is intended")
    case .responseTooLarge: self.init(.failed, "the response is too long")
    case .other(let text): self.init(.unavailable, text)
    }
  }

  /// The beginning of a response body, since receivers say there what they did not like.
  private static func excerpt(_ response: HTTPResponse) -> String {
    let text = TerminalText.line(String(decoding: response.body.prefix(200), as: UTF8.self))
    return text.isEmpty ? "" : ": \(text)"
  }
}

/// The schedule of tries: at once, then after 5 s, 30 s, 2 min, 10 min, 30 min, 2 h and 5 h, each ± 10 %.
public struct DeliveryPolicy: Hashable, Sendable {
  /// The wait before each try; as many tries as there are waits.
  public static let waits: [Duration] = [
    .zero, .seconds(5), .seconds(30), .seconds(120), .seconds(600), .seconds(1800), .seconds(7200), .seconds(18_000),
  ]
  /// A longer `Retry-After` is cut to this.
  public static let longestRetryAfter = Duration.seconds(6 * 3600)

  public init() {}

  /// The delivery after one more try that ended at `time`. `jitter` is between -1 and 1.
  public func delivery(
    _ delivery: Delivery, after result: AttemptResult, at time: Timestamp, jitter: Double
  ) -> Delivery {
    var delivery = delivery
    delivery.attempts += 1
    delivery.lastResult = result.text
    switch result.kind {
    case .accepted: delivery.finish(.delivered, at: time)
    case .refused, .gone: delivery.finish(.failed, at: time)
    case .failed, .unavailable:
      guard delivery.attempts < Self.waits.count else {
        delivery.lastResult = "given up after \(Phrase.count(delivery.attempts, "try", "tries")): \(result.text)"
        delivery.finish(.failed, at: time)
        break
      }
      let wait = Self.waits[max(delivery.attempts, 0)] * (1 + 0.1 * min(max(jitter, -1), 1))
      delivery.nextAttemptAt = time + max(wait, min(result.retryAfter ?? .zero, Self.longestRetryAfter))
    }
    return delivery
  }
}

extension Delivery {
  mutating func finish(_ status: Status, at time: Timestamp) {
    self.status = status
    nextAttemptAt = nil
    finishedAt = time
  }
}

/// `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  static func duration(_ value: String, at now: Timestamp) -> Duration? {
    let value = value.drop { $0 == " " }
    if let seconds = Int64(value), seconds >= 0 { return .seconds(min(seconds, 1_000_000)) }
    return date(String(value)).map { max($0 - now, .zero) }
  }

  /// An IMF-fixdate such as `Sun, 06 Nov 1994 08:49:37 GMT`.
  private static func date(_ value: String) -> Timestamp? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = value.split(separator: " ")
    guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(of: String(parts[2])) else { return nil }
    return Timestamp("\(parts[3])-\((month + 1).digits(2))-\(parts[1])T\(parts[4])Z")
  }
}
