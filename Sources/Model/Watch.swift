// What is monitored, and what is expected of it.

/// One key name that is monitored, with its own interval and expectations.
public struct Watch: Hashable, Sendable {
  public var key: KeyName
  public var interval: Duration
  /// The names of the views that are asked; nil for all.
  public var views: [String]?
  public var expectation: Expectation
  /// Handed on with every event.
  public var labels: [String: String]
  public var note: String?
  /// The rotation that this key is the old or the new one of.
  public var rotation: Rotation?
  /// Whether the zone is the user's own; else a remedy is a text to forward to whoever runs it.
  public var isOurs: Bool
  /// Whether it is watched because of mail, and not because the configuration names it.
  public var isLearned = false

  public init(
    key: KeyName, interval: Duration, views: [String]? = nil, expectation: Expectation = Expectation(),
    labels: [String: String] = [:], note: String? = nil, rotation: Rotation? = nil, isOurs: Bool = true
  ) {
    self.key = key
    self.interval = interval
    self.views = views
    self.expectation = expectation
    self.labels = labels
    self.note = note
    self.rotation = rotation
    self.isOurs = isOurs
  }
}

/// What a watch is held against.
public struct Expectation: Hashable, Sendable, Codable {
  /// The state that is right: `published` (also where nil), `revoked` or `missing`.
  public var state: State?
  /// The fingerprint of the pinned key, as in `KeySummary.fingerprint`. A key that was pinned by its text
  /// (`expect.key`) stands here by its fingerprint too.
  public var fingerprint: String?
  /// The least size of an RSA key in bits.
  public var minimumBits: Int?
  /// The records that a set has to be made of, none missing and none besides; in presentation form, as people write them.
  public var values: [String]?
  /// Records that have to be in a set.
  public var contains: [String]?

  public init(
    state: State? = nil, fingerprint: String? = nil, minimumBits: Int? = nil, values: [String]? = nil,
    contains: [String]? = nil
  ) {
    self.state = state
    self.fingerprint = fingerprint
    self.minimumBits = minimumBits
    self.values = values
    self.contains = contains
  }
}

/// How anomalies are confirmed and told again.
public struct MonitoringPolicy: Hashable, Sendable {
  /// How many further looks must agree before the state changes.
  public var confirmTimes: Int
  /// How long after an anomaly it is looked at again.
  public var confirmAfter: Duration
  /// How long nothing must be reachable before the state becomes `unreachable`.
  public var unreachableAfter: Duration
  /// How often an open incident is told again; nil for never.
  public var remindAfter: Duration?
  /// How long a key that changed without an announcement keeps its incident open, unless somebody acknowledges it
  /// before; nil for until then.
  public var acceptChangesAfter: Duration?

  public init(
    confirmTimes: Int = 2, confirmAfter: Duration = .seconds(15), unreachableAfter: Duration = .seconds(1800),
    remindAfter: Duration? = .seconds(86_400), acceptChangesAfter: Duration? = .seconds(7 * 86_400)
  ) {
    self.confirmTimes = confirmTimes
    self.confirmAfter = confirmAfter
    self.unreachableAfter = unreachableAfter
    self.remindAfter = remindAfter
    self.acceptChangesAfter = acceptChangesAfter
  }
}
