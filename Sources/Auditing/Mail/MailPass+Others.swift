// Other people's domains: whether reports can be delivered, and names that anybody could register.

internal import Conventions
internal import Model
internal import Phrasing
internal import Policies

extension MailPass {
  /// Whether the hosts of report addresses can take mail.
  mutating func reports(_ facts: inout MailFacts) {
    var hosts: [DomainName] = []
    let addresses = (facts.dmarc.used.map { $0.aggregateReports + $0.failureReports } ?? [])
    for case .mail(_, let host?) in addresses.map(\.form) { hosts.append(host) }
    hosts += facts.tlsRPT.reportHosts
    for host in hosts.withoutRepeats.prefix(10) {
      let mx = reply(host, .mx)
      if mx.outcome.failure != nil { continue }
      let exchanges = mx.exchanges
      if exchanges.contains(where: { !$0.isRoot }) { continue }
      if exchanges.isEmpty {
        let a = reply(host, .a)
        let aaaa = reply(host, .aaaa)
        if a.outcome.failure != nil || aaaa.outcome.failure != nil { continue }
        if !a.addresses(.a).isEmpty || !aaaa.addresses(.aaaa).isEmpty { continue }
      }
      facts.undeliverable.append(host)
    }
  }

  /// Names that do not exist, and whose registrable domain does not either.
  mutating func takeover(_ facts: inout MailFacts) {
    var suspects: [(DomainName, FreeDomain.Use, String)] = []
    for host in facts.mx.hosts where host.addresses.isEmpty && host.failure == nil {
      suspects.append((host.name, .mx, "MX \(host.preference) \(host.name)"))
    }
    for (node, path) in facts.spf.tree?.allNodes ?? [] {
      guard let target = node.target, node.problem == .noRecord || node.problem == .noAddress else { continue }
      suspects.append((target, .spf, path))
    }
    for host in facts.undeliverable { suspects.append((host, .reports, "\(host)")) }
    for (name, use, source) in suspects.prefix(30) {
      guard let registrable = name.registeredDomain, !facts.domain.isWithin(registrable) else { continue }
      // Both must say so: a name may have no records of one type, or its servers may deny wrongly.
      guard reply(registrable, .ns).outcome == .nxdomain, reply(registrable, .soa).outcome == .nxdomain else {
        continue
      }
      facts.free.append(FreeDomain(domain: registrable, use: use, source: source))
    }
  }
}

extension RecordFacts {
  /// The domains of the mailboxes that reports of TLS go to.
  var reportHosts: [DomainName] {
    guard let value = judgement?.tags.first(where: { $0.name.lowercased() == "rua" })?.value else { return [] }
    return value.split(separator: ",").compactMap { part in
      let text = part.drop { $0 == " " }
      guard text.lowercased().hasPrefix("mailto:"), let at = text.lastIndex(of: "@") else { return nil }
      return try? DomainName(text[text.index(after: at)...].prefix { $0 != "?" && $0 != "!" && $0 != " " })
    }
  }
}

extension SPFTree.Report {
  /// All terms with the path that leads to them: `include:a.example > include:b.example`.
  var allNodes: [(node: SPFTree.Node, path: String)] {
    func walk(_ nodes: [SPFTree.Node], _ path: String) -> [(SPFTree.Node, String)] {
      nodes.flatMap { node in
        let own = path.isEmpty ? node.term : "\(path) > \(node.term)"
        return [(node, own)] + walk(node.terms, own)
      }
    }
    return walk(tree, "").map { (node: $0.0, path: $0.1) }
  }
}
