// Causes: records that stand at another name than the one that receivers ask for.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum PlacementCauses {
  static let all: [CauseRule] = [
    doubledZone, nameOfTarget, domainKeyMisspelt, selectorLeftOut, selectorOrder, swappedLabels, selectorMisspelt,
    otherLevel,
  ]

  /// A name that the record may have been put at, with what went wrong then.
  struct Place {
    var name: DomainName
    /// Goes on from "The record".
    var deed: String
    /// How sure it is that a record found there was meant for this key: another selector may have its own.
    var certainty = Diagnosis.Certainty.certain

    /// Nil where the labels exceed the limits of a name.
    init?(
      _ labels: [[UInt8]], _ domain: DomainName, _ deed: String, certainty: Diagnosis.Certainty = .certain
    ) {
      guard let name = try? DomainName(labels: labels + domain.labels.map(Array.init)) else { return nil }
      self.name = name
      self.deed = deed
      self.certainty = certainty
    }
  }

  /// A row that looks for the record at other names.
  ///
  /// - Parameters:
  ///   - furtherPlaces: those that are asked only where the record is at none of `places`.
  ///   - repairing: what to do where that is other than to publish the record at the key name.
  static func row(
    _ id: String, _ summary: String, remedy: String, places: @escaping @Sendable (DiagnosisFacts) -> [Place?],
    furtherPlaces: @escaping @Sendable (DiagnosisFacts) -> [Place?] = { _ in [] },
    repairing: @escaping @Sendable (Place, FoundRecord, DiagnosisFacts) -> Cause.Repair = repair
  ) -> CauseRule {
    @Sendable func inquiries(_ facts: DiagnosisFacts) -> [(place: Place, inquiry: Inquiry)] {
      guard facts.hasNoRecordOfItsOwn else { return [] }
      let near = questions(places(facts), facts)
      let isOver = near.allSatisfy { facts.answer(to: $0.inquiry) != nil && facts.found($0.inquiry) == nil }
      return isOver ? near + questions(furtherPlaces(facts), facts) : near
    }
    return CauseRule(
      id, summary, remedy: remedy,
      asks: { facts in
        let inquiries = inquiries(facts).map(\.inquiry)
        return inquiries + inquiries.flatMap(facts.ways)
          + inquiries.filter { facts.found($0) != nil }.compactMap(facts.beside)
      }
    ) { facts in
      for (place, inquiry) in inquiries(facts) {
        guard let found = facts.found(inquiry), var cause = cause(place, inquiry, found, facts) else { continue }
        cause.repair = repairing(place, found, facts)
        return cause
      }
      return nil
    }
  }

  private static func questions(_ places: [Place?], _ facts: DiagnosisFacts) -> [(place: Place, inquiry: Inquiry)] {
    var met: Set<DomainName> = [facts.name]
    return places.compactMap(\.self)
      .filter { $0.name.isWithin(facts.registrableDomain) && met.insert($0.name).inserted }
      .map { ($0, Inquiry($0.name, .txt, limit: 1)) }
  }

  private static func cause(_ place: Place, _ inquiry: Inquiry, _ found: FoundRecord, _ facts: DiagnosisFacts) -> Cause?
  {
    // What a wildcard gives at any name stands nowhere.
    guard !facts.isByWildcard(found, inquiry) else { return nil }
    let isFormer = facts.isFormerKey(found.text) || found.isAlias(to: facts.lastGood?.cname?.first)
    // A key of its own at another selector says nothing where it is known what was lost.
    guard place.certainty == .certain || facts.lastGood == nil || isFormer else { return nil }
    let who = found.reply.server
    return Cause(
      text: "The record \(place.deed): it is at \(place.name), and receivers ask for \(facts.name).",
      certainty: isFormer ? .certain : place.certainty,
      because: isFormer
        ? "\(who) gives the former key at \(place.name)" : "\(who) gives a key record at \(place.name)",
      evidence: facts.evidence(inquiry), repair: repair(place, found, facts))
  }

  @Sendable private static func repair(_ place: Place, _ found: FoundRecord, _ facts: DiagnosisFacts) -> Cause.Repair {
    let isOthers = place.certainty != .certain
    let note =
      isOthers
      ? "This is what \(place.name) has; if that is used as well, leave it there"
      : "Then remove the key record from \(place.name)"
    return facts.state == .invalid && facts.chain.isEmpty
      ? .replace(found.records, note: note) : .publish(found.records, note: note)
  }

  static func labels(_ name: DomainName) -> [[UInt8]] { name.labels.map(Array.init) }

  static func label(_ text: String) -> [UInt8] { Array(text.utf8) }

  static func joined(_ labels: [[UInt8]], by separator: String = ".") -> [UInt8] {
    Array(labels.joined(separator: label(separator)))
  }

  // MARK: the zone

  private static let doubledZone = row(
    "zone-name-doubled", "The record is at the key name with the name of the zone added once more.",
    remedy: "Enter the name without the zone: the panel appends it. In a zone file put a dot behind the whole name."
  ) { facts in
    let own = labels(facts.key.selector) + [KeyName.domainKeyLabel]
    let domain = labels(facts.domain)
    let apexes = [facts.domain, facts.zone, facts.registrableDomain].withoutRepeats.filter { !$0.isRoot }
    return apexes.flatMap { apex -> [Place?] in
      // From the whole name down to its first label, whatever of it was taken for the part before the zone.
      let parts = domain.indices.reversed().map { Array(domain[...$0]) }
      let doubled = parts.map { part in
        Place(
          own + part, apex,
          part.count == domain.count
            ? "was entered with the whole name where the DNS host appends the zone itself"
            : "was entered with a part of the domain that the DNS host appends itself")
      }
      // The dots of the name became part of one label.
      let whole = joined(own + domain)
      return doubled + [
        Place([whole], apex, "was entered with the whole name in one label, and the DNS host appended the zone")
      ]
    }
  }

  /// Microsoft 365 has a CNAME lead from `selector1` to `selector1-contoso-com._domainkey…`.
  private static let nameOfTarget = row(
    "name-of-cname-target", "The record is at the first labels of the target that a CNAME should lead to.",
    remedy: "Create the CNAME that the vendor asks for at the selector itself.",
    places: namesOfTargets, repairing: createAlias)

  private static func namesOfTargets(_ facts: DiagnosisFacts) -> [Place?] {
    guard Vendors.matching(selector: facts.key.selector).contains(where: { $0.vendor.shortName == "Microsoft 365" })
    else { return [] }
    let long = joined(labels(facts.key.selector) + labels(facts.domain), by: "-")
    return [
      Place(
        [long, KeyName.domainKeyLabel], facts.domain,
        "was created at the name that the vendor's CNAME should lead to, below your own domain")
    ]
  }

  /// A copy of the key would serve only until the vendor changes it.
  private static func createAlias(_ place: Place, _ found: FoundRecord, _ facts: DiagnosisFacts) -> Cause.Repair {
    if case .cname? = found.records.first?.data { return repair(place, found, facts) }
    return .instruction(
      "Open the Defender portal of Microsoft 365 (Email authentication settings, DKIM), choose \(facts.domain), and create the "
        + "CNAME that it shows for \(facts.key.selector) at \(facts.name) in the zone \(facts.zone). Then delete the record at "
        + "\(place.name): nobody asks for it, and a copy of the key is wrong as soon as Microsoft changes the key.")
  }

  private static let otherLevel = row(
    "other-domain-level", "The record is at the same selector of the domain above, or of a usual sub-domain.",
    remedy: "Create the record at the signing domain (d=), or sign with the domain that has it."
  ) { facts in
    let own = labels(facts.key.selector) + [KeyName.domainKeyLabel]
    var places: [Place?] = []
    var above = facts.domain.parent
    while let domain = above, domain.isWithin(facts.registrableDomain) {
      places.append(Place(own, domain, "was created at \(domain), the domain above", certainty: .likely))
      above = domain.parent
    }
    let words = [
      "mail", "www", "email", "send", "smtp", "mta", "mx", "mg", "em", "news", "newsletter", "marketing", "bounce",
    ]
    return places
      + words.map { word in
        Place(
          own + [label(word)], facts.domain, "was created at the sub-domain \(word).\(facts.domain)",
          certainty: .likely)
      }
  }

  // MARK: the labels

  private static let selectorLeftOut = row(
    "selector-left-out", "The record is at _domainkey or at the domain itself, without the selector.",
    remedy: "Create the record with the selector before _domainkey."
  ) { facts in
    // Where a text of another kind took its place, the rows on such texts look for it too.
    facts.isAbsent || facts.anyName.map { facts.has($0) } ?? false
      ? [
        Place([KeyName.domainKeyLabel], facts.domain, "was created without its selector"),
        Place([], facts.domain, "was created at the domain itself"),
        Place([label("_dmarc")], facts.domain, "was created at the name of the DMARC record"),
      ] : []
  }

  private static let selectorOrder = row(
    "selector-labels-reversed", "The labels of the selector are in the wrong order.",
    remedy: "Keep the order of s=: what comes first in the signature comes first in the name."
  ) { facts in
    let own = labels(facts.key.selector)
    guard own.count > 1 else { return [] }
    let otherOrders = orders(of: own).filter { $0 != own }.map { order in
      Place(
        order + [KeyName.domainKeyLabel], facts.domain,
        "was created with the labels of the selector in another order")
    }
    let parted = (1..<own.count).map { cut in
      Place(
        Array(own[..<cut]) + [KeyName.domainKeyLabel] + Array(own[cut...]), facts.domain,
        "was created with _domainkey in the middle of the selector")
    }
    let inOneLabel = [
      (".", "with the dots of the selector inside one label"), ("-", "with hyphens for the dots of the selector"),
    ]
    .map { separator, deed in
      Place([joined(own, by: separator), KeyName.domainKeyLabel], facts.domain, "was created \(deed)")
    }
    return otherOrders + parted + inOneLabel
  }

  /// All orders of up to three labels; of more, the reverse alone.
  private static func orders(of labels: [[UInt8]]) -> [[[UInt8]]] {
    guard labels.count <= 3 else { return [labels.reversed()] }
    guard labels.count > 1 else { return [labels] }
    return labels.indices.flatMap { index -> [[[UInt8]]] in
      var rest = labels
      let first = rest.remove(at: index)
      return orders(of: rest).map { [first] + $0 }
    }
  }

  private static let swappedLabels = row(
    "domainkey-misplaced",
    "Selector and _domainkey are in the wrong order, or not separated by a dot, or one of them is missing.",
    remedy: "The name is the selector, then _domainkey, then the domain."
  ) { facts in
    let own = labels(facts.key.selector)
    let middle = KeyName.domainKeyLabel
    let domain = facts.domain
    let belowItself = [[middle], own, own + [middle], [label("www")]].map { above in
      Place(above + own + [middle], domain, "was created below the name of the key")
    }
    return [
      Place([middle] + own, domain, "was created with _domainkey before the selector"),
      Place(own, domain, "was created without _domainkey"),
      Place([joined(own + [middle])], domain, "was created with a literal dot inside one label"),
      Place([joined(own + [middle], by: "-")], domain, "was created with a hyphen instead of the dot"),
      Place([joined(own + [middle], by: "_")], domain, "was created with an underscore instead of the dot"),
      Place([joined(own + [middle], by: "")], domain, "was created without the dot between selector and _domainkey"),
      Place([joined(own), label("\"") + middle], domain, "was created with a quotation mark in the name"),
      Place(own + [middle, middle], domain, "was created with _domainkey twice"),
    ] + (facts.isNodata ? belowItself : [])
  }
}

extension FoundRecord {
  /// Whether it is a CNAME to this target.
  func isAlias(to target: DomainName?) -> Bool {
    guard let target, case .cname(let own)? = records.first?.data else { return false }
    return own == target
  }
}
