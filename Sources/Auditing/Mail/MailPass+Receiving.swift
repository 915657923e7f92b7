// What says how mail is taken in, and shown: MX hosts with their addresses and TLSA, the policy of MTA-STS, BIMI, CAA.

internal import Model
internal import Policies

extension MailPass {
  func mx(_ reply: PolicyReply) -> MXFacts {
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

  mutating func fill(_ host: inout MXFacts.Host) {
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

  mutating func mtaSTS() -> MTASTSFacts {
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

  mutating func bimi(_ dmarc: DMARCFacts) -> BIMIFacts {
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
  mutating func caa(_ mtaSTS: MTASTSFacts) -> [CAAFacts] {
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
}
