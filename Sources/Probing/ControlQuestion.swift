// The control question: the NS records of the root, which no zone of a user can spoil, and what its replies mean.

import DNS
import Model

/// One control question that was put, and what came.
struct ControlReply: Sendable {
  /// The address or URL of the server.
  var server: String
  /// nil for DoH.
  var endpoint: Endpoint?
  var query: Query
  var reply: Reply
}

enum ControlQuestion {
  static let question = Question(.root, .ns)
  /// One retry: enough for a lost packet, and nobody waits long where all are silent.
  static let retries = 1
  /// How many root servers of each address family are asked.
  static let rootLimit = 3

  /// What the resolvers of a recursive view say. One that answers is enough.
  static func result(view: String, resolvers replies: [ControlReply]) -> ControlResult {
    let isReachable = replies.contains { $0.message.map { $0.rcode == .noError || $0.rcode == .nameError } ?? false }
    return ControlResult(
      view: view, outcome: isReachable ? .reachable : .unreachable(failure(of: replies)),
      evidence: replies.map(\.evidence))
  }

  /// What the root servers say; `isPublished` tells whether they are those of the built-in list.
  static func result(view: String, roots replies: [ControlReply], isPublished: Bool) -> ControlResult {
    var outcome = ControlResult.Outcome.unreachable(failure(of: replies))
    let messages = replies.compactMap(\.message)
    if messages.contains(where: { $0.isFromRoot && !$0.isFromResolver(insteadOf: isPublished) }) {
      outcome = .reachable
    } else if messages.contains(where: { $0.isFromResolver(insteadOf: isPublished) }) {
      outcome = .intercepted
    }
    return ControlResult(view: view, outcome: outcome, evidence: replies.map(\.evidence))
  }

  /// The servers to ask again with RD where the first round left it open who refuses: a resolver in the place of the root
  /// servers may refuse what asks for no recursion.
  static func doubtful(_ replies: [ControlReply], _ result: ControlResult) -> [Endpoint] {
    guard case .unreachable = result.outcome else { return [] }
    return replies.filter { $0.message != nil }.compactMap(\.endpoint)
  }

  /// The failure that says the most: a server that answers says more than one that is silent.
  static func failure(of replies: [ControlReply]) -> Outcome.Failure {
    let failures = replies.map(\.failure)
    return Outcome.Failure.byWeight.first(where: failures.contains) ?? .unreachable
  }
}

extension ControlReply {
  var message: Message? {
    if case .message(let message, _, _) = reply { message } else { nil }
  }

  fileprivate var failure: Outcome.Failure {
    switch reply {
    case .unchanged: .malformed
    case .failed(let failure, _, _): failure
    case .message(let message, _, _):
      message.rcode == .noError || message.rcode == .nameError ? .lame : WalkReply.failure(of: message.rcode)
    }
  }

  /// The command line that asks the same, and what came.
  fileprivate var evidence: String {
    let asked =
      query.question.command(
        at: server, endpoint: endpoint, recurses: query.recursionDesired,
        options: query.transport == .tcp ? ["+tcp"] : []) ?? server
    guard let message else { return "\(asked) → \(failure.result)" }
    let count = message.answers.count { $0.type == .ns && $0.owner.isRoot }
    let flags = [(message.authoritative, "aa"), (message.recursionAvailable, "ra")].filter(\.0).map(\.1)
    return "\(asked) → \(message.rcode), \(count) NS record\(count == 1 ? "" : "s"), "
      + (flags.isEmpty ? "neither aa nor ra" : "flags: \(flags.joined(separator: " "))")
  }
}

extension Outcome.Failure {
  /// What says the most comes first.
  static let byWeight: [Outcome.Failure] = [.servfail, .refused, .lame, .malformed, .bogus, .timeout, .unreachable]
}

extension Message {
  /// Whether a root server says so: NS records of the root, with authority.
  fileprivate var isFromRoot: Bool {
    rcode == .noError && authoritative && answers.contains { $0.type == .ns && $0.owner.isRoot }
  }

  /// Whether this is the word of a recursive resolver where a root server was asked.
  ///
  /// None of the published root servers offers recursion (RFC 7720, section 3). A root server that a user runs may, but
  /// then it answers with authority, or refers to a zone below.
  func isFromResolver(insteadOf isPublishedRoot: Bool) -> Bool {
    guard recursionAvailable else { return false }
    if isPublishedRoot { return true }
    return !authoritative && (rcode == .noError || rcode == .nameError) && !(isReferral && !refersToRoot)
  }

  /// NS records of the root in place of an answer.
  private var refersToRoot: Bool { authorities.contains { $0.type == .ns && $0.owner.isRoot } }
}
