// A sighting of mail: what one source tells of one mail's signature. Every reader of this target gives these.

package import Model

/// One signature of one mail (or of several alike), as some source tells it.
package struct MailSighting: Hashable, Sendable {
  /// RFC 6376 `d=`.
  package var domain: DomainName
  /// RFC 6376 `s=`; nil where the source tells the domain alone, as Exim does without `dkim_verbose`.
  package var selector: DomainName?
  package var result: SightingResult
  /// What the source says of the result, in its own words; not escaped.
  package var reason: String?
  /// When the source saw it; nil where it does not say.
  package var time: Timestamp?
  /// The end of the span, where a source tells a span: the period of a report.
  package var until: Timestamp?
  package var kind: SourceKind
  /// The id of the message in the queue of the MTA, or the id that a filter gives its task.
  package var queueID: String?
  /// How many messages; a line of a report and "message repeated" tell of several at once.
  package var messages: Int
  /// Whether the same source usually tells more of this signature in a later line with the same queue id. A census
  /// counts it only where none comes.
  package var isPreliminary: Bool

  package init(
    domain: DomainName, selector: DomainName?, result: SightingResult, reason: String? = nil, time: Timestamp? = nil,
    until: Timestamp? = nil, kind: SourceKind, queueID: String? = nil, messages: Int = 1, isPreliminary: Bool = false
  ) {
    self.domain = domain
    self.selector = selector
    self.result = result
    self.reason = reason
    self.time = time
    self.until = until
    self.kind = kind
    self.queueID = queueID
    self.messages = messages
    self.isPreliminary = isPreliminary
  }

  /// Selector and domain together, where both are known and fit into one name.
  package var key: KeyName? { KeyName(selector, of: domain) }
}

/// What became of a signature: the words of RFC 8601, section 2.7.1, and `signed`.
package enum SightingResult: String, CaseIterable, Hashable, Sendable {
  case pass, fail, permerror, temperror, neutral, policy, none
  /// The signature was made here, or is there and nobody who is trusted says whether it verifies.
  case signed

  /// The place of this result in a row of counts; a table would cost more than the line that it counts.
  package var index: Int {
    switch self {
    case .pass: 0
    case .fail: 1
    case .permerror: 2
    case .temperror: 3
    case .neutral: 4
    case .policy: 5
    case .none: 6
    case .signed: 7
    }
  }
}

/// Who tells of a signature.
package enum SourceKind: String, CaseIterable, Hashable, Sendable {
  case exim, opendkim, opendmarc, rspamd, amavis
  case dkimpy = "dkimpy-milter"
  /// A line of an MTA or a filter that carries a header field: Authentication-Results, or DKIM-Signature.
  case header
  /// A message by its own header.
  case message
  /// An aggregate report of DMARC.
  case report
}
