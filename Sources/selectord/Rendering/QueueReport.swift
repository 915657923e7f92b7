// What `queue` has to say, key by key: how much mail waits, since when, until when, and what DNS says now.

import Census
import Model

/// One key that mail waits for.
struct QueueRow: Sendable {
  var key: KeyName
  /// The oldest first; never empty.
  var messages: [QueueJoin.Waiting]
  /// What DNS says now, with the cause.
  var judgement: Judgement?
  /// The mailbox in the SOA record of the zone.
  var contact: String?

  /// When the oldest message came in.
  var since: Timestamp? { messages.first?.message.since }
  /// When the first message bounces; frozen ones wait for a person.
  var bouncesAt: Timestamp? { messages.compactMap(\.message.bouncesAt).min() }
  /// When the first message is tried again.
  var nextTry: Timestamp? { messages.compactMap(\.message.nextTry).min() }
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

  /// - Parameter lifetime: how long messages are tried of which the mail server does not say it.
  init(_ waiting: [QueueJoin.Waiting], others: Int, lifetime: Duration?, now: Timestamp) {
    self.others = others
    self.now = now
    let waiting = waiting.map { waiting in
      var waiting = waiting
      waiting.message.lifetime = waiting.message.lifetime ?? lifetime
      return waiting
    }
    rows = Dictionary(grouping: waiting, by: \.key).map { key, messages in
      QueueRow(key: key, messages: messages)
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
