// What the servers of the zone say, side by side: SOA records, and the records that mail needs.

internal import Model

extension AuditFacts {
  /// The SOA record of each server that answers.
  var authorities: [(server: AuditServer, soa: StartOfAuthority, ttl: UInt32)] {
    guard let zone else { return [] }
    return answered(.zone(of: domain)).compactMap { server, reply in
      let record = (reply.records + reply.authorities).first { $0.type == .soa && $0.owner == zone }
      return record.flatMap { record in record.startOfAuthority.map { (server, $0, record.ttl) } }
    }
  }

  /// The serials that servers have kept: a zone may be on its way to a server, so each is asked twice, and the later counts.
  var serials: [(server: AuditServer, serial: UInt32)] {
    guard let zone else { return [] }
    let later = answered(.ask(zone, .soa, at: .zoneServers))
    return authorities.map { first in
      let again = later.first { $0.server == first.server }?.reply.records(of: .soa, at: zone).first?.startOfAuthority
      return (first.server, again?.serial ?? first.soa.serial)
    }
  }

  /// A finding on the SOA record that most servers have.
  func soa(_ look: (StartOfAuthority) -> AuditObservation?) -> AuditSight {
    .one(authorities.first.flatMap { look($0.soa) })
  }

  func negativeTTL(_ look: (UInt32) -> AuditObservation?) -> AuditSight {
    .one(authorities.first.flatMap { look(min($0.soa.minimum, $0.ttl)) })
  }

  /// The host of the mail address of the zone: what stands behind the first dot of RNAME.
  var contactHost: DomainName? {
    guard let address = authorities.first?.soa.responsible, address.labels.count > 2 else { return nil }
    return address.parent
  }

  /// MNAME, where it names a host outside of what is known anyway; `.` says that there is none.
  var primary: DomainName? {
    authorities.first.map(\.soa.primary).flatMap { $0.isRoot || serverNames.contains($0) ? nil : $0 }
  }

  /// The records of the domain that mail needs.
  var mailQuestions: [Question] {
    var questions = [Question(domain, .mx), Question(domain, .txt), Question(domain, .caa)]
    for name in ["_dmarc", "_mta-sts", "_smtp._tls"].compactMap(below) { questions.append(Question(name, .txt)) }
    return questions
  }

  struct Group {
    var values: [String]
    var servers: [AuditServer]
  }

  /// The questions that servers answer differently, with what each group of them says. Servers that fail do not take part.
  var disagreements: [(question: Question, groups: [Group])] {
    mailQuestions.compactMap { question in
      var groups: [Group] = []
      for (server, reply) in answered(.ask(question.name, question.type, at: .zoneServers, .signed)) {
        let values = Set(
          reply.records.filter { $0.type == question.type || $0.type == .cname }.map(Self.value)
        ).sorted()
        if let index = groups.firstIndex(where: { $0.values == values }) {
          groups[index].servers.append(server)
        } else {
          groups.append(Group(values: values, servers: [server]))
        }
      }
      return groups.count > 1 ? (question, groups.sorted { $0.servers.count > $1.servers.count }) : nil
    }
  }

  var hasDisagreement: Bool { !disagreements.isEmpty }

  /// The data of a record; where a text is cut into strings does not count.
  private static func value(_ record: ResourceRecord) -> String {
    if case .txt(let text) = record.data { return "\"\(text.text)\"" }
    return (record.type == .cname ? "CNAME " : "") + record.dataText
  }

  /// The smallest TTL of each record set that mail needs.
  var mailTTLs: [(question: Question, ttl: UInt32)] {
    mailQuestions.compactMap { question in
      let ttls = answered(.ask(question.name, question.type, at: .zoneServers, .signed)).flatMap { _, reply in
        reply.records(of: question.type, at: question.name).map(\.ttl)
      }
      return ttls.min().map { (question, $0) }
    }
  }
}
