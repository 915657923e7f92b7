// The course of a rehearsal: which questions are put next, and when it is over.

public import Model

/// Asks the present and the future servers of a zone the same questions, and compares.
///
/// A value: answers go in, an action comes out. What is found leads to further questions, as an MX record does to the
/// address of its host.
public struct Rehearsal: Sendable {
  /// What to do next.
  public enum Action: Sendable {
    /// Put these questions side by side, and hand the answers to `take` in the same order.
    case ask([Inquiry])
    case finished(RehearsalReport)
  }

  private enum Stage {
    case finding, comparing, resolving
  }

  /// The most record sets that follow from answers, so that no zone can lead on for ever.
  static let followLimit = 1000

  let domain: DomainName
  let keys: [KeyName]
  let given: [Question]
  let probe: DomainName
  let futureServers: [NameServer]
  private var stage = Stage.finding
  private(set) var zone: DomainName
  private(set) var current = Side()
  private(set) var future = Side()
  private(set) var needs: [RequiredRecord] = []
  private(set) var delegationSigners: [ResourceRecord]?
  private var asked: Set<Question> = []
  private var pending: [Question] = []
  private var followed = 0
  private var chains = AliasChains()

  /// The servers of one side, and what they hold.
  struct Side {
    /// One address each, in the order of the replies.
    var servers: [RehearsalReport.Server] = []
    /// Why a server is asked nothing more.
    var failures: [Content?] = []
    /// By question, one a server.
    var contents: [Question: [Content]] = [:]

    /// The servers that take part.
    var asked: [NameServer] {
      zip(servers, failures).compactMap { server, failure in
        guard failure == nil, let endpoint = server.endpoint else { return nil }
        return NameServer(name: server.name, endpoints: [endpoint])
      }
    }

    mutating func begin(_ answer: InquiryAnswer, zone: DomainName) {
      for reply in answer.replies {
        servers.append(RehearsalReport.Server(name: reply.server, endpoint: reply.endpoint))
        let content = Content(reply, to: answer.inquiry.question, zone: zone)
        failures.append(content.isKnown ? nil : content)
      }
    }

    mutating func take(_ answer: InquiryAnswer, zone: DomainName) {
      var replies = answer.replies.makeIterator()
      let question = answer.inquiry.question
      contents[question] = failures.map { failure in
        failure ?? replies.next().map { Content($0, to: question, zone: zone) } ?? .silent(.unreachable)
      }
    }
  }

  /// - Parameters:
  ///   - domain: The domain whose mail must go on.
  ///   - keys: Key names within it that are watched, or were.
  ///   - given: Further questions within it.
  ///   - future: The servers that the delegation shall move to.
  ///   - probe: A label that nobody uses: what answers it is a wildcard.
  public init(domain: DomainName, keys: [KeyName], given: [Question], future: [NameServer], probe: DomainName) {
    self.domain = domain
    self.keys = keys.filter { $0.name.isWithin(domain) }
    self.given = given.filter { $0.name.isWithin(domain) && Self.moves($0, with: domain) }
    self.probe = probe
    futureServers = future
    zone = domain
  }

  /// Whether a record set is copied to the new zone: what the zone's own servers make is not.
  private static func moves(_ question: Question, with domain: DomainName) -> Bool {
    let made = ["SOA", "RRSIG", "DNSKEY", "NSEC", "NSEC3", "NSEC3PARAM", "CDS", "CDNSKEY", "ZONEMD"]
    return !made.contains(question.type.description)
      && !(question.name == domain && [.ns, .ds].contains(question.type))
  }

  /// The first questions.
  public func start() -> Action {
    .ask([Inquiry(domain, .soa), Inquiry(domain, .soa, at: .servers(futureServers))])
  }

  /// Takes the answers to the last questions.
  public mutating func take(_ answers: [InquiryAnswer]) -> Action {
    switch stage {
    case .finding:
      guard answers.count == 2 else { return finish() }
      if let notice = begin(answers[0], answers[1]) { return finish([notice]) }
      stage = .comparing
      add(RequiredRecord.first(domain: domain, keys: keys, given: given, probe: probe))
      for type in [RecordType.ns, .dnskey] where asked.insert(Question(zone, type)).inserted {
        pending.append(Question(zone, type))
      }
      return .ask([Inquiry(zone, .ds)] + inquiries())
    case .comparing:
      var answers = answers[...]
      if answers.first?.inquiry.question.type == .ds, case .zoneServers? = answers.first?.inquiry.target {
        delegationSigners = answers.removeFirst().delegationSigners
      }
      for answer in answers {
        guard case .servers(let servers) = answer.inquiry.target else { continue }
        if servers == current.asked, current.contents[answer.inquiry.question] == nil {
          current.take(answer, zone: zone)
        } else {
          future.take(answer, zone: zone)
        }
      }
      follow()
      if !pending.isEmpty { return .ask(inquiries()) }
      stage = .resolving
      for need in needs where need.question.type == .txt {
        chains.want(aliases(need.question))
      }
    case .resolving:
      for answer in answers { chains.take(answer) }
    }
    let targets = chains.next()
    return targets.isEmpty ? finish() : .ask(targets.map { Inquiry($0, .txt, limit: 2) })
  }

  /// What is served now for a question: what most present servers say.
  func present(_ question: Question) -> Content {
    let known = (current.contents[question] ?? []).filter(\.isKnown)
    guard let first = known.first else { return current.contents[question]?.first ?? .silent(.unreachable) }
    var best = (content: first, count: 0)
    for content in known {
      let count = known.count { $0.means(content) }
      if count > best.count { best = (content, count) }
    }
    return best.content
  }

  /// The texts that an alias leads to.
  func texts(_ target: DomainName) -> [TextRecord]? { chains.texts(target) }

  private mutating func begin(_ now: InquiryAnswer, _ then: InquiryAnswer) -> Notice? {
    zone = now.zone ?? domain
    current.begin(now, zone: zone)
    future.begin(then, zone: zone)
    if let failure = now.walkFailure { return .unknownPresent(domain, failure.text) }
    if !now.replies.isEmpty, now.replies.allSatisfy({ $0.answer.outcome == .nxdomain }) {
      return .unknownPresent(domain, "the servers of \(zone) answer NXDOMAIN")
    }
    if current.asked.isEmpty { return .unknownPresent(domain, "no server of \(zone) answers") }
    return nil
  }

  private mutating func add(_ more: [RequiredRecord]) {
    for need in more where asked.insert(need.question).inserted {
      needs.append(need)
      pending.append(need.question)
    }
  }

  private mutating func follow() {
    let answered = needs.suffix(pending.count)
    pending = []
    for need in answered where followed < Self.followLimit {
      let content = present(need.question)
      guard content.isKnown else { continue }
      let more = need.following(content.records, zone: zone)
      followed += more.count
      add(more)
    }
  }

  private func inquiries() -> [Inquiry] {
    let (now, then) = (current.asked, future.asked)
    return pending.flatMap { question in
      [Inquiry(question, at: .servers(now))] + (then.isEmpty ? [] : [Inquiry(question, at: .servers(then))])
    }
  }

  /// The targets of CNAMEs whose texts stand on the other side without one.
  private func aliases(_ question: Question) -> [DomainName] {
    let present = present(question)
    return (future.contents[question] ?? []).compactMap { content in
      guard case .records = content, case .records = present, (content.alias == nil) != (present.alias == nil) else {
        return nil
      }
      return content.alias ?? present.alias
    }
  }

  private func finish(_ notices: [Notice] = []) -> Action { .finished(report(notices)) }
}

extension InquiryAnswer {
  /// The DS records that the parent gives; nil where no server of it answers.
  fileprivate var delegationSigners: [ResourceRecord]? {
    let answered = replies.filter { $0.answer.outcome.failure == nil || $0.answer.outcome.failure == .lame }
    guard let first = answered.first else { return nil }
    let found = answered.first { !$0.records(of: .ds, at: inquiry.question.name).isEmpty } ?? first
    return found.records(of: .ds, at: inquiry.question.name)
  }
}

extension Content {
  /// Whether both mean the same; TTLs left out.
  func means(_ other: Content) -> Bool {
    switch (self, other) {
    case (.records, .records): meaning == other.meaning
    case (.delegated(let one, _), .delegated(let another, _)): one == another && meaning == other.meaning
    default: self == other
    }
  }
}

extension Notice {
  static func unknownPresent(_ domain: DomainName, _ reason: String) -> Notice {
    Notice(
      severity: .critical, text: "The present records of \(domain) could not be read: \(reason).",
      remedy: "Check the spelling of the domain, its delegation, and that this machine can reach its servers.",
      short: "the present records could not be read: \(reason)", isUnanswered: true)
  }
}
