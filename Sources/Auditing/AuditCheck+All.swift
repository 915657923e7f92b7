// The table of checks: each section has its own file.

internal import Keys
internal import Model

extension AuditCheck {
  /// All of them, by section.
  package static let all: [AuditCheck] =
    delegation + nameServerAddresses + nameServers + zone + chain + signatures + denial + apex + MailChecks.all

  /// The ids of all findings that a report can have.
  package static let ids = Set(all.map(\.rule.id) + KeyRules.all.map(\.id))
}
