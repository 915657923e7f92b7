// What says who may send: SPF with its tree, DMARC with where its record stands, DKIM with the keys that can be found.

internal import Keys
internal import Model
internal import Phrasing
internal import Policies

extension MailPass {
  mutating func spf() -> SPFFacts {
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
  static func unanswered(_ questions: [Question]) -> [Question: PolicyReply] {
    Dictionary(uniqueKeysWithValues: questions.map { ($0, PolicyReply.unanswered) })
  }

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

  mutating func dkim() -> DKIMFacts {
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
}
