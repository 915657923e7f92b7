// The table of checks: each section has its own file.

extension AuditCheck {
  /// All of them, by section.
  package static let all: [AuditCheck] =
    delegation + nameServerAddresses + nameServers + zone + chain + signatures + denial + apex + MailChecks.all
}
