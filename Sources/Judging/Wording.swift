// Words that findings, summaries and diagnoses share: servers, what they did, and lines that a person can repeat.

package import Model
internal import Phrasing

package enum Wording {
  /// The names of the sources, repeats left out.
  package static func names(_ sources: [Respondent]) -> String {
    Phrase.list(sources.map(\.name).withoutRepeats)
  }

  /// The names of servers.
  package static func names(_ servers: [DomainName]) -> String { Phrase.names(servers) }

  /// The verb for so many sources; one name counts once, whatever its addresses.
  package static func agreeing(_ sources: [Respondent], _ one: String, _ many: String) -> String {
    sources.map(\.name).withoutRepeats.count == 1 ? one : many
  }

  /// A failure as what a server does.
  package static func predicate(_ failure: Outcome.Failure) -> String {
    switch failure {
    case .timeout: "does not answer in time"
    case .servfail: "answers SERVFAIL"
    case .refused: "answers REFUSED"
    case .lame: "answers without authority"
    case .malformed: "sends malformed responses"
    case .unreachable: "cannot be reached"
    case .bogus: "answers SERVFAIL, and the key only with checking disabled"
    }
  }

  /// The same of several servers.
  package static func plural(_ failure: Outcome.Failure) -> String {
    switch failure {
    case .timeout: "do not answer in time"
    case .servfail: "answer SERVFAIL"
    case .refused: "answer REFUSED"
    case .lame: "answer without authority"
    case .malformed: "send malformed responses"
    case .unreachable: "cannot be reached"
    case .bogus: "answer SERVFAIL, and the key only with checking disabled"
    }
  }

  /// Why the root servers cannot be asked, by how the walk ended: half a sentence.
  package static func whyBlocked(_ walk: WalkFailure) -> String {
    if walk.isIntercepted { return "port 53 is intercepted, and a resolver on the way answers in their place" }
    return switch walk.failure {
    case .timeout: "no answer comes back, so port 53 is probably blocked"
    case .unreachable: "they cannot be reached, so port 53 is probably blocked"
    default: "the answer is \(walk.failure.result), so port 53 is probably blocked or intercepted"
    }
  }

  /// What a person types to see the same, and what it said.
  package static func dig(_ source: Respondent) -> String {
    source.server.repeatable(isAuthoritative: source.isAuthoritative)
  }

  /// The dig-able lines of several sources.
  package static func evidence(_ sources: [Respondent], limit: Int = 8) -> String {
    let lines = sources.prefix(limit).map(dig)
    let rest = sources.count > limit ? ["and \(sources.count - limit) more with the same answer"] : []
    return (lines + rest).joined(separator: "\n")
  }
}
