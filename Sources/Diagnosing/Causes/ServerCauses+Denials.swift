// Causes: servers that deny names which exist.

internal import Judging
internal import Model
internal import Phrasing

extension ServerCauses {
  private static func tree(_ facts: DiagnosisFacts) -> Inquiry? {
    domainKeyTree(facts.domain).map { Inquiry($0, .txt, limit: 4) }
  }

  static let emptyNameDenied = CauseRule(
    "empty-name-denied", "A name server says that _domainkey does not exist, though a key exists below it.",
    remedy: "Update the software of the server, or publish any record at _domainkey below the domain.",
    asks: { facts in
      let isDoubted = facts.sorted.recursive.contains { $0.role == .without || $0.failure == .servfail }
      guard facts.state == .published || facts.state == .divergent, !facts.sorted.with.isEmpty,
        isDoubted || facts.input.isRequested
      else { return [] }
      return [tree(facts)].compactMap(\.self)
    }
  ) { facts in
    guard facts.state == .published || facts.state == .divergent, let tree = tree(facts),
      facts.sorted.with.contains(where: { $0.isAuthoritative && $0.server.question == facts.name })
    else { return nil }
    let denying = facts.replies(to: tree).filter { $0.answer.outcome == .nxdomain && $0.answer.cname.isEmpty }
    guard !denying.isEmpty else { return nil }
    let name = tree.question.name
    let record = ResourceRecord(
      owner: name, type: .txt, ttl: 3600, data: .txt(TextRecord("holds the place above the DKIM keys")))
    return Cause(
      text:
        "\(Phrase.clause(denying.map(\.server), "says", "say")) that \(name) does not exist, though the key is below "
        + "it: resolvers that ask name by name, as many do, conclude that there is no key.",
      certainty: .certain, because: "NXDOMAIN for a name means that nothing is below it either (RFC 8020)",
      evidence: facts.evidence(tree),
      repair: .publish(
        [record],
        note: "It makes the name exist, which the server's software does not do by itself. Then update that software"))
  }

  /// The names that the zone's servers have the key at, asked for an address.
  private static func otherTypes(_ facts: DiagnosisFacts) -> [Inquiry] {
    guard facts.state == .published || facts.state == .divergent else { return [] }
    let names = facts.sorted.with.filter(\.isAuthoritative).map(\.server.question).withoutRepeats
    return names.prefix(2).map { Inquiry($0, .a, limit: 4) }
  }

  static let otherTypesDenied = CauseRule(
    "name-denied-for-other-types",
    "A name server says that the key name does not exist, as soon as it is asked for another type than TXT.",
    remedy: "Update the software of the server: a name that has a TXT record exists for every type.",
    severity: .warning,
    source: "RFC 2308, section 2; RFC 8020",
    asks: { facts in
      let isDoubted = facts.sorted.recursive.contains { $0.role == .without || $0.failure == .servfail }
      return isDoubted || facts.input.isRequested ? otherTypes(facts) : []
    }
  ) { facts in
    let asked = otherTypes(facts).filter { inquiry in
      facts.replies(to: inquiry).contains { $0.answer.outcome == .nxdomain && $0.answer.cname.isEmpty }
    }
    guard let inquiry = asked.first else { return nil }
    let name = inquiry.question.name
    let denying = facts.replies(to: inquiry).filter { $0.answer.outcome == .nxdomain && $0.answer.cname.isEmpty }
      .map(\.server)
    return Cause(
      text:
        "\(Phrase.clause(denying, "says", "say")) that \(name) does not exist when asked for another type than TXT (such as A), "
        + "though the key is there: resolvers then remember that there is no such name, and that there is no key.",
      certainty: .certain,
      because: "NXDOMAIN is said of a name, and not of a type (RFC 2308); a name with a TXT record exists",
      evidence: facts.evidence(inquiry),
      repair: .instruction(
        "Update or repair the software of \(Phrase.list(denying.withoutRepeats)): where a name exists, the answer for a type that it does not "
          + "have is NOERROR without records (NODATA). Until then it happens again whenever somebody asks for another type."
      ))
  }
}
