// A small internet of the test's own for audits of mail: records by name, files by URL, and what is signed.

@testable import Auditing
import Model
import Policies
import Testing

/// Lines `name TYPE data`; a name exists where something stands at or below it. `name FAILS TYPE` is not answered,
/// `name EXISTS` has no records, `FILE url status type|body` is served, `FILE url !failure` is not.
struct MailZone {
  private var records: [DomainName: [ResourceRecord]] = [:]
  private var names: Set<DomainName> = []
  private var failing: [Question: Outcome.Failure] = [:]
  private var files: [String: AuditFetch.Result] = [:]
  /// Zones whose records are not vouched for.
  private var unsigned: [DomainName] = []

  init(_ lines: [String]) throws {
    for line in lines where !line.isEmpty {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      if words[0] == "FILE" {
        let rest = words[2]
        if rest.hasPrefix("!") {
          files[words[1]] = .failed(
            try #require(AuditFetch.Failure(rawValue: String(rest.dropFirst()))), reason: "it failed")
        } else {
          let parts = rest.split(separator: "|", maxSplits: 1).map(String.init)
          let head = parts[0].split(separator: " ").map(String.init)
          files[words[1]] = .response(
            AuditFetch.Response(
              status: try #require(Int(head[0])), contentType: head.count > 1 ? head[1] : nil,
              location: head.count > 2 ? head[2] : nil,
              body: Array((parts.count > 1 ? parts[1] : "").replacing("/n/", with: "\n").utf8)))
        }
        continue
      }
      let name = try DomainName(words[0])
      let data = words.count > 2 ? words[2] : ""
      switch words[1] {
      case "TXT": try add(name, .txt, .txt(TextRecord(data)))
      case "A": try add(name, .a, .a(try #require(IPAddress(data))))
      case "AAAA":
        let address = try #require(IPAddress(data))
        try add(name, .aaaa, .other(address.bytes))
      case "CNAME": try add(name, .cname, .cname(try DomainName(data)))
      case "NS": try add(name, .ns, .ns(try DomainName(data)))
      case "PTR": try add(name, .ptr, .other((try DomainName(data)).wire))
      case "MX":
        let parts = data.split(separator: " ")
        let preference = try #require(UInt16(parts[0]))
        try add(
          name, .mx, .other([UInt8(preference >> 8), UInt8(preference & 255)] + (try DomainName(parts[1])).wire))
      case "TLSA":
        let parts = data.split(separator: " ")
        let digits = Array(parts[3].utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
          UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)
        }
        try add(name, .tlsa, .other(parts.prefix(3).compactMap { UInt8($0) } + bytes))
      case "CAA":
        let parts = data.split(separator: " ", maxSplits: 2).map(String.init)
        let value = parts[2].filter { $0 != "\"" }
        try add(
          name, .caa,
          .other(
            [try #require(UInt8(parts[0])), UInt8(parts[1].utf8.count)] + Array(parts[1].utf8) + Array(value.utf8)))
      case "FAILS":
        let parts = data.split(separator: " ").map(String.init)
        failing[Question(name, try #require(RecordType(mnemonic: parts[0])))] =
          parts.count > 1 ? try #require(Outcome.Failure(rawValue: parts[1])) : .timeout
      case "EXISTS": exist(name)
      case "UNSIGNED": unsigned.append(name)
      default: Issue.record("\(line)")
      }
    }
  }

  private mutating func add(_ name: DomainName, _ type: RecordType, _ data: ResourceRecord.Data) throws {
    records[name, default: []].append(ResourceRecord(owner: name, type: type, ttl: 300, data: data))
    exist(name)
  }

  private mutating func exist(_ name: DomainName) {
    var name: DomainName? = name
    while let current = name {
      names.insert(current)
      name = current.parent
    }
  }

  func reply(_ question: Question) -> PolicyReply {
    if let failure = failing[question] { return PolicyReply(outcome: .failed(failure)) }
    let isSigned = !unsigned.contains { question.name.isWithin($0) }
    var found: [ResourceRecord] = []
    var name = question.name
    for _ in 0..<8 {
      let here = records[name] ?? []
      let fitting = here.filter { $0.type == question.type }
      if !fitting.isEmpty {
        return PolicyReply(outcome: .records, records: found + fitting, isAuthenticated: isSigned)
      }
      guard let alias = here.first(where: { $0.type == .cname }), case .cname(let target) = alias.data else { break }
      found.append(alias)
      name = target
    }
    if let failure = failing[Question(name, question.type)] {
      return PolicyReply(outcome: .failed(failure), records: found)
    }
    return PolicyReply(outcome: names.contains(name) ? .nodata : .nxdomain, records: found, isAuthenticated: isSigned)
  }

  /// Asks what mail needs until nothing is missing.
  func facts(
    _ domain: String = "example.org", selectors: [String] = ["s1"], client: SPFClient? = nil
  ) throws -> (facts: MailFacts, questions: Int, rounds: Int) {
    var subject = MailSubject(domain: try DomainName(domain), probe: try DomainName("probe-7"))
    subject.selectors = try selectors.map { try DomainName($0) }
    subject.client = client
    var replies: [Question: PolicyReply] = [:]
    var fetched: [AuditFetch: AuditFetch.Result] = [:]
    for round in 0..<40 {
      var pass = MailPass(subject, replies: replies, fetched: fetched)
      let facts = pass.facts()
      if pass.missing.isEmpty, pass.missingFiles.isEmpty { return (facts, replies.count, round) }
      for question in pass.missing { replies[question] = reply(question) }
      for fetch in pass.missingFiles { fetched[fetch] = files[fetch.url] ?? .failed(.unreachable, reason: "refused") }
    }
    Issue.record("the survey does not end")
    throw CancellationError()
  }

  static let file = "FILE https://mta-sts.example.org/.well-known/mta-sts.txt"
  static let goodFile =
    "\(file) 200 text/plain|version: STSv1/n/mode: enforce/n/mx: mx1.example.org/n/mx: mx2.example.net/n/max_age: 1209600/n/"
  static let key =
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAkbvz4IzB5//xEsSa5eyTSMfC9P8K3BBREnoFCk3LHpR98PLL+4twTXD/LvbDrceE/BmY/mS2LGaRVvAA80UMUgrhXnZSnN+/nohQ+GKHi5ncS3xCEUoFPxD8y8gIqlzD2AcFqIsx9tT3pSfr8tJfuvH0U8tmFupKoZhxejntyWU5ROtbq6t8WflY9+oEqFG2bZ1iLIUSExNDPzPKsJyU6lVsTMaLlTefUTc7lvyBm5dHFiAYsDjtnXkv94nq43mXozaYoo2g55c+9BUcdUJi6NWCcR0drZzWYxd3fhachGrtEuQ5DAy3hrdbZkwYa2yFk184xcBACjZ8KYYUPIfXOwIDAQAB"

  /// A domain that does everything right.
  static let clean = [
    ". EXISTS", "example.org A 198.51.100.10", "example.org NS ns1.example.org",
    "example.org MX 10 mx1.example.org", "example.org MX 20 mx2.example.net",
    "mx1.example.org A 198.51.100.1", "mx1.example.org AAAA 2600:db8::1", "mx1.example.org TXT v=spf1 a -all",
    "mx2.example.net A 203.0.113.2", "mx2.example.net AAAA 2600:db8::2",
    "_25._tcp.mx1.example.org TLSA 3 1 1 \(String(repeating: "ab", count: 32))",
    "_25._tcp.mx1.example.org TLSA 3 1 1 \(String(repeating: "cd", count: 32))",
    "_25._tcp.mx2.example.net TLSA 3 1 1 \(String(repeating: "ab", count: 32))",
    "_25._tcp.mx2.example.net TLSA 3 1 1 \(String(repeating: "cd", count: 32))",
    "example.org TXT v=spf1 mx include:_spf.example.net -all",
    "example.org TXT some-verification=1234",
    "_spf.example.net TXT v=spf1 ip4:203.0.113.0/24 -all",
    "_dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:dmarc@example.org",
    "s1._domainkey.example.org TXT v=DKIM1; k=rsa; p=\(key)",
    "_mta-sts.example.org TXT v=STSv1; id=20260101", "mta-sts.example.org A 198.51.100.3", goodFile,
    "_smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:tls@example.org",
    "example.org CAA 0 issue \"ca.example\"",
    "1.100.51.198.in-addr.arpa PTR mx1.example.org",
  ]

  /// A domain that is closed.
  static let parked = [
    ". EXISTS", "example.org NS ns1.example.org", "example.org MX 0 .", "example.org TXT v=spf1 -all",
    "_dmarc.example.org TXT v=DMARC1; p=reject", "example.org CAA 0 issue \";\"",
  ]

  /// A base with lines taken out (`-` and the beginning of the line) and put in.
  static func changed(_ base: [String], _ edits: [String]) -> [String] {
    var lines = base
    for edit in edits {
      if edit.hasPrefix("-") {
        let beginning = edit.dropFirst()
        lines.removeAll { $0.hasPrefix(beginning) }
      } else {
        lines.append(edit)
      }
    }
    return lines
  }
}
