// Checks of what protects mail on its way in: MTA-STS, TLS-RPT and DANE. The servers themselves are never connected to.

internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let mtaSTS: [AuditCheck] =
    [
      mail(
        "mta-sts-absent", .info, in: .mtaSTS,
        summary:
          "There is no MTA-STS policy, so an attacker on the way can have mail delivered to the domain unencrypted.",
        remedy: "Optional: publish a policy; docs/audit.md says how.", source: "RFC 8461"
      ) { facts in
        guard !facts.mx.hosts.isEmpty, facts.mtaSTS.record.judgement == nil, facts.mtaSTS.record.failure == nil else {
          return []
        }
        // With DANE at every host it is not needed.
        if facts.hasDANE { return [] }
        return [AuditObservation("\(facts.mtaSTS.record.name) TXT: no text that begins with v=STSv1")]
      }
    ]
    + policies(.mtaSTS, in: .mtaSTS) { [("\($0.mtaSTS.record.name) TXT", $0.mtaSTS.record.judgement)] }
    + [
      mail(
        "mta-sts-policy-unreachable", .warning, in: .mtaSTS, points: 3,
        summary: "The policy file cannot be fetched, so senders act as if there were no policy.",
        remedy: "Serve the file over HTTPS with a certificate for the name mta-sts, without a redirect.",
        source: "RFC 8461, section 3.3",
        sight: { facts in facts.mtaSTS.fetchSight })
    ] + policies(.mtaSTSPolicy, in: .mtaSTS) { [($0.mtaSTS.url, $0.mtaSTS.policyJudgement)] }
    + [
      mail(
        "mta-sts-content-type", .info, in: .mtaSTS, summary: "The policy file is not served as text/plain.",
        remedy: "Serve it with 'Content-Type: text/plain'.", source: "RFC 8461, section 3.2"
      ) { facts in
        guard case .response(let response)? = facts.mtaSTS.fetched, response.status == 200, facts.mtaSTS.policy != nil
        else { return [] }
        let type = response.contentType ?? ""
        return type.lowercased().hasPrefix("text/plain")
          ? [] : [AuditObservation(type.isEmpty ? "no Content-Type" : "Content-Type: \(type)")]
      },
      mail(
        "mta-sts-mx-mismatch", .critical, in: .mtaSTS, points: 15,
        summary: "An MX host is not in the policy, so senders that know the policy do not deliver to it.",
        remedy: "Add the host to the policy file, then change id in the TXT record.", source: "RFC 8461, section 4.1"
      ) { facts in
        guard let policy = facts.mtaSTS.policy, facts.mtaSTS.isOn, policy.mode != .none, !facts.mx.hosts.isEmpty else {
          return []
        }
        let missing = policy.mismatches(facts.mx.hosts.map(\.name)).hosts
        guard !missing.isEmpty else { return [] }
        let lines = missing.map { "'mx: \($0)'" }
        return [
          AuditObservation(
            "\(Phrase.names(missing)); the policy has \(Phrase.list(policy.patterns.map(\.description)))",
            remedy: "Add \(Phrase.list(lines)) to the policy file, then change id in the TXT record.",
            severity: policy.mode == .enforce ? .critical : .warning)
        ]
      },
      mail(
        "mta-sts-mx-unused", .info, in: .mtaSTS, summary: "A line of the policy fits no MX host.",
        remedy: "Remove it once no mail goes there.", source: "RFC 8461, section 4.1"
      ) { facts in
        guard let policy = facts.mtaSTS.policy, !facts.mx.hosts.isEmpty else { return [] }
        let unused = policy.mismatches(facts.mx.hosts.map(\.name)).patterns
        return unused.isEmpty ? [] : [AuditObservation(Phrase.list(unused.map { "mx: \($0)" }))]
      },
    ]

  static let tlsRPT: [AuditCheck] =
    [
      mail(
        "tls-rpt-absent", .info, in: .tlsRPT,
        summary: "Nobody gets a report when senders cannot deliver over TLS.",
        remedy: "Publish a TLS-RPT record.", source: "RFC 8460, section 3",
        sight: { facts in
          if let judgement = facts.tlsRPT.judgement {
            return judgement.verdict == .ok ? .good("Senders report TLS problems (TLS-RPT).") : .nothing
          }
          guard facts.tlsRPT.failure == nil, !facts.mx.hosts.isEmpty else { return .nothing }
          let isNeeded =
            facts.mtaSTS.policy?.mode == .enforce || facts.mx.hosts.contains { !$0.tlsa.isEmpty && $0.tlsaIsSecure }
          return .found([
            AuditObservation(
              "\(facts.tlsRPT.name) TXT: no text that begins with v=TLSRPTv1",
              text: isNeeded ? "Senders must use TLS for this domain, and nobody gets a report when they cannot." : nil,
              remedy: (isNeeded ? "" : "Optional: ")
                + "\(isNeeded ? "P" : "p")ublish \(facts.tlsRPT.name). TXT \"v=TLSRPTv1; rua=mailto:tls-reports@\(facts.domain)\".",
              severity: isNeeded ? .warning : .info)
          ])
        })
    ]
    + policies(.tlsRPT, in: .tlsRPT) { [("\($0.tlsRPT.name) TXT", $0.tlsRPT.judgement)] }
    + [
      mail(
        "tls-rpt-undeliverable", .warning, in: .tlsRPT, consequenceOf: ["report-target-free"],
        summary: "The host of a report address takes no mail, so reports are lost.",
        remedy: "Use an address that receives mail.", source: "RFC 8460, section 3"
      ) { facts in
        facts.tlsRPT.reportHosts.filter(facts.undeliverable.contains).map { AuditObservation("\($0)") }
      }
    ]

  static let dane: [AuditCheck] =
    [
      mail(
        "tlsa-absent", .info, in: .dane,
        summary: "There are no TLSA records, although the zones of the MX hosts are signed.",
        remedy: "Optional: publish '3 1 1' records for the keys of the hosts.", source: "RFC 7672, section 2.2",
        sight: { facts in
          if facts.hasDANE {
            return .good("Senders verify the certificates of the MX hosts by DNS (DANE).", mark: .transportProtected)
          }
          let signed = facts.mx.hosts.filter(\.isSecure)
          guard !signed.isEmpty, facts.mx.hosts.allSatisfy({ $0.tlsa.isEmpty && $0.tlsaFailure == nil }),
            facts.mtaSTS.policy == nil
          else { return .nothing }
          return .found([AuditObservation(Phrase.list(signed.map { below("_25._tcp", $0.name) }, limit: 3))])
        }),
      mail(
        "tlsa-unanswered", .critical, in: .dane, points: 15,
        summary:
          "The question for TLSA records fails although the host's addresses validate: senders with DANE defer mail.",
        remedy: "Fix the name server: it must answer the question, or prove that there is no such record.",
        source: "RFC 7672, section 2.1.2"
      ) { facts in
        facts.mx.hosts.compactMap { host in
          guard host.isSecure, let failure = host.tlsaFailure, failure != .unreachable else { return nil }
          return AuditObservation("\(below("_25._tcp", host.name)) TLSA: \(failure.rawValue)")
        }
      },
      mail(
        "tlsa-insecure", .warning, in: .dane,
        summary: "TLSA records stand in a zone that is not signed, so senders ignore them.",
        remedy: "Sign the zone with DNSSEC, or remove the records.", source: "RFC 7672, section 2.2"
      ) { facts in
        guard facts.isValidating else { return [] }
        return facts.mx.hosts.filter { !$0.tlsa.isEmpty && !$0.tlsaIsSecure }.map {
          AuditObservation("\(below("_25._tcp", $0.name))")
        }
      },
      mail(
        "tlsa-not-on-all-mx", .warning, in: .dane,
        summary: "Some MX hosts have TLSA records and others have none: an attacker steers senders to the others.",
        remedy: "Publish TLSA records for every MX host.", source: "RFC 7672, section 2.2.1"
      ) { facts in
        let with = facts.mx.hosts.filter { !$0.tlsa.isEmpty }
        let without = facts.mx.hosts.filter { $0.tlsa.isEmpty && $0.tlsaFailure == nil }
        guard !with.isEmpty, !without.isEmpty else { return [] }
        return [
          AuditObservation(
            "\(Phrase.list(with.map { "\($0.name)" }, limit: 4)) "
              + Phrase.agreeing(with.count, "has", "have") + " some, "
              + Phrase.clause(without.map { "\($0.name)" }, "has", "have", limit: 4) + " none")
        ]
      },
    ]
    + policies(.tlsa, in: .dane, points: ["tlsa-none-usable": 15]) { facts in
      facts.mx.hosts.filter { !$0.tlsa.isEmpty }.map {
        (below("_25._tcp", $0.name), PolicyJudge.judge(.tlsa($0.tlsa)))
      }
    }
}

extension MailFacts {
  /// Whether every MX host has TLSA records that senders use.
  var hasDANE: Bool {
    !mx.hosts.isEmpty && mx.hosts.allSatisfy { $0.tlsaIsSecure && $0.tlsa.contains(where: \.isUsable) }
  }
}

extension MTASTSFacts {
  /// What came of the fetch of the policy file.
  fileprivate var fetchSight: AuditSight {
    guard isOn else { return .nothing }
    let host = url.split(separator: "/").dropFirst().first.map(String.init) ?? url
    func found(_ evidence: String, _ text: String? = nil, _ remedy: String? = nil) -> AuditSight {
      .found([AuditObservation(evidence, text: text, remedy: remedy)])
    }
    if let addressFailure { return .unknown("The address of \(host) was not answered: \(addressFailure.rawValue).") }
    if addresses?.isEmpty == true {
      return found(
        "\(host): no A or AAAA record", "The host of the policy file has no address, so senders find no policy.",
        "Publish an A or AAAA record for \(host), and serve the file there.")
    }
    switch fetched {
    case nil: return .nothing
    case .response(let response) where response.status == 200:
      guard let policy, policy.mode == .enforce else { return .nothing }
      return .good("Senders must use TLS with a valid certificate (MTA-STS enforce).", mark: .transportProtected)
    case .response(let response):
      if (300..<400).contains(response.status) {
        return found(
          "\(url): HTTP \(response.status)" + (response.location.map { " to \($0.prefix(200))" } ?? ""),
          "The policy file is behind a redirect, which senders do not follow.",
          "Serve the file at \(url) itself.")
      }
      return found("\(url): HTTP \(response.status)", nil, "Serve the file at \(url) with status 200.")
    case .failed(let failure, let reason):
      let evidence = "\(url): \(reason)"
      switch failure {
      case .tls:
        return found(
          evidence, "The certificate of the policy host is not valid for it, so senders do not take the policy.",
          "Get a certificate for \(host) from a public authority, and renew it in time.")
      case .timeout: return found(evidence, "The policy host does not answer in time.")
      case .tooLarge: return found(evidence, "The policy file is larger than 64 KiB, so senders do not read it.")
      case .privateAddress:
        return found(
          evidence, "The policy host has an address that is not on the internet.",
          "Publish the public address of \(host).")
      case .unreachable, .unresolved: return found(evidence)
      case .other: return .unknown("\(url) could not be fetched: \(reason).")
      }
    }
  }
}
