// One way through all that mail needs of DNS, with what is known so far; what is missing makes the next round.

package import Model
package import Policies

/// Collects what the checks on mail look at. With each round the whole is gone through again: no state but the answers.
package struct MailPass {
  let subject: MailSubject
  /// All that was answered.
  let known: [Question: PolicyReply]
  private let fetched: [AuditFetch: AuditFetch.Result]
  private var room: Int
  package private(set) var missing: [Question] = []
  package private(set) var missingFiles: [AuditFetch] = []
  private(set) var isCut = false
  /// The most questions on mail: the tree of SPF, ten MX hosts, forty selectors and all else fit in.
  package static let questionLimit = 500

  package init(
    _ subject: MailSubject, replies: [Question: PolicyReply], fetched: [AuditFetch: AuditFetch.Result] = [:],
    limit: Int = MailPass.questionLimit
  ) {
    self.subject = subject
    known = replies
    self.fetched = fetched
    room = max(0, limit - replies.count)
  }

  /// The answer to a question; one that counts as not answered until it is there.
  mutating func reply(_ name: DomainName, _ type: RecordType) -> PolicyReply {
    want([Question(name, type)])
    return known[Question(name, type)] ?? .unanswered
  }

  /// The answer at a name below another.
  mutating func reply(_ prefix: String, _ name: DomainName, _ type: RecordType) -> PolicyReply {
    guard let name = name.below(prefix) else { return PolicyReply(outcome: .nxdomain) }
    return reply(name, type)
  }

  /// Takes what a machine of `Policies` asks.
  mutating func want(_ questions: [Question]) {
    for question in questions where known[question] == nil && !missing.contains(question) {
      guard room > 0 else {
        isCut = true
        return
      }
      room -= 1
      missing.append(question)
    }
  }

  mutating func file(_ fetch: AuditFetch) -> AuditFetch.Result? {
    if let result = fetched[fetch] { return result }
    if !missingFiles.contains(fetch) { missingFiles.append(fetch) }
    return nil
  }
}

extension PolicyReply {
  /// Nobody answered, or nobody was asked.
  static let unanswered = PolicyReply(outcome: .failed(.timeout))
}

extension DomainName {
  /// The name with labels before it; nil where it would be too long.
  func below(_ prefix: String) -> DomainName? {
    (try? DomainName(prefix)).flatMap { try? prepending($0) }
  }
}
