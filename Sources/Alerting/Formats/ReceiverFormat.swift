// From a message to what is sent: one file a format, one row in the table.

internal import HTTPClient
public import Model

/// Tells one kind of receiver what a message says.
protocol ReceiverFormat: Sendable {
  /// The longest body that the service takes, in bytes; events are shortened until theirs fits.
  var maximumBytes: Int { get }
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch
  /// What a response says; services differ in how they refuse.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult
}

extension ReceiverFormat {
  /// Receivers may refuse a longer body (Standard Webhooks).
  var maximumBytes: Int { 20_000 }
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult { AttemptResult(response, at: time) }
}

/// To whom a message goes.
struct Envelope: Sendable {
  var receiver: Receiver
  /// The same over all tries.
  var id: String
  /// When this try is made.
  var at: Timestamp

  /// The URL with a path appended.
  func url(_ path: String) -> String {
    let base = receiver.url.reveal()
    return (base.hasSuffix("/") ? String(base.dropLast()) : base) + path
  }

  var token: String { receiver.service.token?.reveal() ?? "" }
}

/// What is done to tell it.
enum Dispatch: Sendable {
  /// These requests, in order; the first that fails ends it.
  case http([HTTPRequest])
  case program(ProgramCall)
  case mail(MailSubmission)

  /// The length of what the service reads.
  var bytes: Int {
    switch self {
    case .http(let requests): requests.map(\.body.count).max() ?? 0
    case .program(let call): call.input.count
    case .mail(let submission): submission.message.count
    }
  }

  /// One request with a JSON body.
  static func json(
    _ url: String, _ body: JSON, method: HTTPRequest.Method = .post, headers: [HTTPRequest.Header] = []
  ) throws -> Dispatch {
    .http([.json(url, try body.bytes(), method: method, headers: headers)])
  }
}

extension HTTPRequest {
  static func json(
    _ url: String, _ body: [UInt8], method: Method = .post, headers: [Header] = []
  ) -> HTTPRequest {
    HTTPRequest(method, url, headers: [Header("content-type", "application/json")] + headers, body: body)
  }
}

extension Receiver.Format {
  /// Whether people read it, who want one message a fault; programs get every event by itself.
  var mergesEvents: Bool {
    switch self {
    case .generic, .exec: false
    default: true
    }
  }

  /// Whether it has a state for what somebody has acknowledged.
  var showsAcknowledgements: Bool { self == .pagerduty }

  /// The table of formats.
  var format: any ReceiverFormat {
    switch self {
    case .generic: GenericFormat()
    case .slack: SlackFormat()
    case .teams: TeamsFormat()
    case .discord: DiscordFormat()
    case .googlechat: GoogleChatFormat()
    case .ntfy: NtfyFormat()
    case .gotify: GotifyFormat()
    case .pushover: PushoverFormat()
    case .matrix: MatrixFormat()
    case .telegram: TelegramFormat()
    case .pagerduty: PagerDutyFormat()
    case .alertmanager: AlertmanagerFormat()
    case .email: EmailFormat()
    case .exec: ExecFormat()
    case .template: TemplateFormat()
    }
  }
}

/// Writes a domain name as people read it.
public typealias NameDisplay = @Sendable (DomainName) -> String
