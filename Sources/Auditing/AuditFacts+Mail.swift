// The questions on mail, put with each round as far as their answers lead.

internal import Model
internal import Phrasing
internal import Policies

extension AuditFacts {
  /// Goes through what mail needs with what is known, and gives what is missing.
  mutating func surveyMail() -> [AuditRequest] {
    var subject = MailSubject(
      domain: domain, selectors: options.selectors, client: options.client, probe: options.probe)
    subject.guesses = (options.likelySelectors + subject.guesses).withoutRepeats
    var pass = MailPass(subject, replies: resolvedReplies, fetched: allFiles)
    mail = pass.facts()
    return pass.missing.map { resolving($0.name, $0.type) } + pass.missingFiles.map(AuditRequest.fetch)
  }

  /// The answers of the resolver, or of whoever stands in for it, as policies take them.
  private var resolvedReplies: [Question: PolicyReply] {
    var found: [Question: PolicyReply] = [:]
    for case .inquiry(let answer) in allReplies where isResolving(answer.inquiry) {
      let reply = answer.replies.first { $0.answer.outcome.failure == nil } ?? answer.replies.first
      found[answer.inquiry.question] =
        reply.map {
          PolicyReply(outcome: $0.answer.outcome, records: $0.records, isAuthenticated: $0.answer.authenticated)
        } ?? .unanswered
    }
    return found
  }

  private func isResolving(_ inquiry: Inquiry) -> Bool {
    resolving(inquiry.question.name, inquiry.question.type) == .inquiry(inquiry)
  }
}
