// The table of the keys of an audit that the daemon repeats.

public import Model

/// The keys of an audit.
enum AuditSettings {
  static let domain = Setting(
    "domain", SettingType<DomainName>.name("a domain", KeyNameList.name).located, required: true,
    "The domain that is audited; internationalized names can be written as they are read.",
    examples: ["example.org", "bücher.example"])
  static let interval = Setting(
    "interval", SettingType<Duration>.duration(.seconds(10) ... .seconds(30 * 86_400)), default: "24h",
    "How often it is audited. One audit asks some hundred questions.", examples: ["24h", "12h"])
  static let selectors = Setting(
    "selectors",
    SettingType<[DomainName]>.list(SettingType<DomainName>.name("a selector", KeyNameList.selector), of: "selectors"),
    default: [], "Selectors to judge beside those of `watches` and those that can be guessed.",
    examples: [["zendesk1", "zendesk2"]])
  static let ignore = Setting(
    "ignore",
    SettingType<[Located<String>]>.list(SettingType<String>.filledText("the id of a check").located, of: "ids"),
    default: [],
    "The ids of checks whose findings are right for this domain: they are not reported and cost no points.",
    examples: [["ns-one-network", "caa-absent"]])

  static func shown(_ audit: Configuration.Audit) -> JSONNode {
    .members([
      (domain.name, .text(InternationalName.display(audit.domain))), (interval.name, .duration(audit.interval)),
      (selectors.name, .list(audit.selectors.map { .text(InternationalName.display($0)) })),
      (ignore.name, .list(audit.ignore.map(JSONNode.text))),
      (WatchSettings.ours.name, .init(booleanLiteral: audit.isOurs)),
      (WatchSettings.labels.name, .members(audit.labels.sorted { $0.key < $1.key }.map { ($0.key, .text($0.value)) })),
      (WatchSettings.note.name, audit.note.map(JSONNode.text)),
    ])
  }
}

/// An audit as the file has it.
struct AuditDraft: Sendable {
  var domain: Located<DomainName>?
  var interval: Duration?
  var selectors: [DomainName]
  var ignore: [Located<String>]
  var isOurs: Bool
  var labels: [String: String]
  var note: String?
}

extension SettingType where Value == AuditDraft {
  static let audit = object(
    [
      AuditSettings.domain, AuditSettings.interval, AuditSettings.selectors, AuditSettings.ignore, WatchSettings.ours,
      WatchSettings.labels, WatchSettings.note,
    ]
  ) { fields, log in
    AuditDraft(
      domain: fields.value(AuditSettings.domain, &log), interval: fields.value(AuditSettings.interval, &log),
      selectors: fields.value(AuditSettings.selectors, &log) ?? [],
      ignore: fields.value(AuditSettings.ignore, &log) ?? [],
      isOurs: fields.value(WatchSettings.ours, &log) ?? true,
      labels: fields.value(WatchSettings.labels, &log) ?? [:], note: fields.value(WatchSettings.note, &log))
  }.named("audit")
}

extension Configuration {
  /// A domain that the daemon audits again and again.
  public struct Audit: Hashable, Sendable {
    public var domain: DomainName
    public var interval: Duration
    /// Selectors to judge beside those that are known otherwise.
    public var selectors: [DomainName]
    /// The ids of the checks whose findings are left out.
    public var ignore: [String]
    public var isOurs: Bool
    public var labels: [String: String]
    public var note: String?

    public init(
      domain: DomainName, interval: Duration = .seconds(86_400), selectors: [DomainName] = [], ignore: [String] = [],
      isOurs: Bool = true, labels: [String: String] = [:], note: String? = nil
    ) {
      self.domain = domain
      self.interval = interval
      self.selectors = selectors
      self.ignore = ignore
      self.isOurs = isOurs
      self.labels = labels
      self.note = note
    }
  }
}
