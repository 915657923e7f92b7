// Incidents: what is wrong for a time.

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
