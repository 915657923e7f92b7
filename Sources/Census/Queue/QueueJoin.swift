// Joins a queue with the logs by the id of the message, as `exigrep` does: which key a message waits for.

package import Model

/// What the logs say of the messages of a queue.
package struct QueueJoin: Sendable {
  /// A message that waits for a key, and what is known of why.
  package struct Waiting: Hashable, Sendable {
    package var message: QueuedMessage
    package var key: KeyName
    /// What the log or the queue says, in its own words; not escaped.
    package var reason: String
    /// When that was said.
    package var at: Timestamp?

    package init(message: QueuedMessage, key: KeyName, reason: String, at: Timestamp? = nil) {
      self.message = message
      self.key = key
      self.reason = reason
      self.at = at
    }
  }

  private struct Known: Sendable {
    /// Keys that could not be had, and what the log says of them.
    var failures: [(key: KeyName, reason: String, at: Timestamp?)] = []
    /// Keys that the message is signed with, whatever became of them.
    var signatures: [KeyName] = []
    /// Why it was put off the last time.
    var deferral: (text: String, at: Timestamp?)?
    /// When it came in, by the log.
    var arrivedAt: Timestamp?
  }

  private let list: QueueList
  /// What Exim keeps of its failures, where it could be read.
  package var retries = EximRetryData()
  private var known: [String: Known]

  package init(_ list: QueueList) {
    self.list = list
    known = Dictionary(list.messages.map { ($0.id, Known()) }) { first, _ in first }
  }

  /// Takes in a line of a log; lines of messages that do not wait cost nothing.
  package mutating func take(_ event: CensusEvent) {
    switch event {
    case .sighting(let raw):
      let id = raw.queueID.text
      guard known[id] != nil, let sighting = try? raw.sighting(), let key = sighting.key else { return }
      take(sighting, key, of: id)
    case .flow(let flow):
      let id = flow.queueID.text
      guard known[id] != nil else { return }
      switch flow.step {
      case .arrival: known[id]?.arrivedAt = flow.time
      case .deferral:
        // That it was not tried says nothing of why it waits.
        if !flow.text.contains(": retry time not reached") { known[id]?.deferral = (flow.text.text, flow.time) }
      case .delivery, .failure, .completed, .rejection: break
      }
    case .unreadable, .dropped, .untrusted: break
    }
  }

  private mutating func take(_ sighting: MailSighting, _ key: KeyName, of id: String) {
    if sighting.wantsKey {
      known[id]?.failures.removeAll { $0.key == key }
      known[id]?.failures.append((key, sighting.reason ?? sighting.result.rawValue, sighting.time))
    } else if sighting.result == .pass {
      known[id]?.failures.removeAll { $0.key == key }
    }
    addSignature(key, of: id)
  }

  /// Takes in what the header of a waiting message itself says.
  package mutating func addSignature(_ key: KeyName, of id: String) {
    guard known[id]?.signatures.contains(key) == false else { return }
    known[id]?.signatures.append(key)
  }

  /// The messages that wait for a key, the oldest first. A message waits for the first of its keys that failed.
  package var waiting: [Waiting] {
    list.messages.compactMap { message in waiting(message) }.sorted {
      ($0.message.since, $0.message.id) < ($1.message.since, $1.message.id)
    }
  }

  /// How many messages wait for something else.
  package var others: Int { list.messages.count - waiting.count }

  private func waiting(_ message: QueuedMessage) -> Waiting? {
    guard let known = known[message.id] else { return nil }
    var message = message
    message.since = known.arrivedAt ?? message.since
    if let entry = retries.entry(of: message, deferral: known.deferral?.text) {
      message.nextTry = entry.nextTry
      message.failingSince = entry.failingSince
    }
    let told = [known.deferral?.text, message.reason].compactMap(\.self)
    // What puts the message off names the key, or says that it is about DKIM.
    for text in told {
      if let key = Self.key(in: text) {
        return Waiting(message: message, key: key, reason: text, at: known.deferral?.at)
      }
    }
    if let failure = known.failures.first {
      return Waiting(message: message, key: failure.key, reason: failure.reason, at: failure.at)
    }
    if let text = told.first(where: Self.isAboutSignatures), let key = known.signatures.first {
      return Waiting(message: message, key: key, reason: text, at: known.deferral?.at)
    }
    return nil
  }

  private static func key(in text: String) -> KeyName? {
    Array(text.utf8).withBytes { bytes in
      guard let words = KeyInWords(bytes) else { return nil }
      return KeyName(try? SightedName.selector(words.selector), of: try? SightedName.domain(words.domain))
    }
  }

  private static func isAboutSignatures(_ text: String) -> Bool {
    let text = text.lowercased()
    return text.contains("dkim") || text.contains("_domainkey")
  }
}
