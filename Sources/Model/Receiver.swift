// Where events are told.

/// Where events are told, as configured.
public struct Receiver: Hashable, Sendable {
  /// How events are written for it.
  public enum Format: String, Hashable, Sendable, CaseIterable {
    case generic, slack
  }

  public var name: String
  public var format: Format
  /// The URL is a secret: most webhook URLs carry their token.
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

  public init(
    name: String, format: Format, url: Secret, secret: Secret? = nil, headers: [String: Secret] = [:],
    minimumSeverity: Severity = .warning, domains: [String] = [], types: [EventType] = [],
    allowPrivate: Bool = false
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
  }
}
