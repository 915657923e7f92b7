// Checks of DKIM: whether keys can exist, and what those that were found are worth.

internal import Keys
internal import Model
internal import Phrasing

extension AuditCheck {
  static let dkim: [AuditCheck] = [
    AuditCheck(
      "dkim-not-found", .info, in: .dkim,
      summary: "No key was found at the selectors that were tried; keys cannot be listed.",
      remedy: "Give the selector with --selector: it is the s= of the DKIM-Signature in any mail of the domain.",
      source: "RFC 6376, section 3.1",
      look: { facts in
        guard let mail = facts.mail else { return .nothing }
        if mail.exists == false { return .unjudged("The domain does not exist.") }
        let dkim = mail.dkim
        if !dkim.keys.isEmpty || !mail.role.sends { return .nothing }
        if dkim.base.failure != nil { return .unjudged("The questions for DKIM keys failed.") }
        if dkim.base == .nxdomain || !dkim.absent.isEmpty || !dkim.dangling.isEmpty { return .nothing }
        if dkim.hasWildcard {
          return .unjudged("A wildcard answers at every selector, so keys cannot be found by trying.")
        }
        return .unjudged(
          "No key at \(Phrase.count(dkim.tried, "usual selector")); give yours with --selector to have it judged.")
      }),
    mail(
      "dkim-none", .warning, in: .dkim, points: 15,
      summary:
        "The name _domainkey does not exist, so the domain has no DKIM key and its mail is not signed in its name.",
      remedy: "Set up DKIM signing at each service that sends for you, and publish the records that it gives you.",
      source: "RFC 8020, section 2; RFC 6376, section 3.6.2.1"
    ) { facts in
      guard facts.role.sends, facts.dkim.base == .nxdomain, facts.dkim.keys.isEmpty, facts.dkim.dangling.isEmpty else {
        return []
      }
      return [
        AuditObservation(
          "\(below("_domainkey", facts.domain)) → NXDOMAIN",
          severity: facts.spf.record.judgement == nil && facts.spf.record.failure == nil ? .critical : .warning)
      ]
    },
    mail(
      "dkim-selector-absent", .critical, in: .dkim, points: 15, consequenceOf: ["dkim-none"],
      summary: "There is no key at a selector that was given.",
      remedy: "Publish the key that the signer uses, or give the selector that it signs with.",
      source: "RFC 6376, section 3.6.2.1"
    ) { facts in
      facts.dkim.absent.map { selector in
        AuditObservation(
          "\(below("\(selector)._domainkey", facts.domain)) TXT: no record",
          remedy: "Find out why by 'selectord diagnose \(facts.domain) \(selector)', and publish the key.")
      }
    },
    mail(
      "dkim-alias-dangling", .warning, in: .dkim,
      summary: "A CNAME at a selector leads to a name without a key.",
      remedy: "Delete the CNAME, or have the service publish its key again.", source: "RFC 6376, section 3.6.2.1"
    ) { facts in
      facts.dkim.dangling.map { selector, target in
        AuditObservation("\(below("\(selector)._domainkey", facts.domain)) CNAME \(target): no TXT record there")
      }
    },
    mail(
      "dkim-wildcard", .info, in: .dkim, summary: "A wildcard answers at every selector.",
      remedy: "Replace the wildcard with the names that need it.", source: "RFC 6376, section 6.1.2"
    ) { facts in
      facts.dkim.hasWildcard && facts.role.sends
        ? [AuditObservation("\(below("\(facts.subject.probe)._domainkey", facts.domain)) has a TXT record")] : []
    },
    mail(
      "dkim-key-unusable", .critical, in: .dkim, points: 15,
      summary: "A key cannot be used by receivers, or is not safe; its finding has the id of the rule on keys (key-…).",
      remedy: "Do what the finding says.", source: "docs/rules.md",
      sight: { facts in .keys(facts) { $0 == .critical } }),
    mail(
      "dkim-key-weak", .warning, in: .dkim,
      summary:
        "Something is wrong with a key, and receivers accept it; its finding has the id of the rule on keys (key-…).",
      remedy: "Do what the finding says.", source: "docs/rules.md",
      sight: { facts in
        let good = facts.dkim.keys.filter { $0.judgement.verdict == .ok && $0.judgement.state == .published }
        let sight = AuditSight.keys(facts) { $0 == .warning }
        guard case .nothing = sight, !good.isEmpty else { return sight }
        let names = good.map { "\($0.selector) (\($0.judgement.key.map(\.short) ?? "key"))" }
        return .good(
          "\(Phrase.agreeing(good.count, "A good DKIM key", "Good DKIM keys")): \(Phrase.list(names, limit: 4)).")
      }),
    mail(
      "dkim-key-note", .info, in: .dkim,
      summary: "Something about a key is unusual; its finding has the id of the rule on keys (key-…).",
      remedy: "Do what the finding says.", source: "docs/rules.md",
      sight: { facts in .keys(facts) { $0 == .info } }),
  ]
}

extension AuditSight {
  /// What is wrong with the keys that were found, under the ids of the rules on keys. A revoked key is as it should be.
  fileprivate static func keys(_ facts: MailFacts, _ isMeant: (Severity) -> Bool) -> AuditSight {
    let found = facts.dkim.keys.flatMap { key -> [Finding] in
      let isGiven = facts.subject.selectors.contains(key.selector)
      if key.judgement.state == .revoked, !isGiven { return [] }
      return key.judgement.findings.filter { isMeant($0.severity) }.map { finding in
        var finding = finding
        finding.evidence = "\(below("\(key.selector)._domainkey", facts.domain)): \(finding.evidence)"
        return finding
      }
    }
    return found.isEmpty ? .nothing : .findings(found)
  }
}

extension KeySummary {
  fileprivate var short: String { type == .rsa ? "RSA \(bits)" : "Ed25519" }
}
