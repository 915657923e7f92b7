// The table of causes: one row and one function a cause, the more particular before the more general.

internal import Judging
public import Model

/// What docs/causes.md says of one cause.
public struct CauseDescription: Hashable, Sendable, Codable {
  public var id: String
  public var summary: String
  public var remedy: String
}

/// The causes that a diagnosis can name.
public enum CauseRules {
  /// All rows, in the order in which equally sure causes are preferred.
  public static let all: [CauseDescription] = (table.dropLast() + ofRecordSets).map {
    CauseDescription(id: $0.id, summary: $0.summary, remedy: $0.remedy)
  }

  /// The causes that are told as findings too, as rows of the table of rules.
  public static let findings: [Rule] = table.compactMap { row in
    row.severity.map {
      Rule(id: row.id, severity: $0, summary: row.summary, remedy: row.remedy, source: row.source)
    }
  }

  static let table: [CauseRule] =
    RegistrationCauses.all + VendorDomainCauses.all + PlacementCauses.all + CopyCauses.all + MigrationCauses.all
    + TakeoverCauses.all
    + VendorCauses.all + ChainCauses.all
    + RecordCauses.all + SecurityCauses.all + TransportCauses.all + ServerCauses.all + CacheCauses.all
    + AbsenceCauses.all

  /// Those of a record set that is no key.
  static let ofRecordSets: [CauseRule] = RecordSetCauses.all + [AbsenceCauses.observed]
}
