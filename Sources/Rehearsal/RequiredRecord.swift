// What mail needs of a zone: the questions that are put to the present and the future servers alike.

internal import Conventions
internal import Model

/// What a record set is for.
public enum Purpose: String, Hashable, Sendable, Codable, CaseIterable {
  case key, keys, mail, spf, dmarc, mtaSTS, tlsReporting, bimi, dane, clientSetup, address, caa, delegation, wildcard
  case given

  /// In the words of a table.
  public var text: String {
    switch self {
    case .keys: "key names"
    case .mail: "MX"
    case .spf: "SPF"
    case .dmarc: "DMARC"
    case .mtaSTS: "MTA-STS"
    case .tlsReporting: "TLS-RPT"
    case .bimi: "BIMI"
    case .dane: "DANE"
    case .clientSetup: "client setup"
    case .caa: "CAA"
    case .given: "your list"
    case .key, .address, .delegation, .wildcard: rawValue
    }
  }

  /// How a text begins that must stand alone at its name; nil where several may stand side by side.
  var version: String? {
    switch self {
    case .spf: "v=spf1"
    case .dmarc: "v=DMARC1"
    case .mtaSTS: "v=STSv1"
    case .tlsReporting: "v=TLSRPTv1"
    case .bimi: "v=BIMI1"
    default: nil
    }
  }
}

/// One question, and what its answer is for.
struct RequiredRecord: Hashable {
  var question: Question
  var purpose: Purpose
  /// Whether the name is only tried: a wildcard that answers it is no record of its own.
  var isGuess = true

  init(_ name: DomainName, _ type: RecordType, _ purpose: Purpose, isGuess: Bool = true) {
    question = Question(name, type)
    self.purpose = purpose
    self.isGuess = isGuess
  }
}

extension RequiredRecord {
  /// Services that mail programs look for (RFC 6186, RFC 8314, and Outlook's).
  private static let services = [
    "_autodiscover._tcp", "_submission._tcp", "_submissions._tcp", "_imap._tcp", "_imaps._tcp", "_pop3._tcp",
    "_pop3s._tcp",
  ]

  /// Everything that is asked before anything is known.
  ///
  /// - Parameters:
  ///   - keys: Key names that are watched, or were.
  ///   - given: Questions of the user.
  ///   - probe: A label that nobody uses, to see wildcards by.
  static func first(domain: DomainName, keys: [KeyName], given: [Question], probe: DomainName) -> [RequiredRecord] {
    func below(_ prefix: String, _ name: DomainName = domain) -> DomainName? {
      (try? DomainName(prefix)).flatMap { try? name.prepending($0) }
    }
    func needs(_ prefix: String, _ types: [RecordType], _ purpose: Purpose, of name: DomainName? = nil)
      -> [RequiredRecord]
    {
      guard let name = below(prefix, name ?? domain) else { return [] }
      return types.map { RequiredRecord(name, $0, purpose) }
    }
    var all = given.map { RequiredRecord($0.name, $0.type, .given, isGuess: false) }
    all += keys.map { RequiredRecord($0.name, .txt, .key, isGuess: false) }
    var domains = [domain]
    for key in keys where !domains.contains(key.domain) { domains.append(key.domain) }
    for name in domains {
      all += [RequiredRecord(name, .mx, .mail, isGuess: false), RequiredRecord(name, .txt, .spf, isGuess: false)]
      all += needs("_dmarc", [.txt], .dmarc, of: name) + needs("_domainkey", [.txt], .keys, of: name)
    }
    all.append(RequiredRecord(domain, .caa, .caa, isGuess: false))
    all += needs("_mta-sts", [.txt], .mtaSTS) + needs("mta-sts", [.a, .aaaa], .mtaSTS)
    all += needs("_smtp._tls", [.txt], .tlsReporting) + needs("default._bimi", [.txt], .bimi)
    for name in ["autoconfig", "autodiscover"] { all += needs(name, [.a, .aaaa], .clientSetup) }
    for service in services { all += needs(service, [.srv], .clientSetup) }
    all += Vendors.selectors.compactMap { selector in
      KeyName(selector, of: domain).map { RequiredRecord($0.name, .txt, .key) }
    }
    if let name = try? domain.prepending(probe) {
      all += [.txt, .a, .aaaa, .mx, .srv].map { RequiredRecord(name, $0, .wildcard) }
    }
    if let name = below("_domainkey").flatMap({ try? $0.prepending(probe) }) {
      all.append(RequiredRecord(name, .txt, .wildcard))
    }
    return all
  }

  /// What follows from the records that answer this need; only names inside the zone, for others do not move.
  func following(_ records: [ResourceRecord], zone: DomainName) -> [RequiredRecord] {
    var all: [RequiredRecord] = []
    func add(_ name: DomainName, _ types: [RecordType], _ purpose: Purpose) {
      guard name.isWithin(zone), !name.isRoot else { return }
      all += types.map { RequiredRecord(name, $0, purpose, isGuess: false) }
    }
    for record in records {
      switch record.data {
      case .cname(let target):
        add(target, [question.type], purpose)
        all += siblings(target)
      case .txt(let text) where purpose == .spf: for need in Self.named(bySPF: text) { add(need.0, need.1, .spf) }
      case .other(let bytes) where record.type == .mx:
        guard let host = DomainName(wire: bytes.dropFirst(2)) else { continue }
        add(host, [.a, .aaaa], .address)
        if let tlsa = try? host.prepending(DomainName("_25._tcp")) { add(tlsa, [.tlsa], .dane) }
      case .other(let bytes) where record.type == .srv:
        if let host = DomainName(wire: bytes.dropFirst(6)) { add(host, [.a, .aaaa], .clientSetup) }
      default: break
      }
    }
    // Without MX, mail goes to the address of the domain itself (RFC 5321, section 5.1).
    if purpose == .mail, records.isEmpty { add(question.name, [.a, .aaaa], .address) }
    return all
  }

  /// The other records of the vendor whose key this is.
  private func siblings(_ target: DomainName) -> [RequiredRecord] {
    guard let key = KeyName(keyName: question.name) else { return [] }
    let match = Vendors.matching(selector: key.selector, target: target).first
    return (match?.siblings ?? []).compactMap { sibling in
      KeyName(sibling.selector, of: key.domain).map { RequiredRecord($0.name, .txt, .key) }
    }
  }

  /// The names in the terms of an SPF record, with the types that are asked there (RFC 7208, section 5).
  private static func named(bySPF text: TextRecord) -> [(DomainName, [RecordType])] {
    let words = String(decoding: text.joined, as: UTF8.self).split(separator: " ")
    guard words.first?.lowercased() == "v=spf1" else { return [] }
    return words.dropFirst().compactMap { word in
      let term = word.drop { "+-~?".contains($0) }
      let parts = term.split(maxSplits: 1) { $0 == ":" || $0 == "=" }
      guard parts.count == 2, let name = try? DomainName(parts[1].prefix { $0 != "/" }) else { return nil }
      switch parts[0].lowercased() {
      case "include", "redirect": return (name, [.txt])
      case "a": return (name, [.a, .aaaa])
      case "mx": return (name, [.mx])
      case "exists": return (name, [.a])
      default: return nil
      }
    }
  }
}
