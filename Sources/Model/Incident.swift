// Incidents: what is wrong, or was changed by nobody that is known, for a time.

/// From the event that opened it to the one that closed it.
public struct Incident: Hashable, Sendable, Codable {
  /// What keeps an incident open.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Something is wrong now; it ends when that is right again.
    case condition
    /// Something changed that nobody announced, or a key fell silent; it ends when a person acknowledges it. A change is
    /// taken as right after a time, and a silence ends with the next mail.
    case change
  }

  /// `inc_…`
  public var id: String
  public var kind: Kind
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
  /// Who has taken note of it; nil while nobody has.
  public var acknowledged: Acknowledgement?

  public init(
    id: String, kind: Kind = .condition, subject: String, openedAt: Timestamp, openedBy: String, verdict: Verdict,
    toldAt: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.subject = subject
    self.openedAt = openedAt
    self.openedBy = openedBy
    self.verdict = verdict
    self.toldAt = toldAt
  }
}

extension Incident {
  /// Reads what was written before incidents had a kind, too.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    kind = try container.decodeIfPresent(Kind.self, forKey: .kind) ?? .condition
    subject = try container.decode(String.self, forKey: .subject)
    openedAt = try container.decode(Timestamp.self, forKey: .openedAt)
    openedBy = try container.decode(String.self, forKey: .openedBy)
    closedAt = try container.decodeIfPresent(Timestamp.self, forKey: .closedAt)
    closedBy = try container.decodeIfPresent(String.self, forKey: .closedBy)
    verdict = try container.decode(Verdict.self, forKey: .verdict)
    toldAt = try container.decode(Timestamp.self, forKey: .toldAt)
    acknowledged = try container.decodeIfPresent(Acknowledgement.self, forKey: .acknowledged)
  }
}

/// A person has taken note of an incident, and says why it may rest.
public struct Acknowledgement: Hashable, Sendable, Codable {
  /// The id of the incident.
  public var incident: String
  public var by: String
  public var note: String
  public var at: Timestamp

  public init(incident: String, by: String, note: String, at: Timestamp) {
    self.incident = incident
    self.by = by
    self.note = note
    self.at = at
  }
}
