// Which message of the mail server a task of rspamd is: its lines have a tag of its own, and two of them the queue id too.

internal import Model

/// Remembers the queue ids of tasks, so that all lines of a message go by the id that the mail server uses.
struct RspamdTasks: Sendable {
  private struct Task: Sendable {
    var tag: [UInt8]
    /// nil of a task whose modules spoke before the id was known: its other lines go by the tag as well.
    var queueID: [UInt8]?
  }

  /// Oldest first.
  private var tasks: [Task] = []
  private static let most = 64

  /// Takes up the queue id of a task.
  mutating func name(_ tag: Bytes, _ queueID: Bytes) {
    guard !tag.isEmpty, Self.isID(queueID), index(tag) == nil else { return }
    add(Task(tag: tag.array, queueID: queueID.array))
  }

  /// The id that a line of a module goes by.
  mutating func id(ofModuleLine tag: Bytes) -> [UInt8] {
    guard !tag.isEmpty else { return [] }
    if let index = index(tag) { return tasks[index].queueID ?? tasks[index].tag }
    add(Task(tag: tag.array, queueID: nil))
    return tag.array
  }

  /// Whether the line with the result goes by the queue id in it.
  func isJoined(_ tag: Bytes, _ queueID: Bytes) -> Bool {
    guard !tag.isEmpty else { return true }
    guard Self.isID(queueID) else { return false }
    return index(tag).map { tasks[$0].queueID?.elementsEqual(queueID.buffer) ?? false } ?? true
  }

  /// rspamd writes `undef` where it was told none.
  private static func isID(_ queueID: Bytes) -> Bool { !queueID.isEmpty && !queueID.equals("undef") }

  private func index(_ tag: Bytes) -> Int? { tasks.lastIndex { $0.tag.elementsEqual(tag.buffer) } }

  private mutating func add(_ task: Task) {
    if tasks.count >= Self.most { tasks.removeFirst() }
    tasks.append(task)
  }
}
