// What a pulse asks of a zone, and what comes of it: far less than a look, and far more often.

/// What one answer shows of the version of a zone. Another mark means that its records may be others.
public enum ZoneMark: Hashable, Sendable {
  /// The serial of its SOA record.
  case serial(UInt32)
  /// A digest of the names of its NS records, whatever their order.
  case servers(UInt32)

  /// What is asked for.
  public enum Kind: Hashable, Sendable { case serial, servers }
}

/// One question of a pulse.
public struct PulseQuestion: Hashable, Sendable {
  public var zone: DomainName
  /// `serial` is asked of a server of the zone, `servers` of one of the zone above.
  public var kind: ZoneMark.Kind
  public var server: Endpoint
  /// The mark that is no news; nil where none is known yet.
  public var expected: ZoneMark?

  public init(zone: DomainName, kind: ZoneMark.Kind, server: Endpoint, expected: ZoneMark? = nil) {
    self.zone = zone
    self.kind = kind
    self.server = server
    self.expected = expected
  }
}

/// What came of one question of a pulse. None of it is a verdict on a key.
public enum PulseAnswer: Hashable, Sendable {
  case mark(ZoneMark)
  /// An answer that has no mark: a refusal, an answer without authority, a referral elsewhere.
  case unusable
  case silence
}

/// A zone that keys depend on, as a look has found it.
public struct PulsedZone: Hashable, Sendable {
  public var name: DomainName
  public var servers: [Endpoint]
  /// The servers of the zone above, which tell the delegation; empty where they are not known.
  public var parents: [Endpoint]
  /// The newest serial that the look saw.
  public var serial: UInt32?

  public init(name: DomainName, servers: [Endpoint], parents: [Endpoint] = [], serial: UInt32? = nil) {
    self.name = name
    self.servers = servers
    self.parents = parents
    self.serial = serial
  }
}
