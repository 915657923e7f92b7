// What `audit.changed` says in one sentence.

public import Model
internal import Phrasing

extension Event.AuditNews {
  /// The verdict of the event: what is new decides; what was fixed is good news.
  public var verdict: Verdict { Verdict(new.map(\.severity).max() ?? .info) }

  /// One or two sentences: how much is new and fixed, and the worst of it.
  public func summary(of domain: DomainName) -> String {
    guard let worst = new.first else {
      let one = fixed.count == 1 ? fixed.first.map { " It was: \($0.text)" } ?? "" : ""
      return "\(Self.count(fixed)) with \(domain) \(Phrase.agreeing(fixed.count, "was", "were")) fixed.\(one)"
    }
    let also = fixed.isEmpty ? "" : "; \(Self.count(fixed)) \(Phrase.agreeing(fixed.count, "was", "were")) fixed"
    return "\(Self.count(new, "new ")) with \(domain)\(also). \(worst.text)"
  }

  private static func count(_ findings: [Finding], _ which: String = "") -> String {
    let problems = findings.count { $0.severity > .info }
    let remarks = findings.count - problems
    let parts =
      (problems > 0 ? [Phrase.count(problems, "\(which)problem")] : [])
      + (remarks > 0 ? [Phrase.count(remarks, "\(which)remark")] : [])
    return Phrase.list(parts)
  }
}
