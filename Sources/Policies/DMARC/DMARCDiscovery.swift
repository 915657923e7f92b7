// Which DMARC record is for a domain, by both standards: a machine of questions.

internal import Conventions
public import Model

/// Finds the record for a domain of a From field, as receivers of RFC 7489 do (by the public suffix list) and as those of
/// RFC 9989 do (by a walk up the tree).
public struct DMARCDiscovery: Sendable {
  public enum Step: Hashable, Sendable {
    case ask([Question])
    case done(Result)
  }

  public struct Result: Hashable, Sendable {
    /// By RFC 9989, section 4.10.
    public var byTreeWalk: Finding
    /// By RFC 7489, section 6.6.3.
    public var bySuffixList: Finding
    /// Whether mail may align with other names for the one than for the other.
    public var boundaryDiffers: Bool {
      byTreeWalk.organizationalDomain != bySuffixList.organizationalDomain
    }
  }

  /// What one way of discovery leads to.
  public struct Finding: Hashable, Sendable {
    /// What a receiver takes for the whole of the organization.
    public var organizationalDomain: DomainName
    /// The record that is used, and the domain whose `_dmarc` name has it.
    public var record: DMARCRecord?
    public var location: DomainName?
    /// The policy for the domain, by `p`, `sp` or `np`; nil where no record is used.
    public var policy: DMARCRecord.Policy?
    /// Whether an answer that matters could not be had.
    public var isUnknown: Bool
  }

  private let domain: DomainName
  private var replies: [Question: PolicyReply]
  private var open: Set<Question> = []

  public init(domain: DomainName, known: [Question: PolicyReply] = [:]) {
    self.domain = domain
    replies = known
  }

  /// The first questions, or the result where all answers are known.
  public mutating func start() -> Step { advance() }

  /// Takes answers in; a question that is left out is asked again.
  public mutating func take(_ answers: [Question: PolicyReply]) -> Step {
    for (question, reply) in answers where open.contains(question) { replies[question] = reply }
    return advance()
  }

  /// The names that the walk visits, in order: at most eight (RFC 9989, section 4.10).
  public static func walk(from domain: DomainName) -> [DomainName] {
    var names = [domain]
    var name = domain
    if name.labels.count > 8 {
      while name.labels.count > 8, let parent = name.parent { name = parent }
    }
    while let parent = name.parent, !parent.isRoot {
      names.append(parent)
      name = parent
    }
    return names
  }

  /// The question for the record of a domain; nil where the name would be too long.
  public static func question(for domain: DomainName) -> Question? {
    guard let prefix = try? DomainName("_dmarc"), let name = try? domain.prepending(prefix) else { return nil }
    return Question(name, .txt)
  }

  private mutating func advance() -> Step {
    let names = Self.walk(from: domain) + (domain.registrableDomain.map { [$0] } ?? [])
    var missing: [Question] = []
    for question in names.compactMap(Self.question) where replies[question] == nil && !missing.contains(question) {
      missing.append(question)
    }
    if missing.isEmpty {
      let result = result
      // `np` is for names that do not exist: whether this one does matters only where a record above has it.
      let existence = Question(domain, .a)
      let found = [result.byTreeWalk, result.bySuffixList]
      let asks = found.contains { found in
        found.location.map { $0 != domain } ?? false && found.record?.nonexistentPolicy != nil
      }
      if !asks || replies[existence] != nil { return .done(result) }
      missing = [existence]
    }
    open.formUnion(missing)
    return .ask(missing)
  }

  // MARK: - What the answers come to

  /// What stands at the `_dmarc` name of a domain.
  private enum Place {
    case none
    case several
    case record(DMARCRecord)
    case failed
  }

  private func place(_ domain: DomainName) -> Place {
    guard let question = Self.question(for: domain), let reply = replies[question] else { return .none }
    if reply.outcome.failure != nil { return .failed }
    let records = reply.texts.compactMap(DMARCRecord.init)
    return records.count > 1 ? .several : records.first.map(Place.record) ?? .none
  }

  private var result: Result { Result(byTreeWalk: byTreeWalk, bySuffixList: bySuffixList) }

  private var byTreeWalk: Finding {
    var found: [(domain: DomainName, record: DMARCRecord)] = []
    var isUnknown = false
    walking: for name in Self.walk(from: domain) {
      switch place(name) {
      case .record(let record):
        found.append((name, record))
        if record.publicSuffix != .unknown { break walking }
      case .failed: isUnknown = true
      case .none, .several: break
      }
    }
    let organization = organization(found)
    // The domain's own record, else that of the organization, else that of the public suffix above it.
    let own = found.first { $0.domain == domain }
    let above = found.first { $0.domain == organization }
    let suffix = found.last { $0.record.publicSuffix == .yes }
    let used = own ?? above ?? suffix
    return Finding(
      organizationalDomain: organization, record: used?.record, location: used?.domain,
      policy: used.flatMap { policy($0.record, at: $0.domain) }, isUnknown: isUnknown && own == nil)
  }

  private func organization(_ found: [(domain: DomainName, record: DMARCRecord)]) -> DomainName {
    if let own = found.first(where: { $0.record.publicSuffix == .no }) { return own.domain }
    if let suffix = found.first(where: { $0.record.publicSuffix == .yes && $0.domain != domain }) {
      var name = domain
      while let parent = name.parent, parent != suffix.domain, !parent.isRoot { name = parent }
      return name
    }
    return found.last?.domain ?? domain
  }

  private var bySuffixList: Finding {
    let organization = domain.registrableDomain ?? domain
    var finding = Finding(organizationalDomain: organization, isUnknown: false)
    for name in [domain, organization] {
      switch place(name) {
      case .record(let record):
        finding.record = record
        finding.location = name
        finding.policy = policy(record, at: name)
        return finding
      case .several: return finding
      case .failed:
        finding.isUnknown = true
        return finding
      case .none: continue
      }
    }
    return finding
  }

  private func policy(_ record: DMARCRecord, at location: DomainName) -> DMARCRecord.Policy? {
    if location == domain { return record.usedPolicy }
    return record.usedPolicy(forSubdomainThatExists: replies[Question(domain, .a)]?.outcome != .nxdomain)
  }
}
