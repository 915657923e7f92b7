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
    case .malformed: "answers with what breaks the protocol"
    case .unreachable: "cannot be reached"
    case .bogus: "answers SERVFAIL, and the key only with checking disabled"
    }
  }

  /// What a person types to see the same, and what it said.
  package static func dig(_ source: Respondent) -> String {
    source.server.repeatable(isAuthoritative: source.isAuthoritative)
  }

  /// The dig-able lines of several sources.
  package static func evidence(_ sources: [Respondent], limit: Int = 8) -> String {
    let lines = sources.prefix(limit).map(dig)
    let rest = sources.count > limit ? ["and \(sources.count - limit) more that say the like"] : []
    return (lines + rest).joined(separator: "\n")
  }
}
