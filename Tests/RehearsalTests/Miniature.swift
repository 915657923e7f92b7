// Two hosts that hold one zone, as values: what their servers answer to inquiries.

import DNS
import Model
import Testing

@testable import Rehearsal

/// What one server does.
enum Service: Hashable {
  /// Serves a zone, given as lines of a zone file below domain.com.
  case serves([String])
  case silent
  case refuses
}

/// The servers of now and then, and what the parent says.
struct Miniature {
  var now: [Service]
  var then: [Service]
  var parent: [String] = []
  /// The zones that stay where they are: texts of names outside.
  var outside: [String] = []
  var zone = "domain.com"
  var walkFailure: WalkFailure?
  /// What each server serves, by its name.
  private var served: [String: Served] = [:]
  /// Each question that was put, in order.
  private(set) var asked: [Inquiry] = []

  init(servers now: [Service], then: [Service]) {
    self.now = now
    self.then = then
  }

  /// One server a side.
  init(now: [String], then: [String]) {
    self.init(servers: [.serves(now)], then: [.serves(then)])
  }

  static let probe = "probe"

  static func records(_ lines: [String], origin: String = "domain.com") throws -> [ResourceRecord] {
    try ZoneFile.read(Array((["$TTL 300"] + lines).joined(separator: "\n").utf8 + [10]), origin: DomainName(origin))
  }

  private static func server(_ side: String, _ index: Int) throws -> NameServer {
    let address = try #require(Endpoint("192.0.2.\(side == "old" ? 1 + index : 101 + index)"))
    return NameServer(name: "ns\(index + 1).\(side).example", endpoints: [address])
  }

  var future: [NameServer] {
    get throws { try then.indices.map { try Self.server("new", $0) } }
  }

  /// Carries a rehearsal out.
  mutating func rehearse(
    keys: [String] = [], given: [Question] = [], domain: String = "domain.com"
  ) throws -> RehearsalReport {
    let domain = try DomainName(domain)
    for (side, services) in [
      ("old", now), ("new", then), ("parent", [.serves(parent)]), ("outside", [.serves(outside)]),
    ] {
      for (index, service) in services.enumerated() {
        guard case .serves(let lines) = service else { continue }
        served["ns\(index + 1).\(side).example"] = try Served(lines, apex: DomainName(zone))
      }
    }
    var rehearsal = Rehearsal(
      domain: domain, keys: try keys.map { try KeyName(selector: DomainName($0), domain: domain) }, given: given,
      future: try future, probe: try DomainName(Self.probe))
    var action = rehearsal.start()
    for _ in 0..<20 {
      switch action {
      case .finished(let report): return report
      case .ask(let inquiries):
        asked += inquiries
        action = rehearsal.take(try inquiries.map { try answer($0) })
      }
    }
    throw Endless()
  }

  struct Endless: Error {}

  private func answer(_ inquiry: Inquiry) throws -> InquiryAnswer {
    let question = inquiry.question
    switch inquiry.target {
    case .zoneServers where question.type == .ds:
      return try outer(inquiry, "parent", zone: "com")
    case .zoneServers where try !question.name.isWithin(DomainName(zone)):
      return try outer(inquiry, "outside", zone: "example")
    case .zoneServers:
      if let walkFailure { return InquiryAnswer(inquiry: inquiry, walkFailure: walkFailure) }
      return InquiryAnswer(
        inquiry: inquiry, zone: try DomainName(zone),
        replies: try now.indices.map { try reply(question, now[$0], Self.server("old", $0)) })
    case .servers(let servers):
      let known =
        try now.indices.map { (try Self.server("old", $0), now[$0]) }
        + then.indices.map {
          (try Self.server("new", $0), then[$0])
        }
      return InquiryAnswer(
        inquiry: inquiry,
        replies: try servers.map { server in
          let service = try #require(known.first { $0.0 == server }).1
          return try reply(question, service, server)
        })
    case .parentServers, .view: throw Endless()
    }
  }

  private func outer(_ inquiry: Inquiry, _ side: String, zone: String) throws -> InquiryAnswer {
    let server = NameServer(name: "ns1.\(side).example", endpoints: [try #require(Endpoint("192.0.2.200"))])
    return InquiryAnswer(
      inquiry: inquiry, zone: try DomainName(zone), replies: [try reply(inquiry.question, .serves([]), server)])
  }

  private func reply(_ question: Question, _ service: Service, _ server: NameServer) throws -> InquiryReply {
    switch service {
    case .silent: InquiryReply(server, .failed(.timeout))
    case .refuses: InquiryReply(server, .failed(.refused))
    case .serves: try #require(served[server.name]).reply(question, server)
    }
  }
}

/// The zone at one server.
private struct Served {
  private let apex: DomainName
  private let records: [DomainName: [ResourceRecord]]
  private let cuts: [ResourceRecord]
  /// Every name that exists, those without records too.
  private var names: Set<DomainName>

  init(_ lines: [String], apex: DomainName) throws {
    let all = try Miniature.records(lines)
    self.apex = apex
    records = Dictionary(grouping: all) { $0.owner }
    cuts = all.filter { $0.type == .ns && $0.owner != apex }
    names = [apex]
    for owner in records.keys {
      var name: DomainName? = owner
      while let known = name, names.insert(known).inserted { name = known.parent }
    }
  }

  func reply(_ question: Question, _ server: NameServer) -> InquiryReply {
    let referral = cuts.filter { question.name.isWithin($0.owner) }
    if !referral.isEmpty { return InquiryReply(server, .failed(.lame), authorities: referral) }
    var owned = records[question.name] ?? []
    let exists = names.contains(question.name)
    if !exists, let star = try? question.name.parent?.prepending(DomainName("*")) {
      owned = records[star] ?? []
      for index in owned.indices { owned[index].owner = question.name }
    }
    let found = owned.filter { $0.type == question.type || $0.type == .cname }
    return InquiryReply(
      server, !found.isEmpty ? .records : exists || !owned.isEmpty ? .nodata : .nxdomain, records: found)
  }
}

extension InquiryReply {
  fileprivate init(
    _ server: NameServer, _ outcome: Outcome, records: [ResourceRecord] = [], authorities: [ResourceRecord] = []
  ) {
    self.init(
      server: server.name, endpoint: server.endpoints.first,
      answer: Answer(outcome: outcome, digest: Digest(high: 0, low: 0)), records: records, authorities: authorities)
  }
}

extension RehearsalReport {
  /// What is not equal, one line each: name, type, difference.
  var differences: [String] {
    items.filter { $0.difference != .equal }.map { "\($0.question.name) \($0.question.type) \($0.difference)" }
  }

  /// What was compared, one line each: name, type.
  var compared: [String] { items.map { "\($0.question.name) \($0.question.type)" } }
}
