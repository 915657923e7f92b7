// What the answers to the questions on mail come to, section by section.

internal import Model
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

  /// The texts at one name, and what they are worth as one type.
  mutating func record(_ type: PolicyType, at prefix: String) -> RecordFacts {
    guard let name = subject.domain.below(prefix) else { return RecordFacts(subject.domain) }
    return record(type, name)
  }

  mutating func record(_ type: PolicyType, _ name: DomainName) -> RecordFacts {
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
}
