// Rules on servers or views that contradict each other.

package import Model
internal import Phrasing

enum DisagreementRules {
  static let all: [LookRule] = [serversDisagree, viewsDisagree, secondaryStale, chainsDiffer]

  private static let serversDisagree = LookRule(
    "servers-disagree", .critical, "Servers of the zone give different answers for the key name.",
    remedy:
      "Bring all name servers of the zone to the same contents: check zone transfer (NOTIFY, AXFR, TSIG) or ask the DNS provider.",
    source: "RFC 1034, section 4.3.5"
  ) { ruling in
    let sorted = ruling.sorted
    guard ruling.row == .disagreeing, sorted.hasAuthoritativeView, !sorted.standsIn else { return [] }
    return [
      LookObservation(
        text: "\(Wording.whoDisagrees(sorted)) contradict each other: \(Wording.camps(of: sorted)).",
        evidence: Wording.evidence(sorted.answering, limit: 16), severity: ruling.verdict == .warning ? .warning : nil)
    ]
  }

  private static let viewsDisagree = LookRule(
    "views-disagree", .critical, "Without an authoritative view: the recursive views give different answers.",
    remedy:
      "Ask the zone's own servers (an authoritative view): either a cache is old, or the name is served differently inside and outside (split horizon). Publish the key in the public zone too.",
    source: "RFC 8499, section 6 (split DNS)"
  ) { ruling in
    let sorted = ruling.sorted
    guard ruling.row == .disagreeing, !sorted.hasAuthoritativeView || sorted.standsIn else { return [] }
    return [
      LookObservation(
        text: "The views contradict each other: \(Wording.camps(of: sorted)).",
        evidence: Wording.evidence(sorted.answering),
        severity: ruling.verdict == .warning ? .warning : nil)
    ]
  }

  private static let secondaryStale = LookRule(
    "secondary-stale", .warning, "Servers of the zone are at different SOA serials.",
    remedy: "Check NOTIFY, zone transfer (AXFR, IXFR) and TSIG between the primary and the servers that stayed behind.",
    source: "RFC 1982; RFC 1996"
  ) { ruling in
    let sorted = ruling.sorted
    guard let delegation = sorted.delegation, let newest = delegation.newestSerial else { return [] }
    let behind = delegation.serials.filter { $0.value != newest }.sorted { $0.key < $1.key }
    guard !behind.isEmpty else { return [] }
    let texts = behind.map { "\($0.key) is at serial \($0.value)" }
    return [
      LookObservation(
        text:
          "Not all servers of \(delegation.zone) have the same version of the zone: \(Phrase.list(texts)), the newest is \(newest).",
        evidence: delegation.serials.sorted { $0.key < $1.key }
          .map { "dig +norecurse @\($0.key) \(delegation.zone) SOA → serial \($0.value)" }.joined(separator: "\n"),
        // Serials drift for a moment at every change; that alone is no complaint.
        severity: ruling.row == .disagreeing ? .warning : .info)
    ]
  }

  private static let chainsDiffer = LookRule(
    "cname-differs", .warning, "Servers give the same text, but not by the same CNAME chain.",
    remedy:
      "Keep either the CNAME or the TXT record at the key name, the same at all servers; DNS does not allow both.",
    source: "RFC 1034, section 3.6.2"
  ) { ruling in
    let sorted = ruling.sorted
    let asked = sorted.sources.filter {
      $0.isAuthoritative && $0.server.question == sorted.name && ($0.answers || $0.role == .leadsOn)
    }
    let chains = asked.map { $0.answer.cname.first }.withoutRepeats
    guard ruling.row != .disagreeing, !sorted.with.isEmpty, chains.count > 1 else { return [] }
    let texts = asked.map { "\($0.name): \($0.answer.cname.first.map { "CNAME \($0)" } ?? "no CNAME")" }
    return [
      LookObservation(
        text: "The servers of \(sorted.zone) lead to the \(sorted.noun) in different ways: \(Phrase.list(texts)).",
        evidence: Wording.evidence(asked))
    ]
  }

}

extension Delegation {
  /// The highest serial in the circular order of RFC 1982; nil where no server told one.
  package var newestSerial: UInt32? {
    Self.newest(of: serials.sorted { $0.key < $1.key }.map(\.value))
  }

  /// The highest of these serials; nil where there are none.
  package static func newest(of serials: [UInt32]) -> UInt32? {
    serials.reduce(nil) { newest, serial in
      guard let newest else { return serial }
      return Int32(bitPattern: serial &- newest) > 0 ? serial : newest
    }
  }
}
