// Checks of what a signed zone says of names that do not exist, and of its requests for a change of DS records.

internal import DNSSEC
internal import Model
internal import Phrasing

extension AuditCheck {
  static let denial: [AuditCheck] = [
    dnssec(
      "denial-missing", .critical, points: 20, consequenceOf: ["ds-without-dnskey", "dnssec-servers-differ"],
      summary:
        "The signed zone does not prove that a name does not exist: validating resolvers fail, and mail to domains with DANE waits.",
      remedy: "Update or re-sign the zone: NSEC or NSEC3 records must prove that a name is absent.",
      source: "RFC 4035, section 3.1.3; RFC 5155, section 7.2"
    ) { facts in
      guard let zone = facts.zone, let verified = facts.verification, !verified.keys.isEmpty else { return .nothing }
      let unsigned = Set(verified.keySets.filter(\.keys.isEmpty).map(\.server))
      var lines: [String] = []
      for question in facts.absentQuestions {
        for (server, reply) in facts.answered(.ask(question.name, question.type, at: .zoneServers, .signed))
        where !unsigned.contains(server) && reply.answer.authoritative && reply.hasEDNS && reply.answer.cname.isEmpty {
          guard reply.answer.outcome == .nxdomain || reply.answer.outcome == .nodata else { continue }
          let proof = DenialProof(reply.authorities)
          if proof.records.isEmpty {
            lines.append("\(reply.line(question, .signed)), without an NSEC or NSEC3 record")
          } else if proof.denies(question.name, question.type, in: zone) == false {
            lines.append("\(reply.line(question, .signed)), with NSEC or NSEC3 records that do not prove it")
          }
        }
      }
      return lines.isEmpty
        ? .nothing
        : .found([AuditObservation(lines.joined(separator: "\n"), severity: facts.isAnnounced ? nil : .warning)])
    },
    dnssec(
      "nsec3-iterations", .info,
      summary: "Names are hashed more than once (NSEC3 iterations), which costs time and protects nobody.",
      remedy: "Set the NSEC3 iterations to 0 and the salt to none.", source: "RFC 9276, section 3.1"
    ) { facts in
      guard let most = facts.hashing.map(\.iterations).max(), most > 0 else { return .nothing }
      return .found([
        AuditObservation(
          "NSEC3PARAM: \(Phrase.count(most, "iteration"))",
          text: most > 50
            ? "Names are hashed \(most) times more than needed (NSEC3 iterations): resolvers may take the zone as unsigned, or fail."
            : nil, severity: most > 150 ? .critical : most > 50 ? .warning : nil)
      ])
    },
    dnssec(
      "nsec3-salt", .info, summary: "Hashes of names have a salt (NSEC3), which protects nobody.",
      remedy: "Remove the salt at the next signing.", source: "RFC 9276, section 3.1"
    ) { facts in
      let salted = facts.hashing.first { !$0.salt.isEmpty }
      return .one(salted.map { AuditObservation("NSEC3PARAM: a salt of \(Phrase.count($0.salt.count, "byte"))") })
    },
    dnssec(
      "nsec3-opt-out", .info,
      summary: "The zone leaves delegations out of its proofs (NSEC3 opt-out), which only large registries need.",
      remedy: "Remove opt-out at the next signing.", source: "RFC 9276, section 3.1"
    ) { facts in
      guard let zone = facts.zone, zone.labels.count > 1, let probe = facts.probeName else { return .nothing }
      let proofs = facts.answered(.ask(probe, .a, at: .zoneServers, .signed)).flatMap {
        DenialProof($0.reply.authorities).records
      }
      let optOut = proofs.first { record in
        if case .nsec3(let parameters, _, _) = record.kind { parameters.isOptOut } else { false }
      }
      return .one(optOut.map { AuditObservation("\($0.owner) NSEC3 with the flag opt-out") })
    },
    dnssec(
      "nsec-differs", .warning, consequenceOf: ["dnssec-servers-differ", "ds-without-dnskey", "secondary-stale"],
      summary: "Servers prove the absence of names in different ways: resolvers that mix their answers fail.",
      remedy: "Transfer one signed version of the zone to all servers.", source: "RFC 5155, section 7.3"
    ) { facts in
      guard let zone = facts.zone else { return .nothing }
      let answers = facts.answered(.ask(zone, .nsec3param, at: .zoneServers)).map { server, reply in
        (server, Set(reply.records(of: .nsec3param, at: zone).map(\.dataText)))
      }
      guard Set(answers.map(\.1)).count > 1 else { return .nothing }
      return .found([
        AuditObservation(
          answers.map {
            "\($0.0): " + ($0.1.isEmpty ? "no NSEC3PARAM" : "NSEC3PARAM \($0.1.sorted().joined(separator: ", "))")
          }
          .joined(separator: "\n"))
      ])
    },
    dnssec(
      "cds-delete-requested", .info, summary: "The zone asks its parent to remove the DS record (CDS 0 0 0 00).",
      remedy: "Nothing, if the zone is to be unsigned; else remove the CDS record.", source: "RFC 8078, section 4"
    ) { facts in
      guard let zone = facts.zone else { return .nothing }
      let deleting = facts.answered(.ask(zone, .cds, at: .zoneServers, .signed)).first { _, reply in
        reply.records(of: .cds, at: zone).contains { $0.data == .other([0, 0, 0, 0, 0]) }
      }
      return .one(deleting.map { AuditObservation("\($0.server): CDS 0 0 0 00") })
    },
    dnssec(
      "cds-differs-from-ds", .info, consequenceOf: ["cds-delete-requested", "dnskey-without-ds"],
      summary: "The zone asks its parent for other DS records (CDS) than the parent has.",
      remedy: "Wait until the parent has taken them over, or enter the DS record at the registrar.",
      source: "RFC 7344, section 4"
    ) { facts in
      guard let zone = facts.zone, let signers = facts.signers else { return .nothing }
      let wanted = Set(
        facts.answered(.ask(zone, .cds, at: .zoneServers, .signed)).flatMap { $0.reply.records(of: .cds, at: zone) }
          .map(\.data))
      let present = Set(signers.map(\.record.data))
      guard !wanted.isEmpty, wanted != present else { return .nothing }
      return .found([
        AuditObservation(
          "CDS: \(AuditFacts.digests(wanted))\nDS: \(present.isEmpty ? "none" : AuditFacts.digests(present))")
      ])
    },
    dnssec(
      "cds-inconsistent", .warning, summary: "Servers of the zone give different CDS or CDNSKEY records.",
      remedy: "Let the signer publish one set of CDS and CDNSKEY records on all servers.", source: "RFC 7344, section 4"
    ) { facts in
      guard let zone = facts.zone else { return .nothing }
      return .any(
        [RecordType.cds, .cdnskey].compactMap { type in
          let answers = facts.answered(.ask(zone, type, at: .zoneServers, .signed)).map { server, reply in
            (server, Set(reply.records(of: type, at: zone).map(\.data)))
          }
          guard Set(answers.map(\.1)).count > 1 else { return nil }
          return AuditObservation(
            answers.map { "\($0.0): \(Phrase.count($0.1.count, "\(type) record"))" }.joined(separator: "\n"))
        })
    },
  ]
}

extension AuditFacts {
  /// Questions whose answer must be that there is nothing: a name that nobody has, and a type that no name has.
  var absentQuestions: [Question] {
    [probeName.map { Question($0, .a) }, Question(domain, RecordType(rawValue: 65_280))].compactMap { $0 }
  }

  /// How the zone hashes names.
  var hashing: [DenialRecord.Parameters] {
    guard let zone else { return [] }
    return answered(.ask(zone, .nsec3param, at: .zoneServers)).flatMap { $0.reply.records(of: .nsec3param, at: zone) }
      .compactMap(DenialRecord.Parameters.init)
  }

  fileprivate static func digests(_ data: Set<ResourceRecord.Data>) -> String {
    data.compactMap { data in
      guard case .other(let bytes) = data else { return nil }
      return ResourceRecord(owner: .root, type: .ds, ttl: 0, data: .other(bytes)).dataText
    }.sorted().joined(separator: ", ")
  }
}
