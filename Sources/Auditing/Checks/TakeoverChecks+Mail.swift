// Names in mail records that a stranger could take, and records that let everybody send.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let mailTakeover: [AuditCheck] = [
    mail(
      "spf-all-pass", .critical, in: .takeover, points: 10, cap: .f,
      summary: "SPF allows every address to send mail in this domain's name.",
      remedy: "End the record with ~all or -all, and list only the addresses that send.",
      source: "RFC 7208, section 5.1",
      sight: { facts in
        let own = (facts.spf.record.judgement?.findings ?? []).filter { $0.rule == "spf-all-pass" }
        if !own.isEmpty { return .findings(own) }
        // The `all` of an include passes what includes it.
        let found = (facts.spf.tree?.allNodes ?? []).filter { node, path in
          guard let record = node.record, path.split(separator: ">").allSatisfy({ Self.passes($0) }) else {
            return false
          }
          let (parsed, _) = SPFRecord.read(Array(record.utf8))
          return parsed.directives.first { $0.mechanism == .all }.map { $0.qualifier == .pass } ?? false
        }
        return .any(
          found.prefix(3).map { node, path in
            AuditObservation(
              "\(path): \(node.record ?? "")",
              text: "SPF allows every address to send mail in this domain's name, since \(node.term) allows all.",
              remedy: "Remove \(path.prefix { $0 != " " }).")
          })
      }),
    free(
      "mx-target-free", .mx, "anybody who registers it receives your mail", "Remove that MX record now.", points: 10),
    free(
      "spf-target-free", .spf, "anybody who registers it can send mail that passes SPF", "Remove the term now.",
      points: 10),
    free(
      "report-target-free", .reports, "anybody who registers it gets your reports", "Change or remove the address.",
      severity: .warning, points: 3),
  ]

  /// Whether a term passes on what its include passes.
  private static func passes(_ term: Substring) -> Bool {
    let term = term.drop { $0 == " " }
    return !["-", "~", "?"].contains { term.hasPrefix($0) }
  }

  private static func free(
    _ id: String, _ use: FreeDomain.Use, _ what: String, _ remedy: String, severity: Severity = .critical, points: Int
  ) -> AuditCheck {
    mail(
      id, severity, in: .takeover, points: points, cap: severity == .critical ? .f : nil,
      summary: "A domain that the records name is not registered: \(what).", remedy: remedy,
      source: "Guardio Labs, SubdoMailing (2024)"
    ) { facts in
      facts.free.filter { $0.use == use }.map { found in
        AuditObservation(
          "\(found.source) needs \(found.domain), which does not exist",
          text: "The domain \(found.domain) is not registered: \(what).",
          remedy: use == .spf ? "Remove \(found.source) now." : nil)
      }
    }
  }
}
