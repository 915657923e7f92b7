// The tree of includes of an SPF record, with what each branch costs: a machine of questions.

public import Model

/// Finds everything that an SPF record leads to, whoever the client is.
///
/// What the tree asks is bounded: by `Limits`, and by each domain being asked once. A domain that leads back to itself is
/// not followed again.
public struct SPFTree: Sendable {
  public enum Step: Hashable, Sendable {
    /// These questions have to be answered; all of them may be asked at once.
    case ask([Question])
    case done(Report)
  }

  public struct Limits: Hashable, Sendable {
    /// Lookups after which no branch is followed any further.
    public var lookups = 60
    /// Includes within each other.
    public var depth = 10
    /// Questions in all.
    public var questions = 300

    public init() {}
  }

  /// What was found.
  public struct Report: Hashable, Sendable {
    /// The record of the domain; nil where there is none that receivers use.
    public var record: String?
    /// Why there is none, or what is wrong with it.
    public var problem: Problem?
    /// Lookups for a client that no term matches (RFC 7208, section 4.6.4).
    public var lookups: Int
    /// Lookups without an answer: of an IPv4 or of an IPv6 client, whichever has more.
    public var voidLookups: Int
    public var tree: [Node]
    /// Whether a limit kept something from being asked.
    public var isCut: Bool
  }

  /// A term that takes a lookup.
  public struct Node: Hashable, Sendable {
    /// As it stands in its record.
    public var term: String
    /// The name that it leads to; nil where that depends on the mail.
    public var target: DomainName?
    /// With everything beneath it.
    public var lookups: Int
    /// The record of an include or redirect.
    public var record: String?
    public var terms: [Node]
    public var problem: Problem?
  }

  /// What is wrong with a branch, or why it was not followed.
  public enum Problem: Hashable, Sendable {
    /// The name has no SPF record: permerror for whoever includes it.
    case noRecord
    case severalRecords(Int)
    /// The term.
    case syntaxError(String)
    /// The domain is within its own branch.
    case loop
    /// The question failed.
    case unanswered(Outcome.Failure)
    /// `a`, `mx` or `exists` of a name without addresses.
    case noAddress
    /// More than ten MX records.
    case tooManyExchanges(Int)
    /// The name depends on the mail.
    case macro
    /// The name is none that DNS can hold.
    case badName
    /// A limit was reached.
    case cut
  }

  private let domain: DomainName
  private let limits: Limits
  private var replies: [Question: PolicyReply]
  private var open: Set<Question> = []

  public init(domain: DomainName, limits: Limits = Limits(), known: [Question: PolicyReply] = [:]) {
    self.domain = domain
    self.limits = limits
    replies = known
  }

  /// The first questions, or the report where all answers are known.
  public mutating func start() -> Step { advance() }

  /// Takes answers in; a question that is left out is asked again.
  public mutating func take(_ answers: [Question: PolicyReply]) -> Step {
    for (question, reply) in answers where open.contains(question) { replies[question] = reply }
    return advance()
  }

  private mutating func advance() -> Step {
    var pass = SPFTreePass(limits: limits, replies: replies, asked: open.count)
    let report = pass.report(on: domain)
    guard pass.missing.isEmpty else {
      open.formUnion(pass.missing)
      return .ask(pass.missing)
    }
    return .done(report)
  }
}

extension SPFTree.Problem: CustomStringConvertible {
  /// One clause.
  public var description: String {
    switch self {
    case .noRecord: "no SPF record"
    case .severalRecords(let count): "\(count) SPF records"
    case .syntaxError(let term): "a syntax error at '\(term)'"
    case .loop: "leads back to a domain above it"
    case .unanswered(let failure): "the question failed: \(failure.result)"
    case .noAddress: "no address"
    case .tooManyExchanges(let count): "\(count) MX records, and at most 10 are looked at"
    case .macro: "depends on the mail"
    case .badName: "no domain name"
    case .cut: "not followed: the limit is reached"
    }
  }
}

extension SPFTree.Report: Encodable {
  private enum CodingKeys: String, CodingKey {
    case lookups, voidLookups, record, problem, tree
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lookups, forKey: .lookups)
    try container.encode(voidLookups, forKey: .voidLookups)
    try container.encodeIfPresent(record, forKey: .record)
    try container.encodeIfPresent(problem?.description, forKey: .problem)
    try container.encode(tree, forKey: .tree)
  }
}

extension SPFTree.Node: Encodable {
  private enum CodingKeys: String, CodingKey {
    case term, lookups, record, problem, terms
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(term, forKey: .term)
    try container.encode(lookups, forKey: .lookups)
    try container.encodeIfPresent(record, forKey: .record)
    try container.encodeIfPresent(problem?.description, forKey: .problem)
    if !terms.isEmpty { try container.encode(terms, forKey: .terms) }
  }
}
