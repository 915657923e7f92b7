// Events: what is told, with what was before and after, and why.

/// What an event tells.
public enum EventType: String, Hashable, Sendable, Codable, CaseIterable {
  case selectorMissing = "selector.missing"
  case selectorChanged = "selector.changed"
  case selectorRevoked = "selector.revoked"
  case selectorInvalid = "selector.invalid"
  case selectorMismatched = "selector.mismatched"
  case selectorDivergent = "selector.divergent"
  case selectorUnreachable = "selector.unreachable"
  case selectorDegraded = "selector.degraded"
  case selectorRecovered = "selector.recovered"
  /// Mail fails here for want of a key that nobody watches.
  case signatureFailing = "signature.failing"
  /// Mail of a watched domain is signed with a selector that is not watched.
  case selectorDiscovered = "selector.discovered"
  /// A key that signed mail regularly signs none any more.
  case selectorSilent = "selector.silent"
  case delegationChanged = "delegation.changed"
  case viewDown = "view.down"
  case viewRecovered = "view.recovered"
  case recordMissing = "record.missing"
  case recordChanged = "record.changed"
  case recordDivergent = "record.divergent"
  case recordUnreachable = "record.unreachable"
  case recordDegraded = "record.degraded"
  case recordRecovered = "record.recovered"
  case rotationReady = "rotation.ready"
  case rotationBlocked = "rotation.blocked"
  case rotationTooEarly = "rotation.tooEarly"
  /// An audit found what the one before did not, or the other way round.
  case auditChanged = "audit.changed"
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

  /// What is told of a record set where this is told of a key. It has no key that could be revoked, broken or pinned: a set that
  /// is not the expected one has changed.
  public var ofRecordSet: EventType {
    switch self {
    case .selectorMissing: .recordMissing
    case .selectorChanged, .selectorRevoked, .selectorInvalid, .selectorMismatched: .recordChanged
    case .selectorDivergent: .recordDivergent
    case .selectorUnreachable: .recordUnreachable
    case .selectorDegraded: .recordDegraded
    case .selectorRecovered: .recordRecovered
    default: self
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
  /// The type of the record set that this is about, as in `MX`; nil where it is about a key.
  public var recordType: String?
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
  /// false where the zone is not the user's, who can only ask whoever runs it; nil else.
  public var ours: Bool?
  /// What the mail here says of the key; nil where the census does not know it.
  public var use: Use?
  /// What is new and what was fixed, for `audit.changed`.
  public var audit: AuditNews?
  /// The silence because of which nobody was told; nil where there was none.
  public var silencedBy: String?

  public init(id: String, type: EventType, at: Timestamp, verdict: Verdict, summary: String) {
    self.id = id
    self.type = type
    self.at = at
    self.verdict = verdict
    self.summary = summary
  }

  /// The key name, or name and type of a record set, that this event is about; nil where it is about none.
  public var subject: String? { name.map { name in recordType.map { "\(name) \($0)" } ?? name.description } }

  /// The key that this event is about; nil where it is about none.
  public var key: KeyName? { KeyName(selector, of: domain) }

  /// How much mail hangs on a key, as the logs here tell it.
  public struct Use: Hashable, Sendable, Codable {
    /// Messages of the last seven days, whatever their result.
    public var messages7d: Int
    /// Those of them whose signature failed.
    public var failing7d: Int
    public var lastSeen: Timestamp
    /// `p=` of the DMARC policy that holds for the signing domain: `none`, `quarantine` or `reject`; nil where there is none.
    public var dmarcPolicy: String?

    public init(messages7d: Int, failing7d: Int, lastSeen: Timestamp, dmarcPolicy: String? = nil) {
      self.messages7d = messages7d
      self.failing7d = failing7d
      self.lastSeen = lastSeen
      self.dmarcPolicy = dmarcPolicy
    }
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
    /// What the source said, in one word: an outcome, or `divergent` where its servers differ.
    public var outcome: String
    /// Why it is `failed`; nil where it is not.
    public var failure: Outcome.Failure?
    public var records: [String]
    public var key: KeySummary?

    public init(
      state: State, verdict: Verdict, outcome: String, failure: Outcome.Failure? = nil, records: [String],
      key: KeySummary?
    ) {
      self.state = state
      self.verdict = verdict
      self.outcome = outcome
      self.failure = failure
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
