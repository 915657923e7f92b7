// Where CNAMEs lead, as far as follow-up questions have followed them, and whose they are.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

/// The way from a name to the text at the end of its CNAMEs, one question a link.
struct Trail {
  /// The questions that were answered, in the order of the links.
  var asked: [Inquiry] = []
  /// The question that has to be asked to go on; nil at the end.
  var next: Inquiry?
  /// The targets.
  var links: [DomainName] = []
  /// The text at the end; nil where there is none, or the end is not reached.
  var text: TextRecord?
  /// Whether the end was reached, and nothing is there.
  var isAbsent = false

  /// The most links that are followed.
  static let limit = 4

  /// Whether the text at the end is a key record whose key is not revoked.
  var leadsToKey: Bool { text?.holdsKey ?? false }
}

extension DiagnosisFacts {
  /// Follows a name as far as the answers in hand go.
  func trail(from name: DomainName) -> Trail {
    var trail = Trail()
    var place = name
    for _ in 0..<Trail.limit {
      let inquiry = Inquiry(place, .txt, limit: 2)
      guard let answer = answer(to: inquiry) else {
        trail.next = inquiry
        return trail
      }
      trail.asked.append(inquiry)
      let said = answer.replies.filter { $0.answer.outcome.failure == nil }
      guard let reply = said.first(where: { !$0.answer.records.isEmpty }) ?? said.first else { return trail }
      trail.links += reply.answer.cname
      if let text = reply.answer.records.first {
        trail.text = text
        return trail
      }
      guard let link = reply.answer.cname.last, link != name, !trail.links.dropLast().contains(link) else {
        trail.isAbsent = true
        return trail
      }
      place = link
    }
    return trail
  }

  /// The CNAMEs at the key name, asked for one by one: some servers answer SERVFAIL where these lead in a circle.
  var hiddenLinks: (asked: [Inquiry], next: Inquiry?, names: [DomainName]) {
    guard isFailingAtName else { return ([], nil, []) }
    var asked: [Inquiry] = []
    var names = [name]
    while names.count <= Trail.limit, let place = names.last {
      let inquiry = Inquiry(place, .cname, limit: 1)
      guard let answer = answer(to: inquiry) else { return (asked, inquiry, names) }
      asked.append(inquiry)
      guard let link = answer.replies.first?.links.first else { break }
      names.append(link)
      if names.dropLast().contains(link) { break }
    }
    return (asked, nil, names)
  }

  /// Whether whoever was asked says SERVFAIL to the key name, so that there may be something at the name itself.
  var isFailingAtName: Bool {
    state == .unreachable && chain.isEmpty && finding(RuleID.dnssecBogus) == nil
      && sorted.failing.contains { $0.failure == .servfail }
  }

  /// The text that an inquiry found at its name or at the end of a chain inside the answer.
  func texts(_ inquiry: Inquiry) -> [TextRecord] { positive(inquiry).flatMap(\.answer.records) }

  /// The key name of another selector of the same domain.
  func keyName(of selector: DomainName) -> DomainName? {
    KeyName(selector, of: domain)?.name
  }

  /// The vendor whose name a target of the chain is.
  var vendorByTarget: VendorMatch? {
    chain.lazy.compactMap { Vendors.matching(selector: key.selector, target: $0).first }.first
  }

  /// `Zendesk`, or who serves the target where it is no vendor that is known.
  var operatorOfTarget: String {
    if let vendor = vendorByTarget?.vendor { return vendor.shortName }
    guard let end = chain.last else { return "the operator of the target" }
    return "the operator of \(end.registrableDomain ?? end)"
  }

  /// Whether a name belongs to the owner of the signing domain.
  func isOwn(_ name: DomainName) -> Bool { name.isWithin(registrableDomain) }

  /// The records in place of what stands at the name; what has to be done where they are not known.
  func exchanging(_ records: [ResourceRecord]?, note: String? = nil, else advice: String) -> Cause.Repair {
    guard let records, !records.isEmpty else { return .instruction(advice) }
    return .replace(records, note: note)
  }

  /// The CNAME that belongs at the name in the place of the one that is there: the former one, or the one of the vendor
  /// whose selector this is where that one was only mistyped.
  var rightAlias: KnownRecords? {
    if let good = lastGood, let link = good.cname?.first, link != target {
      return KnownRecords(
        records: [alias(to: link, ttl: good.repairTTL)], origin: "was last good at \(Phrase.dateAndTime(good.at))")
    }
    return meantTarget.map {
      KnownRecords(records: [alias(to: $0.target)], origin: "\($0.vendor) asks for, whose selector this is")
    }
  }

  /// The target that a vendor asks for under this selector, where the one that is there is almost that.
  var meantTarget: (target: DomainName, vendor: String)? {
    guard let target, Vendors.matching(selector: key.selector, target: target).isEmpty else { return nil }
    for match in Vendors.matching(selector: key.selector) {
      guard let right = match.record.target, right != target else { continue }
      let isNear = editDistance(Array(target.description.utf8), Array(right.description.utf8)) <= 3
      if isNear || right.registrableDomain == target.registrableDomain { return (right, match.vendor.shortName) }
    }
    return nil
  }
}

extension Vendor {
  /// The name without what tells one way of the vendor from another: `Microsoft 365, target made before May 2025`.
  var shortName: String { String(name.prefix { $0 != "," }) }
}

extension InquiryReply {
  /// The targets of the CNAMEs that were asked for.
  fileprivate var links: [DomainName] {
    records.compactMap { if case .cname(let target) = $0.data { target } else { nil } }
  }
}

extension TextRecord {
  /// Whether this looks like a key record with something in `p=`.
  var holdsKey: Bool {
    looksLikeKey && tags.contains { $0.name.lowercased() == "p" && !$0.value.isEmpty }
  }
}
