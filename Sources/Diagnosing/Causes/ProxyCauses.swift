// Causes: hosts of zones that answer with what a CNAME leads to, and not with the CNAME.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum ProxyCauses {
  static let all: [CauseRule] = [proxied, flattened]

  private static func addresses(_ name: DomainName) -> [Inquiry] {
    [RecordType.a, .aaaa].map { Inquiry(name, $0, limit: 1) }
  }

  /// Only a name that exists can have addresses; a wildcard gives them to any name.
  private static func questions(_ facts: DiagnosisFacts) -> [Inquiry] {
    guard facts.isNodata else { return [] }
    return addresses(facts.name) + (facts.anyName.map { addresses($0.question.name) } ?? [])
  }

  /// The addresses that the key name has of its own.
  private static func found(_ facts: DiagnosisFacts) -> [IPAddress] {
    func values(_ inquiries: [Inquiry]) -> [IPAddress] {
      inquiries.flatMap(facts.positive).flatMap(\.records).compactMap {
        if case .a(let address) = $0.data { address } else { nil }
      }.withoutRepeats
    }
    guard facts.isNodata, let any = facts.anyName, values(addresses(any.question.name)).isEmpty else { return [] }
    return values(addresses(facts.name))
  }

  /// The CNAME that the record was entered as, as far as it is known.
  private static func alias(_ facts: DiagnosisFacts) -> KnownRecords? {
    if let good = facts.lastGood {
      return good.cname?.first.map {
        KnownRecords(
          records: [facts.alias(to: $0, ttl: good.repairTTL)],
          origin: "was last good at \(Phrase.dateAndTime(good.at))")
      }
    }
    guard let match = Vendors.matching(selector: facts.key.selector).first, let target = match.record.target
    else { return nil }
    return KnownRecords(
      records: [facts.alias(to: target)], origin: "\(match.vendor.shortName) asks for, whose selector this is")
  }

  /// Whether a CNAME belongs at the name: by the history, else by the vendor whose selector this is.
  private static func isAliasWanted(_ facts: DiagnosisFacts) -> Bool {
    if let good = facts.lastGood { return good.cname?.isEmpty == false }
    return Vendors.matching(selector: facts.key.selector).first?.vendor.type == .cname
  }

  /// Whether the host of the zone is one that flattens.
  private static func isFlatteningHost(_ facts: DiagnosisFacts) -> Bool {
    DNSHosts.host(servers: facts.servers).name == "Cloudflare"
  }

  private static func shown(_ addresses: [IPAddress]) -> String { Phrase.list(addresses.map(\.description), limit: 3) }

  private static let proxied = CauseRule(
    "cname-proxied", "The CNAME goes through a proxy, which answers with addresses of its own and hides the key.",
    remedy: "Switch the proxy off for this record (DNS only).", asks: questions
  ) { facts in
    let addresses = found(facts)
    guard let address = addresses.first, let proxy = Proxies.proxy(of: address) else { return nil }
    let known = alias(facts)
    let deed =
      "In the record list of \(proxy.name), set the proxy status of \(facts.name) to \"DNS only\" (grey cloud)"
    return Cause(
      text:
        "The record at \(facts.name) goes through the proxy of \(proxy.name) (orange cloud), which answers with addresses of its own, "
        + "\(shown(addresses)), and hides the CNAME and the key.",
      certainty: .certain, because: "the name has addresses, which a key never has, and they belong to \(proxy.name)",
      evidence: questions(facts).flatMap(facts.evidence),
      repair: facts.exchanging(
        known?.records, note: known.map { "\(deed). The record itself is the one that \($0.origin)" },
        else: deed + ", and keep its type CNAME and its target."))
  }

  private static let flattened = CauseRule(
    "cname-flattened", "The host of the zone answers with what the CNAME leads to, and not with the CNAME.",
    remedy: "Switch CNAME flattening off for this record.", asks: questions
  ) { facts in
    let addresses = found(facts)
    let isFlat = flatText(facts)
    // Addresses of the target, or nothing at all where it has none.
    let isServed =
      isAliasWanted(facts) && addresses.allSatisfy { Proxies.proxy(of: $0) == nil }
      && (isFlatteningHost(facts) ? isQuiet(facts) : !addresses.isEmpty && alias(facts) != nil)
    guard isServed || isFlat else { return nil }
    let known = alias(facts)
    let deed = "Switch CNAME flattening off for it (at Cloudflare: \"CNAME flattening\" in the DNS settings)"
    return Cause(
      text: "A CNAME belongs at \(facts.name), and the name servers answer with "
        + (isFlat
          ? "the text of its target instead"
          : addresses.isEmpty
            ? "without it and without the key" : "addresses instead (\(shown(addresses))), without the key")
        + ": it was flattened, or entered as another type.",
      certainty: isFlat ? .possible : facts.lastGood == nil ? .likely : .certain,
      because: isFlat
        ? "there was a CNAME before, and now the same text comes without one"
        : "the name exists without a TXT record, and a CNAME is what "
          + (facts.lastGood == nil ? "the vendor asks for" : "was there before"),
      evidence: questions(facts).flatMap(facts.evidence),
      repair: facts.exchanging(
        known?.records, note: known.map { "\(deed). This is the record that \($0.origin)" },
        else: deed + ", and enter it as the CNAME that the vendor asks for."))
  }

  /// Whether a name that nobody has does not exist: no wildcard answers.
  private static func isQuiet(_ facts: DiagnosisFacts) -> Bool {
    facts.isNodata
      && (facts.anyName.map { addresses($0.question.name).allSatisfy(facts.isNXDOMAIN) } ?? false)
  }

  /// The same text as before, which came by a CNAME then.
  private static func flatText(_ facts: DiagnosisFacts) -> Bool {
    guard facts.state == .published, facts.chain.isEmpty, let good = facts.lastGood, good.cname?.isEmpty == false
    else { return false }
    return facts.sorted.texts.contains { Set($0.map(\.text)) == Set(good.records) }
  }
}
