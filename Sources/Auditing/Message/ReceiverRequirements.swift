// What the large receivers say that they require of senders, held against one message.

internal import Model
internal import Policies

/// One requirement of a receiver, and whether the message meets it.
public struct ReceiverRequirement: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case met, notMet
    /// A message alone does not show it.
    case notVisible
  }

  public var receiver: String
  public var requirement: String
  /// Whether it is for those who send to many only.
  public var isForBulk: Bool
  public var state: State
  public var source: String

  private enum CodingKeys: String, CodingKey {
    case receiver, requirement, state, source
    case isForBulk = "bulk"
  }
}

extension ReceiverRequirement {
  private struct Row: Sendable {
    var requirement: String
    var isForBulk = false
    var state: @Sendable (MessageFacts) -> State
  }

  private static let google = "https://support.google.com/a/answer/81126"
  private static let yahoo = "https://senders.yahooinc.com/best-practices/"
  private static let microsoft =
    "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/"
    + "strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730"
  private static let apple = "https://support.apple.com/102322"

  static func list(_ facts: MessageFacts) -> [ReceiverRequirement] {
    table.flatMap { receiver, source, rows in
      rows.map { row in
        ReceiverRequirement(
          receiver: receiver, requirement: row.requirement, isForBulk: row.isForBulk, state: row.state(facts),
          source: source)
      }
    }
  }

  private static let either = Row(requirement: "SPF or DKIM passes") { facts in
    if !facts.passing.isEmpty || facts.client?.spf?.result == .pass { return .met }
    return facts.client?.spf == nil ? .notVisible : .notMet
  }
  private static let spf = Row(requirement: "SPF passes", isForBulk: true) { facts in
    facts.client?.spf.map { $0.result == .pass ? .met : $0.result == .temperror ? .notVisible : .notMet } ?? .notVisible
  }
  private static let dkim = Row(requirement: "DKIM passes", isForBulk: true) { facts in
    facts.passing.isEmpty ? .notMet : .met
  }
  private static let dmarc = Row(requirement: "the author's domain has a DMARC record", isForBulk: true) { facts in
    guard let found = facts.dmarc?.discovery?.byTreeWalk else { return .notMet }
    return found.record != nil ? .met : found.isUnknown ? .notVisible : .notMet
  }
  private static let aligned = Row(requirement: "SPF or DKIM is aligned with From", isForBulk: true) { facts in
    facts.passesDMARC ? .met : facts.client?.spf == nil ? .notVisible : .notMet
  }
  private static let pointer = Row(requirement: "the client's PTR record leads back to its address") { facts in
    guard let client = facts.client, client.pointerFailure == nil else { return .notVisible }
    return client.confirmed.isEmpty ? .notMet : .met
  }
  private static let encrypted = Row(requirement: "the mail is sent over TLS") { facts in
    facts.header.receivedProtocol.map { $0.contains("S") && ($0.hasSuffix("S") || $0.hasSuffix("SA")) ? .met : .notMet }
      ?? .notVisible
  }
  private static let format = Row(requirement: "From, Date and Message-ID keep to RFC 5322") { facts in
    let ids = ["message-from", "message-date", "message-id", "message-header-repeated"]
    let isRight = MessageCheck.all.filter { ids.contains($0.rule.id) }.allSatisfy { $0.look(facts) == .nothing }
    return isRight ? .met : .notMet
  }
  private static let unsubscribe = Row(
    requirement: "marketing mail can be unsubscribed from by one click", isForBulk: true
  ) {
    facts in facts.unsubscription.isRight ? .met : facts.isBulk ? .notMet : .notVisible
  }
  private static let complaints = Row(requirement: "fewer than 0.3 % of recipients complain") { _ in .notVisible }

  private static let table: [(String, String, [Row])] = [
    ("Google", google, [either, pointer, encrypted, format, complaints, spf, dkim, dmarc, aligned, unsubscribe]),
    ("Yahoo", yahoo, [either, pointer, format, complaints, spf, dkim, dmarc, aligned, unsubscribe]),
    ("Microsoft", microsoft, [spf, dkim, dmarc, aligned]),
    ("Apple", apple, [spf, dkim, dmarc, pointer]),
  ]
}
