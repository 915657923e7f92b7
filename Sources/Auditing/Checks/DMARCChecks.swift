// Checks of DMARC: which record counts, what it makes of forged mail, and whether reports arrive.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let dmarc: [AuditCheck] =
    [
      unjudged("dmarc-unanswered", in: .dmarc, "DMARC record") { facts in
        facts.dmarc.discovery?.byTreeWalk.isUnknown == true ? facts.dmarc.record.failure ?? .timeout : nil
      },
      mail(
        "dmarc-missing", .warning, in: .dmarc, points: 20, cap: .c,
        summary: "No DMARC record is in force: forged mail is delivered, and large receivers refuse bulk mail.",
        remedy: "Publish a DMARC record, and read the reports.", source: "RFC 9989, section 4.10.1",
        sight: { facts in
          guard let found = facts.dmarc.discovery else { return .nothing }
          if let location = found.byTreeWalk.location, let policy = found.byTreeWalk.policy {
            guard policy != .none else { return .nothing }
            let from = location == facts.domain ? "" : ", by the record of \(location)"
            let act = policy == .reject ? "refuse" : "quarantine"
            return .good("Receivers \(act) forged mail (DMARC \(policy.rawValue)\(from)).", mark: .dmarcEnforced)
          }
          // What is there and wrong has findings of its own, which cost as much.
          guard found.bySuffixList.record == nil, !found.byTreeWalk.isUnknown, facts.dmarc.record.judgement == nil
          else {
            return .nothing
          }
          return .found([
            AuditObservation(
              "\(below("_dmarc", facts.domain)) TXT: no text that begins with v=DMARC1"
                + (found.byTreeWalk.organizationalDomain == facts.domain ? "" : ", and none above"),
              text: facts.role.sends ? nil : "No DMARC record is in force, so anybody can send in the domain's name.",
              remedy: facts.role.sends
                ? "Publish \(below("_dmarc", facts.domain)). TXT \"v=DMARC1; p=none; rua=mailto:dmarc@\(facts.domain)\", read the "
                  + "reports, then move to p=quarantine and p=reject."
                : "Publish \(below("_dmarc", facts.domain)). TXT \"v=DMARC1; p=reject\".")
          ])
        }),
      mail(
        "dmarc-misplaced", .warning, in: .dmarc, consequenceOf: ["dmarc-missing"],
        summary: "A DMARC record is at a name where nobody looks for it.", remedy: "Move it to the name _dmarc.",
        source: "RFC 9989, section 4.5"
      ) { facts in
        facts.dmarc.misplaced.map {
          [AuditObservation("\($0) TXT", remedy: "Move it to \(below("_dmarc", facts.domain)).")]
        }
          ?? []
      },
    ]
    + policies(
      .dmarc, in: .dmarc,
      points: [
        "dmarc-several": 20, "dmarc-version-malformed": 20, "dmarc-policy-missing": 20, "dmarc-policy-invalid": 20,
        "dmarc-tag-repeated": 20, "dmarc-tag-malformed": 20, "dmarc-semicolon-missing": 20, "dmarc-policy-none": 10,
        "dmarc-policy-monitoring": 10, "dmarc-policy-assumed": 10, "dmarc-policy-ignored": 10,
      ],
      caps: [
        "dmarc-several": .c, "dmarc-version-malformed": .c, "dmarc-policy-missing": .c, "dmarc-policy-invalid": .c,
        "dmarc-policy-none": .b, "dmarc-policy-monitoring": .b, "dmarc-policy-assumed": .b, "dmarc-policy-ignored": .b,
      ]
    ) { [("\($0.dmarc.record.name) TXT", $0.dmarc.record.judgement)] }
    + [
      mail(
        "dmarc-parked-open", .warning, in: .dmarc, points: 10, consequenceOf: ["dmarc-missing"],
        summary: "The domain sends no mail, and DMARC does not ask receivers to refuse what is sent in its name.",
        remedy: "Publish p=reject, and sp=reject where sp is written.", source: "M3AAWG, Protecting Parked Domains"
      ) { facts in
        guard facts.role == .parked, let policy = facts.dmarc.policy, facts.dmarc.location == facts.domain else {
          return []
        }
        let sub = facts.dmarc.used?.subdomainPolicy ?? policy
        guard policy != .reject || sub != .reject else { return [] }
        // A policy of none has its finding.
        if policy == .none { return [] }
        return [
          AuditObservation(
            "p=\(policy.rawValue)" + (sub == policy ? "" : ", sp=\(sub.rawValue)"),
            remedy: "Publish \(below("_dmarc", facts.domain)). TXT \"v=DMARC1; p=reject\".")
        ]
      },
      mail(
        "dmarc-boundary-differs", .warning, in: .dmarc,
        summary:
          "Old and new receivers take different names for the organization, so mail aligns for some of them only.",
        remedy: "Publish a DMARC record at the organizational domain too.", source: "RFC 9989, section 4.10.2"
      ) { facts in
        guard let found = facts.dmarc.discovery, found.boundaryDiffers, found.byTreeWalk.record != nil,
          facts.role.sends
        else { return [] }
        let (new, old) = (found.byTreeWalk.organizationalDomain, found.bySuffixList.organizationalDomain)
        return [
          AuditObservation(
            "by the tree walk of RFC 9989: \(new); by the public suffix list of RFC 7489: \(old)",
            remedy: "Publish a DMARC record at \(below("_dmarc", old)) too.")
        ]
      },
      mail(
        "dmarc-rua-unauthorised", .warning, in: .dmarc,
        summary: "Reports go to another organization that has not agreed, so receivers do not send them.",
        remedy: "Have the receiver of the reports publish the record, or use an address of your own.",
        source: "RFC 9990, section 4; RFC 7489, section 7.1"
      ) { facts in
        facts.dmarc.consents.filter { $0.consent == .missing }.compactMap { address, _ in
          guard case .mail(let mailbox, let host?) = address.form, let location = facts.dmarc.location else {
            return nil
          }
          let name = "\(location)._report._dmarc.\(host)"
          return AuditObservation(
            "\(mailbox): no record at \(name)",
            remedy: "Have \(host) publish \(name). TXT \"v=DMARC1\", or use an address of \(location).")
        }
      },
      mail(
        "dmarc-rua-undeliverable", .warning, in: .dmarc, consequenceOf: ["report-target-free"],
        summary: "The host of a report address takes no mail, so reports are lost.",
        remedy: "Use an address that receives mail.", source: "RFC 9989, section 4.7"
      ) { facts in
        facts.dmarc.consents.compactMap { address, _ in
          guard case .mail(let mailbox, let host?) = address.form, facts.undeliverable.contains(host) else {
            return nil
          }
          return AuditObservation("\(mailbox): \(host) has no MX record that takes mail, and no address")
        }
      },
      mail(
        "dmarc-enforced-without-support", .warning, in: .dmarc,
        consequenceOf: ["spf-missing", "dkim-none", "spf-syntax-error", "spf-too-many-lookups", "spf-include-broken"],
        summary: "Receivers refuse or quarantine mail that fails, and the domain's own mail has nothing to pass by.",
        remedy: "Set up DKIM, or correct SPF; until then use p=none.", source: "RFC 9989, section 8"
      ) { facts in
        guard facts.role.sends, let policy = facts.dmarc.policy, policy != .none,
          facts.spf.record.judgement?.valid != true, facts.spf.record.failure == nil,
          facts.dkim.base == .nxdomain, facts.dkim.keys.isEmpty
        else { return [] }
        return [AuditObservation("p=\(policy.rawValue), no usable SPF record, no DKIM key")]
      },
      mail(
        "dmarc-spf-only", .warning, in: .dmarc, consequenceOf: ["dkim-none"],
        summary: "Mail passes DMARC by SPF alone, so forwarded mail fails.", remedy: "Sign with DKIM.",
        source: "RFC 7960, section 2"
      ) { facts in
        guard facts.role.sends, facts.dmarc.policy != nil, facts.spf.record.judgement?.valid == true,
          facts.dkim.base == .nxdomain, facts.dkim.keys.isEmpty
        else { return [] }
        return [AuditObservation("\(below("_domainkey", facts.domain)) → NXDOMAIN")]
      },
    ]
}
