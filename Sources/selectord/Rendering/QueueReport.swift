// What `queue` has to say, key by key: how much mail waits, since when, until when, and what DNS says now.

import Census
import Model

/// One key that mail waits for.
struct QueueRow: Sendable {
  var key: KeyName
  /// The oldest first; never empty.
  var messages: [QueueJoin.Waiting]
  /// How long the mail server tries; nil where that is not known.
  var lifetime: Duration?
  /// What DNS says now, with the cause.
  var judgement: Judgement?
  /// The mailbox in the SOA record of the zone.
  var contact: String?

  /// When the oldest message came in.
  var since: Timestamp? { messages.first?.message.since }
  /// When the first message bounces; frozen ones wait for a person.
  var bouncesAt: Timestamp? {
    guard let lifetime, let first = messages.first(where: { $0.message.state != .frozen }) else { return nil }
    return first.message.since + lifetime
  }
  /// The last thing that log or queue said.
  var reason: String { messages.last { !$0.reason.isEmpty }?.reason ?? "" }

  /// Whom to tell, the likeliest first.
  var contacts: [String] {
    let postmaster = "postmaster@\(key.domain)"
    return contact.map { $0 == postmaster ? [$0] : [$0, postmaster] } ?? [postmaster]
  }
}

/// The queue as it is shown.
struct QueueReport: Sendable {
  private(set) var rows: [QueueRow]
  /// Messages that wait for something else.
  let others: Int
  let now: Timestamp

  init(
    _ waiting: [QueueJoin.Waiting], others: Int, lifetime: Duration?, now: Timestamp, programs: QueueKind? = nil
  ) {
    self.others = others
    self.now = now
    rows = Dictionary(grouping: waiting, by: \.key).map { key, messages in
      QueueRow(key: key, messages: messages, lifetime: lifetime)
    }.sorted { left, right in
      left.messages.count == right.messages.count ? left.key < right.key : left.messages.count > right.messages.count
    }
  }

  /// Takes in what DNS says.
  mutating func take(_ judgements: [KeyName: Judgement], contacts: [DomainName: String]) {
    for index in rows.indices {
      rows[index].judgement = judgements[rows[index].key]
      rows[index].contact = contacts[rows[index].key.domain]
    }
  }

  var waiting: Int { rows.reduce(0) { $0 + $1.messages.count } }
}
