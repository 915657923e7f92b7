// Causes: a wildcard that answers in the place of a record that is missing.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum WildcardCauses {
  static let all: [CauseRule] = [wildcardAlias, wildcardRevocation, wildcardText]

  /// A name that nobody has beside `_domainkey`, as `anyName` is one below it.
  private static func anyHost(_ facts: DiagnosisFacts) -> Inquiry? {
    let labels = [Array(facts.input.randomLabel.utf8)] + facts.domain.labels.map(Array.init)
    return (try? DomainName(labels: labels)).map { Inquiry($0, .txt, limit: 2) }
  }

  private static func probes(_ facts: DiagnosisFacts) -> [Inquiry] {
    [facts.anyName, anyHost(facts)].compactMap(\.self)
  }

  /// The wildcard that answers: the one right above, or that of the whole domain.
  private static func place(_ facts: DiagnosisFacts, _ isSame: (Inquiry) -> Bool) -> String {
    anyHost(facts).map(isSame) ?? false ? "*.\(facts.domain)" : "*._domainkey.\(facts.domain)"
  }

  // MARK: CNAME

  private static func leadsToSame(_ facts: DiagnosisFacts) -> (Inquiry) -> Bool {
    { probe in
      facts.replies(to: probe).contains { reply in
        reply.answer.cname.first != nil && reply.answer.cname.first == facts.target && !reply.answer.viaDNAME
      }
    }
  }

  private static let wildcardAlias = CauseRule(
    "wildcard-cname", "The key name has no record of its own: a wildcard CNAME answers in its place.",
    remedy: "Publish the key record at the key name itself: it takes precedence over the wildcard.",
    asks: { facts in facts.chain.isEmpty || facts.state == .published ? [] : probes(facts) }
  ) { facts in
    guard facts.state != .published, let target = facts.target, let probe = facts.anyName, leadsToSame(facts)(probe)
    else { return nil }
    let wildcard = place(facts, leadsToSame(facts))
    return Cause(
      text:
        "There is no record for selector \(facts.key.selector): the wildcard \(wildcard) answers in its place with a CNAME to "
        + "\(target), where the key is not.",
      certainty: .certain, because: "a random name gets the same CNAME",
      evidence: probes(facts).flatMap(facts.evidence), repair: own(facts, wildcard))
  }

  // MARK: TXT

  /// A key that is there and usable may well be meant for every selector.
  private static func isSuspicious(_ facts: DiagnosisFacts) -> Bool {
    [.invalid, .revoked, .mismatched].contains(facts.state) && facts.chain.isEmpty && !facts.sorted.texts.isEmpty
  }

  private static func saysTheSame(_ facts: DiagnosisFacts) -> (Inquiry) -> Bool {
    { probe in
      facts.positive(probe).contains { reply in
        reply.answer.cname.isEmpty && facts.sorted.texts.contains(where: reply.answer.says)
      }
    }
  }

  private static let wildcardText = CauseRule(
    "wildcard-txt", "The key name has no record of its own: a wildcard TXT record answers in its place.",
    remedy: "Publish the key record at the key name itself: it takes precedence over the wildcard.",
    asks: { facts in isSuspicious(facts) ? probes(facts) : [] }
  ) { facts in
    guard isSuspicious(facts), facts.state != .revoked, let probe = facts.anyName, saysTheSame(facts)(probe) else {
      return nil
    }
    let wildcard = place(facts, saysTheSame(facts))
    return Cause(
      text:
        "There is no record for selector \(facts.key.selector): the wildcard \(wildcard) answers in its place, with a text that "
        + (facts.state == .mismatched ? "holds another key." : "is no key for it."),
      certainty: .certain, because: "a random name gets the same text",
      evidence: probes(facts).flatMap(facts.evidence), repair: own(facts, wildcard))
  }

  private static func mailExchangers(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.domain, .mx, limit: 1) }
  private static func policy(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.domain, .txt, limit: 1) }

  /// Whether the domain says that it sends no mail: an SPF record that allows nobody (RFC 7208), or with a null MX
  /// (RFC 7505) no SPF record that allows anybody.
  private static func sendsNoMail(_ facts: DiagnosisFacts) -> Bool {
    let policies = facts.texts(policy(facts)).map { $0.text.lowercased() }.filter { $0.hasPrefix("v=spf1") }
    if !policies.isEmpty { return policies.allSatisfy { $0.split(separator: " ") == ["v=spf1", "-all"] } }
    return facts.positive(mailExchangers(facts)).contains { reply in
      reply.records(of: .mx, at: facts.domain).contains { $0.data == .other([0, 0, 0]) }
    }
  }

  private static let wildcardRevocation = CauseRule(
    "wildcard-revocation", "A wildcard revokes the keys of all selectors that have no record of their own.",
    remedy: "If the domain sends no mail, do nothing; otherwise publish the key record at the key name itself.",
    asks: { facts in
      isSuspicious(facts) && facts.state == .revoked ? probes(facts) + [mailExchangers(facts), policy(facts)] : []
    }
  ) { facts in
    guard facts.state == .revoked, isSuspicious(facts), let probe = facts.anyName, saysTheSame(facts)(probe)
    else { return nil }
    let wildcard = place(facts, saysTheSame(facts))
    let isMeant = sendsNoMail(facts) && facts.lastGood == nil && facts.input.expectation.state != .published
    var cause = Cause(
      text: isMeant
        ? "The domain \(facts.domain) sends no mail, and the wildcard \(wildcard) says so: it revokes the key of every selector, as "
          + "is usual for such domains."
        : "There is no record for selector \(facts.key.selector): the wildcard \(wildcard) revokes every key that has no record of "
          + "its own, so that a missing key looks like one that was revoked.",
      certainty: .certain, because: "a random name gets the same empty p=",
      evidence: probes(facts).flatMap(facts.evidence),
      repair: isMeant
        ? .instruction("Do nothing. If the domain is to send mail after all, publish its key record at \(facts.name).")
        : own(facts, wildcard))
    if isMeant {
      cause.evidence += [policy(facts), mailExchangers(facts)].flatMap(facts.evidence)
      cause.isHarmless = true
    }
    return cause
  }

  /// A record of its own takes precedence over the wildcard (RFC 4592, section 2.2.1).
  private static func own(_ facts: DiagnosisFacts, _ wildcard: String) -> Cause.Repair {
    let advice =
      "Get the key record from whoever signs, and add it at \(facts.name) in the zone \(facts.zone): a record of its own takes "
      + "precedence over the wildcard \(wildcard), which can stay."
    let vendor = Vendors.matching(selector: facts.key.selector).first
    let known =
      facts.lastGood.map { good in
        let ttl = good.repairTTL
        return KnownRecords(
          records: good.cname?.first.map { [facts.alias(to: $0, ttl: ttl)] }
            ?? good.records.map { facts.text(TextRecord($0), ttl: ttl) },
          origin: "was last good at \(Phrase.dateAndTime(good.at))")
      }
      ?? vendor.flatMap { match in
        match.record.target.map {
          KnownRecords(
            records: [facts.alias(to: $0)], origin: "\(match.vendor.shortName) asks for, whose selector this is")
        }
      }
    guard let known else { return .instruction(advice) }
    return .publish(
      known.records,
      note: "This is the record that \(known.origin); it takes precedence over the wildcard \(wildcard), which can stay"
    )
  }
}
