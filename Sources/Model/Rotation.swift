// A change from one selector to another that is under way, as a watch carries it.

/// A signer is about to change from one selector to another.
public struct Rotation: Hashable, Sendable {
  /// The key that is in use.
  public var old: KeyName
  /// The key that comes.
  public var new: KeyName
  /// The fingerprint of the key that has to stand at the new selector, as in `KeySummary.fingerprint`; nil for any.
  public var fingerprint: String?

  public init(old: KeyName, new: KeyName, fingerprint: String? = nil) {
    self.old = old
    self.new = new
    self.fingerprint = fingerprint
  }
}

/// What is known of one key of a rotation from all looks so far.
public struct KeyMemory: Hashable, Sendable, Codable {
  /// The last look; nil before the first.
  public var at: Timestamp?
  /// Every server of the source and every other view, as the last look met them.
  public var places: [Place]
  /// The zone that holds the key name.
  public var zone: DomainName?
  /// The longest that a negative answer was seen to be kept, in seconds (RFC 2308, section 5); nil where none told.
  public var negativeTTL: UInt32?
  /// Where the way to the source ended in the last look.
  public var walkFailure: WalkFailure?

  public init() { places = [] }

  /// A server of the source, or a view, and what it is known to have said.
  public struct Place: Hashable, Sendable, Codable {
    public var view: String
    public var isAuthoritative: Bool
    /// As in `ServerAnswer`.
    public var server: String
    public var endpoint: Endpoint?
    /// What it said last; failures do not count. nil where it never said anything.
    public var holding: Holding?
    /// Since when it has been seen to say that, with nothing else between.
    public var since: Timestamp
    /// What it said before.
    public var before: Before
    /// How long what it said before could be cached, in seconds; nil where that is not known.
    public var beforeTTL: UInt32?
    /// When all that it said earlier still has left every cache.
    public var residue: Timestamp?
    /// When it last answered.
    public var answeredAt: Timestamp
    /// How long the last answer may be kept from then on, in seconds.
    public var ttl: UInt32?
    /// Why it did not answer in the last look.
    public var failure: Outcome.Failure?
    /// The serial of the zone there, where it told it.
    public var serial: UInt32?
    /// AA.
    public var isAuthority: Bool
    /// What a person types to see the last answer, and what came.
    public var evidence: String

    public init(
      view: String, isAuthoritative: Bool, server: String, endpoint: Endpoint?, at: Timestamp, evidence: String
    ) {
      self.view = view
      self.isAuthoritative = isAuthoritative
      self.server = server
      self.endpoint = endpoint
      self.evidence = evidence
      since = at
      before = .unknown
      answeredAt = at
      isAuthority = false
    }
  }

  /// What a place has at the key name.
  public struct Holding: Hashable, Sendable, Codable {
    /// `missing` for no record; else what the record is worth.
    public var state: State
    /// The texts, strings joined, sorted.
    public var records: [String]
    public var key: KeySummary?
    /// Why the record cannot be used, in one sentence; nil where it can.
    public var fault: String?

    public init(state: State, records: [String] = [], key: KeySummary? = nil, fault: String? = nil) {
      self.state = state
      self.records = records
      self.key = key
      self.fault = fault
    }
  }

  /// What came before the present answer of a place.
  public enum Before: String, Hashable, Sendable, Codable {
    /// Nobody looked.
    case unknown
    /// There was no record.
    case absence
    /// There was another record.
    case other
  }
}

/// What is known of a rotation between looks; survives a restart.
public struct RotationMemory: Hashable, Sendable, Codable {
  public var new: KeyMemory
  public var old: KeyMemory
  /// What makes two looks show the same, of the last situation that was told.
  public var told: String?
  /// When the signer could first be told to switch.
  public var readySince: Timestamp?
  /// A situation that is not confirmed yet.
  public var suspicion: Confirmation?
  /// Whether it was told that the old key left too early.
  public var isLossTold: Bool
  /// When a look is due that no interval asks for.
  public var lookDue: Timestamp?
  /// The rotation that this is about, as text: another one begins anew.
  public var subject: String

  public init(subject: String) {
    self.subject = subject
    new = KeyMemory()
    old = KeyMemory()
    isLossTold = false
  }
}
