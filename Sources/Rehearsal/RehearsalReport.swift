// What a rehearsal found.

public import Model
internal import Phrasing

/// What would become of a domain's mail if the delegation moved now.
public struct RehearsalReport: Hashable, Sendable {
  public var domain: DomainName
  /// The zone that moves.
  public var zone: DomainName
  /// The servers that were asked, by name and address.
  public var current: [Server]
  public var future: [Server]
  /// Every record set that is served now or would be, by name.
  public var items: [Item]
  /// What is not about one record set.
  public var notices: [Notice]

  /// A server that was asked.
  public struct Server: Hashable, Sendable {
    public var name: String
    public var endpoint: Endpoint?

    public init(name: String, endpoint: Endpoint?) {
      self.name = name
      self.endpoint = endpoint
    }
  }

  /// One record set, now and then.
  public struct Item: Hashable, Sendable {
    /// A wildcard stands as `*`.
    public var question: Question
    public var purpose: Purpose
    /// What is served now; empty where nothing is.
    public var current: [ResourceRecord]
    public var servers: [ServerResult]

    /// The worst at any server.
    public var difference: Difference {
      servers.reduce(servers.first?.difference ?? .unanswered) { $0.worse($1.difference) }
    }
  }

  /// What one future server holds of a record set.
  public struct ServerResult: Hashable, Sendable {
    public var server: Server
    public var difference: Difference
    public var records: [ResourceRecord]
    /// Why there is no answer; nil where there is one.
    public var failure: Outcome.Failure?
  }

  /// The worst of all.
  public var verdict: Verdict {
    let worst = items.reduce(Verdict.ok) { $0.worse($1.difference.verdict) }
    return notices.reduce(worst) { $0.worse($1.verdict) }
  }

  /// One sentence.
  public var summary: String {
    let lost = items.count { $0.difference.verdict == .critical }
    let open = items.count { $0.difference == .unanswered }
    let other = items.count { $0.difference.verdict == .warning }
    func sets(_ count: Int) -> String { Phrase.count(count, "record set") }
    var parts: [String] = []
    if lost > 0 { parts.append("\(sets(lost)) of \(items.count) would be lost") }
    if open > 0 { parts.append("\(sets(open)) could not be compared") }
    if other > 0 {
      parts.append("\(sets(other)) \(Phrase.agreeing(other, "differs", "differ")), but nothing would be lost by that")
    }
    parts += notices.filter { $0.verdict != .ok }.map(\.short).filter { !$0.isEmpty }
    if !parts.isEmpty { return parts.joined(separator: "; ") }
    switch items.count {
    case 0: return "\(domain) has no records for mail now"
    case 1: return "the only record set is the same at the new servers"
    default: return "all \(sets(items.count)) are the same at the new servers"
    }
  }

  /// What is missing or different, as lines for the future zone: the records of now, with their TTLs.
  public var zoneFile: String {
    var text = ""
    for item in items {
      switch item.difference {
      case .equal, .additional, .unanswered: continue
      case .ttl: text += "; only the TTL differs\n"
      case .flattened: text += "; the new servers have the same text, with or without a CNAME\n"
      case .missing, .different, .unserved:
        for record in item.replaced { text += "; instead of \(record.zoneFileLine)\n" }
      }
      for record in item.current { text += record.zoneFileLine + "\n" }
    }
    return text
  }
}

extension RehearsalReport.Item {
  /// What stands in the way at the future servers.
  fileprivate var replaced: [ResourceRecord] {
    var seen: Set<String> = []
    let kept = Set(current.map(\.dataText))
    return servers.flatMap(\.records).filter { !kept.contains($0.dataText) && seen.insert($0.zoneFileLine).inserted }
  }
}

/// Something that is not about one record set.
public struct Notice: Hashable, Sendable {
  public var severity: Severity
  public var text: String
  public var remedy: String
  /// For the summary; empty where the items tell it.
  var short = ""
  /// Nobody answers: the verdict is unknown, whatever the severity.
  var isUnanswered = false

  init(severity: Severity, text: String, remedy: String, short: String = "", isUnanswered: Bool = false) {
    self.severity = severity
    self.text = text
    self.remedy = remedy
    self.short = short
    self.isUnanswered = isUnanswered
  }

  public var verdict: Verdict { isUnanswered ? .unknown : Verdict(severity) }
}
