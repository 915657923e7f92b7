// Events, incidents and deliveries: what is told, and what becomes of it.

/// What an event tells.
public enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
  case selectorMissing = "selector.missing"
  case selectorChanged = "selector.changed"
  case selectorRevoked = "selector.revoked"
  case selectorInvalid = "selector.invalid"
  case selectorMismatched = "selector.mismatched"
  case selectorDivergent = "selector.divergent"
  case selectorUnreachable = "selector.unreachable"
  case selectorRecovered = "selector.recovered"
  case delegationChanged = "delegation.changed"
  case viewDown = "view.down"
  case viewRecovered = "view.recovered"
  case test

  /// The type that tells of entering a state; nil for the states that are told as recovery or not at all.
  public init?(entering state: State) {
    switch state {
    case .missing: self = .selectorMissing
    case .revoked: self = .selectorRevoked
    case .invalid: self = .selectorInvalid
    case .mismatched: self = .selectorMismatched
    case .divergent: self = .selectorDivergent
    case .unreachable: self = .selectorUnreachable
    case .published, .pending: return nil
    }
  }
}

/// A state transition or a change, with evidence before and after; its JSON is what `generic` delivers.
public struct Event: Hashable, Sendable, Codable {
  /// `evt_` and 26 characters that sort by time.
  public var id: String
  public var type: EventType
  public var at: Timestamp
  public var verdict: Verdict
  /// `inc_…`; the incident that this event opens, continues or closes.
  public var incident: String?
  /// Whether this tells again of an incident that is still open.
  public var reminder: Bool?
  public var domain: DomainName?
  public var selector: DomainName?
  public var name: DomainName?
  /// The view, for `view.down` and `view.recovered`.
  public var view: String?
  /// The zone, for `delegation.changed`.
  public var zone: DomainName?
  /// One sentence.
  public var summary: String
  /// When the state that this event tells of began to be seen.
  public var since: Timestamp?
  public var lastGood: LastGood?
  public var before: Snapshot?
  public var after: Snapshot?
  /// Who served the zone before and after, where that changed.
  public var delegation: DelegationChange?
  public var caches: [CacheClock]?
  public var findings: [Finding]?
  public var diagnosis: Diagnosis?
  public var labels: [String: String]?
  public var note: String?

  public init(id: String, type: EventType, at: Timestamp, verdict: Verdict, summary: String) {
    self.id = id
    self.type = type
    self.at = at
    self.verdict = verdict
    self.summary = summary
  }

  /// The last answer that was good.
  public struct LastGood: Hashable, Sendable, Codable {
    /// When it was last seen.
    public var at: Timestamp
    /// The TXT values, strings joined.
    public var records: [String]
    /// The CNAME chain that led to them, the key name left out; nil where the name itself held them.
    public var cname: [DomainName]?
    /// The TTL at the source in seconds; nil where only caches told one.
    public var ttl: UInt32?

    public init(at: Timestamp, records: [String], cname: [DomainName]? = nil, ttl: UInt32? = nil) {
      self.at = at
      self.records = records
      self.cname = cname
      self.ttl = ttl
    }
  }

  /// State and answer at one side of a change.
  public struct Snapshot: Hashable, Sendable, Codable {
    public var state: State
    public var verdict: Verdict
    /// The outcome at the source, in words.
    public var outcome: String
    public var records: [String]
    public var key: KeySummary?

    public init(state: State, verdict: Verdict, outcome: String, records: [String], key: KeySummary?) {
      self.state = state
      self.verdict = verdict
      self.outcome = outcome
      self.records = records
      self.key = key
    }
  }
}

/// The servers of a zone before and after.
public struct DelegationChange: Hashable, Sendable, Codable {
  public var zone: DomainName
  /// When the new servers were first seen.
  public var at: Timestamp
  public var before: [DomainName]
  public var after: [DomainName]

  public init(zone: DomainName, at: Timestamp, before: [DomainName], after: [DomainName]) {
    self.zone = zone
    self.at = at
    self.before = before
    self.after = after
  }
}

/// Why something is wrong, and what mends it.
public struct Diagnosis: Hashable, Sendable, Codable {
  public var cause: String
  public var evidence: [String]
  public var remedy: String
  /// The zone-file line to add, where a record mends it.
  public var record: String?

  public init(cause: String, evidence: [String], remedy: String, record: String? = nil) {
    self.cause = cause
    self.evidence = evidence
    self.remedy = remedy
    self.record = record
  }
}

/// From the event that opened it to the one that closed it.
public struct Incident: Hashable, Sendable, Codable {
  /// `inc_…`
  public var id: String
  /// What it is about: a key name, `view:<name>`.
  public var subject: String
  public var openedAt: Timestamp
  public var openedBy: String
  public var closedAt: Timestamp?
  public var closedBy: String?
  /// The worst verdict of its events.
  public var verdict: Verdict
  /// When it was last told.
  public var toldAt: Timestamp

  public init(id: String, subject: String, openedAt: Timestamp, openedBy: String, verdict: Verdict, toldAt: Timestamp) {
    self.id = id
    self.subject = subject
    self.openedAt = openedAt
    self.openedBy = openedBy
    self.verdict = verdict
    self.toldAt = toldAt
  }
}

/// One event to one receiver, retried until it is accepted or given up.
public struct Delivery: Hashable, Sendable, Codable {
  /// Stable over all tries, so that a receiver can drop a repeat: `dlv_…`.
  public var id: String
  public var event: String
  public var receiver: String
  public var status: Status
  /// How many tries were made.
  public var attempts: Int
  /// When the next try is due; nil where none is.
  public var nextAttemptAt: Timestamp?
  /// What came of the last try: one sentence; nil before the first.
  public var lastResult: String?
  public var createdAt: Timestamp
  public var finishedAt: Timestamp?

  public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for its next try.
    case pending
    /// The receiver has accepted it.
    case delivered
    /// No try will follow, unless a person asks for one.
    case failed
  }

  public init(id: String, event: String, receiver: String, createdAt: Timestamp) {
    self.id = id
    self.event = event
    self.receiver = receiver
    self.createdAt = createdAt
    status = .pending
    attempts = 0
    nextAttemptAt = createdAt
  }
}

/// Where events are told, as configured.
public struct Receiver: Hashable, Sendable {
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
