// Causes: a key that is simply not there, and what is left where nothing more particular was found.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum AbsenceCauses {
  static let all: [CauseRule] = [
    otherType, namesBelow, selectorLost, zoneUnchanged, zoneOfItsOwn, selectorNeverSeen, keyReplaced, observed,
  ]

  /// The id of the row that is told only where no other fits.
  static let lastResort = "as-observed"

  /// What may stand at a name that has no TXT record. 99 is SPF, a type for texts of old (RFC 7208, section 3.1); 12 is PTR.
  private static let types: [RecordType] = [
    .a, .aaaa, .mx, .srv, .dname, RecordType(rawValue: 99), RecordType(rawValue: 12),
  ]

  private static func atName(_ facts: DiagnosisFacts, _ type: RecordType) -> Inquiry {
    Inquiry(facts.name, type, limit: 1)
  }

  private static let otherType = CauseRule(
    "record-of-other-type", "The record was created with another type than TXT.",
    remedy: "Delete it, and create the key as a TXT record (or as the CNAME that the vendor asks for).",
    asks: { facts in
      guard facts.isNodata else { return [] }
      return ([facts.name] + [facts.anyName?.question.name].compactMap(\.self)).flatMap { name in
        types.map { Inquiry(name, $0, limit: 1) }
      }
    }
  ) { facts in
    guard facts.isNodata else { return nil }
    // What a wildcard gives at any name was not created here.
    let found = types.filter { type in
      facts.has(atName(facts, type))
        && facts.anyName.map { !facts.has(Inquiry($0.question.name, type, limit: 1)) } ?? true
    }
    guard let first = found.first else { return nil }
    let what = Phrase.list(found.map { "\($0)" })
    let text = found.lazy.flatMap { facts.replies(to: atName(facts, $0)) }.flatMap(\.records).compactMap(\.oldText)
      .first {
        $0.looksLikeKey
      }
    let deed =
      "Delete the \(what) record at \(facts.name), and create the key there as a TXT record, or as the CNAME that the "
      + "vendor asks for."
    return Cause(
      text:
        "The name of the key has a record of type \(what) and no TXT record: it was created with the wrong type.",
      certainty: text == nil ? .likely : .certain,
      because: text == nil
        ? "the name has \(what) and no TXT record" : "the key record is there, as a record of type \(first)",
      evidence: found.flatMap { facts.evidence(atName(facts, $0)) },
      repair: text.map { .publish([facts.text($0)], note: "Delete the \(what) record at this name") }
        ?? facts.restoring(else: deed, besides: "Delete the \(what) record at this name"))
  }

  /// Where the record may be that makes the name exist.
  private static let namesBelow = CauseRule(
    "only-names-below", "The name of the key exists only because there are names below it.",
    remedy: "Add the TXT record at the name itself; check the names below it.",
    asks: { facts in facts.isNodata ? [atName(facts, .cname)] + [facts.anyName].compactMap(\.self) : [] }
  ) { facts in
    guard facts.isNodata else { return nil }
    let asked = types.map { atName(facts, $0) }
    guard asked.allSatisfy({ facts.answer(to: $0) != nil && !facts.has($0) }),
      // Some servers never say NXDOMAIN (compact denial of existence, RFC 9824), and a wildcard of another type hides it.
      let anyName = facts.anyName, facts.isNXDOMAIN(anyName)
    else { return nil }
    return Cause(
      text:
        "The name of the key exists, but holds no record of a usual type: there are names below it, or its record was "
        + "emptied.",
      certainty: .likely, because: "it has no record, and a random name beside it gets NXDOMAIN",
      evidence: (asked + [anyName]).flatMap(facts.evidence),
      repair: facts.restoring(
        else: "Add the key as a TXT record at \(facts.name) itself in the zone \(facts.zone). A longer name, such as "
          + "\(facts.key.selector).\(facts.name), does not serve it."))
  }

  /// A resolver that still has the key, and does not make it up.
  private static func holder(_ facts: DiagnosisFacts) -> Respondent? {
    facts.sorted.caches.first {
      $0.role == .with && !$0.answer.authoritative && !facts.isInventing($0)
    }
  }

  /// Whether nothing at all stands below `_domainkey` says how much was lost (RFC 8020).
  static func tree(_ facts: DiagnosisFacts) -> Inquiry? {
    domainKeyTree(facts.domain).map { Inquiry($0, .txt, limit: 2) }
  }

  /// Whether nothing at all stands below `_domainkey`: it does not exist itself, and no name below it was found. A server
  /// that denies names which only have others below them says the same of a domain with keys.
  static func isTreeAbsent(_ facts: DiagnosisFacts) -> Bool {
    guard let tree = tree(facts) else { return false }
    return facts.isNXDOMAIN(tree) && !facts.hasAnswers(below: tree.question.name)
  }

  /// Keys that many domains have: one of them shows a server that denies `_domainkey` wrongly.
  private static func usualKeys(_ facts: DiagnosisFacts) -> [Inquiry] {
    guard let tree = tree(facts), facts.isNXDOMAIN(tree) else { return [] }
    return ["default", "google", "selector1", "selector2", "s1", "k1", "k2", "mail", "dkim"].compactMap { text in
      (try? DomainName(text)).flatMap(facts.keyName).map { Inquiry($0, .txt, limit: 1) }
    }
  }

  /// Who says that there is no key.
  private static func everybody(_ facts: DiagnosisFacts) -> String {
    facts.sorted.hasAuthoritativeView ? "every name server" : "every resolver that was asked"
  }

  private static let selectorLost = CauseRule(
    "selector-lost", "The record was there before, and has been removed from the zone; its name servers are the same.",
    remedy: "Publish the former record again.",
    asks: { facts in
      guard facts.isAbsent, facts.lastGood != nil || holder(facts) != nil else { return [] }
      return [tree(facts)].compactMap(\.self)
    }
  ) { facts in
    guard facts.isAbsent else { return nil }
    let tree = tree(facts)
    let isWholeTree = isTreeAbsent(facts)
    let rest = isWholeTree ? " No other key is left below _domainkey either." : ""
    let evidence = tree.map(facts.evidence) ?? []
    let removed = "The record of selector \(facts.key.selector) was removed from the zone \(facts.zone)"
    if let good = facts.lastGood {
      return Cause(
        text:
          "\(removed): it was there at \(Phrase.dateAndTime(good.at)), and \(everybody(facts)) now says that it is not.\(rest)",
        certainty: facts.delegationChange == nil ? .likely : .possible,
        because: facts.delegationChange == nil
          ? "the key was there before and the name servers are still the same" : "the key was there before",
        evidence: evidence, repair: facts.restoring(else: "Publish the former record again."))
    }
    guard let holder = holder(facts) else { return nil }
    return Cause(
      text:
        "\(removed) a short time ago: \(holder.name) still has it in its cache, and \(everybody(facts)) now says that "
        + "it is not there.\(rest)",
      certainty: .likely, because: "a resolver can have only what was published within the time to live of the record",
      evidence: evidence, repair: facts.restoring(else: "Publish the former record again."))
  }

  /// What somebody is sure to have entered never came into the zone.
  private static let zoneUnchanged = CauseRule(
    "zone-unchanged", "The zone has not changed since before the key was expected: what was entered was not published.",
    remedy: "Save and publish the change at the DNS host, and raise the serial where the zone is a file."
  ) { facts in
    guard facts.isAbsent, facts.lastGood == nil, facts.input.hasHistory,
      let zone = facts.input.zone, let unchanged = zone.serialSince, let since = facts.input.since,
      unchanged <= since, facts.now - since >= .seconds(3600), let serial = zone.delegation.newestSerial
    else { return nil }
    return Cause(
      text: "There is no record for selector \(facts.key.selector), and the zone \(facts.zone) has not changed since "
        + "\(Phrase.dateAndTime(unchanged)): whatever was entered for it was not saved, or not published.",
      certainty: .possible, because: "its serial has been \(serial) ever since",
      repair: facts.restoring(
        else: "Enter the record at \(facts.name) in the zone \(facts.zone)"
          + (facts.servers.isEmpty ? "" : " at \(Wording.names(facts.servers))")
          + ", see that the form confirms it, and that the serial rises. In a zone file raise the serial and reload. Do not "
          + "sign with the selector before."))
  }

  /// Who edits the zone above has no effect on what stands below a cut.
  private static let zoneOfItsOwn = CauseRule(
    "zone-cut-above-key",
    "The key name lies in a zone of its own, delegated away from the domain's zone: what is added there is not seen.",
    remedy: "Add the record in the zone that holds the key name, or remove the delegation."
  ) { facts in
    guard facts.isAbsent, facts.lastGood == nil, let delegation = facts.sorted.delegation,
      delegation.zone.isWithin(facts.registrableDomain), delegation.zone != facts.registrableDomain
    else { return nil }
    let zone = delegation.zone
    let isBelowDomain = zone != facts.domain && zone.isWithin(facts.domain)
    let above = isBelowDomain ? facts.domain : facts.registrableDomain
    let servers = Wording.names(delegation.servers)
    return Cause(
      text: "There is no record for selector \(facts.key.selector) in the zone \(zone), which is a zone of its own at "
        + "\(servers): a record that was added to the zone \(above) above it is not seen.",
      certainty: isBelowDomain ? .likely : .possible,
      because: isBelowDomain
        ? "NS records at \(zone) hand the name on to other servers" : "the zone \(zone) begins below \(above)",
      repair: facts.restoring(
        else: "Add the key record at \(facts.name) in the zone \(zone) at \(servers)"
          + (isBelowDomain
            ? ", or delete the NS records at \(zone), and keep all keys in the zone \(above)."
            : "; not in the zone \(above).")))
  }

  private static let selectorNeverSeen = CauseRule(
    "selector-never-seen", "No record was ever seen at this name.",
    remedy: "Check the spelling of selector and domain; get the record from whoever signs, and publish it.",
    asks: { facts in
      facts.isNameAbsent && facts.lastGood == nil ? [tree(facts)].compactMap(\.self) + usualKeys(facts) : []
    }
  ) { facts in
    guard facts.isAbsent, facts.lastGood == nil else { return nil }
    let isWholeTree = facts.isNameAbsent && isTreeAbsent(facts)
    let vendor = Vendors.matching(selector: facts.key.selector).first?.vendor.name
    let who = "whoever signs with it" + (vendor.map { " (\($0), for instance, has such selectors)" } ?? "")
    return Cause(
      text: "There is no record for selector \(facts.key.selector) in the zone \(facts.zone)"
        + (facts.input.hasHistory ? ", and none has been seen since it has been watched." : ".")
        + (isWholeTree ? " The domain has no DKIM selector at all." : ""),
      certainty: .possible,
      because: isWholeTree
        ? "_domainkey.\(facts.domain) itself does not exist, so nothing is published below it"
        : "nothing was found at any other name that it could have been put at",
      evidence: isWholeTree ? tree(facts).map(facts.evidence) ?? [] : [],
      repair: facts.restoring(
        else: "Check the spelling of selector and domain (s= and d= of the signature). If it is right, get the "
          + "record from \(who), and add it as TXT or CNAME at \(facts.name) in the zone \(facts.zone)"
          + (facts.servers.isEmpty ? "." : " at \(Wording.names(facts.servers)).") + facts.scanning))
  }

  private static let keyReplaced = CauseRule(
    "key-replaced", "Another key was published under the same selector.",
    remedy:
      "If the change was intended, do nothing; otherwise publish the former record again. Put the next key under a new selector."
  ) { facts in
    guard facts.state == .published, let good = facts.lastGood, !facts.sorted.with.isEmpty,
      !facts.sorted.texts.contains(where: { Set($0.map(\.text)) == Set(good.records) })
    else { return nil }
    return Cause(
      text:
        "The record of selector \(facts.key.selector) was replaced by another one that receivers can use as well; mail "
        + "that was signed with the former key and is still on its way can no longer be verified.",
      certainty: .certain,
      because: "the record is another one than at \(Phrase.dateAndTime(good.at)), under the same selector",
      repair: .instruction(
        "If the change was intended and the signer uses the new key, do nothing; otherwise publish the former record again: "
          + "\(former(good, facts)). Next time publish the new key under a selector of its own, and keep the old one until no mail signed with it is "
          + "on its way (RFC 6376, section 3.1)."))
  }

  /// The records that were good before, as lines of a zone file.
  private static func former(_ good: Event.LastGood, _ facts: DiagnosisFacts) -> String {
    let ttl = good.repairTTL
    let records =
      good.cname?.first.map { [facts.alias(to: $0, ttl: ttl)] }
      ?? good.records.map { facts.text(TextRecord($0), ttl: ttl) }
    return records.map(\.zoneFileLine).joined(separator: " and ")
  }

  /// The last row: always finds something.
  static let observed = CauseRule(
    lastResort, "What the servers say is all that is known.", remedy: "Follow the remedy of the worst finding."
  ) { facts in
    let worst =
      facts.judgement.findings.first { $0.severity == .critical }
      ?? facts.judgement.findings.first { $0.severity == .warning }
    let advice =
      facts.judgement.verdict == .ok
      ? "Do nothing: everything is as it should be." : "Look at the evidence, and bring the zone to what is expected."
    return Cause(
      text: worst?.text ?? facts.judgement.summary, certainty: .possible,
      because: "nothing more particular was found",
      repair: facts.replacing(else: worst?.remedy ?? advice))
  }
}
