// Rules on CNAME and DNAME chains that lead to the key, or nowhere.

internal import Conventions
internal import Model
internal import Phrasing

package enum ChainRules {
  static let all: [LookRule] = [
    dangling, withoutText, loop, targetUnreachable, targetInOwnZone, targetIsKeyText, viaDNAME, long,
  ]

  private static let dangling = LookRule(
    RuleID.cnameDangling, .critical, "The key name is a CNAME to a name that does not exist.",
    remedy:
      "Ask the operator of the target to publish the key there again. If that sender is no longer used, delete the CNAME: whoever takes over the target can sign for the domain.",
    source: "RFC 1034, section 3.6.2", tellsState: true
  ) { ruling in
    end(of: ruling, at: .nxdomain) { name, target in
      "\(name) is a CNAME to \(target), and that name does not exist (NXDOMAIN); expected \(expected(ruling.sorted)) there."
    }.map { observation in
      var observation = observation
      observation.remedy = adviceOnTarget(ruling.sorted)
      return observation
    }
  }

  private static func expected(_ sorted: SortedLook) -> String {
    sorted.look.key.isKey ? "a TXT record with the key" : sorted.aRecord
  }

  /// Whom to ask depends on who has the target: nobody, where its domain is not registered.
  private static func adviceOnTarget(_ sorted: SortedLook) -> String? {
    guard sorted.look.key.isKey else {
      return "Correct the CNAME, or delete it: anybody who takes over the target decides what is served."
    }
    guard let target = sorted.chain.last, let domain = target.registrableDomain else { return nil }
    let zone = sorted.without.first { $0.isAuthoritative && !target.looksLikeKeyText }?.server.zone
    if let zone, zone.isAboveRegistration(of: target) {
      return
        "Delete the CNAME at \(sorted.name) at once: the domain \(domain) does not exist, and whoever registers it can sign "
        + "mail as \(sorted.look.key.domain)."
    }
    return target.isWithin(sorted.look.key.domain.registrableDomain ?? sorted.look.key.domain)
      ? "Publish the key record as TXT at \(target), or correct the target of the CNAME." : nil
  }

  private static let withoutText = LookRule(
    RuleID.cnameWithoutText, .critical, "The key name is a CNAME to a name without a TXT record.",
    remedy: "Ask the operator of the target to publish the key there.",
    source: "RFC 1034, section 3.6.2; RFC 2308, section 2.2", tellsState: true
  ) { ruling in
    end(of: ruling, at: .nodata) { name, target in
      "\(name) is a CNAME to \(target), and that name has no \(ruling.sorted.recordNoun)"
        + (ruling.sorted.look.key.isKey ? "; expected the key there." : ".")
    }
  }

  private static let loop = LookRule(
    RuleID.cnameLoop, .critical, "The CNAMEs at the key name form a loop, or have too many links.",
    remedy: "Break the loop: point the CNAME to the name that holds the key.", source: "RFC 1034, section 3.6.2"
  ) { ruling in
    let sorted = ruling.sorted
    let looping = sorted.broken
    guard let first = looping.first else { return [] }
    let chain = [first.server.question] + first.answer.cname
    return [
      LookObservation(
        text: "The CNAMEs form a loop, or a chain without end: \(chain.map(\.description).joined(separator: " → ")).",
        evidence: Wording.evidence(looping), severity: sorted.answering.isEmpty ? .critical : .warning)
    ]
  }

  private static let targetUnreachable = LookRule(
    "cname-target-unreachable", .critical, "The key name is a CNAME into a zone whose servers do not answer.",
    remedy: "Ask the operator of the target's zone; no change in your own zone helps.",
    source: "RFC 1034, section 4.3.2"
  ) { ruling in
    let sorted = ruling.sorted
    let leading = sorted.sources.filter {
      $0.server.question == sorted.name && $0.isAuthoritative && !$0.answer.cname.isEmpty && !$0.answer.breaksChain
        && !$0.answers
    }
    let beyond = sorted.sources.filter { $0.isAuthoritative && $0.server.question != sorted.name }
    guard let target = leading.first?.answer.cname.last, beyond.allSatisfy({ $0.failure != nil }) else { return [] }
    let whose = beyond.last?.server.zone.map { "of \($0)" } ?? "of its zone"
    return [
      LookObservation(
        text: "\(sorted.name) is a CNAME to \(target), and no server \(whose) answers.",
        evidence: Wording.evidence(beyond.isEmpty ? leading : beyond),
        severity: ruling.state == .published ? .warning : nil)
    ]
  }

  private static let targetInOwnZone = LookRule(
    "cname-target-in-own-zone", .warning,
    "The missing target of the CNAME looks as if the domain had been appended to it.",
    remedy: "Write the target with a final dot in a zone file, or without the own domain in a panel.",
    source: "RFC 1035, section 5.1"
  ) { ruling in
    let sorted = ruling.sorted
    guard ruling.state == .missing, let target = sorted.chain.last, target != sorted.name,
      target.isWithin(sorted.zone)
    else { return [] }
    // What stands before the own zone would itself be a host name: `selector1.vendor.com` + `.example.org`.
    let rest = target.labels.dropLast(sorted.zone.labels.count)
    guard rest.count >= 3, let last = rest.last, (2...6).contains(last.count),
      last.allSatisfy({ (0x61...0x7A).contains($0) })
    else { return [] }
    let meant = rest.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ".")
    return [
      LookObservation(
        text: "The CNAME leads to \(target), which does not exist; it was probably meant to lead to \(meant).",
        evidence: "\(sorted.name) CNAME \(target)",
        remedy: "Set the target of the CNAME to \(meant). with the final dot.")
    ]
  }

  private static let targetIsKeyText = LookRule(
    "cname-holds-key-text", .critical, "The text of a key record was entered as the target of a CNAME.",
    remedy: "Change the type of the record from CNAME to TXT.", source: "RFC 6376, section 3.6.2.1"
  ) { ruling in
    let sorted = ruling.sorted
    guard ruling.state != .published, let target = sorted.chain.last, target.looksLikeKeyText else { return [] }
    return [
      LookObservation(
        text: "The CNAME at \(sorted.name) holds the text of a key record: \(target).",
        evidence: "\(sorted.name) CNAME \(target)")
    ]
  }

  private static let viaDNAME = LookRule(
    "dname-in-chain", .info, "A DNAME leads to the key; some verifiers cannot follow one.",
    remedy: "Use a CNAME at the key name itself where mail to old verifiers matters.", source: "RFC 6672"
  ) { ruling in
    let sources = ruling.sorted.sources.filter(\.answer.viaDNAME)
    guard ruling.sorted.look.key.isKey, !sources.isEmpty else { return [] }
    return [
      LookObservation(
        text:
          "A DNAME leads from \(ruling.sorted.name) to \(ruling.sorted.chain.last ?? ruling.sorted.name); some verifiers fail on it.",
        evidence: Wording.evidence(sources))
    ]
  }

  /// From so many links on some resolvers give up, and from `fatalLinks` on most.
  private static let manyLinks = 8
  package static let fatalLinks = 12

  private static let long = LookRule(
    "cname-chain-long", .info, "Eight CNAMEs or more lead from the key name to the key.",
    remedy: "Point the CNAME at the key name straight to the name that holds the key.",
    source: "RFC 1034, section 3.6.2"
  ) { ruling in
    let chain = ruling.sorted.longestChain
    guard chain.count >= manyLinks, Set(chain).count == chain.count, let end = chain.last else { return [] }
    let isFatal = chain.count >= fatalLinks
    return [
      LookObservation(
        text: "\(Phrase.count(chain.count, "CNAME")) lead from \(ruling.sorted.name) to \(end): "
          + (isFatal ? "most resolvers give up on the way." : "some resolvers give up after 7 to 11."),
        evidence: ([ruling.sorted.name] + chain).map(\.description).joined(separator: " → "),
        severity: isFatal ? .warning : nil)
    ]
  }

  /// The chain's end where nothing is there.
  private static func end(
    of ruling: Ruling, at outcome: Outcome, text: (DomainName, DomainName) -> String
  ) -> [LookObservation] {
    let sorted = ruling.sorted
    guard ruling.state == .missing, let target = sorted.chain.last else { return [] }
    let ends = sorted.without.filter {
      $0.answer.outcome == outcome && (!$0.answer.cname.isEmpty || $0.server.question != sorted.name)
    }
    guard !ends.isEmpty else { return [] }
    return [LookObservation(text: text(sorted.name, target), evidence: Wording.evidence(ends))]
  }
}
