// Causes: CNAMEs that were entered wrongly, or lead nowhere.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum ChainCauses {
  static let all: [CauseRule] =
    [keyTextInCNAME, addressAsTarget, appendedZone, targetInText, besideOthers, loop, apexAlias] + WildcardCauses.all
    + DelegationCauses.all + [
      targetGone, targetWithoutText, targetZoneBroken,
    ]

  private static let keyTextInCNAME = CauseRule(
    "key-text-in-cname", "The text of the key record was entered as the target of a CNAME.",
    remedy: "Change the type of the record from CNAME to TXT, and enter the text again."
  ) { facts in
    guard facts.state != .published, let target = facts.chain.first(where: \.looksLikeKeyText) else { return nil }
    let former = facts.lastGood.flatMap { good in
      good.cname == nil ? good.records.map { facts.text(TextRecord($0)) } : nil
    }
    return Cause(
      text:
        "The record at \(facts.name) has the wrong type: the text of the key was entered as the target of a CNAME, where "
        + "TXT is needed.",
      certainty: .certain, because: "the target of the CNAME, \(target), reads as a key record",
      repair: facts.exchanging(
        former, note: facts.lastGood.map { "This is the record that was last good at \($0.at)" },
        else:
          "Delete the CNAME at \(facts.name) in the zone \(facts.zone), and add a TXT record there with the key record "
          + "as whoever signs gives it. It cannot be taken from the CNAME: a host name does not keep capital letters apart, "
          + "and a key needs them."))
  }

  /// What the target was meant to be, where a name of the own zone was appended to it.
  private static func meant(_ facts: DiagnosisFacts) -> DomainName? {
    guard facts.state != .published, let target = facts.target else { return nil }
    // Whatever the origin of the zone file was: each name above the key name, the longest first.
    var origin = facts.name.parent
    while let suffix = origin, suffix.isWithin(facts.registrableDomain), !suffix.isRoot {
      if target.isWithin(suffix), target != suffix {
        let rest = Array(target.labels.dropLast(suffix.labels.count))
        return (try? DomainName(labels: rest.map(Array.init))).flatMap { isHostElsewhere($0, facts) ? $0 : nil }
      }
      origin = suffix.parent
    }
    return nil
  }

  /// Whether a name is whole: it fits a vendor, or ends like a registered domain with something before it.
  private static func isHostElsewhere(_ name: DomainName, _ facts: DiagnosisFacts) -> Bool {
    if !Vendors.matching(selector: facts.key.selector, target: name).isEmpty { return true }
    if name.isWithin(facts.registrableDomain) { return true }
    guard name.labels.count >= 2, name.registrableDomain != nil, let last = name.labels.last else { return false }
    return (2...6).contains(last.count) && last.allSatisfy(\.isLower)
  }

  private static let appendedZone = CauseRule(
    "cname-target-without-dot",
    "The zone was appended to the target of the CNAME, which was written without its final dot.",
    remedy: "Write the target with a final dot in a zone file, or without the own domain in a panel.",
    asks: { facts in [meant(facts).flatMap { facts.trail(from: $0).next }].compactMap(\.self) }
  ) { facts in
    guard let meant = meant(facts), let target = facts.target else { return nil }
    let trail = facts.trail(from: meant)
    let isVendors = !Vendors.matching(selector: facts.key.selector, target: meant).isEmpty
    // Two labels may well be a name of the own zone.
    guard trail.text != nil || isVendors || meant.labels.count >= 3 else { return nil }
    let because =
      trail.leadsToKey
      ? "the key is at \(meant), and nothing is at \(target)"
      : isVendors ? "\(meant) is what the vendor asks for" : "\(meant) is a whole host name by itself"
    return Cause(
      text:
        "The target of the CNAME at \(facts.name) was written without its final dot, so the zone was appended to it: it "
        + "leads to \(target), and was meant to lead to \(meant).",
      certainty: trail.leadsToKey || isVendors ? .certain : .likely, because: because,
      evidence: trail.asked.flatMap(facts.evidence),
      repair: .replace(
        [facts.alias(to: meant)],
        note: "In a zone file the final dot is needed; in a panel enter the target as it asks for it"))
  }

  /// The host name that stands in a TXT record.
  private static func hostInText(_ facts: DiagnosisFacts) -> DomainName? {
    let isOtherText = facts.finding("key-host-name") == nil
    guard !isOtherText || facts.finding("key-not-a-record") != nil else { return nil }
    for text in facts.sorted.texts.joined() {
      var words = text.text.split { $0.isWhitespace || $0 == "\"" }
      let hasType = words.count > 1 && words[0].uppercased() == "CNAME"
      if hasType { words.removeFirst() }
      guard hasType || !isOtherText else { continue }
      guard words.count == 1, let name = try? DomainName(words[0]), name.labels.count >= 2, name != facts.name else {
        continue
      }
      return name
    }
    return nil
  }

  private static let targetInText = CauseRule(
    "cname-target-in-txt", "The host name that a CNAME was to lead to was entered as the text of a TXT record.",
    remedy: "Change the type of the record from TXT to CNAME.",
    asks: { facts in [hostInText(facts).flatMap { facts.trail(from: $0).next }].compactMap(\.self) }
  ) { facts in
    guard let target = hostInText(facts) else { return nil }
    let trail = facts.trail(from: target)
    return Cause(
      text:
        "The record at \(facts.name) has the wrong type: it is a TXT record with the host name \(target) as its text, "
        + "where a CNAME to that name is needed.",
      certainty: .certain,
      because: trail.leadsToKey
        ? "the text is a host name, and the key is there" : "the text is a host name and no key record",
      evidence: trail.asked.flatMap(facts.evidence),
      repair: .replace([facts.alias(to: target)], note: "The type changes from TXT to CNAME"))
  }

  // MARK: two types at one name

  /// Both types at every server. Where there are CNAMEs and no key, or only some servers or resolvers see a CNAME.
  private static func bothTypes(_ facts: DiagnosisFacts) -> [Inquiry] {
    let all = (facts.sorted.sources + facts.sorted.caches).filter { $0.server.question == facts.name && $0.answers }
      .filter { !$0.answer.viaDNAME }
    let chained = all.contains { !$0.answer.cname.isEmpty }
    let isMixed = chained && all.contains { $0.role == .with && $0.answer.cname.isEmpty }
    let isBroken = !facts.chain.isEmpty && facts.state != .published
    return isMixed || isBroken ? [Inquiry(facts.name, .cname), Inquiry(facts.name, .txt)] : []
  }

  private static let besideOthers = CauseRule(
    "cname-beside-txt", "There are a CNAME and a TXT record at the same name, which DNS does not allow.",
    remedy: "Delete one of the two.", asks: bothTypes
  ) { facts in
    let inquiries = bothTypes(facts)
    let replies = inquiries.flatMap(facts.replies)
    let aliases = replies.flatMap { $0.records(of: .cname, at: facts.name) }
    let texts = replies.flatMap { $0.records(of: .txt, at: facts.name) }
    guard let alias = aliases.first, let text = texts.first else { return nil }
    func places(_ type: RecordType) -> Set<String> {
      Set(
        replies.filter { !$0.records(of: type, at: facts.name).isEmpty }
          .map { $0.endpoint?.description ?? $0.server })
    }
    let isAtOneServer = !places(.cname).isDisjoint(with: places(.txt))
    let keepsAlias = shouldKeep(alias, over: text, facts)
    let kept = keepsAlias ? alias : text
    return Cause(
      text:
        "There are a CNAME and a TXT record at \(facts.name), which DNS does not allow: some receivers see one, some the other, "
        + "and some neither.",
      certainty: isAtOneServer ? .certain : .likely,
      because: isAtOneServer
        ? "the same server gives a CNAME to one question and a TXT record to the other"
        : "some servers give a CNAME and others a TXT record",
      evidence: inquiries.flatMap(facts.evidence),
      repair: .replace(
        [ResourceRecord(owner: facts.name, type: kept.type, ttl: max(kept.ttl, 60), data: kept.data)],
        note: "Delete the \(keepsAlias ? "TXT record" : "CNAME") at this name, and keep only this"))
  }

  /// The CNAME is kept where it is known to be right; else the text, where it is a key.
  private static func shouldKeep(_ alias: ResourceRecord, over text: ResourceRecord, _ facts: DiagnosisFacts) -> Bool {
    guard case .cname(let target) = alias.data, case .txt(let record) = text.data else { return true }
    if let good = facts.lastGood { return good.cname?.first == target }
    if !Vendors.matching(selector: facts.key.selector, target: target).isEmpty { return true }
    return !record.holdsKey
  }

  private static let loop = CauseRule(
    "cname-circle", "The CNAMEs at the key name lead in a circle, or have too many links.",
    remedy: "Point the CNAME to the name that holds the key.",
    asks: { facts in [facts.hiddenLinks.next].compactMap(\.self) }
  ) { facts in
    let hidden = facts.hiddenLinks
    let shown = facts.sorted.broken.first.map { [$0.server.question] + $0.answer.cname } ?? []
    let long = [facts.name] + facts.sorted.longestChain
    let isLong = long.count > ChainRules.fatalLinks && Set(long).count == long.count
    let names =
      isLong ? long : facts.finding(RuleID.cnameLoop) != nil && !shown.isEmpty ? shown : hidden.names
    guard isLong || names == shown && !shown.isEmpty || Set(names).count < names.count else { return nil }
    let isCircle = Set(names).count < names.count
    let way = names.prefix(8).map(\.description).joined(separator: " → ") + (names.count > 8 ? " → …" : "")
    let right = rightRecord(facts)
    return Cause(
      text: isCircle
        ? "The CNAMEs at \(facts.name) lead in a circle: \(way)."
        : "The CNAMEs at \(facts.name) have too many links for resolvers to follow: \(way).",
      certainty: .certain,
      because: isCircle
        ? "a name comes up twice on the way"
        : "the way has \(Phrase.count(names.count - 1, "CNAME")), and resolvers give up after 7 to 16",
      evidence: hidden.asked.flatMap(facts.evidence),
      repair: facts.exchanging(
        right?.records, note: right.map { "This is the record that \($0.origin)" },
        else: "Point the CNAME at \(facts.name) in the zone \(facts.zone) to the name that holds the key"
          + (isCircle ? ", or put the key record itself there as TXT." : ", without the names between.")))
  }

  private static func atDomain(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.domain, .cname, limit: 2) }

  /// Beside the SOA and NS records of a zone no CNAME may stand (RFC 1034, section 3.6.2).
  private static let apexAlias = CauseRule(
    "cname-at-domain", "The signing domain itself is a CNAME, where its zone begins.",
    remedy: "Replace the CNAME at the domain by A and AAAA records, or by the ALIAS record of the DNS host.",
    asks: { facts in
      facts.state != .published && facts.zone == facts.domain ? [atDomain(facts)] : []
    }
  ) { facts in
    guard facts.state != .published, facts.zone == facts.domain,
      let record = facts.positive(atDomain(facts)).lazy.flatMap({ $0.records(of: .cname, at: facts.domain) }).first,
      case .cname(let target) = record.data
    else { return nil }
    return Cause(
      text:
        "The domain \(facts.domain) itself is a CNAME to \(target), which DNS does not allow where a zone begins: servers and "
        + "resolvers may answer for all its names by that CNAME, and nobody sees the key.",
      certainty: .certain, because: "there is a CNAME at \(facts.domain), beside the SOA and NS records of its zone",
      evidence: facts.evidence(atDomain(facts)),
      repair: .instruction(
        "Replace the CNAME at \(facts.domain) by A and AAAA records with the addresses of \(target), or by an ALIAS or ANAME "
          + "record where the DNS host has one. Then publish the key record at \(facts.name), if it is still missing."))
  }

  /// What belongs at the name: the former record, else the vendor's.
  private static func rightRecord(_ facts: DiagnosisFacts) -> KnownRecords? {
    if let good = facts.lastGood, good.cname == nil {
      return KnownRecords(
        records: good.records.map { facts.text(TextRecord($0)) },
        origin: "was last good at \(Phrase.dateAndTime(good.at))")
    }
    if let right = facts.rightAlias { return right }
    guard facts.vendorByTarget == nil, let match = Vendors.matching(selector: facts.key.selector).first,
      let target = match.record.target, target != facts.target
    else { return nil }
    return KnownRecords(
      records: [facts.alias(to: target)], origin: "\(match.vendor.shortName) asks for, whose selector this is")
  }
}
