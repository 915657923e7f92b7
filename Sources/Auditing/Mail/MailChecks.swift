// How rows on mail are written: over what the survey of mail found, and rows that pass on what other tables find.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  /// A row over what is known of the mail; quiet where the domain does not exist.
  static func mail(
    _ id: String, _ severity: Severity, in section: AuditSection, points: Int? = nil, consequenceOf: [String] = [],
    cap: AuditGrade? = nil, summary: String, remedy: String, source: String,
    _ look: @escaping @Sendable (MailFacts) -> [AuditObservation]
  ) -> AuditCheck {
    mail(
      id, severity, in: section, points: points, consequenceOf: consequenceOf, cap: cap, summary: summary,
      remedy: remedy, source: source, sight: { .any(look($0)) })
  }

  /// The same, for rows that also say what is right, or what could not be told.
  static func mail(
    _ id: String, _ severity: Severity, in section: AuditSection, points: Int? = nil, consequenceOf: [String] = [],
    cap: AuditGrade? = nil, summary: String, remedy: String, source: String,
    sight look: @escaping @Sendable (MailFacts) -> AuditSight
  ) -> AuditCheck {
    AuditCheck(
      id, severity, in: section, points: points, consequenceOf: consequenceOf, cap: cap, summary: summary,
      remedy: remedy, source: source,
      look: { facts in
        guard let mail = facts.mail, mail.exists != false else { return .nothing }
        return look(mail)
      })
  }

  /// What cannot be judged in a section: the question failed, or the domain does not exist.
  static func unjudged(
    _ id: String, in section: AuditSection, _ what: String,
    _ failure: @escaping @Sendable (MailFacts) -> Outcome.Failure?
  ) -> AuditCheck {
    AuditCheck(
      id, .info, in: section, summary: "The question for the \(what) was not answered, so it is not judged.",
      remedy: "Audit the domain again later.", source: "RFC 1034, section 4.3",
      look: { facts in
        guard let mail = facts.mail else { return .nothing }
        if mail.exists == false { return .unjudged("The domain does not exist.") }
        return failure(mail).map { .unjudged("The question for the \(what) failed: \($0.rawValue).") } ?? .nothing
      })
  }

  /// One row for each rule on the text of a policy, under the rule's own id.
  static func policies(
    _ type: PolicyType, in section: AuditSection, points: [String: Int] = [:], caps: [String: AuditGrade] = [:],
    except others: Set<String> = [],
    _ judgements: @escaping @Sendable (MailFacts) -> [(place: String, judgement: PolicyJudgement?)]
  ) -> [AuditCheck] {
    PolicyRules.rules(of: type).filter { !others.contains($0.id) }.map { rule in
      AuditCheck.mail(
        rule.id, rule.severity, in: section, points: points[rule.id], cap: caps[rule.id], summary: rule.summary,
        remedy: rule.remedy, source: rule.source
      ) { facts in
        let found = judgements(facts).flatMap { place, judgement in
          (judgement?.findings ?? []).filter { $0.rule == rule.id }.map { finding in
            var finding = finding
            finding.evidence = "\(place): \(finding.evidence)"
            return finding
          }
        }
        return found.isEmpty ? .nothing : .findings(found)
      }
    }
  }
}

extension DomainName {
  /// A line for the zone file.
  func line(_ type: RecordType, _ data: String) -> String { "\(self). \(type) \(data)" }

  /// A TXT line for the zone file.
  func text(_ text: String) -> String { line(.txt, TextRecord(text).zoneFileText) }
}

/// A name that could not be made, in a remedy: `_dmarc.example.org`.
func below(_ prefix: String, _ domain: DomainName) -> String {
  domain.below(prefix)?.description ?? "\(prefix).\(domain)"
}

extension MailFacts {
  /// The SPF record that fits what is seen of the domain.
  var suggestedSPF: String {
    if role == .parked || role == .unused || (role == .active && mx.hosts.isEmpty) { return "v=spf1 -all" }
    let known: [(String, String)] = [
      ("google.com", "include:_spf.google.com"), ("googlemail.com", "include:_spf.google.com"),
      ("outlook.com", "include:spf.protection.outlook.com"), ("mx.microsoft", "include:spf.protection.outlook.com"),
      ("zoho.com", "include:zohomail.com"), ("messagingengine.com", "include:spf.messagingengine.com"),
      ("protonmail.ch", "include:_spf.protonmail.ch"),
    ]
    let terms = known.filter { suffix, _ in
      (try? DomainName(suffix)).map { suffix in mx.hosts.contains { $0.name.isWithin(suffix) } } ?? false
    }.map(\.1).withoutRepeats
    return "v=spf1 " + (terms.isEmpty ? "mx" : terms.joined(separator: " ")) + " ~all"
  }
}
