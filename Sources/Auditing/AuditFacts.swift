// What an audit has learned so far, and the questions that several checks share.

package import Model

/// The replies of all rounds.
package struct AuditFacts: Sendable {
  package let domain: DomainName
  package let options: AuditOptions
  private var replies: [AuditRequest: AuditReply] = [:]
  /// What the questions on mail have come to so far; nil before the first round.
  package internal(set) var mail: MailFacts?
  /// The signatures of the zone; nil until `conclude`.
  private(set) var verification: ZoneVerification?

  package init(domain: DomainName, options: AuditOptions) {
    self.domain = domain
    self.options = options
  }

  package var now: Timestamp { options.now }

  package mutating func take(_ reply: AuditReply, to request: AuditRequest) { replies[request] = reply }

  /// Works out what several checks look at, when nothing is left to ask.
  mutating func conclude() { verification = ZoneVerification(self) }

  package func isKnown(_ request: AuditRequest) -> Bool { replies[request] != nil }

  /// What came of an inquiry; nil where it was not asked, or not yet.
  package func answer(_ request: AuditRequest) -> InquiryAnswer? {
    if case .inquiry(let answer)? = replies[request] { answer } else { nil }
  }

  package func look(at key: KeyName) -> Look? {
    if case .look(let look)? = replies[.look(key)] { look } else { nil }
  }

  /// All replies, in no order.
  var allReplies: some Collection<AuditReply> { replies.values }

  /// All files that came, or did not.
  var allFiles: [AuditFetch: AuditFetch.Result] {
    var files: [AuditFetch: AuditFetch.Result] = [:]
    for case (.fetch(let fetch), .fetch(let result)) in replies { files[fetch] = result }
    return files
  }

  package func file(_ fetch: AuditFetch) -> AuditFetch.Result? {
    if case .fetch(let result)? = replies[.fetch(fetch)] { result } else { nil }
  }
}

extension AuditFacts {
  /// A question that follows names wherever they lead: by the resolver, else at the servers of the name's zone.
  package func resolving(_ name: DomainName, _ type: RecordType) -> AuditRequest {
    if let resolver = options.resolver { return .ask(name, type, at: .view(resolver)) }
    return .ask(name, type, limit: 1)
  }

  /// What came of `resolving`: the reply that counts; nil where it was not asked yet.
  package func resolved(_ name: DomainName, _ type: RecordType) -> InquiryReply? {
    guard let answer = answer(resolving(name, type)) else { return nil }
    return answer.replies.first { $0.answer.outcome.failure == nil } ?? answer.replies.first
      ?? .unreached(server: options.resolver ?? "the zone's servers")
  }

  /// A name below the domain; nil where it would be too long.
  package func below(_ labels: String) -> DomainName? {
    (try? DomainName(labels)).flatMap { try? domain.prepending($0) }
  }
}

extension InquiryReply {
  /// The reply where nobody could be asked.
  static func unreached(server: String) -> InquiryReply {
    InquiryReply(
      server: server, endpoint: nil,
      answer: Answer(outcome: .failed(.unreachable), digest: Digest(high: 0, low: 0)))
  }
}
