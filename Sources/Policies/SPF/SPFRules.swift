// The rules on SPF records.

internal import Model
internal import Phrasing
internal import Syntax

let spfRules: [PolicyRule<SPFReading>] = [
  PolicyRule(
    "spf-several", .critical, .invalid,
    summary: "There are several SPF records at one name; receivers give up with permerror.",
    remedy: "Merge them into one record that begins with v=spf1, and delete the others.",
    source: "RFC 7208, section 4.5",
    { reading in
      guard reading.policies.count > 1 else { return nil }
      let shown = reading.policies.map { "'\(reading.shown($0))'" }
      return Observation(
        "\(reading.policies.count) records: " + Phrase.list(shown, limit: 3),
        text: "There are \(reading.policies.count) SPF records at one name; receivers give up with permerror.")
    }),
  PolicyRule(
    "spf-version-malformed", .critical, .invalid,
    summary: "The record does not begin with exactly v=spf1 and a space, so receivers do not see an SPF record.",
    remedy: "Begin the record with 'v=spf1 ', without anything before it.",
    source: "RFC 7208, section 4.5",
    { reading in
      reading.isVersionOne ? nil : Observation(reading.evidence(0..<min(reading.bytes.count, 40)))
    }),
  PolicyRule(
    "spf-syntax-error", .critical, .invalid,
    summary: "A term has a syntax error; receivers give up on the whole record with permerror.",
    remedy: "Correct the term.",
    source: "RFC 7208, section 4.6",
    { reading in
      guard let error = reading.errors.first else { return nil }
      let more = reading.errors.dropFirst().map(\.place)
      return Observation(
        reading.evidence(error.place) + (more.isEmpty ? "" : "; also " + reading.evidence(Array(more))),
        text: error.text(in: reading.bytes), remedy: error.remedy(in: reading.bytes))
    }),
  PolicyRule(
    "spf-strings-joined", .critical,
    summary: "Two terms run together where one string of the TXT record ends and the next begins.",
    remedy: "Put a space at the end of the first string: receivers join the strings with nothing between them.",
    source: "RFC 7208, section 3.3",
    { reading in
      reading.joint.map { Observation(reading.bytes.surroundings($0)) }
    }),
  PolicyRule(
    "spf-too-many-lookups", .critical, .invalid,
    summary: "The record needs more than 10 DNS lookups; receivers give up with permerror.",
    remedy: "Remove senders that are no longer used, or replace names with the addresses they stand for.",
    source: "RFC 7208, section 4.6.4",
    { reading in
      let terms = reading.record.costlyTerms
      guard terms.count > 10 else { return nil }
      return Observation(
        "\(terms.count) terms; the eleventh is at " + reading.evidence(terms[10]),
        text:
          "The record needs \(terms.count) DNS lookups of its own, and at most 10 are allowed; receivers give up with "
          + "permerror.")
    }),
  PolicyRule(
    "spf-all-pass", .critical,
    summary: "The record allows every address to send mail in this domain's name.",
    remedy: "End the record with ~all or -all, and list only the addresses that send.",
    source: "RFC 7208, section 5.1",
    { reading in
      let passing = reading.reached.filter { $0.qualifier == .pass }
      if let all = passing.first(where: { $0.mechanism == .all }) { return Observation(reading.evidence(all.place)) }
      let wide = passing.filter { directive in
        switch directive.mechanism {
        case .a(_, let prefixes), .mx(_, let prefixes): prefixes.v4 == 0 || prefixes.v6 == 0
        default: false
        }
      }
      if !wide.isEmpty { return Observation(reading.evidence(wide.map(\.place))) }
      let networks = reading.networks.filter { $0.directive.qualifier == .pass }
      guard SPFNetwork.coverAll(networks.map(\.network)) else { return nil }
      return Observation(reading.evidence(networks.filter { $0.network.prefix <= 1 }.map(\.directive.place)))
    }),
  PolicyRule(
    "spf-all-neutral", .warning,
    summary: "The record says nothing about senders that it does not list.",
    remedy: "End the record with ~all, or with -all if no other mail is sent.",
    source: "RFC 7208, section 4.7",
    { reading in
      guard reading.isVersionOne, reading.errors.isEmpty else { return nil }
      if let all = reading.all {
        return all.qualifier == .neutral ? Observation(reading.evidence(all.place)) : nil
      }
      guard reading.record.redirect == nil else { return nil }
      return Observation("neither 'all' nor 'redirect=' in the record")
    }),
  PolicyRule(
    "spf-terms-after-all", .warning,
    summary: "Mechanisms follow 'all', so they are never reached.",
    remedy: "Move them before 'all', or remove them.",
    source: "RFC 7208, section 5.1",
    { reading in
      let rest = reading.record.directives.dropFirst(reading.reached.count)
      return rest.isEmpty ? nil : Observation(reading.evidence(rest.map(\.place)))
    }),
  PolicyRule(
    "spf-redirect-ignored", .info,
    summary: "The record has 'all', so redirect= has no effect.",
    remedy: "Remove one of the two.",
    source: "RFC 7208, section 6.1",
    { reading in
      guard reading.record.hasAll, let redirect = reading.record.redirect else { return nil }
      return Observation(reading.evidence(redirect.place))
    }),
  PolicyRule(
    "spf-modifier-ignored", .warning,
    summary: "A mechanism is written with '=' in place of ':', so receivers ignore it.",
    remedy: "Write a colon after the name of the mechanism, as in include:example.net.",
    source: "RFC 7208, section 6",
    { reading in
      let mechanisms = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
      let found = reading.record.otherModifiers.filter { mechanisms.contains($0.name) }
      return found.isEmpty ? nil : Observation(reading.evidence(found.map(\.place)))
    }),
  PolicyRule(
    "spf-modifier-unknown", .info,
    summary: "The record has a modifier that SPF does not define; receivers ignore it.",
    remedy: "Remove it if it is a typo.",
    source: "RFC 7208, section 6",
    { reading in
      let known = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
      let found = reading.record.otherModifiers.filter { !known.contains($0.name) }
      return found.isEmpty ? nil : Observation(reading.evidence(found.map(\.place)))
    }),
  PolicyRule(
    "spf-ptr", .warning,
    summary: "The record uses ptr or %{p}, which is slow, and which receivers may ignore.",
    remedy: "List the addresses with ip4: and ip6: instead.",
    source: "RFC 7208, section 5.5",
    { reading in
      let mechanisms = reading.record.directives.filter {
        if case .ptr = $0.mechanism { true } else { false }
      }
      let macros = reading.macroStrings.filter { $0.string.letters.contains(UInt8(ascii: "p")) }
      let places = (mechanisms.map(\.place) + macros.map(\.place)).withoutRepeats
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "spf-lookups-near-limit", .info,
    summary: "The record needs almost all of the 10 DNS lookups that are allowed.",
    remedy: "Remove senders that are no longer used; otherwise a provider's next change may break the record.",
    source: "RFC 7208, section 4.6.4",
    { reading in
      let count = reading.record.costlyTerms.count
      guard count == 9 || count == 10 else { return nil }
      return Observation(
        "\(count) terms that take a lookup",
        text: "The record needs \(count) DNS lookups of its own, and at most 10 are allowed.")
    }),
  PolicyRule(
    "spf-range-wide", .warning,
    summary: "A network in the record is very large: more than /16 of IPv4 or /32 of IPv6.",
    remedy: "List only the addresses that send mail.",
    source: "RFC 9989, section 7.1",
    { reading in
      let wide = reading.networks.filter { entry in
        let isWide = entry.network.prefix < (entry.network.address.isV6 ? 32 : 16)
        return entry.directive.qualifier == .pass && isWide && entry.network.prefix > 1
      }
      return wide.isEmpty ? nil : Observation(reading.evidence(wide.map(\.directive.place)))
    }),
  PolicyRule(
    "spf-overlap", .info,
    summary: "A network is listed twice, or lies within another one of the record.",
    remedy: "Remove the one that adds nothing.",
    source: "RFC 7208, section 10.1.1",
    { reading in
      let places = reading.overlaps
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "spf-address-useless", .info,
    summary: "The record lists a private or reserved address, from which no mail can come.",
    remedy: "Remove it, or write the public address.",
    source: "RFC 6890, section 2.2",
    { reading in
      let places = reading.networks.filter { entry in
        let bounds = entry.network.bounds
        return bounds.first.isPrivate && bounds.last.isPrivate || bounds.first.isDocumentation
      }.map(\.directive.place)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "spf-host-bits", .info,
    summary: "An address has bits set behind its network size; receivers take the whole network.",
    remedy: "Write the first address of the network, or the single address without a size.",
    source: "RFC 7208, section 5.6",
    { reading in
      guard let entry = reading.networks.first(where: \.network.hasHostBits) else { return nil }
      let bounds = entry.network.bounds
      return Observation(
        reading.evidence(entry.directive.place),
        text: "An address has bits set behind its network size; receivers take the whole network, \(bounds.first) to "
          + "\(bounds.last).")
    }),
  PolicyRule(
    "spf-macro-per-user", .info,
    summary: "The record uses a macro that differs for each sender, so its lookups cannot be cached.",
    remedy: "Do nothing if a provider asked for it.",
    source: "RFC 7208, section 7.3",
    { reading in
      let letters = Set("lsh".utf8)
      let places = reading.macroStrings.filter { !$0.string.letters.isDisjoint(with: letters) }.map(\.place)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "spf-sender-id", .info,
    summary: "There is a Sender ID record (spf2.0), which receivers no longer read.",
    remedy: "Delete it.",
    source: "RFC 4406, section 3.1",
    { reading in
      reading.texts.first { $0.hasPrefixIgnoringCase("spf2.0/") }.map { Observation("'\(reading.shown($0))'") }
    }),
  PolicyRule(
    "spf-too-long", .info,
    summary: "The record is so long that its answer may not fit into one UDP packet.",
    remedy: "Move parts of it to a record of your own that is included, such as include:_spf.<domain>.",
    source: "RFC 7208, section 3.4",
    { reading in
      guard reading.isVersionOne, reading.bytes.count > 450 else { return nil }
      return Observation("\(reading.bytes.count) bytes; up to 450 are safe")
    }),
]

extension SPFReading {
  /// A text of the answer, cut where it is long.
  func shown(_ text: [UInt8]) -> String { text.excerpt(0..<text.count) }

  /// Where two terms run together at the border of two strings: both are terms when they stand apart.
  var joint: Int? {
    guard isVersionOne else { return nil }
    var border = 0
    for string in subject.strings.dropLast() {
      border += string.count
      guard border > 0, border < bytes.count, bytes[border - 1] != 0x20, bytes[border] != 0x20 else { continue }
      // No term is longer than a name and its macros.
      let before = max(0, border - 300)..<border
      let after = border..<min(bytes.count, border + 300)
      let start = bytes[before].lastIndex(of: 0x20).map { $0 + 1 } ?? before.lowerBound
      let end = bytes[after].firstIndex(of: 0x20) ?? after.upperBound
      let left = Array(bytes[start..<border])
      let right = Array(bytes[border..<end])
      if left.matchesIgnoringCase("v=spf1") || Self.isTerm(left), Self.isTerm(right) { return border }
    }
    return nil
  }

  /// Whether a text is one term that SPF defines.
  private static func isTerm(_ text: [UInt8]) -> Bool {
    let (record, errors) = SPFRecord.read(Array("v=spf1 ".utf8) + text)
    let isModifier = record.redirect != nil || record.explanation != nil
    return errors.isEmpty && (record.directives.count == 1 || isModifier)
  }

  /// The networks that add nothing: each lies within one of the same qualifier that is wider, or equal and before it.
  var overlaps: [Range<Int>] {
    let sorted = networks.sorted { one, other in
      let (left, right) = (one.network, other.network)
      if left.address.isV6 != right.address.isV6 { return !left.address.isV6 }
      let (first, second) = (left.bounds.first.bytes, right.bounds.first.bytes)
      if first != second { return first.lexicographicallyPrecedes(second) }
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      return one.directive.place.lowerBound < other.directive.place.lowerBound
    }
    var found: [Range<Int>] = []
    // Networks are nested or apart: those that hold the present one are a stack.
    var open: [(network: SPFNetwork, directive: SPFRecord.Directive)] = []
    for entry in sorted {
      while let last = open.last,
        !entry.network.bounds.first.isWithin(last.network.address, prefix: last.network.prefix)
      { open.removeLast() }
      if let last = open.last, last.directive.qualifier == entry.directive.qualifier {
        found.append(entry.directive.place)
      }
      open.append(entry)
    }
    return found.sorted { $0.lowerBound < $1.lowerBound }
  }
}

extension IPAddress {
  /// Whether it is one of the networks for documentation (RFC 5737, RFC 3849).
  var isDocumentation: Bool {
    switch self {
    case .v4:
      isWithin(.v4(0xC000_0200), prefix: 24) || isWithin(.v4(0xC633_6400), prefix: 24)
        || isWithin(.v4(0xCB00_7100), prefix: 24)
    case .v6: isWithin(.v6(high: 0x2001_0DB8_0000_0000, low: 0), prefix: 32)
    }
  }
}
