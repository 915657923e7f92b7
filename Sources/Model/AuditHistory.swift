// What audits leave behind: the last result of each domain, and each finding from the first to the last audit that showed it.

/// What the last audit of a domain came to.
public struct AuditResult: Hashable, Sendable, Codable {
  public var domain: DomainName
  public var checkedAt: Timestamp
  public var verdict: Verdict
  /// Points that are left, of `of`.
  public var score: Double
  /// 10, or less where something could not be judged.
  public var of: Double
  /// `A+` to `F`; nil where too little could be judged.
  public var grade: String?
  /// One sentence.
  public var summary: String

  public init(
    domain: DomainName, checkedAt: Timestamp, verdict: Verdict, score: Double, of: Double, grade: String?,
    summary: String
  ) {
    self.domain = domain
    self.checkedAt = checkedAt
    self.verdict = verdict
    self.score = score
    self.of = of
    self.grade = grade
    self.summary = summary
  }
}

/// A finding of the audits of a domain, as a span of history.
public struct FindingSpan: Hashable, Sendable, Codable {
  public var domain: DomainName
  /// As the first audit showed it.
  public var finding: Finding
  public var firstSeen: Timestamp
  /// Tells findings of one rule apart that came with the same audit.
  public var position: Int
  /// The last audit that showed it; nil while that is the last one of all.
  public var lastSeen: Timestamp?

  public init(
    domain: DomainName, finding: Finding, firstSeen: Timestamp, position: Int = 0, lastSeen: Timestamp? = nil
  ) {
    self.domain = domain
    self.finding = finding
    self.firstSeen = firstSeen
    self.position = position
    self.lastSeen = lastSeen
  }
}

/// What is known of a domain from its audits; survives a restart.
public struct AuditMemory: Hashable, Sendable, Codable {
  public var known: [KnownFinding] = []
  /// The last audit; nil before the first.
  public var result: AuditResult?
  /// The last audit that left nothing to confirm: what news are compared with. Nil until the start is over.
  public var settled: AuditResult?

  public init() {}
}

/// A finding that the last audits showed.
public struct KnownFinding: Hashable, Sendable, Codable {
  public var span: FindingSpan
  /// As the last audit showed it.
  public var finding: Finding
  public var lastSeen: Timestamp
  /// Whether a second audit has shown it too.
  public var isConfirmed = false
  /// The last audit that could tell did not show it.
  public var isMissing = false
  /// The last audit showed it with a higher severity.
  public var isWorse = false

  public init(span: FindingSpan) {
    self.span = span
    finding = span.finding
    lastSeen = span.firstSeen
  }

  /// Whether a further audit has to confirm what the last one showed.
  public var isDoubtful: Bool { !isConfirmed || isMissing || isWorse }
}

/// What one audit changes: written in one transaction with the event that tells of it.
public struct AuditChange: Hashable, Sendable {
  public var result: AuditResult
  /// What the next audit is compared with.
  public var memory: AuditMemory
  /// The spans that begin with this audit, and those that end before it.
  public var spans: [FindingSpan]

  public init(result: AuditResult, memory: AuditMemory, spans: [FindingSpan] = []) {
    self.result = result
    self.memory = memory
    self.spans = spans
  }
}

extension Event {
  /// What an audit found that the one before did not, and the other way round.
  public struct AuditNews: Hashable, Sendable, Codable {
    /// The worst first.
    public var new: [Finding]
    public var fixed: [Finding]
    /// How many findings are as before.
    public var same: Int
    public var score: Double
    public var of: Double
    public var grade: String?
    public var scoreBefore: Double
    public var gradeBefore: String?

    public init(
      new: [Finding], fixed: [Finding], same: Int, score: Double, of: Double, grade: String?, scoreBefore: Double,
      gradeBefore: String?
    ) {
      self.new = new
      self.fixed = fixed
      self.same = same
      self.score = score
      self.of = of
      self.grade = grade
      self.scoreBefore = scoreBefore
      self.gradeBefore = gradeBefore
    }

    /// The severity of the worst that it tells of, be it new or fixed.
    public var severity: Severity { (new + fixed).map(\.severity).max() ?? .info }
  }
}
