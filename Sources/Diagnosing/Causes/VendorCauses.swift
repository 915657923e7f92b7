// Causes: what vendors of mail ask for, and what of it is there.

internal import Conventions
package import Judging
internal import Model
internal import Phrasing

enum VendorCauses {
  static let all: [CauseRule] =
    [idleHalf, targetChanged, targetMistyped, otherTenant, outdatedForm, halfMissing, setIncomplete] + ProxyCauses.all

  // MARK: sets of which one record is active

  /// The set that this CNAME belongs to, where only one record of it leads to a key at a time.
  fileprivate static func rotating(_ facts: DiagnosisFacts) -> VendorMatch? {
    guard facts.state == .missing || facts.state == .revoked, let match = facts.vendorByTarget,
      match.vendor.rule == .oneActive, !match.siblings.isEmpty
    else { return nil }
    return match
  }

  /// The ways from the sibling selectors of the domain to their keys.
  private static func siblingTrails(_ facts: DiagnosisFacts, _ match: VendorMatch) -> [(
    sibling: VendorRecord, trail: Trail
  )] {
    match.siblings.prefix(4).compactMap { sibling in
      facts.keyName(of: sibling.selector).map { (sibling, facts.trail(from: $0)) }
    }
  }

  /// The next link of each way; the target is known beforehand by the convention.
  private static func siblingQuestions(_ facts: DiagnosisFacts, _ match: VendorMatch) -> [Inquiry] {
    siblingTrails(facts, match).compactMap(\.trail.next)
      + match.siblings.prefix(4).compactMap { $0.target.flatMap { facts.trail(from: $0).next } }
  }

  private static let idleHalf = CauseRule(
    "vendor-selector-idle",
    "The vendor serves a key under only one selector of a set at a time, and this is another one.",
    remedy: "Leave the record as it is.", severity: .info, source: "docs/vendors.md",
    asks: { facts in rotating(facts).map { siblingQuestions(facts, $0) } ?? [] }
  ) { facts in
    guard let match = rotating(facts),
      let active = siblingTrails(facts, match).first(where: { way in
        way.trail.leadsToKey
          && way.trail.links.contains { link in
            Vendors.matching(selector: way.sibling.selector, target: link).first?.vendor == match.vendor
          }
      })
    else { return nil }
    let vendor = match.vendor.shortName
    return Cause(
      text:
        "This is as it should be: \(vendor) serves a key under only one selector of the set at a time, at present under "
        + "\(active.sibling.selector), and will use \(facts.key.selector) after its next rotation.",
      certainty: .certain,
      because: "the CNAME is the one that \(vendor) asks for, and \(active.sibling.selector) leads to a key",
      evidence: active.trail.asked.flatMap(facts.evidence),
      repair: .instruction("Leave the CNAME at \(facts.name) as it is: the next rotation needs it."),
      isHarmless: true
    )
  }

  private static let outdatedForm = CauseRule(
    "vendor-target-outdated", "The CNAME has a form of target that the vendor no longer uses for this domain.",
    remedy: "Take the target from the vendor's portal.",
    asks: { facts in
      guard let match = rotating(facts), isMicrosoft(match) else { return [] }
      return siblingQuestions(facts, match)
    }
  ) { facts in
    guard let match = rotating(facts), isMicrosoft(match) else { return nil }
    let ways = siblingTrails(facts, match)
    let evidence = ways.flatMap(\.trail.asked).flatMap(facts.evidence)
    for way in ways {
      let other = way.trail.links.lazy.compactMap { Vendors.matching(selector: way.sibling.selector, target: $0).first }
        .first
      guard let other, isMicrosoft(other), other.vendor != match.vendor, way.trail.leadsToKey,
        let right = other.siblings.first(where: { $0.selector == facts.key.selector })?.target
      else { continue }
      return Cause(
        text: "Microsoft 365 has two forms of targets, and this domain uses that of \(way.sibling.selector), "
          + "\(other.record.target ?? right); the CNAME at \(facts.name) still has the other one, which leads to no key.",
        certainty: .certain, because: "the two selectors have targets of different forms, and only one leads to a key",
        evidence: evidence,
        repair: .replace([facts.alias(to: right)], note: "Compare it with what the Defender portal shows"))
    }
    guard facts.lastGood == nil, ways.allSatisfy(\.trail.isAbsent) else { return nil }
    return Cause(
      text:
        "Microsoft 365 serves no key at \(facts.chain.last ?? facts.name): DKIM is not enabled for \(facts.domain) there, or "
        + "the CNAME has a form of target that this domain does not use.",
      certainty: .likely, because: "neither selector of the pair leads to a key", evidence: evidence,
      repair: .instruction(
        "Open the Defender portal (Email authentication settings, DKIM), choose \(facts.domain), take over the two CNAMEs exactly as "
          + "it shows them, and enable signing: Microsoft publishes the key only then. Domains added since May 2025 have "
          + "targets that end in dkim.mail.microsoft."))
  }

  private static func isMicrosoft(_ match: VendorMatch) -> Bool { match.vendor.shortName == "Microsoft 365" }

  // MARK: other targets

  /// The target by which the good key came, where the CNAME leads elsewhere now.
  private static func former(_ facts: DiagnosisFacts) -> DomainName? {
    guard let link = facts.lastGood?.cname?.first, let target = facts.target, link != target else { return nil }
    return link
  }

  /// Whether the key that is found on the new way is the former one.
  private static func saysTheSame(_ facts: DiagnosisFacts, _ good: Event.LastGood) -> Bool {
    facts.state == .published && facts.sorted.texts.contains { Set($0.map(\.text)) == Set(good.records) }
  }

  private static let targetChanged = CauseRule(
    "cname-target-changed", "The CNAME leads to another target than before.",
    remedy: "Point it to the former target again, or take the record from the account at the vendor.",
    asks: { facts in [former(facts).flatMap { facts.trail(from: $0).next }].compactMap(\.self) }
  ) { facts in
    guard let former = former(facts), let target = facts.target, let good = facts.lastGood, !saysTheSame(facts, good)
    else { return nil }
    let trail = facts.trail(from: former)
    let before = Vendors.matching(selector: facts.key.selector, target: former).first?.vendor.shortName
    let isSame = before != nil && before == facts.vendorByTarget?.vendor.shortName
    return Cause(
      text: "The CNAME at \(facts.name) leads to \(target) now, and led to \(former) at \(Phrase.dateAndTime(good.at))"
        + (isSame ? ": that is another account or region at \(before ?? "the vendor")." : ".")
        + (facts.state == .published ? " The key there is a different one." : " No usable key is there."),
      certainty: trail.isAbsent ? .likely : .certain,
      because: trail.leadsToKey
        ? "the key is still at the former target" : "the target is another one than when the key was good",
      evidence: trail.asked.flatMap(facts.evidence),
      repair: .replace(
        [facts.alias(to: former, ttl: good.repairTTL)],
        note:
          "This is the record that was last good at \(Phrase.dateAndTime(good.at)). If the change was intended, "
          + (facts.isOwn(target)
            ? "publish the key that the signer uses at \(target)"
            : "get the record again from the account at \(facts.operatorOfTarget)")))
  }

  private static let targetMistyped = CauseRule(
    "cname-target-mistyped", "The target of the CNAME is almost the one that the vendor asks for.",
    remedy: "Correct the target.", severity: .warning, source: "docs/vendors.md"
  ) { facts in
    guard let target = facts.target, let meant = facts.meantTarget else { return nil }
    let isBroken = facts.state != .published
    return Cause(
      text:
        "The target of the CNAME at \(facts.name) is mistyped: it is \(target), and \(meant.vendor) asks for \(meant.target).",
      certainty: isBroken ? .certain : .likely,
      because: "\(meant.target) is what \(meant.vendor) asks for under this selector, and \(target) is almost the same",
      repair: .replace([facts.alias(to: meant.target)]))
  }

  private static let otherTenant = CauseRule(
    "cname-target-of-another-domain", "The target of the CNAME is one that the vendor made for another domain.",
    remedy: "Take the record from the account at the vendor, for this domain."
  ) { facts in
    // A key that works is doubted only where somebody asks.
    let works = facts.state == .published
    guard !works || facts.input.isRequested, let match = facts.vendorByTarget, isMicrosoft(match),
      let label = facts.target?.labels.first
    else { return nil }
    // `selector1-contoso-com` is made of selector and domain; where the domain has hyphens, Microsoft changes it.
    let part = label.dropFirst(facts.key.selector.wire.count - 1)
    func letters(_ bytes: some Sequence<UInt8>) -> [UInt8] { bytes.filter { $0.isLower || $0.isDigit } }
    guard part.first != nil, !letters(part).starts(with: letters(facts.domain.description.utf8)) else { return nil }
    let name = String(decoding: part, as: UTF8.self)
    return Cause(
      text:
        "The target of the CNAME at \(facts.name) was made for another domain than \(facts.domain): it has \(name) in it."
        + (works
          ? " A key is there, but it is probably not the one that Microsoft 365 signs with for \(facts.domain)." : ""),
      certainty: .likely, because: "such targets have the domain in them, with hyphens for dots",
      repair: .instruction(
        "Open the Defender portal (Email authentication settings, DKIM), choose \(facts.domain), and take over the two CNAMEs "
          + "that it shows for this domain."))
  }

  // MARK: sets of which a part is missing

  /// The vendors' sets that such a selector belongs to.
  private static func sets(_ facts: DiagnosisFacts) -> [VendorMatch] {
    guard facts.isAbsent, facts.lastGood == nil else { return [] }
    return Vendors.matching(selector: facts.key.selector).filter { $0.vendor.type == .cname && !$0.siblings.isEmpty }
  }

  private static func siblingNames(_ facts: DiagnosisFacts) -> [(selector: DomainName, name: DomainName)] {
    let selectors = sets(facts).flatMap(\.siblings).map(\.selector).withoutRepeats.prefix(6)
    return selectors.compactMap { selector in facts.keyName(of: selector).map { (selector, $0) } }
  }

  private static let halfMissing = CauseRule(
    "vendor-record-missing", "The vendor asks for several records, and this one of them was not added.",
    remedy: "Add the record that is missing.",
    asks: { facts in siblingNames(facts).map { Inquiry($0.name, .txt, limit: 2) } }
  ) { facts in
    for (selector, name) in siblingNames(facts) {
      let inquiry = Inquiry(name, .txt, limit: 2)
      let links = facts.replies(to: inquiry).flatMap(\.answer.cname)
      guard let match = links.lazy.compactMap({ Vendors.matching(selector: selector, target: $0).first }).first,
        let own = match.siblings.first(where: { $0.selector == facts.key.selector })
      else { continue }
      let vendor = match.vendor.shortName
      return Cause(
        text:
          "Only a part of the records that \(vendor) asks for was added: \(selector) is there, and \(facts.key.selector) is "
          + "missing.",
        certainty: .certain, because: "the record of \(selector) is there and leads to \(vendor)",
        evidence: facts.evidence(inquiry),
        repair: own.target.map {
          .publish([facts.alias(to: $0)], note: "\(vendor) asks for it beside that of \(selector)")
        }
          ?? .instruction(
            "Take the record of \(facts.key.selector) from the account at \(vendor), and add it as CNAME at \(facts.name)."
          ))
    }
    return nil
  }

  /// A set of which this record is well.
  private static func incomplete(_ facts: DiagnosisFacts) -> VendorMatch? {
    guard facts.state == .published, let match = facts.vendorByTarget, !match.siblings.isEmpty else { return nil }
    return match
  }

  private static let setIncomplete = CauseRule(
    "vendor-set-incomplete", "The key is there, but other records that the vendor asks for are missing.",
    remedy: "Add the other records before the vendor signs with them.", severity: .warning, source: "docs/vendors.md",
    asks: { facts in incomplete(facts).map { siblingTrails(facts, $0).compactMap(\.trail.next) } ?? [] }
  ) { facts in
    guard let match = incomplete(facts) else { return nil }
    let missing = siblingTrails(facts, match).filter { way in
      guard way.trail.isAbsent else { return false }
      // Of a rotating set the others need no key, but a CNAME.
      return way.trail.links.isEmpty || match.vendor.rule == .all
    }
    guard !missing.isEmpty else { return nil }
    let vendor = match.vendor.shortName
    let names = missing.map { "\($0.sibling.selector)" }
    let selectors = Phrase.list(names)
    let records = missing.filter(\.trail.links.isEmpty).compactMap { way -> ResourceRecord? in
      guard let target = way.sibling.target, let owner = facts.keyName(of: way.sibling.selector) else { return nil }
      return ResourceRecord(owner: owner, type: .cname, ttl: 3600, data: .cname(target))
    }
    let advice =
      "Copy the \(Phrase.agreeing(names.count, "record", "records")) of \(selectors) from the account at \(vendor), and add "
      + "\(Phrase.agreeing(names.count, "it", "them")) to the zone \(facts.zone)."
    return Cause(
      text:
        "The key of \(facts.key.selector) is fine, but \(vendor) asks for more records: \(Phrase.clause(names, "leads", "lead")) to no "
        + "key yet, and mail will fail as soon as \(vendor) signs with \(Phrase.agreeing(names.count, "it", "them")).",
      certainty: .likely,
      because: "the records of \(vendor) belong together, and \(Phrase.clause(names, "is", "are")) missing",
      evidence: missing.flatMap(\.trail.asked).flatMap(facts.evidence),
      repair: records.isEmpty
        ? .instruction(advice)
        : .publish(
          records,
          note:
            "\(vendor) asks for \(Phrase.agreeing(records.count, "it", "them")) beside that of \(facts.key.selector)"))
  }
}

extension JudgedLook {
  /// Whether the key may be missing because its vendor serves another of the set at present: only a question for the others
  /// can tell.
  package var mayBeIdle: Bool { VendorCauses.rotating(DiagnosisFacts(DiagnosisInput(look: self))) != nil }
}
