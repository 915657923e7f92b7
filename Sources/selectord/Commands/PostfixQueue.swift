// The live queue of Postfix: the list, how long it tries, and when it tries again.

import Census
import Config
import Glibc
import Model

struct PostfixQueue {
  var program: String

  func read(at now: Timestamp) throws -> QueueSource.Queue {
    var queue = QueueSource.Queue(
      name: "postqueue -j", list: QueueList(try QueueSource.run(program, ["-j"]), at: now))
    queue.list.kind = .postfix
    let lifetime = setting("maximal_queue_lifetime").flatMap { try? DurationText.parse($0) }
    let folder = setting("queue_directory")
    for index in queue.list.messages.indices {
      queue.list.messages[index].lifetime = lifetime
      if let folder { queue.list.messages[index].nextTry = Self.nextTry(of: queue.list.messages[index], in: folder) }
    }
    return queue
  }

  /// The queue manager notes the next try as the time stamp of the file (qmgr(8)); only root and Postfix may see it.
  private static func nextTry(of message: QueuedMessage, in folder: String) -> Timestamp? {
    guard message.state == .deferred, let first = message.id.first,
      message.id.allSatisfy({ $0.isASCII && $0.isLetter || $0.isNumber })
    else { return nil }
    for path in ["\(folder)/deferred/\(first)/\(message.id)", "\(folder)/deferred/\(message.id)"] {
      var status = stat()
      if stat(path, &status) == 0 { return Timestamp(seconds: Int64(status.st_mtim.tv_sec)) }
    }
    return nil
  }

  private func setting(_ name: String) -> String? {
    guard let postconf = QueueSource.program(["postconf"]), let text = try? QueueSource.run(postconf, ["-xh", name])
    else { return nil }
    let value = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
    return value.isEmpty ? nil : value
  }
}
