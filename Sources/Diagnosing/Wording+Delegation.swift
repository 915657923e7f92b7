// Where the delegation of a zone is changed, in words.

internal import Conventions
internal import Judging
internal import Model

extension Wording {
  /// `at the registrar of example.org`, or the zone above.
  static func whoDelegates(_ zone: DomainName) -> String {
    if zone == zone.registrableDomain { return "at the registrar of \(zone)" }
    return zone.parent.map { "in the zone above (\($0))" } ?? "at the registrar"
  }
}
