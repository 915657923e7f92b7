// What the monitor knows between looks, and what one look changes: the unit that Storage commits.

/// What is known of one watch; survives a restart.
public struct WatchMemory: Hashable, Sendable, Codable {
  public var state: State
  public var verdict: Verdict
  public var summary: String
  /// When the state was entered, by the first look that showed it.
  public var since: Timestamp?
  /// When the watch was last judged from fresh answers that differed from what was known.
  public var changedAt: Timestamp?
  /// An anomaly that is not confirmed yet.
  public var suspicion: Suspicion?
  public var lastGood: Event.LastGood?
  /// The answer at the source that the state rests on.
  public var snapshot: Event.Snapshot?
  public var findings: [Finding]
  public var caches: [CacheClock]
  /// The open incident, whole, so that the event that closes it needs nothing else.
  public var openIncident: Incident?
  /// The zone that holds the key name.
  public var zone: DomainName?

  public struct Suspicion: Hashable, Sendable, Codable {
    public var state: State
    /// What makes two looks show the same anomaly: state and the digests at the source.
    public var evidence: String
    public var firstSeen: Timestamp
    /// How many looks have shown it.
    public var count: Int
    /// The last look that was counted: looks must stand apart to confirm each other.
    public var lastCounted: Timestamp
    /// How many looks in a row, counted ones, differed from the settled state, whatever they showed.
    public var unsettledLooks: Int

    public init(
      state: State, evidence: String, firstSeen: Timestamp, count: Int, lastCounted: Timestamp? = nil,
      unsettledLooks: Int? = nil
    ) {
      self.state = state
      self.evidence = evidence
      self.firstSeen = firstSeen
      self.count = count
      self.lastCounted = lastCounted ?? firstSeen
      self.unsettledLooks = unsettledLooks ?? count
    }
  }

  /// The id of the open incident.
  public var incident: String? { openIncident?.id }
  /// When the open incident was last told.
  public var toldAt: Timestamp? { openIncident?.toldAt }

  public init() {
    state = .pending
    verdict = .unknown
    summary = "not asked yet"
    findings = []
    caches = []
  }
}

/// What is known of one zone's delegation.
public struct ZoneMemory: Hashable, Sendable, Codable {
  public var delegation: Delegation
  public var firstSeen: Timestamp
  /// The last change of its servers.
  public var lastChange: DelegationChange?
  /// A change that one look has shown and no second one yet.
  public var suspectedChange: DelegationChange?

  public init(
    delegation: Delegation, firstSeen: Timestamp, lastChange: DelegationChange? = nil,
    suspectedChange: DelegationChange? = nil
  ) {
    self.delegation = delegation
    self.firstSeen = firstSeen
    self.lastChange = lastChange
    self.suspectedChange = suspectedChange
  }
}

/// What is known of one view as a whole.
public struct ViewMemory: Hashable, Sendable, Codable {
  /// When the first look failed of those that showed the view down; nil while it is up.
  public var downSince: Timestamp?
  /// Sweeps in which nothing was answered, before the view counts as down.
  public var suspicion: Suspicion?
  /// The open incident, whole.
  public var openIncident: Incident?

  public struct Suspicion: Hashable, Sendable, Codable {
    public var firstSeen: Timestamp
    /// How many sweeps in a row, standing apart, were answered by nobody.
    public var count: Int
    public var lastCounted: Timestamp
    /// Zones whose watches failed; two are enough to know, so no more are kept.
    public var zones: [DomainName]

    public init(firstSeen: Timestamp, count: Int, lastCounted: Timestamp, zones: [DomainName]) {
      self.firstSeen = firstSeen
      self.count = count
      self.lastCounted = lastCounted
      self.zones = zones
    }
  }

  /// The id of the open incident.
  public var incident: String? { openIncident?.id }
  /// When the open incident was last told.
  public var toldAt: Timestamp? { openIncident?.toldAt }

  public init() {}
}

/// One answer of one server of one view, to be kept as a span of history.
public struct Sighting: Hashable, Sendable {
  public var key: KeyName
  public var view: String
  public var server: String
  public var endpoint: Endpoint?
  public var answer: Answer
  public var at: Timestamp

  public init(key: KeyName, view: String, server: String, endpoint: Endpoint?, answer: Answer, at: Timestamp) {
    self.key = key
    self.view = view
    self.server = server
    self.endpoint = endpoint
    self.answer = answer
    self.at = at
  }
}

/// Everything that one look changes; written in one transaction, or not at all.
public struct Change: Sendable {
  public var at: Timestamp
  public var watches: [KeyName: WatchMemory]
  public var zones: [DomainName: ZoneMemory]
  public var views: [String: ViewMemory]
  /// The answers of the look. Storage ends the spans that differ and leaves equal ones alone. A server of the
  /// same key and view that is not among them has left the delegation: its span ends.
  public var sightings: [Sighting]
  /// When the watches of the sightings were last asked without anything new, after their last look: a span that ends
  /// was true until then. Adds nothing to write.
  public var unchangedUntil: [KeyName: Timestamp]
  public var events: [Event]
  public var incidents: [Incident]
  public var deliveries: [Delivery]

  public init(at: Timestamp) {
    self.at = at
    watches = [:]
    zones = [:]
    views = [:]
    sightings = []
    unchangedUntil = [:]
    events = []
    incidents = []
    deliveries = []
  }

  /// Whether there is nothing to write.
  public var isEmpty: Bool {
    watches.isEmpty && zones.isEmpty && views.isEmpty && sightings.isEmpty && events.isEmpty && incidents.isEmpty
      && deliveries.isEmpty
  }
}

/// A span of history: one server of one view gave one answer from the first to the last time.
public struct AnswerSpan: Hashable, Sendable {
  public var key: KeyName
  public var view: String
  public var server: String
  public var endpoint: Endpoint?
  public var firstSeen: Timestamp
  public var lastSeen: Timestamp
  /// Whether this is still what the server says, as far as is known.
  public var isCurrent: Bool
  public var answer: Answer

  public init(
    key: KeyName, view: String, server: String, endpoint: Endpoint?, firstSeen: Timestamp, lastSeen: Timestamp,
    isCurrent: Bool, answer: Answer
  ) {
    self.key = key
    self.view = view
    self.server = server
    self.endpoint = endpoint
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.isCurrent = isCurrent
    self.answer = answer
  }
}
