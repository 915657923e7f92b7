// What the monitor knows between looks; it survives a restart.

/// What is known of one watch; survives a restart.
public struct WatchMemory: Hashable, Sendable, Codable {
  public var state: State
  public var verdict: Verdict
  public var summary: String
  /// When the state was entered, by the first look that showed it.
  public var since: Timestamp?
  /// When the watch was last judged from fresh answers that differed from what was known.
  public var changedAt: Timestamp?
  /// An anomaly that is not confirmed yet; the first line of its evidence is the state.
  public var suspicion: Confirmation?
  public var lastGood: Event.LastGood?
  /// When the last good key was first seen as it is; nil before there was one.
  public var keySince: Timestamp?
  /// The answer at the source that the state rests on.
  public var snapshot: Event.Snapshot?
  public var findings: [Finding]
  public var caches: [CacheClock]
  /// The open incident, whole, so that the event that closes it needs nothing else.
  public var openIncident: Incident?
  /// A lasting warning, or its end, that is not confirmed yet; `evidence` holds the ids of the rules.
  public var warning: Confirmation?
  /// The rules whose lasting warnings were told; nil where none is.
  public var toldWarnings: [String]?
  /// Answers that come and go; nil while the last looks agree.
  public var wavering: Wavering?
  /// A fault of some servers of the zone that no look shows while all of them have the same key; nil where there is none.
  public var serverFinding: Finding?
  /// The open incident of a change that nobody announced, whole; beside `openIncident`, since either may end alone.
  public var openChange: Incident?
  /// The open incident of a key that signs no mail any more, whole; it ends apart from the others too.
  public var openSilence: Incident?
  /// The zone that holds the key name.
  public var zone: DomainName?
  /// Why the state is what it is; nil while it is as expected.
  public var explanation: Explanation?

  /// Why a watch is in its state, as it was told.
  public struct Explanation: Hashable, Sendable, Codable {
    public var diagnosis: Diagnosis
    /// The change of name servers that belongs in the same sentence.
    public var delegation: DelegationChange?

    public init(diagnosis: Diagnosis, delegation: DelegationChange? = nil) {
      self.diagnosis = diagnosis
      self.delegation = delegation
    }
  }
  /// What is known of the rotation that brings this key.
  public var rotation: RotationMemory?

  /// The state that the suspicion is of.
  public var suspectedState: State? {
    suspicion?.evidence.split(separator: "\n").first.flatMap { State(rawValue: String($0)) }
  }
  /// Whether the state is not the expected one, but as it should be all the same.
  public var isHarmless: Bool { explanation?.diagnosis.isHarmless ?? false }
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
  /// A change that is not confirmed yet.
  public var suspectedChange: DelegationChange?
  /// How many looks have shown it.
  public var suspicion: Confirmation?
  /// When the newest serial was first seen; nil where none was seen yet.
  public var serialSince: Timestamp?

  public init(
    delegation: Delegation, firstSeen: Timestamp, lastChange: DelegationChange? = nil,
    suspectedChange: DelegationChange? = nil, serialSince: Timestamp? = nil
  ) {
    self.delegation = delegation
    self.firstSeen = firstSeen
    self.lastChange = lastChange
    self.suspectedChange = suspectedChange
    self.serialSince = serialSince
  }
}

/// What is known of one view as a whole.
public struct ViewMemory: Hashable, Sendable, Codable {
  /// When the first look failed of those that showed the view down; nil while it is up.
  public var downSince: Timestamp?
  /// Failures without any answer since, and control questions that failed too, before the view counts as down.
  public var suspicion: Confirmation?
  /// Zones whose watches failed since; two are enough to know, so no more are kept.
  public var suspectedZones: [DomainName]?
  /// The open incident, whole.
  public var openIncident: Incident?

  /// The id of the open incident.
  public var incident: String? { openIncident?.id }
  /// When the open incident was last told.
  public var toldAt: Timestamp? { openIncident?.toldAt }

  public init() {}
}
