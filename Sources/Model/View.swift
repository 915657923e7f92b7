// Views: the places that a question is put to.

/// One view as configured.
public struct View: Hashable, Sendable {
  /// What users call it: `local`, `google`, `authoritative`.
  public var name: String
  public var source: Source
  /// How long one try waits.
  public var timeout: Duration
  /// How many tries follow the first.
  public var retries: Int
  /// The most questions a second that one server address is asked.
  public var rate: Int

  /// Where the answers come from.
  public enum Source: Hashable, Sendable {
    /// The resolvers of a resolv.conf file, read again when it changes.
    case system(resolvConf: String)
    /// One recursive resolver on port 53 or another.
    case resolver(Endpoint, Transport)
    /// One DoH resolver (RFC 8484).
    case https(url: String)
    /// The zone's own name servers, found from the root down. No hints = the built-in list.
    case authoritative(rootHints: [IPAddress], port: UInt16)
  }

  public init(
    name: String, source: Source, timeout: Duration = .seconds(2), retries: Int = 2, rate: Int? = nil
  ) {
    self.name = name
    self.source = source
    self.timeout = timeout
    self.retries = retries
    if let rate {
      self.rate = rate
    } else if case .authoritative = source {
      self.rate = 50
    } else {
      self.rate = 100
    }
  }

  /// Whether the view asks the zone's own servers, whose word outranks caches.
  public var isAuthoritative: Bool {
    if case .authoritative = source { true } else { false }
  }
}
