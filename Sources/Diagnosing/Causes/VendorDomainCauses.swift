// Causes: keys below a vendor's own domain, where only the vendor can publish one.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum VendorDomainCauses {
  static let all: [CauseRule] = [initialDomain, vendorsZone]

  private static func owner(_ facts: DiagnosisFacts) -> VendorDomain? {
    facts.isAbsent ? VendorDomain.holding(facts.domain) : nil
  }

  /// The selectors that Microsoft 365 uses for an initial domain, the one that was asked for first: each has the domain in
  /// it, with hyphens for dots.
  private static func selectors(_ facts: DiagnosisFacts) -> [DomainName] {
    guard let owner = owner(facts), owner.vendor == "Microsoft 365", facts.domain != owner.domain else { return [] }
    let domain = facts.domain.description.map { $0 == "." ? "-" : $0 }
    let own = facts.key.selector.description
    let bases = ["selector1", "selector2"]
    return (bases.filter { $0 == own } + bases.filter { $0 != own }).compactMap {
      try? DomainName("\($0)-\(String(domain))")
    }
    .filter { $0 != facts.key.selector }
  }

  private static func questions(_ facts: DiagnosisFacts) -> [(selector: DomainName, inquiry: Inquiry)] {
    selectors(facts).compactMap { selector in
      facts.keyName(of: selector).map { (selector, Inquiry($0, .txt, limit: 2)) }
    }
  }

  private static let initialDomain = CauseRule(
    "vendor-initial-domain",
    "Microsoft 365 signs for an initial domain (onmicrosoft.com) with a selector that has the domain in it.",
    remedy: "Watch the selector with the domain in it; nothing has to be published.",
    asks: { facts in questions(facts).flatMap { [$0.inquiry] + facts.ways(from: $0.inquiry) } }
  ) { facts in
    let found = questions(facts).first { facts.found($0.inquiry) != nil }
    guard let found else { return nil }
    return Cause(
      text:
        "\(facts.key.selector) is not the selector of \(facts.domain): Microsoft 365 signs for an initial domain with "
        + "\(found.selector), and the key is published there.",
      certainty: .certain, because: "the selector is made of the name of the domain, and the key is at that name",
      evidence: facts.evidence(found.inquiry),
      repair: .instruction(
        "Watch \(found.selector) of \(facts.domain) instead of \(facts.key.selector). Nothing has to be published: only Microsoft "
          + "can add records below \(VendorDomain.holding(facts.domain)?.domain ?? facts.zone)."))
  }

  private static let vendorsZone = CauseRule(
    "vendor-domain", "The domain belongs to a vendor, and only the vendor can publish keys for it.",
    remedy: "Ask the vendor which selector it signs with, or sign with a domain of your own."
  ) { facts in
    guard let owner = owner(facts) else { return nil }
    return Cause(
      text: "There is no record for selector \(facts.key.selector), and nobody but \(owner.vendor) can add one: "
        + "\(facts.domain) belongs to \(owner.vendor).",
      certainty: .likely, because: "\(owner.domain) is a domain that \(owner.vendor) keeps for its customers",
      repair: .instruction(
        "Check which selector \(owner.vendor) signs with (s= in the DKIM-Signature header of a message), and watch that one. To "
          + "have a key of your own, set up DKIM for a domain of your own at \(owner.vendor)."))
  }
}
