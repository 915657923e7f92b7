// One pass over the tree of an SPF record with what is known so far.

internal import Model

/// Goes through all branches; what is not known yet is asked for, all of it at once.
struct SPFTreePass {
  private let limits: SPFTree.Limits
  private let replies: [Question: PolicyReply]
  /// How many questions may still be put.
  private var room: Int

  private(set) var missing: [Question] = []
  private var lookups = 0
  private var voids = (v4: 0, v6: 0)
  private var isCut = false

  init(limits: SPFTree.Limits, replies: [Question: PolicyReply], asked: Int) {
    self.limits = limits
    self.replies = replies
    room = limits.questions - asked
  }

  /// What a domain's record comes to.
  private struct Branch {
    var record: String?
    var problem: SPFTree.Problem?
    var nodes: [SPFTree.Node] = []
  }

  mutating func report(on domain: DomainName) -> SPFTree.Report {
    let branch = branch(of: domain, above: [])
    return SPFTree.Report(
      record: branch.record, problem: branch.problem, lookups: lookups, voidLookups: max(voids.v4, voids.v6),
      tree: branch.nodes, isCut: isCut)
  }

  private mutating func branch(of domain: DomainName, above: [DomainName]) -> Branch {
    if above.contains(domain) { return Branch(problem: .loop) }
    guard above.count <= limits.depth else {
      isCut = true
      return Branch(problem: .cut)
    }
    guard let reply = reply(to: Question(domain, .txt)) else { return Branch(problem: .cut) }
    if let failure = reply.outcome.failure { return Branch(problem: .unanswered(failure)) }
    let records = reply.texts.filter { SPFRecord.isVersionOne($0.joined) }
    guard let text = records.first else { return Branch(problem: .noRecord) }
    guard records.count == 1 else { return Branch(problem: .severalRecords(records.count)) }
    let (record, errors) = SPFRecord.read(text.joined)
    var branch = Branch(record: text.text)
    if let error = errors.first {
      branch.problem = .syntaxError(record.term(error.term))
      return branch
    }
    // What stands behind `all` is never reached.
    let reached = record.directives.prefix { $0.mechanism != .all }
    for directive in reached where directive.mechanism.isCostly {
      branch.nodes.append(node(directive, record, domain, above))
    }
    if !record.hasAll, let redirect = record.redirect {
      let place = record.term(redirect.place)
      branch.nodes.append(follow(redirect.value, term: place, domain, above))
    }
    return branch
  }

  private mutating func node(
    _ directive: SPFRecord.Directive, _ record: SPFRecord, _ domain: DomainName, _ above: [DomainName]
  ) -> SPFTree.Node {
    let term = record.term(directive.place)
    if case .include(let string) = directive.mechanism { return follow(string, term: term, domain, above) }
    lookups += 1
    var node = SPFTree.Node(term: term, target: nil, lookups: 1, record: nil, terms: [], problem: nil)
    guard lookups <= limits.lookups else {
      isCut = true
      node.problem = .cut
      return node
    }
    if case .ptr = directive.mechanism { return node }
    guard let name = target(directive.mechanism.domain, domain, above) else {
      node.problem = directive.mechanism.domain.map(Self.needsMail) == true ? .macro : .badName
      return node
    }
    node.target = name
    switch directive.mechanism {
    case .a: node.problem = addresses([name])
    case .mx: node.problem = exchanges(of: name)
    case .exists:
      guard let reply = reply(to: Question(name, .a)) else { return node }
      if let failure = reply.outcome.failure {
        node.problem = .unanswered(failure)
      } else if reply.addresses(.a).isEmpty {
        voids = (voids.v4 + 1, voids.v6 + 1)
        node.problem = .noAddress
      }
    case .include, .ptr, .all, .ip4, .ip6: break
    }
    return node
  }

  /// An include or a redirect.
  private mutating func follow(
    _ string: SPFMacroString, term: String, _ domain: DomainName, _ above: [DomainName]
  ) -> SPFTree.Node {
    let before = lookups
    lookups += 1
    var node = SPFTree.Node(term: term, target: nil, lookups: 1, record: nil, terms: [], problem: nil)
    guard lookups <= limits.lookups else {
      isCut = true
      node.problem = .cut
      return node
    }
    guard let name = target(string, domain, above) else {
      node.problem = Self.needsMail(string) ? .macro : .badName
      return node
    }
    node.target = name
    let branch = branch(of: name, above: above + [domain])
    node.record = branch.record
    node.problem = branch.problem
    node.terms = branch.nodes
    node.lookups = lookups - before
    return node
  }

  private mutating func exchanges(of name: DomainName) -> SPFTree.Problem? {
    guard let reply = reply(to: Question(name, .mx)) else { return nil }
    if let failure = reply.outcome.failure { return .unanswered(failure) }
    let hosts = reply.exchanges
    if hosts.isEmpty {
      voids = (voids.v4 + 1, voids.v6 + 1)
      return .noAddress
    }
    return hosts.count > 10 ? .tooManyExchanges(hosts.count) : addresses(hosts)
  }

  /// Counts names without addresses, family by family; a problem where none of them has any.
  private mutating func addresses(_ names: [DomainName]) -> SPFTree.Problem? {
    var found = false
    for name in names {
      // Both are asked for at once.
      let v4 = reply(to: Question(name, .a))
      let v6 = reply(to: Question(name, .aaaa))
      guard let v4, let v6 else {
        found = true
        continue
      }
      if let failure = v4.outcome.failure ?? v6.outcome.failure { return .unanswered(failure) }
      if v4.addresses(.a).isEmpty { voids.v4 += 1 } else { found = true }
      if v6.addresses(.aaaa).isEmpty { voids.v6 += 1 } else { found = true }
    }
    return found ? nil : .noAddress
  }

  /// The name of a domain-spec: macros for the domain itself are expanded, others depend on the mail.
  private func target(_ string: SPFMacroString?, _ domain: DomainName, _ above: [DomainName]) -> DomainName? {
    guard let string else { return domain }
    if Self.needsMail(string) { return nil }
    let client = SPFClient(
      address: .v4(0), sender: Array("postmaster@\(above.first ?? domain)".utf8), helo: [])
    let expansion = SPFExpansion(client: client, domain: Array(domain.description.utf8), validatedName: nil)
    return SPFName(expansion.name(string))?.name
  }

  private static func needsMail(_ string: SPFMacroString) -> Bool {
    !string.letters.isSubset(of: Set("do".utf8))
  }

  private mutating func reply(to question: Question) -> PolicyReply? {
    if let reply = replies[question] { return reply }
    if missing.contains(question) { return nil }
    guard room > 0 else {
      isCut = true
      return nil
    }
    room -= 1
    missing.append(question)
    return nil
  }
}
