// Checks of the chain of trust: DS records at the parent, DNSKEY records in the zone, and what resolvers make of them.

internal import DNSSEC
internal import Model
internal import Phrasing

extension AuditCheck {
  /// What explains that validation fails.
  static let signingRoots = [
    "ds-without-dnskey", "ds-matches-no-key", "rrsig-expired", "rrsig-not-yet-valid", "rrsig-wrong", "rrsig-missing",
    "denial-missing", "dnssec-servers-differ", "dnskey-flags-wrong", "source-down", "delegation-absent",
  ]

  static let chain: [AuditCheck] = [
    dnssec(
      "dnssec-unsigned", .info,
      summary: "The zone is not signed. That is no fault, but DANE is not possible without it.",
      remedy: "Nothing must be done. Signing the zone protects its records against forgery and makes DANE possible.",
      source: "RFC 4033"
    ) { facts in
      guard facts.isServed, let signers = facts.signers, signers.isEmpty, let verified = facts.verification,
        !verified.keySets.isEmpty, verified.keySets.allSatisfy(\.keys.isEmpty)
      else { return .nothing }
      return .found([AuditObservation("no DS record at the parent, no DNSKEY record in the zone")])
    },
    dnssec(
      "dnskey-without-ds", .info,
      summary: "The zone is signed, but its parent has no DS record: the signatures protect nobody.",
      remedy: "Enter the DS record at the registrar.", source: "RFC 4035, section 5.2"
    ) { facts in
      guard let signers = facts.signers, signers.isEmpty, let verified = facts.verification, !verified.keys.isEmpty
      else {
        return .nothing
      }
      let entry = verified.keys.filter(\.isEntryPoint).first ?? verified.keys[0]
      return .found([
        AuditObservation(
          "no DS record at the parent; DNSKEY \(verified.keys.map { "\($0.keyTag)" }.joined(separator: ", ")) in the zone",
          remedy: "Enter the DS record at the registrar: \(entry.delegationSigner().dataText)")
      ])
    },
    dnssec(
      "ds-without-dnskey", .critical, points: 20,
      summary:
        "The parent says that the zone is signed (DS), but it is not: validating resolvers do not accept any of its records.",
      remedy: "Have the DS record removed at the registrar, or sign the zone again.", source: "RFC 4035, section 5"
    ) { facts in
      guard let signers = facts.signers, !signers.isEmpty, let verified = facts.verification else { return .nothing }
      let bare = verified.keySets.filter(\.keys.isEmpty).map(\.server.description)
      guard !bare.isEmpty else { return .nothing }
      return .found([
        AuditObservation(
          signers.map { "the parent: DS \($0.record.dataText)" }.joined(separator: "\n")
            + "\nno DNSKEY record at \(Phrase.list(bare, limit: 13))")
      ])
    },
    dnssec(
      "ds-matches-no-key", .critical, points: 20, consequenceOf: ["ds-without-dnskey", "dnskey-flags-wrong"],
      summary:
        "No DS record at the parent fits a key that signs the zone: validating resolvers do not accept any of its records.",
      remedy: "Publish the DS record of the present key-signing key at the registrar.", source: "RFC 4035, section 5"
    ) { facts in
      guard let signers = facts.signers, !signers.isEmpty, let verified = facts.verification, !verified.keys.isEmpty
      else { return .nothing }
      let usable = signers.filter(\.isKnownHere)
      if usable.isEmpty { return .unknown("The DS records have algorithms or digests that are not known here.") }
      let matched = verified.keys.filter { key in usable.contains { $0.announces(key) } }
      if !matched.isEmpty,
        facts.signatures(of: .dnskey).isEmpty
          || facts.signatures(of: .dnskey).contains(where: { signature in matched.contains(where: signature.isBy) })
      {
        return .nothing
      }
      let entries = verified.keys.filter(\.isEntryPoint)
      let records = (entries.isEmpty ? verified.keys : entries).map { $0.delegationSigner().dataText }
      return .found([
        AuditObservation(
          signers.map { "the parent: DS \($0.record.dataText)" }.joined(separator: "\n") + "\n"
            + verified.keys.map { "the zone: DNSKEY \($0.keyTag), algorithm \($0.algorithm)" }.joined(separator: "\n"),
          remedy: "Publish the DS record of the present key at the registrar: \(Phrase.list(records)).")
      ])
    },
    dnssec(
      "ds-algorithm-unsigned", .warning, consequenceOf: signingRoots,
      summary: "A DS record names an algorithm for which the zone has no key: strict resolvers fail.",
      remedy: "Remove the DS record whose algorithm has no key.", source: "RFC 6840, section 5.11"
    ) { facts in
      guard let signers = facts.signers, let verified = facts.verification, !verified.keys.isEmpty else {
        return .nothing
      }
      let missing = Set(signers.map(\.algorithm)).subtracting(verified.keys.map(\.algorithm))
      return .any(
        signers.filter { missing.contains($0.algorithm) }.map {
          AuditObservation("DS \($0.record.dataText); no DNSKEY of algorithm \($0.algorithm)")
        })
    },
    dnssec(
      "ds-orphan", .info, consequenceOf: signingRoots + ["ds-algorithm-unsigned"],
      summary: "A DS record fits no key of the zone, while others do.",
      remedy: "Remove it at the registrar, unless a rollover is under way.", source: "RFC 4035, section 2.4"
    ) { facts in
      guard let signers = facts.signers, let verified = facts.verification, !verified.keys.isEmpty else {
        return .nothing
      }
      let orphans = signers.filter { signer in !verified.keys.contains(where: signer.announces) }
      return orphans.count < signers.count
        ? .any(orphans.map { AuditObservation("DS \($0.record.dataText)") }) : .nothing
    },
    dnssec(
      "dnssec-servers-differ", .critical, points: 20, consequenceOf: ["ds-without-dnskey"],
      summary:
        "The servers of the zone have different DNSKEY records: whether a resolver can validate depends on the server.",
      remedy: "Transfer the signed zone to all servers.", source: "RFC 4035, section 5"
    ) { facts in
      guard let verified = facts.verification, Set(verified.keySets.map { Set($0.keys.map(\.data)) }).count > 1 else {
        return .nothing
      }
      return .found([
        AuditObservation(
          verified.keySets.map { server, keys in
            let tags = keys.compactMap(ZoneKey.init).map(\.keyTag).sorted().map { "\($0)" }
            return "\(server): " + (tags.isEmpty ? "no DNSKEY record" : "DNSKEY \(tags.joined(separator: ", "))")
          }.joined(separator: "\n"), severity: facts.isAnnounced ? nil : .warning)
      ])
    },
    dnssec(
      "ds-differs-at-parent", .warning, summary: "The servers of the parent give different DS records for the zone.",
      remedy: "Wait one TTL of the DS record; if it lasts, tell the registrar.", source: "RFC 4035, section 5"
    ) { facts in
      guard let zone = facts.zone else { return .nothing }
      let answers = facts.answered(AuditFacts.signers(of: zone)).map { server, reply in
        (server, Set(reply.records(of: .ds, at: zone).map(\.dataText)))
      }
      guard Set(answers.map(\.1)).count > 1 else { return .nothing }
      return .found([
        AuditObservation(
          answers.map { "\($0.0): DS " + ($0.1.isEmpty ? "none" : $0.1.sorted().joined(separator: ", ")) }
            .joined(separator: "\n"))
      ])
    },
    AuditCheck(
      "dnssec-bogus", .critical, in: .dnssec, points: 20, consequenceOf: signingRoots, cap: .f,
      summary:
        "A validating resolver refuses the records of the domain (DNSSEC): receivers behind such resolvers see none of them.",
      remedy:
        "Check the DS record at the registrar and the signatures of the zone; run delv or dnsviz for the details.",
      source: "RFC 4035, section 5.5",
      asks: { facts in
        guard let resolver = facts.options.resolver else { return [] }
        return [
          facts.resolving(facts.domain, .soa), .ask(facts.domain, .soa, at: .view(resolver), .checkingDisabled),
        ]
      },
      look: { facts in
        guard let resolver = facts.options.resolver, facts.isServed,
          let strict = facts.resolved(facts.domain, .soa),
          let lax = facts.answer(.ask(facts.domain, .soa, at: .view(resolver), .checkingDisabled))?.replies.first
        else { return .nothing }
        let question = Question(facts.domain, .soa)
        if strict.answer.authenticated { return .good("A validating resolver accepts the signatures.", mark: .signed) }
        guard strict.answer.outcome == .failed(.servfail), lax.answer.outcome.failure == nil else { return .nothing }
        return .found([
          AuditObservation(strict.line(question) + "\n" + lax.line(question, .checkingDisabled))
        ])
      }),
    dnssec(
      "ds-digest-retired", .warning, consequenceOf: signingRoots,
      summary:
        "The only DS records have a digest that is no longer safe (SHA-1 or GOST): resolvers may take the zone as unsigned.",
      remedy: "Publish the DS record with digest type 2 (SHA-256).", source: "RFC 8624, section 3.3; RFC 9905"
    ) { facts in
      guard let signers = facts.signers else { return .nothing }
      let retired = signers.filter { $0.digestType == 1 || $0.digestType == 3 }
      guard !retired.isEmpty else { return .nothing }
      let isOnly = retired.count == signers.count
      return .found([
        AuditObservation(
          retired.map { "DS \($0.record.dataText)" }.joined(separator: "\n"),
          text: isOnly
            ? nil : "A DS record with a digest that is no longer safe (SHA-1 or GOST) is beside a better one.",
          remedy: isOnly ? nil : "Remove the old DS record at the registrar.", severity: isOnly ? nil : .info)
      ])
    },
  ]

  /// A row of the section; all of them need the same answers.
  static func dnssec(
    _ id: String, _ severity: Severity, points: Int? = nil, consequenceOf: [String] = [], summary: String,
    remedy: String, source: String, look: @escaping @Sendable (AuditFacts) -> AuditSight
  ) -> AuditCheck {
    AuditCheck(
      id, severity, in: .dnssec, points: points, consequenceOf: consequenceOf,
      cap: severity == .critical ? .f : nil, summary: summary, remedy: remedy, source: source, asks: \.dnssecRequests,
      look: look)
  }
}

extension AuditFacts {
  static func signers(of zone: DomainName) -> AuditRequest { .ask(zone, .ds, at: .zoneServers, .signed) }

  var dnssecRequests: [AuditRequest] {
    [
      Self.signers(of: likelyZone), .ask(likelyZone, .nsec3param, at: .zoneServers),
      .ask(likelyZone, .cds, at: .zoneServers, .signed), .ask(likelyZone, .cdnskey, at: .zoneServers, .signed),
      .ask(likelyZone, .dnskey, at: .zoneServers, .signed), .ask(likelyZone, .ns, at: .zoneServers, .signed),
    ] + ZoneVerification.requests(self)
  }

  /// The DS records that the parent gives; nil where none of its servers was heard.
  var signers: [DelegationSigner]? {
    guard let zone else { return nil }
    let answers = (answer(Self.signers(of: zone))?.replies ?? []).filter { $0.answer.outcome.failure == nil }
    if answers.isEmpty { return nil }
    var seen: Set<ResourceRecord.Data> = []
    return answers.flatMap { $0.records(of: .ds, at: zone) }.filter { seen.insert($0.data).inserted }
      .prefix(ZoneVerification.setLimit).compactMap(DelegationSigner.init)
  }

  /// Whether resolvers expect signatures.
  var isAnnounced: Bool { !(signers ?? []).isEmpty }

  /// The signatures of a record set of the apex, of all servers.
  func signatures(of type: RecordType) -> [ZoneSignature] {
    guard let zone else { return [] }
    let request: AuditRequest = type == .soa ? .zone(of: domain) : .ask(zone, type, at: .zoneServers, .signed)
    return Set(
      answered(request).flatMap { $0.reply.records }.compactMap(ZoneSignature.init).filter {
        $0.owner == zone && $0.covered == type
      }
    ).sorted { ($0.keyTag, $0.expiration) < ($1.keyTag, $1.expiration) }
  }
}

extension DelegationSigner {
  /// Whether algorithm and digest are such that it can be compared with a key here.
  var isKnownHere: Bool {
    [5, 7, 8, 10, 13, 14, 15, 16].contains(algorithm) && [1, 2, 4].contains(digestType)
  }
}
