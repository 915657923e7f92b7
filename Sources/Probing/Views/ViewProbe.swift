// What the Prober needs of a view, whatever its kind.

import DNS
import Model

/// What one view said to one key, and what an unchanged answer looks like.
struct ProbeResult: Sendable {
  var answer: ViewAnswer
  /// The questions that were asked, with what an unchanged answer to them looks like.
  var queries: [RepeatQuery] = []
  /// The zones whose servers were asked, with the fingerprint of their delegation.
  var zones: [DomainName: Int] = [:]
  /// Whether equal answers to `queries` mean that nothing has changed.
  var isRepeatable = true
}

/// One question that was asked, with the digest of the message that came.
struct RepeatQuery: Hashable, Sendable {
  var endpoint: Endpoint
  var question: Question
  var transport: Transport
  var digest: Digest
  /// Whether the server failed and another one of the view answered: that it fails again, however, is no change.
  var isPassedOver = false
}

/// One view that can be asked.
protocol ViewProbe: Sendable {
  var view: View { get }

  /// Asks for the key.
  func look(at key: KeyName, isConfirming: Bool) async -> ProbeResult

  /// Who carries the questions of a sweep.
  var asker: any QueryTransport { get }
  /// Whether that is the engine, which all views share.
  var usesEngine: Bool { get }

  /// The query that asks again what was asked before; nil where that server is not part of the view any more.
  func query(repeating expected: RepeatQuery) -> Query?

  /// The fingerprint of the zone's delegation as its parent gives it now; nil where the parent does not tell, 0 where there is
  /// no such zone any more.
  func fingerprint(of zone: DomainName) async -> Int?

  /// Asks the servers of the view about the root zone: whether they can be asked at all.
  func control() async -> ControlResult

  /// Puts a question that is no look's.
  func answer(to inquiry: Inquiry) async -> InquiryAnswer
}

extension ViewProbe {
  var usesEngine: Bool { true }

  func fingerprint(of zone: DomainName) async -> Int? { nil }
}
