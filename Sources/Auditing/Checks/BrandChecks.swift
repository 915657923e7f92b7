// Checks of BIMI and CAA: the logo, and who may issue certificates.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let bimi: [AuditCheck] =
    policies(
      .bimi, in: .bimi, points: Dictionary(uniqueKeysWithValues: PolicyRules.rules(of: .bimi).map { ($0.id, 0) })
    ) {
      [("\($0.bimi.record.name) TXT", $0.bimi.record.judgement)]
    } + [
      mail(
        "bimi-dmarc-insufficient", .warning, in: .bimi, points: 0,
        summary: "Receivers show no logo, since DMARC does not enforce a policy for all mail and all subdomains.",
        remedy: "Move DMARC to p=quarantine or p=reject, without sp=none and without pct below 100.",
        source: "draft-brand-indicators-for-message-identification, Authentication Requirements"
      ) { facts in
        guard facts.bimi.wantsLogo, let found = facts.dmarc.discovery?.byTreeWalk, !found.isUnknown else { return [] }
        guard let used = found.record, let policy = found.policy else {
          return [AuditObservation("no DMARC record in force")]
        }
        if policy == .none { return [AuditObservation("p=none")] }
        if used.subdomainPolicy == DMARCRecord.Policy.none { return [AuditObservation("sp=none")] }
        return policy == .quarantine && used.percentage < 100 ? [AuditObservation("pct=\(used.percentage)")] : []
      },
      mail(
        "bimi-logo-unreachable", .warning, in: .bimi, points: 0, summary: "The logo cannot be fetched.",
        remedy: "Serve the SVG file over HTTPS at that URL, without a redirect.",
        source: "draft-brand-indicators-for-message-identification, Indicator Discovery"
      ) { facts in facts.bimi.logo.flatMap { Self.unreachable($0.url, $0.result) }.map { [$0] } ?? [] },
      mail(
        "bimi-logo-profile", .warning, in: .bimi, points: 0,
        summary: "The logo does not keep to the SVG profile of BIMI, so receivers do not show it.",
        remedy: "Export the logo as SVG Tiny Portable/Secure (version 1.2, baseProfile tiny-ps).",
        source: "draft-svg-tiny-ps-abrotman",
        sight: { facts in
          guard case .response(let response)? = facts.bimi.logo?.result, response.status == 200,
            let url = facts.bimi.logo?.url
          else { return .nothing }
          let faults = SVGProfile.faults(response.body)
          if faults.isEmpty { return .good("The BIMI logo can be fetched and keeps to the SVG profile.") }
          return .found([AuditObservation("\(url): \(Phrase.list(faults, limit: 4))")])
        }),
      mail(
        "bimi-evidence-unreachable", .warning, in: .bimi, points: 0,
        summary: "The certificate of the logo cannot be fetched, or is none.",
        remedy: "Serve the PEM file over HTTPS at that URL, without a redirect.",
        source: "draft-brand-indicators-for-message-identification, Indicator Discovery"
      ) { facts in
        guard let (url, result) = facts.bimi.evidence else { return [] }
        if let failure = Self.unreachable(url, result) { return [failure] }
        guard case .response(let response) = result else { return [] }
        let text = String(decoding: response.body.prefix(1 << 16), as: UTF8.self)
        return text.contains("-----BEGIN CERTIFICATE-----")
          ? [] : [AuditObservation("\(url): no certificate in PEM form")]
      },
    ]

  private static func unreachable(_ url: String, _ result: AuditFetch.Result) -> AuditObservation? {
    switch result {
    case .response(let response) where response.status == 200: nil
    case .response(let response): AuditObservation("\(url): HTTP \(response.status)")
    case .failed(.other, _): nil
    case .failed(_, let reason): AuditObservation("\(url): \(reason)")
    }
  }

  static let caa: [AuditCheck] =
    [
      mail(
        "caa-absent", .info, in: .caa, summary: "Every certification authority may issue certificates for the domain.",
        remedy: "Optional: name the authorities that you use, as in 0 issue \"letsencrypt.org\".",
        source: "RFC 8659, section 3",
        sight: { facts in
          guard let caa = facts.caa.first, caa.failure == nil else { return .nothing }
          if caa.records.isEmpty { return .found([AuditObservation("no CAA record at \(facts.domain) or above")]) }
          guard caa.judgement?.verdict == .ok else { return .nothing }
          let authorities = caa.records.filter { $0.property == "issue" }.compactMap(\.authority).withoutRepeats
          guard !authorities.isEmpty else { return .nothing }
          return .good("Only \(Phrase.list(authorities)) may issue certificates (CAA).")
        }),
      mail(
        "caa-unanswered", .critical, in: .caa, consequenceOf: ["dnssec-bogus"],
        summary: "The question for CAA records fails, so certification authorities must not issue certificates.",
        remedy: "Fix the name server, or DNSSEC: the question must be answered, also where there is no record.",
        source: "RFC 8659, section 3; CA/Browser Forum, ballot SC-085v2"
      ) { facts in
        facts.caa.compactMap { caa in
          // One lost question proves nothing; a server that refuses to answer does.
          guard let failure = caa.failure, failure == .servfail || failure == .bogus || failure == .malformed else {
            return nil
          }
          return AuditObservation("\(caa.name) CAA: \(failure.rawValue)")
        }
      },
      mail(
        "caa-blocks-policy-host", .warning, in: .caa,
        summary: "CAA forbids all certificates, and the host of the MTA-STS policy needs one.",
        remedy: "Add the authority of that certificate, as in 0 issue \"letsencrypt.org\".",
        source: "RFC 8659, section 4.2"
      ) { facts in
        facts.caa.dropFirst().compactMap { caa in
          let issue = caa.records.filter { $0.property == "issue" }
          guard !issue.isEmpty, issue.allSatisfy({ $0.authority == nil }) else { return nil }
          return AuditObservation("\(caa.name), by the records of \(caa.location ?? caa.name)")
        }
      },
    ]
    + policies(.caa, in: .caa) { facts in
      guard let caa = facts.caa.first else { return [] }
      return [("\(caa.location ?? caa.name) CAA", caa.judgement)]
    }
}

extension BIMIFacts {
  /// Whether there is a record that does not decline.
  var wantsLogo: Bool { logo != nil || evidence != nil }
}
