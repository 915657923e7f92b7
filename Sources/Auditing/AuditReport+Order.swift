// The order in which people read a report.

internal import Model

extension AuditReport {
  /// The sections, the worst first; of equal ones in the order of the table.
  public var sectionsByWorst: [Section] {
    func rank(_ section: Section) -> (Int, Double) {
      let worst = section.findings.first?.finding.severity
      let place =
        switch worst {
        case .critical: 0
        case .warning: 1
        case .info where section.findings.contains { $0.points > 0 }: 2
        case .info, nil: section.good.isEmpty && !section.unknown.isEmpty && worst == nil ? 3 : 4
        }
      return (place, place < 3 ? section.score : 0)
    }
    return sections.enumerated().sorted { one, other in
      let (left, right) = (rank(one.element), rank(other.element))
      if left.0 != right.0 { return left.0 < right.0 }
      return left.1 != right.1 ? left.1 < right.1 : one.offset < other.offset
    }.map(\.element)
  }
}

extension AuditReport.Records {
  /// The records with their names, one a row.
  public var rows: [(name: String, value: String)] {
    ns.map { ("NS", $0) } + mx.map { ("MX", $0) }
      + [("SPF", spf), ("DMARC", dmarc)].compactMap { name, value in
        value.map { (name, $0) }
      }
  }
}
