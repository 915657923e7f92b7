// The rows on mail together, and what they find: what tests and tables want of them.

package import Model

/// The rows on mail.
package enum MailChecks {
  static let all: [AuditCheck] =
    AuditCheck.mailTakeover + AuditCheck.mx + AuditCheck.mailServices + AuditCheck.spf + AuditCheck.dkim
    + AuditCheck.dmarc + AuditCheck.mtaSTS
    + AuditCheck.tlsRPT + AuditCheck.dane + AuditCheck.bimi + AuditCheck.caa

  package static var rules: [Rule] { all.map(\.rule) }

  /// What the rows find, without regard to what explains what.
  package static func findings(_ facts: MailFacts) -> [Finding] {
    var audit = AuditFacts(
      domain: facts.domain, options: AuditOptions(now: Timestamp(seconds: 0), probe: facts.subject.probe))
    audit.mail = facts
    return all.flatMap { $0.look(audit).findings(of: $0) }
  }
}
