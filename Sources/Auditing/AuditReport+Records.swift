// The records themselves, as the report shows them.

internal import Model

extension AuditReport {
  /// The records that mail depends on, as they were found.
  public struct Records: Hashable, Sendable, Codable {
    /// The name servers of the zone.
    public var ns: [String]
    /// `10 mx.example.net.`, the most preferred first.
    public var mx: [String]
    public var spf: String?
    public var dmarc: String?
  }

  /// The tree of SPF and what it costs.
  public struct SPF: Hashable, Sendable, Codable {
    public var lookups: Int
    public var voidLookups: Int
  }
}

extension AuditReport.Records {
  init(_ facts: AuditFacts) {
    ns = facts.servers.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    mx = []
  }
}

extension AuditReport.SPF {
  init?(_ facts: AuditFacts) { nil }
}
