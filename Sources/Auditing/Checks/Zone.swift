// Checks of the SOA record, and of whether all servers hold the same zone.

internal import Model
internal import Phrasing

extension AuditCheck {
  static let zone: [AuditCheck] = authority + agreement + lifetimes

  private static let authority: [AuditCheck] = [
    soa(
      "soa-several", .critical, summary: "A server gives several SOA records for the zone.",
      remedy: "Keep one SOA record at the apex of the zone.", source: "RFC 1035, section 5.2"
    ) { facts in
      guard let zone = facts.zone else { return .nothing }
      let several = facts.answered(.zone(of: facts.domain)).filter { $0.reply.records(of: .soa, at: zone).count > 1 }
      return .any(
        several.map { server, reply in
          AuditObservation(
            reply.line(Question(zone, .soa)),
            text: "The server \(server) gives \(reply.records(of: .soa, at: zone).count) SOA records for \(zone).")
        })
    },
    soa(
      "soa-expire-short", .warning,
      summary:
        "Secondary servers give the zone up after less than a week without the primary: a short outage takes the domain down.",
      remedy: "Set EXPIRE in the SOA record to two weeks (1209600).", source: "RFC 1912, section 2.2"
    ) { facts in
      facts.soa { soa in
        guard soa.expire < 604_800 else { return nil }
        // A host that does not copy zones by transfer gives the number no meaning.
        return AuditObservation(
          "SOA: expire \(soa.expire) (\(Phrase.duration(.seconds(Int64(soa.expire))))); at least 604800 (7 days) is usual",
          severity: facts.host == nil ? nil : .info)
      }
    },
    soa(
      "soa-expire-below-refresh", .warning,
      summary: "Secondary servers give the zone up before they have asked the primary twice.",
      remedy: "Set EXPIRE in the SOA record to more than REFRESH and RETRY together: two weeks (1209600) are usual.",
      source: "RFC 1912, section 2.2"
    ) { facts in
      facts.soa { soa in
        guard UInt64(soa.expire) < UInt64(soa.refresh) + UInt64(soa.retry) else { return nil }
        return AuditObservation("SOA: expire \(soa.expire), refresh \(soa.refresh), retry \(soa.retry)")
      }
    },
    soa(
      "soa-retry-not-below-refresh", .info,
      summary: "RETRY is not shorter than REFRESH: a secondary that failed once asks again later than it would anyway.",
      remedy: "Set RETRY in the SOA record to a fraction of REFRESH.", source: "RFC 1912, section 2.2"
    ) { facts in
      facts.soa { soa in
        soa.retry >= soa.refresh ? AuditObservation("SOA: refresh \(soa.refresh), retry \(soa.retry)") : nil
      }
    },
    soa(
      "soa-refresh-short", .info, summary: "Secondary servers ask for changes more often than every 20 minutes.",
      remedy: "Set REFRESH in the SOA record to one hour or more; NOTIFY tells secondaries of changes at once.",
      source: "RFC 1912, section 2.2"
    ) { facts in
      facts.soa { soa in
        soa.refresh < 1200 && facts.host == nil
          ? AuditObservation("SOA: refresh \(soa.refresh); at least 1200 is usual") : nil
      }
    },
    soa(
      "soa-negative-ttl-long", .warning,
      summary:
        "Resolvers remember for more than a day that a name does not exist: a record that is added later stays unseen as long.",
      remedy: "Set MINIMUM in the SOA record to one hour (3600).", source: "RFC 2308, section 5"
    ) { facts in
      facts.negativeTTL { seconds in
        guard seconds > 10_800 else { return nil }
        let time = Phrase.duration(.seconds(Int64(seconds)))
        return AuditObservation(
          "the smaller of the TTL and MINIMUM of the SOA record is \(seconds) (\(time)); up to 10800 (3 h) is good",
          text:
            "Resolvers remember for \(time) that a name does not exist: a record that is added later stays unseen as "
            + "long.", severity: seconds > 86_400 ? nil : .info)
      }
    },
    soa(
      "soa-negative-ttl-short", .info,
      summary: "Resolvers ask again for names that do not exist after less than a minute.",
      remedy: "Set MINIMUM in the SOA record to some minutes, or one hour (3600).", source: "RFC 2308, section 5"
    ) { facts in
      facts.negativeTTL { seconds in
        seconds < 60 ? AuditObservation("the smaller of the TTL and MINIMUM of the SOA record is \(seconds)") : nil
      }
    },
    AuditCheck(
      "soa-mname-unusable", .info, in: .zone,
      summary: "The primary server that the SOA record names cannot be one: it has no address, or is an alias.",
      remedy: "Name the primary server of the zone in MNAME of the SOA record.", source: "RFC 1996, section 2",
      asks: { facts in
        guard let name = facts.primary else { return [] }
        return [facts.resolving(name, .a), facts.resolving(name, .aaaa)]
      },
      look: { facts in
        guard let name = facts.primary, let v4 = facts.resolved(name, .a), let v6 = facts.resolved(name, .aaaa)
        else { return .nothing }
        if let alias = (v4.answer.cname + v6.answer.cname).first {
          return .found([AuditObservation("\(name) CNAME \(alias)")])
        }
        let outcomes = [v4.answer.outcome, v6.answer.outcome]
        guard !outcomes.contains(.records), outcomes.allSatisfy({ $0.failure == nil }) else { return .nothing }
        return .found([AuditObservation(v4.line(Question(name, .a)) + "\n" + v6.line(Question(name, .aaaa)))])
      }),
    AuditCheck(
      "soa-rname-no-mail", .info, in: .zone, consequenceOf: ["soa-rname-malformed"],
      summary:
        "The mail address of the zone in the SOA record takes no mail: nobody can report faults of the zone to it.",
      remedy: "Name an address in RNAME of the SOA record that takes mail.", source: "RFC 1912, section 2.2",
      asks: { facts in
        guard let host = facts.contactHost else { return [] }
        return [RecordType.mx, .a, .aaaa].map { facts.resolving(host, $0) }
      },
      look: { facts in
        guard let host = facts.contactHost, let mx = facts.resolved(host, .mx), let v4 = facts.resolved(host, .a),
          let v6 = facts.resolved(host, .aaaa)
        else { return .nothing }
        let outcomes = [mx, v4, v6].map(\.answer.outcome)
        guard outcomes.allSatisfy({ $0.failure == nil }) else { return .nothing }
        let exchanges = mx.records.compactMap { record -> DomainName? in
          guard record.type == .mx, case .other(let bytes) = record.data, bytes.count > 2 else { return nil }
          return DomainName(wire: bytes[2...])
        }
        let takesNone = exchanges.isEmpty ? !outcomes.contains(.records) : exchanges.allSatisfy(\.isRoot)
        guard takesNone else { return .nothing }
        let address = "SOA: RNAME \(facts.authorities.first?.soa.responsible.description ?? "")"
        return .found([
          AuditObservation(
            exchanges.isEmpty ? "\(address); \(host) has no MX record and no address" : "\(address); \(host) MX 0 .")
        ])
      }),
    soa(
      "soa-rname-malformed", .info, summary: "The mail address of the zone in the SOA record is malformed.",
      remedy: "Write the address in RNAME with a dot in place of @, as in hostmaster.example.org.",
      source: "RFC 1912, section 2.2"
    ) { facts in
      facts.soa { soa in
        let labels = soa.responsible.labels
        let hasAt = labels.contains { $0.contains(UInt8(ascii: "@")) }
        guard hasAt || labels.count < 2 else { return nil }
        return AuditObservation("SOA: RNAME \(soa.responsible)")
      }
    },
  ]

  private static let agreement: [AuditCheck] = [
    AuditCheck(
      "secondary-stale", .warning, in: .zone,
      summary: "A name server serves an older version of the zone than another: changes arrive at some receivers only.",
      remedy: "Check zone transfers to the server: its access to the primary, TSIG keys, and its log.",
      source: "RFC 1034, section 4.3.5", asks: { [.zone(of: $0.domain), .ask($0.likelyZone, .soa, at: .zoneServers)] },
      look: { facts in
        guard let zone = facts.zone else { return .nothing }
        let known = facts.serials
        let serials = Set(known.map(\.serial))
        if serials.count == 1, known.count > 1 { return .good("All servers have the same version of the zone.") }
        guard serials.count > 1, let newest = serials.max(by: { Int32(bitPattern: $1 &- $0) > 0 }) else {
          return .nothing
        }
        let old = known.filter { $0.serial != newest }
        let lines = known.map { "\($0.server): serial \($0.serial)" }.joined(separator: "\n")
        // Hosts of this kind give each place its own serial, and serve the same records.
        let isHosted = facts.host != nil && !facts.hasDisagreement
        return .found([
          AuditObservation(
            lines,
            text:
              "\(Phrase.clause(old.map(\.server.description), "serves", "serve")) an older version of \(zone) than the "
              + "other servers: changes arrive at some receivers only.", severity: isHosted ? .info : nil)
        ])
      }),
    AuditCheck(
      "servers-disagree", .critical, in: .zone, points: 10,
      summary:
        "Name servers of the zone give different records for the same name: what a receiver sees depends on the server.",
      remedy: "Bring all servers to one version of the zone.", source: "RFC 1034, section 4.3.5",
      asks: { facts in facts.mailQuestions.map { .ask($0.name, $0.type, at: .zoneServers, .signed) } },
      look: { facts in
        .any(
          facts.disagreements.map { question, groups in
            AuditObservation(
              groups.map { group in
                "\(Phrase.list(group.servers.map(\.description), limit: 13)): "
                  + (group.values.isEmpty ? "none" : group.values.joined(separator: ", "))
              }.joined(separator: "\n"),
              text:
                "The servers of the zone give different \(question.type) records for \(question.name): what a receiver "
                + "sees depends on the server that it asks.",
              severity: Set(facts.serials.map(\.serial)).count > 1 ? .warning : nil)
          })
      }),
    AuditCheck(
      "soa-fields-differ", .info, in: .zone, consequenceOf: ["secondary-stale"],
      summary: "Servers give SOA records that differ in more than the serial.",
      remedy: "Bring the SOA records of all servers to one form.", source: "RFC 1034, section 4.3.5",
      asks: { [.zone(of: $0.domain)] },
      look: { facts in
        let records = facts.authorities.map { ($0.server, $0.soa) }
        let forms = Set(
          records.map { record in
            var soa = record.1
            soa.serial = 0
            return soa
          })
        guard forms.count > 1 else { return .nothing }
        return .found([
          AuditObservation(
            records.map { server, soa in
              "\(server): \(soa.primary) \(soa.responsible) refresh \(soa.refresh) retry \(soa.retry) expire "
                + "\(soa.expire) minimum \(soa.minimum)"
            }.joined(separator: "\n"))
        ])
      }),
  ]

  private static let lifetimes: [AuditCheck] = [
    AuditCheck(
      "rrset-ttls-differ", .info, in: .zone,
      summary: "Records of one name and type have different TTLs, which the standard forbids.",
      remedy: "Give all records of a name and type the same TTL.", source: "RFC 2181, section 5.2",
      asks: { facts in facts.mailQuestions.map { .ask($0.name, $0.type, at: .zoneServers, .signed) } },
      look: { facts in
        .any(
          facts.mailQuestions.compactMap { question in
            for (server, reply) in facts.answered(.ask(question.name, question.type, at: .zoneServers, .signed)) {
              let ttls = Set(reply.records(of: question.type, at: question.name).map(\.ttl))
              if reply.answer.authoritative, ttls.count > 1 {
                return AuditObservation(
                  "\(server): \(question.name) \(question.type) with the TTLs "
                    + Phrase.list(ttls.sorted().map { "\($0)" }))
              }
            }
            return nil
          })
      }),
    AuditCheck(
      "mail-ttl-long", .info, in: .zone,
      summary: "A record that mail needs may be cached for more than a day: a mistake in it lasts as long.",
      remedy: "Set a TTL between one hour and one day (3600 to 86400).", source: "RFC 1035, section 3.2.1",
      asks: { facts in facts.mailQuestions.map { .ask($0.name, $0.type, at: .zoneServers, .signed) } },
      look: { facts in
        .any(
          facts.mailTTLs.filter { $0.ttl > 86_400 }.map { question, ttl in
            AuditObservation(
              "\(question.name) \(question.type): TTL \(ttl) (\(Phrase.duration(.seconds(Int64(ttl)))))")
          })
      }),
    AuditCheck(
      "mail-ttl-short", .info, in: .zone,
      summary: "A record that mail needs may be cached for less than a minute: nearly every message asks for it again.",
      remedy: "Set a TTL between one hour and one day, except shortly before a change.",
      source: "RFC 1035, section 3.2.1",
      asks: { facts in facts.mailQuestions.map { .ask($0.name, $0.type, at: .zoneServers, .signed) } },
      look: { facts in
        .any(
          facts.mailTTLs.filter { $0.ttl < 60 }.map { question, ttl in
            AuditObservation("\(question.name) \(question.type): TTL \(ttl)")
          })
      }),
  ]

  /// A row on the SOA record.
  private static func soa(
    _ id: String, _ severity: Severity, summary: String, remedy: String, source: String,
    look: @escaping @Sendable (AuditFacts) -> AuditSight
  ) -> AuditCheck {
    AuditCheck(
      id, severity, in: .zone, summary: summary, remedy: remedy, source: source, asks: { [.zone(of: $0.domain)] },
      look: look)
  }
}
