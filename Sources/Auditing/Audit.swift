// The course of an audit: rounds of requests until nothing is left to ask, then the report.

public import Model

/// Asks what its checks need, and has them look at what came.
///
/// A value: replies go in, requests come out. What is known in one round leads to the questions of the next; all that do not
/// depend on each other go out together.
public struct Audit: Sendable {
  /// What to do next.
  public enum Step: Sendable {
    /// Carry these out side by side, and hand the replies to `take` in the same order.
    case ask([AuditRequest])
    case report(AuditReport)
  }

  /// The most rounds: an SPF record may lead on ten times, with MX hosts and addresses behind that.
  static let roundLimit = 20

  private let checks: [AuditCheck]
  /// Whether a check looks at mail.
  private let surveysMail: Bool
  package private(set) var facts: AuditFacts
  private var asked: Set<AuditRequest> = []
  private var open: [AuditRequest] = []
  /// How many rounds went out.
  public private(set) var rounds = 0
  /// How many questions they were, as far as replies tell.
  public private(set) var questions = 0
  private var isCut = false

  public init(domain: DomainName, options: AuditOptions) {
    self.init(domain: domain, options: options, checks: AuditCheck.all)
  }

  /// With some checks only.
  package init(domain: DomainName, options: AuditOptions, checks: [AuditCheck]) {
    facts = AuditFacts(domain: domain, options: options)
    self.checks = checks
    surveysMail = checks.contains { AuditSection.ofMail.contains($0.section) }
  }

  /// The first round.
  public mutating func begin() -> [AuditRequest] {
    nextRound()
    return open
  }

  /// Takes the replies to the last round.
  public mutating func take(_ replies: [AuditReply]) -> Step {
    for (request, reply) in zip(open, replies) {
      facts.take(reply, to: request)
      questions += reply.questions
    }
    nextRound()
    return open.isEmpty ? .report(report) : .ask(open)
  }

  private mutating func nextRound() {
    open = []
    guard rounds < Self.roundLimit else {
      isCut = true
      return
    }
    var room = facts.options.questionLimit - questions
    for asks in [surveysMail ? facts.surveyMail() : []] + checks.map({ $0.asks(facts) }) {
      for request in asks where facts.mayAsk(request) && asked.insert(request).inserted {
        room -= request.cost(facts)
        guard room >= 0 else {
          isCut = true
          continue
        }
        open.append(request)
      }
    }
    if !open.isEmpty { rounds += 1 }
  }

  private var report: AuditReport {
    var facts = facts
    facts.conclude()
    if surveysMail { _ = facts.surveyMail() }
    return AuditReport(
      facts: facts, sights: checks.map { ($0, $0.look(facts)) },
      effort: AuditReport.Effort(
        questions: questions, limit: facts.options.questionLimit, rounds: rounds, isCut: isCut))
  }
}

extension AuditReply {
  /// How many questions it stands for.
  fileprivate var questions: Int {
    switch self {
    case .inquiry(let answer): max(1, answer.replies.count)
    case .look(let look): max(1, look.views.reduce(0) { $0 + $1.servers.count })
    case .fetch: 1
    }
  }
}

extension AuditRequest {
  /// How many questions it will probably be.
  fileprivate func cost(_ facts: AuditFacts) -> Int {
    switch self {
    case .fetch: return 1
    case .look: return 8
    case .inquiry(let inquiry):
      let servers: Int =
        switch inquiry.target {
        case .view: 1
        case .servers(let servers): servers.reduce(0) { $0 + max(1, $1.endpoints.count) }
        case .zoneServers: max(facts.servers.count, 2)
        case .parentServers: 8
        }
      return min(inquiry.limit ?? servers, servers)
    }
  }
}
