// Incidents as they are shown: what is open, since when, and who has acknowledged it.

package import Model

extension Incident {
  /// What has become of an incident so far.
  package enum Status: String, Encodable {
    case open, acknowledged, closed
  }

  package var status: Status { closedAt != nil ? .closed : acknowledged != nil ? .acknowledged : .open }
}

/// The JSON object of an incident, with what opened it.
package struct IncidentObject: Encodable {
  let incident: Incident
  /// The event that opened it; nil where that was pruned.
  let opening: Event?

  package init(_ incident: Incident, opening: Event?) {
    self.incident = incident
    self.opening = opening
  }

  private enum CodingKeys: String, CodingKey {
    case id, kind, status, verdict, subject, type, summary, openedAt, openedBy, toldAt, acknowledged, closedAt, closedBy
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(incident.id, forKey: .id)
    try container.encode(incident.kind, forKey: .kind)
    try container.encode(incident.status, forKey: .status)
    try container.encode(incident.verdict, forKey: .verdict)
    try container.encode(incident.subject, forKey: .subject)
    try container.encodeIfPresent(opening?.type, forKey: .type)
    try container.encodeIfPresent(opening?.summary, forKey: .summary)
    try container.encode(incident.openedAt, forKey: .openedAt)
    try container.encode(incident.openedBy, forKey: .openedBy)
    try container.encode(incident.toldAt, forKey: .toldAt)
    try container.encodeIfPresent(incident.acknowledged, forKey: .acknowledged)
    try container.encodeIfPresent(incident.closedAt, forKey: .closedAt)
    try container.encodeIfPresent(incident.closedBy, forKey: .closedBy)
  }
}
