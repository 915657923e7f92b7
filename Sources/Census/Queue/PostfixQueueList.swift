// What `postqueue -j` prints: one JSON object a message, one a line (postqueue(1)).

internal import Foundation
internal import Model

enum PostfixQueueList {
  private struct Entry: Decodable {
    struct Recipient: Decodable {
      var address: String
      var delay_reason: String?
    }
    var queue_name: String
    var queue_id: String
    var arrival_time: Int64
    var message_size: Int?
    var sender: String
    var recipients: [Recipient]
  }

  static func read(_ bytes: [UInt8]) -> QueueList {
    var list = QueueList()
    let decoder = JSONDecoder()
    for (index, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy(\.isBlank) { continue }
      do {
        let entry = try decoder.decode(Entry.self, from: Data(line))
        list.kind = .postfix
        list.messages.append(
          QueuedMessage(
            id: entry.queue_id, since: Timestamp(seconds: entry.arrival_time),
            // An empty sender is printed as the address that bounces come from.
            sender: entry.sender == "MAILER-DAEMON" ? "" : entry.sender, recipients: entry.recipients.map(\.address),
            size: entry.message_size, state: state(entry.queue_name),
            reason: entry.recipients.lazy.compactMap(\.delay_reason).first))
      } catch {
        list.unreadable.append(
          UnreadableLine(
            line: index + 1,
            reason:
              "\(String(decoding: line.prefix(80), as: UTF8.self).jsonQuoted()) is no line of `postqueue -j`; expected "
              + "a JSON object with queue_name, queue_id, arrival_time, sender and recipients"))
      }
    }
    return list
  }

  private static func state(_ queue: String) -> QueuedMessage.State {
    switch queue {
    case "active", "incoming", "maildrop": .active
    case "hold": .hold
    default: .deferred
    }
  }
}
