// Which DMARC policy holds for a domain, so that an event says what becomes of mail that fails.

internal import Model
internal import Policies
internal import ServiceLifecycle
internal import Waking

/// Asks for policies beside the monitor, and keeps them as long as the answers may be kept.
actor DMARCPolicies {
  private struct Known {
    /// `p=` as it holds for the domain; nil where there is none.
    var policy: String?
    var until: Duration
  }

  private var known: [DomainName: Known] = [:]
  private var wanted: Set<DomainName> = []
  private let wakeup = Wakeup()
  private let elapsed: @Sendable () -> Duration

  /// The most domains that are kept, and that wait to be asked for: a flood of invented ones ends here.
  private static let mostKnown = 10_000
  private static let mostWanted = 1_000
  /// How many domains are asked for at a time.
  private static let pageSize = 20
  private static let leastTime = Duration.seconds(60)
  private static let mostTime = Duration.seconds(86_400)

  init(elapsed: @escaping @Sendable () -> Duration) { self.elapsed = elapsed }

  /// Lets these be asked for, where they are not known.
  func want(_ domains: some Sequence<DomainName>) {
    let now = elapsed()
    for domain in domains where wanted.count < Self.mostWanted {
      if known[domain].map({ $0.until <= now }) ?? true { wanted.insert(domain) }
    }
    if !wanted.isEmpty { wakeup.signal() }
  }

  /// The policies of these domains; waits so long at most for those that were never asked for.
  func policies(of domains: Set<DomainName>, within patience: Duration) async -> [DomainName: String] {
    want(domains)
    let end = elapsed() + patience
    while !domains.allSatisfy({ known[$0] != nil }), elapsed() < end, !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(10))
    }
    return domains.reduce(into: [:]) { $0[$1] = known[$1]?.policy }
  }

  /// Asks for what is wanted until the task is cancelled.
  func run(asking ask: @escaping @Sendable ([Question]) async -> [Question: DNSReply]) async {
    while !Task.isCancelled {
      if wanted.isEmpty {
        await wakeup.wait(atMost: .seconds(60)) { try await Task.sleep(for: $0) }
        continue
      }
      let page = Array(wanted.prefix(Self.pageSize))
      wanted.subtract(page)
      await withTaskGroup(of: (DomainName, Known?).self) { group in
        for domain in page { group.addTask { (domain, await Self.look(domain, ask, self.elapsed)) } }
        for await (domain, found) in group { keep(found, of: domain) }
      }
    }
  }

  private func keep(_ found: Known?, of domain: DomainName) {
    if known.count >= Self.mostKnown, known[domain] == nil {
      let now = elapsed()
      known = known.filter { $0.value.until > now }
      if known.count >= Self.mostKnown { known = [:] }
    }
    // What was known holds where nobody answers.
    known[domain] = found ?? Known(policy: known[domain]?.policy, until: elapsed() + Self.leastTime)
  }

  /// Asks for one domain, as receivers do; nil where the servers do not answer.
  private static func look(
    _ domain: DomainName, _ ask: @Sendable ([Question]) async -> [Question: DNSReply],
    _ elapsed: @Sendable () -> Duration
  ) async -> Known? {
    var discovery = DMARCDiscovery(domain: domain)
    var step = discovery.start()
    var time = mostTime
    // Two rounds are enough: the records, and whether the domain exists.
    for _ in 0..<3 {
      switch step {
      case .done(let result):
        let finding = result.bySuffixList.policy == nil ? result.byTreeWalk : result.bySuffixList
        if finding.isUnknown { return nil }
        return Known(policy: finding.policy?.rawValue, until: elapsed() + max(leastTime, time))
      case .ask(let questions):
        let replies = await ask(questions)
        time = replies.values.map(\.timeToLive).reduce(time, min)
        step = discovery.take(
          Dictionary(
            uniqueKeysWithValues: questions.map { question in
              (question, replies[question]?.reply ?? PolicyReply(outcome: .failed(.timeout)))
            }))
      }
    }
    return nil
  }

  /// An answer, and how long it may be kept.
  struct DNSReply: Sendable {
    var reply: PolicyReply
    var timeToLive: Duration
  }
}

/// Has the monitor's prober ask.
struct DMARCService: Service {
  var policies: DMARCPolicies
  var monitor: Monitor

  /// How long an absence is kept.
  private static let absence = Duration.seconds(900)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await policies.run { questions in
        let answers = await monitor.inquire(questions.map { Inquiry($0, limit: 1) })
        return zip(questions, answers).reduce(into: [:]) { replies, pair in
          let answered = pair.1.replies.first { $0.answer.outcome.failure == nil }
          guard let answered else { return }
          let time = answered.records.map(\.ttl).min().map { Duration.seconds(Int64($0)) } ?? Self.absence
          replies[pair.0] = DMARCPolicies.DNSReply(
            reply: PolicyReply(outcome: answered.answer.outcome, records: answered.records), timeToLive: time)
        }
      }
    }
  }
}
