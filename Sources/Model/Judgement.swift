// What all the answers to one look mean together: the JSON object of `check`.

/// The judgement of one look: made by Judging, shown by `check`, compared by the monitor.
public struct Judgement: Hashable, Sendable {
  public var key: KeyName
  public var state: State
  public var verdict: Verdict
  /// One sentence.
  public var summary: String
  public var checkedAt: Timestamp
  public var views: [ViewAnswer]
  /// The key that the state rests on, where one parsed.
  public var keySummary: KeySummary?
  public var findings: [Finding]
  /// What each receiver would make of the text that the state rests on; empty where there is no text.
  public var receivers: [ReceiverOpinion]
  /// What caches still hold against the source.
  public var caches: [CacheClock]
  /// Why it is so; nil where nobody asked.
  public var diagnosis: Diagnosis?

  public init(
    key: KeyName, state: State, verdict: Verdict, summary: String, checkedAt: Timestamp, views: [ViewAnswer],
    keySummary: KeySummary? = nil, findings: [Finding] = [], receivers: [ReceiverOpinion] = [],
    caches: [CacheClock] = []
  ) {
    self.key = key
    self.state = state
    self.verdict = verdict
    self.summary = summary
    self.checkedAt = checkedAt
    self.views = views
    self.keySummary = keySummary
    self.findings = findings
    self.receivers = receivers
    self.caches = caches
  }
}

/// One cache that disagrees with the source, and until when it may.
public struct CacheClock: Hashable, Sendable, Codable {
  /// What the cache holds.
  public enum Holding: String, Hashable, Sendable, Codable {
    /// The key, which the source does not give any more, or which nobody can ask the source for.
    case key
    /// Another text than the source has now.
    case oldText
    /// The absence of a key that is there at the source.
    case absence
  }

  public var view: String
  public var server: String
  public var holding: Holding
  /// When the entry expires, from the TTL in the answer.
  public var until: Timestamp
  /// When it should have expired by an earlier look, where that end was before `until`; nil where it was not.
  public var firstUntil: Timestamp?

  public init(view: String, server: String, holding: Holding, until: Timestamp, firstUntil: Timestamp? = nil) {
    self.view = view
    self.server = server
    self.holding = holding
    self.until = until
    self.firstUntil = firstUntil
  }

  /// Whether the same answer came again after the end of the entry: then it is no entry of a cache.
  public func isRenewed(at now: Timestamp) -> Bool { firstUntil.map { $0 <= now } ?? false }
}

extension Judgement: Encodable {
  private enum CodingKeys: String, CodingKey {
    case domain, selector, name, state, verdict, summary, checkedAt, views, key, findings, receivers, caches
    case diagnosis
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(key.domain, forKey: .domain)
    try container.encode(key.selector, forKey: .selector)
    try container.encode(key.name, forKey: .name)
    try container.encode(state, forKey: .state)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(summary, forKey: .summary)
    try container.encode(Timestamp(seconds: checkedAt.seconds), forKey: .checkedAt)
    try container.encode(views, forKey: .views)
    try container.encodeIfPresent(keySummary, forKey: .key)
    try container.encode(findings, forKey: .findings)
    if !receivers.isEmpty { try container.encode(receivers, forKey: .receivers) }
    if !caches.isEmpty { try container.encode(caches, forKey: .caches) }
    try container.encodeIfPresent(diagnosis, forKey: .diagnosis)
  }
}

extension ViewAnswer: Encodable {
  private enum CodingKeys: String, CodingKey {
    case view, outcome, failure, servers, delegation, walkFailure
  }

  /// The outcome that all servers share; nil where they differ or there are none. For a recursive view, that of the resolver
  /// whose answer counts.
  public var sharedOutcome: Outcome? {
    if !isAuthoritative { return chosen?.answer.outcome }
    guard let first = servers.first?.answer.outcome else { return walkFailure.map { .failed($0.failure) } }
    return servers.allSatisfy { $0.answer.outcome == first } ? first : nil
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(view, forKey: .view)
    try container.encode(sharedOutcome?.word ?? "divergent", forKey: .outcome)
    try container.encodeIfPresent(sharedOutcome?.failure, forKey: .failure)
    try container.encode(servers, forKey: .servers)
    try container.encodeIfPresent(delegation, forKey: .delegation)
    try container.encodeIfPresent(walkFailure, forKey: .walkFailure)
  }
}

extension ServerAnswer: Encodable {
  private enum CodingKeys: String, CodingKey {
    case server, address, zone, question, type, outcome, failure, rcode, aa, ad, tc, transport, roundTripMs, ttl
    case negativeTTL, extendedErrors, cname, records
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(server, forKey: .server)
    try container.encodeIfPresent(endpoint, forKey: .address)
    try container.encodeIfPresent(zone, forKey: .zone)
    try container.encode(question, forKey: .question)
    if type != .txt { try container.encode(type.description, forKey: .type) }
    try container.encode(answer.outcome.word, forKey: .outcome)
    try container.encodeIfPresent(answer.outcome.failure, forKey: .failure)
    try container.encodeIfPresent(answer.rcode?.description, forKey: .rcode)
    try container.encode(answer.authoritative, forKey: .aa)
    try container.encode(answer.authenticated, forKey: .ad)
    try container.encode(answer.truncated, forKey: .tc)
    try container.encode(answer.transport, forKey: .transport)
    try container.encode(Double(answer.roundTrip.microseconds / 100) / 10, forKey: .roundTripMs)
    try container.encodeIfPresent(answer.ttl, forKey: .ttl)
    try container.encodeIfPresent(answer.negativeTTL, forKey: .negativeTTL)
    if !answer.extendedErrors.isEmpty {
      try container.encode(answer.extendedErrors, forKey: .extendedErrors)
    }
    try container.encode(answer.cname, forKey: .cname)
    try container.encode(answer.records.map(\.text), forKey: .records)
  }
}
