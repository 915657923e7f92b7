// Checks of signatures and keys: whether they verify, how long they are valid, and what they are made with.

internal import DNSSEC
internal import Model
internal import Phrasing

extension AuditCheck {
  static let signatures: [AuditCheck] = [
    broken(
      "rrsig-expired", .expired,
      summary: "Signatures of the zone have expired: validating resolvers do not accept its records.",
      remedy: "Make the signer run again, and check its clock and its log.", source: "RFC 4035, section 5.3.1"
    ) { set, now in
      set.signature.map { "expired at \(Phrase.dateAndTime(Timestamp(seconds: Int64($0.expiration))))" } ?? "expired"
    },
    broken(
      "rrsig-not-yet-valid", .early,
      summary: "Signatures of the zone are not valid yet: validating resolvers do not accept its records.",
      remedy: "Correct the clock of the signer and sign again.", source: "RFC 4035, section 5.3.1"
    ) { set, now in
      set.signature.map { "valid from \(Phrase.dateAndTime(Timestamp(seconds: Int64($0.inception))))" }
        ?? "not valid yet"
    },
    broken(
      "rrsig-wrong", .wrong, consequenceOf: ["ds-without-dnskey", "dnssec-servers-differ"],
      summary: "Signatures of the zone do not fit its records and keys: validating resolvers do not accept them.",
      remedy: "Sign the zone again, and find out what changes records after signing.", source: "RFC 4035, section 5.3.3"
    ) { set, now in
      set.signature.map { "RRSIG by key \($0.keyTag) does not verify" } ?? "does not verify"
    },
    broken(
      "rrsig-missing", .unsigned, consequenceOf: ["ds-without-dnskey", "dnssec-servers-differ"],
      summary: "Records of the signed zone have no signature: validating resolvers do not accept them.",
      remedy: "Sign the zone completely.", source: "RFC 4035, section 3.1"
    ) { set, now in "no RRSIG record" },
    dnssec(
      "rrsig-expires-soon", .warning, points: 5, consequenceOf: signingRoots,
      summary:
        "Signatures of the zone expire soon: when they do, validating resolvers do not accept its records any more.",
      remedy: "Make the signer run again now, and check why it did not.", source: "RFC 4035, section 5.3.3"
    ) { facts in
      guard let sets = facts.verification?.sets.filter({ $0.state == .secure }), !sets.isEmpty else { return .nothing }
      let late = sets.filter { set in
        guard let left = set.signature?.secondsLeft(at: facts.now) else { return false }
        return left < 43_200 || left < Int64(set.ttl)
      }
      if late.isEmpty {
        let next = sets.compactMap { $0.signature?.secondsLeft(at: facts.now) }.min() ?? 0
        return .good(
          "All \(sets.count) record sets that were asked for have valid signatures; the first expires in "
            + "\(Phrase.duration(.seconds(next))).")
      }
      let isCached = late.contains { set in (set.signature?.secondsLeft(at: facts.now) ?? .max) < Int64(set.ttl) }
      return .found([
        AuditObservation(
          AuditFacts.lines(late) { set in
            set.signature.map { "expires at \(Phrase.dateAndTime(Timestamp(seconds: Int64($0.expiration))))" } ?? ""
          }, severity: isCached && facts.isAnnounced ? .critical : nil)
      ])
    },
    dnssec(
      "rrsig-validity-long", .info,
      summary: "Signatures are valid for more than half a year: old records can be replayed as long.",
      remedy: "Sign for a few weeks.", source: "RFC 6781, section 4.4.2"
    ) { facts in
      let long = [RecordType.soa, .dnskey].flatMap(facts.signatures).filter { $0.span > 180 * 86_400 }
      return .one(
        long.first.map {
          AuditObservation("RRSIG \($0.covered) by key \($0.keyTag): valid for \(Phrase.duration(.seconds($0.span)))")
        })
    },
    dnssec(
      "rrsig-algorithm-missing", .warning, consequenceOf: signingRoots,
      summary: "The zone has a key of an algorithm that signs nothing: strict resolvers fail.",
      remedy: "Sign the zone with every algorithm that its keys name, or remove the key.",
      source: "RFC 6840, section 5.11"
    ) { facts in
      guard let verified = facts.verification, !verified.keys.isEmpty else { return .nothing }
      let signing = Set(facts.signatures(of: .soa).map(\.algorithm))
      let missing = Set(verified.keys.map(\.algorithm)).subtracting(signing)
      guard !signing.isEmpty, !missing.isEmpty else { return .nothing }
      return .found([
        AuditObservation(
          "DNSKEY of algorithm \(Phrase.list(missing.sorted().map { "\($0)" })); the SOA record is signed with algorithm "
            + Phrase.list(signing.sorted().map { "\($0)" }))
      ])
    },
    dnssec(
      "dnskey-algorithm-retired", .warning,
      summary:
        "The zone is signed with an algorithm that is no longer safe: more and more resolvers take it as unsigned.",
      remedy: "Roll over to algorithm 13 (ECDSA P-256 with SHA-256).", source: "RFC 9904; RFC 9905"
    ) { facts in keys(facts) { [1, 3, 5, 6, 7, 12].contains($0.algorithm) } },
    dnssec(
      "dnskey-algorithm-discouraged", .info,
      summary: "The zone is signed with algorithm 10 (RSA with SHA-512), which is discouraged.",
      remedy: "Roll over to algorithm 13 (ECDSA P-256 with SHA-256) at the next change of keys.", source: "RFC 9904"
    ) { facts in keys(facts) { $0.algorithm == 10 } },
    dnssec(
      "dnskey-algorithm-unassigned", .warning,
      summary: "A key of the zone has an algorithm that resolvers do not know.",
      remedy: "Roll over to algorithm 13 (ECDSA P-256 with SHA-256).", source: "IANA, DNS security algorithm numbers"
    ) { facts in keys(facts) { ![1, 3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 23].contains($0.algorithm) } },
    dnssec(
      "dnskey-rsa-small", .warning, summary: "A key of the zone is short (RSA below 2048 bits).",
      remedy: "Make a key of 2048 bits, or use algorithm 13.", source: "RFC 8624; NIST SP 800-57"
    ) { facts in
      guard let verified = facts.verification else { return .nothing }
      return .any(
        verified.keys.compactMap { key in
          guard let bits = key.rsaBits, bits < 2048 else { return nil }
          let isNamed = facts.signers?.contains { $0.announces(key) } ?? false
          return AuditObservation(
            "DNSKEY \(key.keyTag): RSA with \(bits) bits",
            text: bits < 1024
              ? "The key \(key.keyTag) of the zone can be broken: RSA with \(bits) bits." : nil,
            severity: bits < 1024 ? .critical : isNamed ? .warning : .info)
        })
    },
    dnssec(
      "dnskey-weak", .critical, points: 20,
      summary: "The private half of a key of the zone can be computed: anybody can sign its records.",
      remedy: "Replace the key now, and its DS record.", source: "docs/weak-keys.md"
    ) { facts in
      .any(
        (facts.verification?.keys ?? []).compactMap { key in
          key.weakness.map { weakness in
            AuditObservation("DNSKEY \(key.keyTag): \(weakness.rule): \(weakness.evidence)")
          }
        })
    },
    dnssec(
      "dnskey-flags-wrong", .critical, points: 20,
      summary:
        "The DS record names a key that is no zone key, or is revoked: validating resolvers do not accept the zone.",
      remedy: "Let the DS record name the key-signing key.", source: "RFC 4034, section 2.1.1; RFC 5011"
    ) { facts in
      guard let verified = facts.verification, let signers = facts.signers else { return .nothing }
      let wrong = verified.keySets.flatMap(\.keys).filter { record in
        guard ZoneKey(record) == nil, case .other(let bytes) = record.data, bytes.count > 4 else { return false }
        let tag = AuditFacts.keyTag(bytes)
        return signers.contains { $0.keyTag == tag && $0.algorithm == bytes[3] }
      }
      return .one(
        wrong.first.flatMap { record in
          if case .other(let bytes) = record.data {
            AuditObservation("DNSKEY \(AuditFacts.keyTag(bytes)): flags \(UInt16(bytes[0]) << 8 | UInt16(bytes[1]))")
          } else {
            nil
          }
        })
    },
    dnssec(
      "dnskey-set-large", .warning,
      summary: "The zone has so many keys that resolvers spend too much time on them, or give up.",
      remedy: "Remove the keys that are not used.", source: "CVE-2023-50387 (KeyTrap)"
    ) { facts in
      guard let verified = facts.verification else { return .nothing }
      let counts = verified.keySets.map(\.keys.count)
      guard let most = counts.max(), most > 16 else { return .nothing }
      return .found([AuditObservation("\(most) DNSKEY records")])
    },
  ]

  /// A row for one state of record sets.
  private static func broken(
    _ id: String, _ state: ZoneVerification.State, consequenceOf: [String] = ["ds-without-dnskey"], summary: String,
    remedy: String, source: String, says: @escaping @Sendable (ZoneVerification.SignedSet, Timestamp) -> String
  ) -> AuditCheck {
    dnssec(
      id, .critical, points: 20, consequenceOf: consequenceOf, summary: summary, remedy: remedy, source: source
    ) { facts in
      guard let verified = facts.verification else { return .nothing }
      let sets = verified.sets.filter { $0.state == state }
      guard !sets.isEmpty else { return .nothing }
      // Servers that are not signed at all are told by their keys.
      let unsigned = Set(verified.keySets.filter(\.keys.isEmpty).map(\.server))
      let told = state == .unsigned ? sets.filter { !unsigned.contains($0.server) } : sets
      guard !told.isEmpty else { return .nothing }
      return .found([
        AuditObservation(
          AuditFacts.lines(told) { says($0, facts.now) }, severity: facts.isAnnounced ? nil : .warning)
      ])
    }
  }

  private static func keys(_ facts: AuditFacts, _ isMeant: (ZoneKey) -> Bool) -> AuditSight {
    let meant = (facts.verification?.keys ?? []).filter(isMeant)
    guard !meant.isEmpty else { return .nothing }
    return .found([
      AuditObservation(meant.prefix(8).map { "DNSKEY \($0.keyTag): algorithm \($0.algorithm)" }.joined(separator: "\n"))
    ])
  }
}

extension AuditFacts {
  /// A line for each record set, with the servers that have it so.
  static func lines(
    _ sets: [ZoneVerification.SignedSet], _ says: (ZoneVerification.SignedSet) -> String
  ) -> String {
    var order: [String] = []
    var servers: [String: [String]] = [:]
    for set in sets {
      let line = "\(set.owner) \(set.type): \(says(set))"
      if servers[line] == nil { order.append(line) }
      servers[line, default: []].append(set.server.description)
    }
    return order.prefix(12).map { "\($0) (\(Phrase.list(servers[$0] ?? [], limit: 4)))" }.joined(separator: "\n")
      + (order.count > 12 ? "\nand \(order.count - 12) more" : "")
  }

  /// RFC 4034, appendix B.
  static func keyTag(_ bytes: [UInt8]) -> UInt16 {
    let sum = bytes.enumerated().reduce(UInt32(0)) { sum, byte in
      sum &+ (byte.offset.isMultiple(of: 2) ? UInt32(byte.element) << 8 : UInt32(byte.element))
    }
    return UInt16(truncatingIfNeeded: sum &+ sum >> 16)
  }
}
