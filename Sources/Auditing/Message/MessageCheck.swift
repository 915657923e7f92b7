// What one row of the checks on a message is, and the areas of its score.

package import Model

/// A part of the score of a message. No area loses more than its budget.
public enum MessageArea: String, Hashable, Sendable, Codable, CaseIterable {
  case signatures, spf, dmarc, header, host

  /// In tenths of a point; all of them together are 100.
  public var budget: Int {
    switch self {
    case .signatures, .spf, .header, .host: 20
    case .dmarc: 20
    }
  }

  /// As a heading.
  public var title: String {
    switch self {
    case .signatures: "DKIM and ARC"
    case .spf: "SPF"
    case .dmarc: "DMARC: does it pass as the author's own"
    case .header: "Header and form"
    case .host: "The host that sent it"
    }
  }
}

/// A row of the table of checks on messages.
package struct MessageCheck: Sendable {
  package let rule: Rule
  package let area: MessageArea
  /// In tenths; nil for the usual: 10 critical, 3 warning, 0 info.
  package let points: Int?
  package let look: @Sendable (MessageFacts) -> AuditSight

  init(
    _ id: String, _ severity: Severity, in area: MessageArea, points: Int? = nil, summary: String, remedy: String,
    source: String, _ look: @escaping @Sendable (MessageFacts) -> AuditSight
  ) {
    rule = Rule(id: id, severity: severity, summary: summary, remedy: remedy, source: source)
    self.area = area
    self.points = points
    self.look = look
  }

  func cost(of severity: Severity) -> Int {
    switch severity {
    case .info: 0
    case .warning: points ?? 3
    case .critical: points ?? 10
    }
  }
}
