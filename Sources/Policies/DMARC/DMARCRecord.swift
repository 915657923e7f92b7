// A DMARC record as receivers apply it: every tag, with its default where it is absent or wrong.

public import Model
internal import Syntax

/// A DMARC record (RFC 9989, section 4.7; the historic tags of RFC 7489, section 6.3).
public struct DMARCRecord: Hashable, Sendable {
  public enum Policy: String, Hashable, Sendable, CaseIterable {
    case none, quarantine, reject

    /// One step weaker: what `t=y` makes of it.
    public var weaker: Policy { self == .reject ? .quarantine : .none }
  }

  public enum Alignment: String, Hashable, Sendable {
    case relaxed = "r"
    case strict = "s"
  }

  /// `psd`: whether the name is a public suffix.
  public enum PublicSuffix: String, Hashable, Sendable {
    case yes = "y"
    case no = "n"
    case unknown = "u"
  }

  /// `p`; nil where it is absent or no policy.
  public var policy: Policy?
  /// `sp` and `np`; nil where they are absent or no policy.
  public var subdomainPolicy: Policy?
  public var nonexistentPolicy: Policy?
  public var publicSuffix = PublicSuffix.unknown
  /// `t=y`.
  public var isTesting = false
  public var dkimAlignment = Alignment.relaxed
  public var spfAlignment = Alignment.relaxed
  /// `rua` and `ruf`.
  public var aggregateReports: [ReportAddress] = []
  public var failureReports: [ReportAddress] = []
  /// `fo`.
  public var failureOptions: [String] = ["0"]
  /// `pct` (RFC 7489): the share of mail that the policy is for.
  public var percentage = 100
  /// Whether `p`, `sp` or `np` is there with another word than a policy.
  public var hasWrongPolicy = false

  /// What a receiver of RFC 9989 applies to the domain itself; nil where it does not use the record: without a policy it
  /// needs a report address (section 4.10.1).
  public var usedPolicy: Policy? {
    if let policy, !hasWrongPolicy { return policy }
    return aggregateReports.contains(where: \.isUsable) ? Policy.none : nil
  }

  /// As `usedPolicy`, for a name below: `np` where the name does not exist, else `sp`, else `p`.
  public func usedPolicy(forSubdomainThatExists exists: Bool) -> Policy? {
    guard let own = usedPolicy else { return nil }
    if hasWrongPolicy || policy == nil { return own }
    return (exists ? nil : nonexistentPolicy) ?? subdomainPolicy ?? own
  }

  /// Reads a text; nil where its version is not exactly `DMARC1`.
  public init?(_ text: TextRecord) {
    let reading = TagReading([text], .dmarc)
    guard reading.isVersionRight else { return nil }
    self.init(reading)
  }

  init(_ reading: TagReading) {
    func word(_ name: StaticString) -> String? {
      reading.value(name).map { String(decoding: $0.map(\.lowered), as: UTF8.self) }
    }
    func policy(_ name: StaticString) -> (Policy?, isWrong: Bool) {
      guard let word = word(name) else { return (nil, false) }
      return (Policy(rawValue: word), Policy(rawValue: word) == nil)
    }
    let (own, sub, np) = (policy("p"), policy("sp"), policy("np"))
    self.policy = own.0
    subdomainPolicy = sub.0
    nonexistentPolicy = np.0
    hasWrongPolicy = own.isWrong || sub.isWrong || np.isWrong
    publicSuffix = word("psd").flatMap(PublicSuffix.init) ?? .unknown
    isTesting = word("t") == "y"
    dkimAlignment = word("adkim").flatMap(Alignment.init) ?? .relaxed
    spfAlignment = word("aspf").flatMap(Alignment.init) ?? .relaxed
    aggregateReports = reading.tag("rua").map { ReportAddress.list(reading.bytes, $0.value) } ?? []
    failureReports = reading.tag("ruf").map { ReportAddress.list(reading.bytes, $0.value) } ?? []
    if let options = word("fo") {
      failureOptions = options.split(separator: ":").map { $0.filter { $0 != " " && $0 != "\t" } }
    }
    percentage = word("pct").flatMap { Int($0) }.flatMap { (0...100).contains($0) ? $0 : nil } ?? 100
  }
}
