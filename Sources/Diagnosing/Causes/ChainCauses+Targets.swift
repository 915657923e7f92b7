// Causes: CNAMEs whose target has no key, or cannot be asked.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

extension ChainCauses {
  /// The address that was entered where a host name belongs.
  private static func address(_ facts: DiagnosisFacts) -> IPAddress? {
    facts.state == .published ? nil : facts.target.flatMap { IPAddress($0.description) }
  }

  static let addressAsTarget = CauseRule(
    "cname-target-address", "The target of the CNAME is an IP address, where a host name belongs.",
    remedy: "Enter the host name that the vendor asks for as the target, or publish the key as a TXT record."
  ) { facts in
    guard let address = address(facts) else { return nil }
    let right = facts.rightAlias
    return Cause(
      text:
        "The CNAME at \(facts.name) has the address \(address) as its target, and a CNAME can only lead to a host name.",
      certainty: .certain, because: "\(address) is an IPv4 address, and no host is called so",
      repair: facts.exchanging(
        right?.records, note: right.map { "This is the record that \($0.origin)" },
        else:
          "Replace the CNAME at \(facts.name) in the zone \(facts.zone): enter the host name that the vendor asks for as its "
          + "target, or publish the key record itself there as TXT."))
  }

  static let targetGone = CauseRule(
    "cname-target-gone", "The name that the CNAME leads to does not exist in the target's zone.",
    remedy: "Have the target's operator publish the key again; delete the CNAME where that sender is no longer used."
  ) { facts in
    guard facts.state == .missing, facts.finding(RuleID.cnameDangling) != nil, let end = facts.chain.last
    else { return nil }
    return Cause(
      text: "\(facts.name) is a CNAME to \(end), which does not exist: "
        + (facts.isOwn(end)
          ? "the key is missing at the target, in a zone of your own."
          : "\(facts.operatorOfTarget) does not serve a key there" + (facts.lastGood == nil ? "." : " any longer.")),
      certainty: .likely, because: "the name servers of \(end) answer NXDOMAIN",
      repair: atTarget(facts, end))
  }

  static let targetWithoutText = CauseRule(
    "cname-target-without-txt", "The name that the CNAME leads to exists, without a TXT record.",
    remedy: "Have the target's operator publish the key there."
  ) { facts in
    guard facts.state == .missing, facts.finding(RuleID.cnameWithoutText) != nil, let end = facts.chain.last
    else { return nil }
    return Cause(
      text: "\(facts.name) is a CNAME to \(end), and there is no TXT record at that name: "
        + (facts.isOwn(end)
          ? "the key is missing at the target, in a zone of your own."
          : "\(facts.operatorOfTarget) has not published the key" + (facts.lastGood == nil ? " yet." : " any longer.")),
      certainty: .likely, because: "the name servers of \(end) have the name, but no TXT record at it",
      repair: atTarget(facts, end))
  }

  /// A record where it is known what belongs there, else what to ask of whom.
  private static func atTarget(_ facts: DiagnosisFacts, _ end: DomainName) -> Cause.Repair {
    if let right = facts.rightAlias { return .replace(right.records, note: "This is the record that \(right.origin)") }
    if facts.isOwn(end) { return facts.restoring(else: "Publish the key record as TXT at \(end).") }
    let former =
      facts.lastGood.map {
        " It was there at \($0.at)" + ($0.records.first.map { ", as \(TextRecord($0).excerpt)" } ?? "") + "."
      } ?? ""
    return .instruction(
      "If mail is still sent through it: authenticate \(facts.domain) again at \(facts.operatorOfTarget), and compare the "
        + "CNAME that is asked for there with this one; only the target's side can publish the key.\(former) If not: delete the CNAME at \(facts.name), for whoever gets hold of the target "
        + "can sign as \(facts.domain).")
  }

  static let targetZoneBroken = CauseRule(
    "cname-target-zone-down", "The servers of the zone that the CNAME leads into do not answer.",
    remedy: "Tell the operator of that zone; nothing in the own zone is wrong."
  ) { facts in
    guard facts.finding("cname-target-unreachable") != nil, facts.state == .unreachable, let end = facts.chain.last
    else { return nil }
    let beyond = facts.sorted.sources.filter { $0.isAuthoritative && $0.server.question != facts.name }
    let zone = beyond.last?.server.zone ?? end.registrableDomain ?? end
    let failures = (beyond.isEmpty ? facts.sorted.failing : beyond).compactMap(\.failure).withoutRepeats
    let deeds = Phrase.list(failures.map(\.result))
    return Cause(
      text: "\(facts.name) is a CNAME to \(end), and no server of the zone \(zone) there gives an answer: "
        + (facts.isOwn(end)
          ? "the zone of the target is down."
          : "a failure at \(facts.operatorOfTarget), which all its customers share."),
      certainty: .certain,
      because:
        "the CNAME is there, and what comes from the servers of its target is \(deeds.isEmpty ? "nothing" : deeds)",
      repair: .instruction(
        facts.isOwn(end)
          ? "Repair the servers of the zone \(zone), or its delegation."
          : "Nothing in the zone \(facts.zone) is to be changed. Tell \(facts.operatorOfTarget) that the servers of \(zone) do "
            + "not answer for \(end), and look at its status page."))
  }
}
