// Silences: nobody is told of what they match, for a while, and somebody has said why.

/// A person wants no alerts of what matches, until a time.
public struct Silence: Hashable, Sendable, Codable {
  /// `sil_…`
  public var id: String
  public var matchers: Matchers
  public var by: String
  public var reason: String
  public var createdAt: Timestamp
  public var expiresAt: Timestamp

  /// What an event must have to match; what is empty matches all.
  public struct Matchers: Hashable, Sendable, Codable {
    /// `example.org`, `*.example.org` or `*`; nil also matches what is about no domain.
    public var domain: String?
    public var selector: DomainName?
    public var labels: [String: String]
    public var types: [EventType]

    public init(
      domain: String? = nil, selector: DomainName? = nil, labels: [String: String] = [:], types: [EventType] = []
    ) {
      self.domain = domain
      self.selector = selector
      self.labels = labels
      self.types = types
    }
  }

  public init(
    id: String, matchers: Matchers, by: String, reason: String, createdAt: Timestamp, expiresAt: Timestamp
  ) {
    self.id = id
    self.matchers = matchers
    self.by = by
    self.reason = reason
    self.createdAt = createdAt
    self.expiresAt = expiresAt
  }

  /// Whether it holds at a time.
  public func isActive(at time: Timestamp) -> Bool { createdAt <= time && time < expiresAt }

  /// Whether it holds for an event at a time.
  public func matches(_ event: Event, at time: Timestamp) -> Bool {
    guard event.type != .test, isActive(at: time) else { return false }
    if let pattern = matchers.domain {
      guard let subject = event.domain ?? event.zone, DomainPattern(pattern)?.matches(subject) == true else {
        return false
      }
    }
    if let selector = matchers.selector, event.selector != selector { return false }
    if !matchers.types.isEmpty, !matchers.types.contains(event.type) { return false }
    return matchers.labels.allSatisfy { event.labels?[$0.key] == $0.value }
  }
}
