// Rules on a key that is not there.

internal import Conventions
internal import Model
internal import Phrasing

enum AbsenceRules {
  static let all: [LookRule] = [nameAbsent, nameWithoutText, recordSetAbsent]

  private static let nameAbsent = LookRule(
    "key-name-absent", .critical, "The key name does not exist at the source (NXDOMAIN).",
    remedy: "Publish the TXT record at the key name in the zone that its name servers serve.",
    source: "RFC 6376, section 6.1.2; RFC 8020", tellsState: true
  ) { ruling in
    let sorted = ruling.sorted
    let absent = sorted.without.filter {
      $0.answer.outcome == .nxdomain && $0.answer.cname.isEmpty && $0.server.question == sorted.name
    }
    guard sorted.look.key.isKey, ruling.state == .missing, !absent.isEmpty else { return [] }
    if sorted.isAnsweredAboveDomain { return [withoutZone(sorted, absent)] }
    return [
      LookObservation(
        text:
          "\(sorted.name) does not exist: \(Phrase.clause(absent.map(\.name), "says", "say")) NXDOMAIN; "
          + "expected a TXT record with the key.",
        evidence: Wording.evidence(absent),
        remedy: vendorsAdvice(sorted)
          ?? "Add the TXT record for \(sorted.name) to the zone \(sorted.zone) at the name servers that serve it"
          + negativeCaching(absent))
    ]
  }

  /// Nobody can add a record where the domain has no zone.
  private static func withoutZone(_ sorted: SortedLook, _ absent: [Respondent]) -> LookObservation {
    let domain = sorted.look.key.domain.registrableDomain ?? sorted.look.key.domain
    let isTopLevel = domain.labels.count == 1
    return LookObservation(
      text: isTopLevel
        ? "There is no top-level domain \(domain): the root servers say NXDOMAIN for \(sorted.name)."
        : "The domain \(domain) is not delegated: the servers of the zone \(sorted.zone) above it say NXDOMAIN for "
          + "\(sorted.name).",
      evidence: Wording.evidence(absent),
      remedy: isTopLevel
        ? "Check the spelling, and the order: the domain comes first, then the selector."
        : "Check the spelling of \(domain), and whether it is registered and has not expired.")
  }

  /// What to do below a domain where only a vendor can add records; nil elsewhere.
  private static func vendorsAdvice(_ sorted: SortedLook) -> String? {
    VendorDomain.holding(sorted.look.key.domain).map {
      "Check which selector \($0.vendor) signs with for \(sorted.look.key.domain): only \($0.vendor) can add records below "
        + "\($0.domain)."
    }
  }

  private static let nameWithoutText = LookRule(
    "key-name-without-txt", .critical, "The key name exists at the source, without a TXT record (NODATA).",
    remedy: "Publish the key as a TXT record; look for a record that was created with another type.",
    source: "RFC 2308, section 2.2", tellsState: true
  ) { ruling in
    let sorted = ruling.sorted
    let empty = sorted.without.filter {
      $0.answer.outcome == .nodata && $0.answer.cname.isEmpty && $0.server.question == sorted.name
    }
    guard sorted.look.key.isKey, ruling.state == .missing, !empty.isEmpty else { return [] }
    return [
      LookObservation(
        text: "\(sorted.name) exists, but has no TXT record at \(Wording.names(empty)); expected the key.",
        evidence: Wording.evidence(empty),
        remedy: vendorsAdvice(sorted)
          ?? "Add the key as TXT record at \(sorted.name); look there for a record of another type (a proxied or "
          + "flattened CNAME, an A record), and for names below it" + negativeCaching(empty))
    ]
  }

  private static let recordSetAbsent = LookRule(
    "record-set-absent", .critical,
    "A record set that is watched is missing at the source: its name does not exist (NXDOMAIN), or has no record of the type (NODATA).",
    remedy: "Add the records to the zone again, or no longer watch them if they were removed on purpose.",
    source: "RFC 2308, section 2", tellsState: true
  ) { ruling in
    let sorted = ruling.sorted
    let absent = sorted.without.filter { $0.answer.cname.isEmpty && $0.server.question == sorted.name }
    guard !sorted.look.key.isKey, ruling.state == .missing, !absent.isEmpty else { return [] }
    let isNameAbsent = absent.allSatisfy { $0.answer.outcome == .nxdomain }
    return [
      LookObservation(
        text: isNameAbsent
          ? "\(sorted.name) does not exist: \(Phrase.clause(absent.map(\.name), "says", "say")) NXDOMAIN; expected \(sorted.aRecord)."
          : "\(sorted.name) has no \(sorted.recordNoun) at \(Wording.names(absent)).",
        evidence: Wording.evidence(absent))
    ]
  }

  /// How long receivers go on believing the absence, once the record is there.
  private static func negativeCaching(_ sources: [Respondent]) -> String {
    guard let longest = sources.filter(\.isAuthoritative).compactMap(\.answer.negativeTTL).max() else { return "." }
    return
      "; receivers that asked before may remember the absence for up to \(Phrase.duration(.seconds(Int64(longest))))."
  }
}
