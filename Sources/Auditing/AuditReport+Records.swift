// The records themselves, as the report shows them.

internal import Model
internal import Policies

extension AuditReport {
  /// The records that mail depends on, as they were found.
  public struct Records: Hashable, Sendable, Codable {
    /// The name servers of the zone.
    public var ns: [String]
    /// `10 mx.example.net.`, the most preferred first.
    public var mx: [String]
    public var spf: String?
    public var dmarc: String?
  }

  /// The tree of SPF and what it costs.
  public struct SPF: Hashable, Sendable, Codable {
    public var lookups: Int
    public var voidLookups: Int
    public var tree: [Node]
    public var client: Client?

    /// A term that takes a lookup, with what it leads to.
    public struct Node: Hashable, Sendable, Codable {
      public var term: String
      /// With everything beneath it.
      public var lookups: Int
      public var record: String?
      public var problem: String?
      public var terms: [Node]
    }

    /// What SPF says of the client that was asked about.
    public struct Client: Hashable, Sendable, Codable {
      public var address: String
      public var sender: String
      public var helo: String
      public var result: String
      public var explanation: String?
      /// The term that decided, and whose record has it.
      public var term: String?
      public var domain: String?
    }
  }
}

extension AuditReport.Records {
  init(_ facts: AuditFacts) {
    ns = facts.servers.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    guard let mail = facts.mail else {
      mx = []
      return
    }
    mx = (mail.mx.hasNull ? ["\(mail.mx.nullPreference) ."] : []) + mail.mx.hosts.map { "\($0.preference) \($0.name)." }
    spf = mail.spf.record.texts.first { SPFRecord.isVersionOne($0.joined) }?.text
    dmarc = mail.dmarc.record.texts.first { DMARCRecord($0) != nil }?.text
  }
}

extension AuditReport.SPF {
  init?(_ facts: AuditFacts) {
    guard let mail = facts.mail, mail.spf.tree != nil || mail.client != nil else { return nil }
    lookups = mail.spf.tree?.lookups ?? 0
    voidLookups = mail.spf.tree?.voidLookups ?? 0
    tree = mail.spf.tree?.tree.map(Node.init) ?? []
    client = mail.client.flatMap { client in
      client.spf.map { outcome in
        Client(
          address: client.client.address.description, sender: String(decoding: client.client.sender, as: UTF8.self),
          helo: String(decoding: client.client.helo, as: UTF8.self), result: outcome.result.rawValue,
          explanation: outcome.explanation, term: outcome.term, domain: outcome.domain)
      }
    }
  }
}

extension AuditReport.SPF.Node {
  init(_ node: SPFTree.Node) {
    self.init(
      term: node.term, lookups: node.lookups, record: node.record, problem: node.problem?.description,
      terms: node.terms.map(AuditReport.SPF.Node.init))
  }
}
