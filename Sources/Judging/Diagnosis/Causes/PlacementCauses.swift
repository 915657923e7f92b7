// Causes: records that stand at another name than the one that receivers ask for.

internal import Conventions
internal import Model

enum PlacementCauses {
  static let all: [CauseRule] = [
    doubledZone, missingUnderscore, besideSelector, selectorOrder, swappedLabels, misspelt, otherLevel,
  ]

  /// A name that the record may have been put at, with what went wrong then.
  struct Place {
    var name: DomainName
    /// Goes on from "The record".
    var deed: String
  }

  /// A row that looks for the record at other names. `places` may give names outside of the DNS's limits: they are left out.
  private static func row(
    _ id: String, _ summary: String, remedy: String,
    places: @escaping @Sendable (Facts) -> [Place?]
  ) -> CauseRule {
    @Sendable func inquiries(_ facts: Facts) -> [(place: Place, inquiry: Inquiry)] {
      guard facts.isAbsent else { return [] }
      return places(facts).compactMap(\.self).filter {
        $0.name != facts.name && $0.name.isWithin(facts.registrableDomain)
      }
      .map { ($0, Inquiry($0.name, .txt, limit: 1)) }
    }
    return CauseRule(id, summary, remedy: remedy, asks: { inquiries($0).map(\.inquiry) }) { facts in
      for (place, inquiry) in inquiries(facts) {
        guard let (records, reply) = found(inquiry, facts) else { continue }
        return Cause(
          text: "The record \(place.deed): it stands at \(place.name), and receivers ask for \(facts.name).",
          certainty: .certain, because: "\(reply.server) gives the key at \(place.name)",
          evidence: facts.evidence(inquiry),
          repair: .publish(records, note: "Then remove the one at \(place.name)"))
      }
      return nil
    }
  }

  /// The record at the other name as it belongs at the key name: a CNAME stays one.
  private static func found(_ inquiry: Inquiry, _ facts: Facts) -> ([ResourceRecord], InquiryReply)? {
    guard let (record, reply) = facts.keyRecord(inquiry) else { return nil }
    let ttl = reply.records.first { $0.owner == inquiry.question.name }?.ttl ?? 3600
    // What a wildcard gives at any name stands nowhere.
    guard !facts.isWildcard(record) else { return nil }
    if let target = reply.answer.cname.first { return ([facts.alias(to: target, ttl: ttl)], reply) }
    return ([facts.text(record, ttl: ttl)], reply)
  }

  private static func name(_ labels: [[UInt8]], _ domain: DomainName) -> DomainName? {
    try? DomainName(labels: labels + domain.labels.map(Array.init))
  }

  private static func labels(_ name: DomainName) -> [[UInt8]] { name.labels.map(Array.init) }

  private static func label(_ text: String) -> [UInt8] { Array(text.utf8) }

  private static let doubledZone = row(
    "zone-name-doubled", "The record stands at the key name with the name of the zone behind it once more.",
    remedy: "Enter the name without the zone: the panel appends it. In a zone file put a dot behind the whole name."
  ) { facts in
    let deed = "was entered with the whole name where the DNS host appends the zone itself"
    let apexes = [facts.domain, facts.zone, facts.registrableDomain].withoutRepeats.filter { !$0.isRoot }
    return apexes.map { apex in name(labels(facts.name), apex).map { Place(name: $0, deed: deed) } }
      + apexes.map { apex in
        // The last label was taken for the zone's own: example.example.org.
        name(labels(facts.name).dropLast(1).map(\.self), apex).map { Place(name: $0, deed: deed) }
      }
  }

  private static let missingUnderscore = row(
    "domainkey-misspelt", "The record stands below a label that only resembles _domainkey.",
    remedy: "Create the record anew with the label _domainkey, with its underscore and in the singular."
  ) { facts in
    let spellings = [
      "domainkey", "_domainkeys", "domainkeys", "_domain-key", "_domain_key", "-domainkey", "__domainkey", "_dkim",
      "dkim",
      "_domain", "_dominkey", "_domaikey", "_domankey", "_domainky",
    ]
    return spellings.map { spelling in
      name(labels(facts.key.selector) + [label(spelling)], facts.domain).map {
        Place(name: $0, deed: "was created below \(spelling) instead of _domainkey")
      }
    }
  }

  private static let besideSelector = row(
    "selector-left-out", "The record stands at _domainkey or at the domain itself, without the selector.",
    remedy: "Create the record with the selector before _domainkey."
  ) { facts in
    [
      domainKeyTree(facts.domain).map { Place(name: $0, deed: "was created without its selector") },
      Place(name: facts.domain, deed: "was created at the domain itself"),
    ]
  }

  private static let selectorOrder = row(
    "selector-labels-reversed", "The labels of the selector stand in another order.",
    remedy: "Keep the order of s=: what stands first in the signature stands first in the name."
  ) { facts in
    let own = labels(facts.key.selector)
    guard own.count > 1 else { return [] }
    return [
      name(own.reversed() + [KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with the labels of the selector in another order")
      },
      name([Array(own.joined(separator: label(".")))] + [KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with the dots of the selector inside one label")
      },
      name([Array(own.joined(separator: label("-")))] + [KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with hyphens for the dots of the selector")
      },
    ]
  }

  private static let swappedLabels = row(
    "domainkey-misplaced", "Selector and _domainkey stand in the wrong order, or the one is missing.",
    remedy: "The name is the selector, then _domainkey, then the domain."
  ) { facts in
    let own = labels(facts.key.selector)
    let joined = Array(own.joined(separator: label(".")))
    return [
      name([KeyName.domainKeyLabel] + own, facts.domain).map {
        Place(name: $0, deed: "was created with _domainkey before the selector")
      },
      name(own, facts.domain).map { Place(name: $0, deed: "was created without _domainkey") },
      name([joined + label(".") + KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with a literal dot inside one label")
      },
      name([joined + label("-") + KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with a hyphen in the place of the dot")
      },
      name([joined + KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created without the dot between selector and _domainkey")
      },
      name(own + [KeyName.domainKeyLabel] + [KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created with _domainkey twice")
      },
    ]
  }

  private static let misspelt = row(
    "selector-misspelt", "The record stands at a selector that is spelt almost alike.",
    remedy: "Create the record with the selector of the signature (s=), letter by letter."
  ) { facts in
    spellings(of: facts.key.selector).map { selector in
      name(labels(selector) + [KeyName.domainKeyLabel], facts.domain).map {
        Place(name: $0, deed: "was created for selector \(selector) instead of \(facts.key.selector)")
      }
    }
  }

  /// Selectors that people type for this one.
  private static func spellings(of selector: DomainName) -> [DomainName] {
    let text = selector.description
    var spellings = [
      text.replacing("-", with: "_"), text.replacing("_", with: "-"), text.replacing("-", with: ""),
      text.replacing("_", with: ""), text.replacing(".", with: ""), text.replacing("1", with: "l"),
      text.replacing("l", with: "1"), text.replacing("0", with: "o"), text.replacing("o", with: "0"), text + "s",
      text + "-", "_" + text, text + "_",
    ]
    if text.hasSuffix("s") { spellings.append(String(text.dropLast())) }
    let digits = text.reversed().prefix { $0.isNumber }.count
    if digits > 0, digits < text.count {
      let stem = text.dropLast(digits)
      spellings += [
        "\(stem)-\(text.suffix(digits))", "\(stem)_\(text.suffix(digits))", "\(stem).\(text.suffix(digits))",
      ]
      if text.suffix(digits) == "1" { spellings.append(String(stem)) }
    } else {
      spellings.append(text + "1")
    }
    return spellings.withoutRepeats.filter { $0 != text }.compactMap { try? DomainName($0) }
  }

  private static let otherLevel = row(
    "other-domain-level", "The record stands at the same selector of the domain above, or of a usual sub-domain.",
    remedy: "Create the record at the signing domain (d=), or sign with the domain that has it."
  ) { facts in
    var places: [Place?] = []
    var above = facts.domain.parent
    while let domain = above, domain.isWithin(facts.registrableDomain) {
      places.append(
        name(labels(facts.key.selector) + [KeyName.domainKeyLabel], domain).map {
          Place(name: $0, deed: "was created at \(domain), the domain above")
        })
      above = domain.parent
    }
    for word in ["mail", "www", "email", "send"] {
      places.append(
        name(labels(facts.key.selector) + [KeyName.domainKeyLabel, label(word)], facts.domain).map {
          Place(name: $0, deed: "was created at the sub-domain \(word).\(facts.domain)")
        })
    }
    return places
  }
}
