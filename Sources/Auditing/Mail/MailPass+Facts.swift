// What the answers to the questions on mail come to, section by section.

internal import Conventions
internal import Keys
internal import Model
internal import Phrasing
internal import Policies

extension MailPass {
  /// Goes through all sections; what is not known yet is asked for, all of it at once.
  package mutating func facts() -> MailFacts {
    let domain = subject.domain
    let mxReply = reply(domain, .mx)
    let a = reply(domain, .a)
    let aaaa = reply(domain, .aaaa)
    let isValidating = reply(.root, .soa).isAuthenticated
    let outcomes = [mxReply.outcome, a.outcome, aaaa.outcome]
    let exists: Bool? =
      outcomes.contains(where: { $0 == .records || $0 == .nodata })
      ? true : outcomes.contains(.nxdomain) ? false : nil
    let spf = spf()
    var mx = mx(mxReply)
    if exists != false { for index in mx.hosts.indices { fill(&mx.hosts[index]) } }
    let dmarc = dmarc()
    let dkim = exists == false ? DKIMFacts() : dkim()
    let mtaSTS = mtaSTS()
    let tlsRPT = record(.tlsRPT, at: "_smtp._tls")
    let bimi = bimi(dmarc)
    let addresses = a.addresses(.a) + aaaa.addresses(.aaaa)
    let role = role(mx, spf, dmarc, dkim, addresses)
    var facts = MailFacts(
      subject: subject, exists: exists, isValidating: isValidating, role: role, mx: mx, addresses: addresses, spf: spf,
      dmarc: dmarc, dkim: dkim, mtaSTS: mtaSTS, tlsRPT: tlsRPT, bimi: bimi, caa: [], free: [], undeliverable: [],
      client: nil, isCut: false)
    if exists != false { facts.caa = caa(mtaSTS) }
    reports(&facts)
    takeover(&facts)
    if let client = subject.client { facts.client = self.client(client) }
    facts.isCut = isCut
    return facts
  }

  private func role(
    _ mx: MXFacts, _ spf: SPFFacts, _ dmarc: DMARCFacts, _ dkim: DKIMFacts, _ addresses: [IPAddress]
  ) -> MailRole {
    let takesMail = !mx.hosts.isEmpty || mx.failure != nil
    if !takesMail, spf.isClosed { return .parked }
    if takesMail { return .active }
    let sends = spf.record.judgement != nil || !dkim.keys.isEmpty || spf.record.failure != nil
    if sends { return mx.hasNull || addresses.isEmpty ? .sendsOnly : .active }
    return .unused
  }

  // MARK: - Texts

  /// The texts at one name, and what they are worth as one type.
  private mutating func record(_ type: PolicyType, at prefix: String) -> RecordFacts {
    guard let name = subject.domain.below(prefix) else { return RecordFacts(subject.domain) }
    return record(type, name)
  }

  private mutating func record(_ type: PolicyType, _ name: DomainName) -> RecordFacts {
    let reply = reply(name, .txt)
    var facts = RecordFacts(name)
    facts.texts = reply.texts
    facts.failure = reply.outcome.failure
    facts.judgement = Self.judgement(type, reply.texts)
    return facts
  }

  /// What texts are worth, where one of them is meant as this type: another text at the name is nobody's fault.
  private static func judgement(_ type: PolicyType, _ texts: [TextRecord]) -> PolicyJudgement? {
    for text in PolicyText.read(texts) {
      switch (type, text) {
      case (.spf, .spf), (.dmarc, .dmarc), (.mtaSTS, .mtaSTS), (.tlsRPT, .tlsRPT), (.bimi, .bimi):
        return PolicyJudge.judge(text)
      default: continue
      }
    }
    return nil
  }

  // MARK: - SPF

  private mutating func spf() -> SPFFacts {
    var facts = SPFFacts(record: record(.spf, subject.domain))
    let policies = facts.record.texts.filter { SPFRecord.isVersionOne($0.joined) }
    if facts.record.judgement == nil, facts.record.failure == nil {
      facts.misplaced = ["_spf", "spf", "www"].compactMap(subject.domain.below).first { name in
        reply(name, .txt).texts.contains { SPFRecord.isVersionOne($0.joined) }
      }
    }
    guard policies.count == 1 else { return facts }
    let (parsed, errors) = SPFRecord.read(policies[0].joined)
    if errors.isEmpty {
      facts.parsed = parsed
      facts.explanation = explanation(of: parsed)
    }
    var tree = SPFTree(domain: subject.domain, known: known)
    var step = tree.start()
    while case .ask(let questions) = step {
      want(questions)
      step = tree.take(Self.unanswered(questions))
    }
    if case .done(let report) = step { facts.tree = report }
    return facts
  }

  /// What is wrong at the name behind `exp=`, where it has no macros (RFC 7208, section 6.2).
  private mutating func explanation(of record: SPFRecord) -> (name: DomainName, problem: String)? {
    guard let literal = record.explanation?.value.literal,
      let name = try? DomainName(String(decoding: literal, as: UTF8.self))
    else { return nil }
    let answer = reply(name, .txt)
    if answer.outcome.failure != nil { return nil }
    switch answer.texts.count {
    case 0: return (name, answer.outcome == .nxdomain ? "NXDOMAIN" : "no TXT record")
    case 1: return answer.texts[0].joined.allSatisfy { $0 < 128 } ? nil : (name, "a text that is not ASCII")
    default: return (name, "\(answer.texts.count) TXT records, expected one")
    }
  }

  /// What a machine is given for the rest of this pass: the next one has the answers.
  private static func unanswered(_ questions: [Question]) -> [Question: PolicyReply] {
    Dictionary(uniqueKeysWithValues: questions.map { ($0, PolicyReply.unanswered) })
  }

  // MARK: - MX

  private func mx(_ reply: PolicyReply) -> MXFacts {
    var facts = MXFacts()
    facts.failure = reply.outcome.failure
    for record in reply.records where record.type == .mx {
      guard case .other(let bytes) = record.data, bytes.count > 2, let host = DomainName(wire: bytes[2...]) else {
        continue
      }
      let preference = UInt16(bytes[0]) << 8 | UInt16(bytes[1])
      if host.isRoot {
        facts.hasNull = true
        facts.nullPreference = preference
      } else if facts.hosts.count < 20, !facts.hosts.contains(where: { $0.name == host }) {
        facts.hosts.append(MXFacts.Host(preference: preference, name: host))
      }
    }
    facts.hosts.sort { ($0.preference, $0.name) < ($1.preference, $1.name) }
    return facts
  }

  private mutating func fill(_ host: inout MXFacts.Host) {
    let a = reply(host.name, .a)
    let aaaa = reply(host.name, .aaaa)
    host.v4 = a.addresses(.a)
    host.v6 = aaaa.addresses(.aaaa)
    // One family that answers is enough to reach it.
    host.failure = host.addresses.isEmpty ? a.outcome.failure ?? aaaa.outcome.failure : nil
    let name = host.name
    host.alias =
      (a.records + aaaa.records).lazy.compactMap { record -> DomainName? in
        guard record.owner == name, case .cname(let target) = record.data else { return nil }
        return target
      }.first
    host.isSecure =
      (a.isAuthenticated || a.addresses(.a).isEmpty) && (aaaa.isAuthenticated || host.v6.isEmpty)
      && (a.isAuthenticated || aaaa.isAuthenticated)
    // The domain's own record stands for it, and hosts of others are their business.
    if name != subject.domain, name.isWithin(subject.domain), !host.addresses.isEmpty {
      let texts = reply(name, .txt)
      if texts.outcome.failure == nil { host.hasSPF = texts.texts.contains { SPFRecord.isVersionOne($0.joined) } }
    }
    let tlsa = reply("_25._tcp", host.name, .tlsa)
    host.tlsa = tlsa.records.compactMap { record in
      guard record.type == .tlsa, case .other(let bytes) = record.data else { return nil }
      return TLSARecord(rdata: bytes)
    }
    host.tlsaFailure = tlsa.outcome.failure
    host.tlsaIsSecure = tlsa.isAuthenticated
  }

  // MARK: - DMARC

  /// The record that is for a domain.
  mutating func discovered(_ domain: DomainName) -> DMARCDiscovery.Result? {
    var discovery = DMARCDiscovery(domain: domain, known: known)
    var step = discovery.start()
    while case .ask(let questions) = step {
      want(questions)
      step = discovery.take(Self.unanswered(questions))
    }
    if case .done(let result) = step { return result }
    return nil
  }

  mutating func dmarc() -> DMARCFacts {
    guard let result = discovered(subject.domain) else { return DMARCFacts(record: RecordFacts(subject.domain)) }
    let location = result.byTreeWalk.location ?? result.bySuffixList.location
    let organization = result.byTreeWalk.organizationalDomain
    // What is judged: the record that is used; else what stands at the domain, or at its organization, and is not used.
    var record = record(.dmarc, at: "_dmarc")
    if let location, location != subject.domain, let name = location.below("_dmarc") {
      record = self.record(.dmarc, name)
    } else if location == nil, record.judgement == nil, organization != subject.domain,
      let name = organization.below("_dmarc")
    {
      let above = self.record(.dmarc, name)
      if above.judgement != nil { record = above }
    }
    var facts = DMARCFacts(record: record, location: location, discovery: result)
    if location == nil {
      let places = [subject.domain, subject.domain.below("dmarc"), subject.domain.below("_dmarc.\(subject.domain)")]
      facts.misplaced = places.compactMap(\.self).first { name in
        reply(name, .txt).texts.contains { DMARCRecord($0) != nil }
      }
    }
    if let location, let used = result.byTreeWalk.record {
      let check = DMARCReportCheck(used, at: location)
      want(check.questions)
      let replies = known
      facts.consents = check.addresses.map { ($0, check.consent(of: $0, replies)) }
    }
    return facts
  }

  // MARK: - DKIM

  private mutating func dkim() -> DKIMFacts {
    var facts = DKIMFacts()
    let base = reply("_domainkey", subject.domain, .txt)
    facts.base = base.outcome
    facts.hasWildcard = reply("\(subject.probe)._domainkey", subject.domain, .txt).outcome == .records
    // Servers that deny names with names below them are many: the ones that are given are asked for in any case.
    let guesses = facts.base == .nxdomain || facts.hasWildcard ? [] : subject.guesses
    for selector in (subject.selectors + guesses).withoutRepeats {
      let isGiven = subject.selectors.contains(selector)
      let answer = reply("\(selector)._domainkey", subject.domain, .txt)
      facts.tried += 1
      let alias = answer.records.lazy.compactMap { record -> DomainName? in
        if case .cname(let target) = record.data { target } else { nil }
      }.first
      let texts = answer.texts
      if texts.isEmpty {
        if answer.outcome.failure != nil {
          if isGiven || facts.base.failure == nil { facts.unanswered.append(selector) }
        } else if let alias {
          facts.dangling.append((selector, alias))
        } else if isGiven {
          facts.absent.append(selector)
        }
        continue
      }
      facts.keys.append(
        DKIMFacts.Key(selector: selector, judgement: KeyJudge.judge(texts), records: texts, alias: alias))
    }
    return facts
  }

  // MARK: - MTA-STS, BIMI, CAA

  private mutating func mtaSTS() -> MTASTSFacts {
    let url = "https://mta-sts.\(subject.domain)/.well-known/mta-sts.txt"
    var facts = MTASTSFacts(record: record(.mtaSTS, at: "_mta-sts"), url: url)
    guard facts.record.judgement != nil, let host = subject.domain.below("mta-sts") else { return facts }
    let a = reply(host, .a)
    let aaaa = reply(host, .aaaa)
    let addresses = a.addresses(.a) + aaaa.addresses(.aaaa)
    facts.addresses = addresses
    facts.addressFailure = addresses.isEmpty ? a.outcome.failure ?? aaaa.outcome.failure : nil
    guard !addresses.isEmpty else { return facts }
    facts.fetched = file(AuditFetch(url: url, addresses: addresses, maximumBytes: 65_536))
    if case .response(let response) = facts.fetched, response.status == 200 {
      facts.policyJudgement = PolicyJudge.judge(.mtaSTSPolicy(response.body))
      facts.policy = MTASTSPolicy(file: response.body)
    }
    return facts
  }

  private mutating func bimi(_ dmarc: DMARCFacts) -> BIMIFacts {
    var facts = BIMIFacts(record: record(.bimi, at: "default._bimi"))
    let organization = dmarc.discovery?.byTreeWalk.organizationalDomain ?? subject.domain
    if facts.record.judgement == nil, organization != subject.domain, let name = organization.below("default._bimi") {
      facts.record = record(.bimi, name)
    }
    guard let judgement = facts.record.judgement, judgement.valid else { return facts }
    func url(_ tag: String) -> String? {
      judgement.tags.first { $0.name.lowercased() == tag }.map(\.value).flatMap { $0.isEmpty ? nil : $0 }
    }
    facts.logo = url("l").flatMap { fetchOf($0) }
    facts.evidence = url("a").flatMap { fetchOf($0) }
    return facts
  }

  /// A file of a URL, whose host is looked up as everything else; nil while that is not known.
  private mutating func fetchOf(_ url: String) -> (url: String, result: AuditFetch.Result)? {
    let rest = url.dropFirst("https://".count)
    let host = rest.prefix { !"/:?#".contains($0) }
    guard let name = try? DomainName(host) else {
      return (url, .failed(.unresolved, reason: "the URL has no host name"))
    }
    let a = reply(name, .a)
    let aaaa = reply(name, .aaaa)
    let addresses = a.addresses(.a) + aaaa.addresses(.aaaa)
    if addresses.isEmpty {
      let failure = a.outcome.failure ?? aaaa.outcome.failure
      return (url, .failed(failure == nil ? .unresolved : .other, reason: "\(name) has no address"))
    }
    return file(AuditFetch(url: url, addresses: addresses, maximumBytes: 1 << 18)).map { (url, $0) }
  }

  /// The CAA records for the names that need certificates, each found by going up (RFC 8659, section 3).
  private mutating func caa(_ mtaSTS: MTASTSFacts) -> [CAAFacts] {
    var names = [subject.domain]
    if mtaSTS.isOn, let host = subject.domain.below("mta-sts") { names.append(host) }
    return names.map { name in
      var facts = CAAFacts(name: name)
      var place: DomainName? = name
      while let current = place, !current.isRoot {
        let answer = reply(current, .caa)
        if let failure = answer.outcome.failure {
          facts.failure = failure
          break
        }
        let records = answer.records.compactMap { record -> CAARecord? in
          guard record.type == .caa, case .other(let bytes) = record.data else { return nil }
          return CAARecord(rdata: bytes)
        }
        if !records.isEmpty {
          facts.location = current
          facts.records = records
          facts.judgement = PolicyJudge.judge(.caa(records))
          break
        }
        place = current.parent
      }
      return facts
    }
  }

  // MARK: - Others' domains

  /// Whether the hosts of report addresses can take mail.
  private mutating func reports(_ facts: inout MailFacts) {
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
  private mutating func takeover(_ facts: inout MailFacts) {
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

  // MARK: - The client

  mutating func client(_ client: SPFClient) -> ClientFacts {
    var facts = ClientFacts(client: client)
    facts.spf = outcome(client)
    if !client.helo.isEmpty {
      facts.helo = outcome(
        SPFClient(
          address: client.address, sender: [], helo: client.helo, receiver: client.receiver, seconds: client.seconds))
      if let name = try? DomainName(String(decoding: client.helo, as: UTF8.self)), name.labels.count > 1 {
        facts.heloResolves = leads(name, to: client.address)
      }
    }
    guard let reverse = client.address.reverseName else { return facts }
    let answer = reply(reverse, .ptr)
    facts.pointerFailure = answer.outcome.failure
    facts.pointers = Array(answer.pointers.prefix(10))
    facts.confirmed = facts.pointers.filter { leads($0, to: client.address) }
    return facts
  }

  private mutating func leads(_ name: DomainName, to address: IPAddress) -> Bool {
    let type: RecordType = address.isV6 ? .aaaa : .a
    return reply(name, type).addresses(type).contains(address)
  }

  private mutating func outcome(_ client: SPFClient) -> SPFOutcome? {
    var evaluation = SPFEvaluation(client: client, known: known)
    var step = evaluation.start()
    while case .ask(let questions) = step {
      want(questions)
      step = evaluation.take(Self.unanswered(questions))
    }
    if case .done(let outcome) = step { return outcome }
    return nil
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
