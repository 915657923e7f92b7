// Where events are told.

/// Where events are told, as configured.
public struct Receiver: Hashable, Sendable {
  /// How events are written for it.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    case generic, slack, teams, discord, googlechat, ntfy, gotify, pushover, matrix, telegram, pagerduty, alertmanager
    case email, exec, template
  }

  public var name: String
  public var format: Format
  /// The URL is a secret: most webhook URLs carry their token. Empty where nothing is asked by URL.
  public var url: Secret
  /// The Standard Webhooks secret (`whsec_…` or plain text).
  public var secret: Secret?
  public var headers: [String: Secret]
  public var minimumSeverity: Severity
  /// Patterns such as `example.org` and `*.example.org`; empty for all.
  public var domains: [String]
  /// Event types; empty for all.
  public var types: [EventType]
  /// Whether loopback, private and link-local targets are allowed.
  public var allowPrivate: Bool
  /// What its format needs beside the URL.
  public var service: Service
  /// Labels that an event must have; empty for all.
  public var labels: [String: String]
  /// How long events for people are held back, so that one fault is one message.
  public var groupWithin: Duration
  /// When it is left alone.
  public var quiet: QuietHours?
  /// It is told only of what nobody has acknowledged, and what has not ended, for so long; nil: of everything, at once.
  public var escalateAfter: Duration?

  /// What a service wants to know of its caller and of the place of the message.
  public struct Service: Hashable, Sendable {
    /// A token, a routing key, or the password of an SMTP account.
    public var token: Secret?
    /// The user of an SMTP account, or the user key of Pushover.
    public var user: Secret?
    /// A room, a chat, a topic, or mail addresses.
    public var to: [String]
    /// The sender's mail address.
    public var from: String?
    /// A program and its arguments.
    public var command: [String]
    /// The environment of the program.
    public var environment: [String: Secret]
    /// The template of a body.
    public var template: String?
    /// The media type of that body.
    public var contentType: String?
    /// Whether mail goes out unencrypted too.
    public var encryption: Encryption

    /// What is asked of an SMTP server that is not spoken to in TLS from the beginning.
    public enum Encryption: String, Hashable, Sendable, CaseIterable {
      /// STARTTLS, or nothing is sent.
      case required
      /// STARTTLS where the server has it.
      case optional
      case none
    }

    public init(
      token: Secret? = nil, user: Secret? = nil, to: [String] = [], from: String? = nil, command: [String] = [],
      environment: [String: Secret] = [:], template: String? = nil, contentType: String? = nil,
      encryption: Encryption = .required
    ) {
      self.token = token
      self.user = user
      self.to = to
      self.from = from
      self.command = command
      self.environment = environment
      self.template = template
      self.contentType = contentType
      self.encryption = encryption
    }
  }

  public init(
    name: String, format: Format, url: Secret, secret: Secret? = nil, headers: [String: Secret] = [:],
    minimumSeverity: Severity = .warning, domains: [String] = [], types: [EventType] = [],
    allowPrivate: Bool = false, service: Service = Service(), labels: [String: String] = [:],
    groupWithin: Duration = .seconds(5), quiet: QuietHours? = nil, escalateAfter: Duration? = nil
  ) {
    self.name = name
    self.format = format
    self.url = url
    self.secret = secret
    self.headers = headers
    self.minimumSeverity = minimumSeverity
    self.domains = domains
    self.types = types
    self.allowPrivate = allowPrivate
    self.service = service
    self.labels = labels
    self.groupWithin = groupWithin
    self.quiet = quiet
    self.escalateAfter = escalateAfter
  }
}

/// The hours of a day in which a receiver is left alone.
public struct QuietHours: Hashable, Sendable {
  /// Days of the week, as a person names them.
  public enum Day: String, Hashable, Sendable, CaseIterable {
    case monday, tuesday, wednesday, thursday, friday, saturday, sunday
  }

  /// The first quiet minute of a day, and the first one that is not; an end before its start is on the next day.
  public var from: Int
  public var to: Int
  /// The days on which quiet hours begin; empty for every day.
  public var days: Set<Day>
  /// A name of the time zone database, such as `Europe/Berlin`.
  public var timeZone: String
  /// Whether what is critical is told all the same.
  public var criticalPasses: Bool

  public init(
    from: Int, to: Int, days: Set<Day> = [], timeZone: String = "UTC", criticalPasses: Bool = true
  ) {
    self.from = from
    self.to = to
    self.days = days
    self.timeZone = timeZone
    self.criticalPasses = criticalPasses
  }
}
