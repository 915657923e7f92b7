// A message that waits in a queue, as the MTA lists it.

package import Model

/// One message of a queue.
package struct QueuedMessage: Hashable, Sendable {
  package enum State: String, Hashable, Sendable, CaseIterable {
    case active, deferred, frozen
    /// Postfix: a person has put it on hold.
    case hold
  }

  package var id: String
  /// When it came in.
  package var since: Timestamp
  /// Empty for a bounce.
  package var sender: String
  /// Those that it was not delivered to yet.
  package var recipients: [String]
  /// In bytes; nil where the list does not say.
  package var size: Int?
  package var state: State
  /// What the list itself says of why it waits; not escaped.
  package var reason: String?
  /// When it is tried again; nil where nobody says.
  package var nextTry: Timestamp?
  /// Since when delivery has failed, by the mail server's own account: its limit counts from then. nil: since it came in.
  package var failingSince: Timestamp?
  /// How long the mail server tries; nil where it does not say.
  package var lifetime: Duration?

  package init(
    id: String, since: Timestamp, sender: String, recipients: [String] = [], size: Int? = nil, state: State = .deferred,
    reason: String? = nil
  ) {
    self.id = id
    self.since = since
    self.sender = sender
    self.recipients = recipients
    self.size = size
    self.state = state
    self.reason = reason
  }

  /// When it bounces; nil where that is not known, and for what waits for a person.
  package var bouncesAt: Timestamp? {
    guard state != .frozen, state != .hold, let lifetime else { return nil }
    return (failingSince ?? since) + lifetime
  }
}

/// The program whose queue it is.
package enum QueueKind: String, Hashable, Sendable, CaseIterable {
  case exim, postfix

  /// How long the program tries, where its configuration says nothing else: Exim's last retry rule of Debian, Postfix's
  /// `maximal_queue_lifetime`.
  package var lifetime: Duration { self == .exim ? .seconds(4 * 86_400) : .seconds(5 * 86_400) }
}

/// A list of a queue: what `exim -bp` or `postqueue -j` prints.
package struct QueueList: Hashable, Sendable {
  /// nil of an empty queue.
  package var kind: QueueKind?
  package var messages: [QueuedMessage]
  /// Lines that could not be read.
  package var unreadable: [UnreadableLine]

  package init(kind: QueueKind? = nil, messages: [QueuedMessage] = [], unreadable: [UnreadableLine] = []) {
    self.kind = kind
    self.messages = messages
    self.unreadable = unreadable
  }

  /// Reads a list; which program's it is shows by itself. `now` is what its ages are counted from.
  package init(_ bytes: [UInt8], at now: Timestamp) {
    let first = bytes.first { !$0.isBlank }
    self = first == UInt8(ascii: "{") ? PostfixQueueList.read(bytes) : EximQueueList.read(bytes, at: now)
  }
}
