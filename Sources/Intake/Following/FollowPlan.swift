// What is to be read of a log: the rest of the file that was read last, what was written since, the file of today.

package import Model

/// A file as it is found in the folder of a log.
package struct SeenFile: Hashable, Sendable {
  package var name: String
  package var device: UInt64
  package var inode: UInt64
  /// In bytes; nil of a compressed file, of which it says nothing.
  package var size: UInt64?
  package var modifiedAt: Timestamp
  /// What it begins with, by as many bytes as each position that is looked for; without those that it is too short for.
  package var heads: [FileHead]

  package init(
    name: String, device: UInt64, inode: UInt64, size: UInt64?, modifiedAt: Timestamp, heads: [FileHead]
  ) {
    self.name = name
    self.device = device
    self.inode = inode
    self.size = size
    self.modifiedAt = modifiedAt
    self.heads = heads
  }

  /// Whether this is the very file of the position.
  func isFile(of position: FilePosition) -> Bool {
    device == position.device && inode == position.inode && (position.head.length == 0 || holds(position))
  }

  /// Whether this begins as that file did, and reaches at least as far: the file itself, or a copy.
  func holds(_ position: FilePosition) -> Bool {
    position.head.length > 0 && heads.contains(position.head) && size.map { $0 >= position.offset } ?? true
  }
}

/// What a look at the folder of a log shows.
package struct SeenFolder: Hashable, Sendable {
  /// The file under the log's own name.
  package var current: SeenFile?
  /// Files whose names begin with it: `mainlog.1`, `mainlog.2.gz`, `mainlog-20261101`.
  package var rotated: [SeenFile]

  package init(current: SeenFile?, rotated: [SeenFile] = []) {
    self.current = current
    self.rotated = rotated
  }
}

/// What is to be read, in this order.
package struct FollowPlan: Hashable, Sendable {
  /// A piece of one file, from an offset to its end.
  package struct Segment: Hashable, Sendable {
    package var file: SeenFile
    package var offset: UInt64
    /// What the file is to the log.
    package var role: Role

    package enum Role: Hashable, Sendable {
      /// Under the log's own name: the last line may still be written.
      case current
      /// Rotated while we looked the other way, or just now.
      case rotated
      /// Rotated before, read to its end, and looked at for a while in case somebody still writes to it.
      case former
    }
  }

  package var segments: [Segment]
  /// Whether the file that was read last is nowhere to be found: lines may have been missed.
  package var hasGap: Bool

  /// How long a rotated file is looked at: programs notice a rotation within seconds, or write to the old file until then.
  package static let patience = Duration.seconds(120)

  package init(_ state: FollowState, _ folder: SeenFolder, at now: Timestamp) {
    segments = []
    hasGap = false
    if let former = state.former, let until = state.formerUntil, now < until,
      let file = folder.rotated.first(where: { $0.isFile(of: former) })
    {
      segments.append(Segment(file: file, offset: former.offset, role: .former))
    }
    guard let position = state.current else {
      addCurrent(folder, from: 0)
      return
    }
    if let current = folder.current, current.isFile(of: position) {
      addCurrent(folder, from: position.offset)
      return
    }
    addRotated(since: position, state, folder)
    addCurrent(folder, from: 0)
  }

  private mutating func addCurrent(_ folder: SeenFolder, from offset: UInt64) {
    if let current = folder.current { segments.append(Segment(file: current, offset: offset, role: .current)) }
  }

  /// The rest of the file that was read last, then every file that was rotated after it.
  private mutating func addRotated(since position: FilePosition, _ state: FollowState, _ folder: SeenFolder) {
    let found =
      folder.rotated.first { $0.isFile(of: position) }
      ?? folder.rotated.filter { $0.holds(position) }
      .max { $0.modifiedAt < $1.modifiedAt }
    var later: [SeenFile] = []
    if let found {
      segments.append(Segment(file: found, offset: position.offset, role: .rotated))
      later = folder.rotated.filter { $0.modifiedAt >= found.modifiedAt && $0 != found }
    } else if position.head.length == 0 {
      // It was empty, so it has no beginning to be known by: compressed since, it is one of those that were written to later.
      later = folder.rotated.filter { file in state.readAt.map { file.modifiedAt + .seconds(1) >= $0 } ?? false }
    } else {
      hasGap = true
    }
    later.removeAll { file in file.heads.contains { $0 == position.head || state.readHeads.contains($0) } }
    for file in later.sorted(by: { $0.modifiedAt < $1.modifiedAt }) {
      segments.append(Segment(file: file, offset: 0, role: .rotated))
    }
  }
}

extension FollowState {
  /// How many files are remembered: more are not rotated between two looks.
  private static let readHeadLimit = 8

  /// Takes up that a segment was read up to `offset`. `head` is what its file begins with by now.
  package mutating func advance(_ segment: FollowPlan.Segment, to offset: UInt64, head: FileHead, at now: Timestamp) {
    let position = FilePosition(
      device: segment.file.device, inode: segment.file.inode, offset: offset, head: head)
    readAt = now
    if head.length > 0, readHeads.first != head {
      let grown = current.map { $0.inode == position.inode && $0.device == position.device } ?? false
      readHeads.removeAll { $0 == head || grown && $0 == current?.head }
      readHeads = [head] + readHeads.prefix(Self.readHeadLimit - 1)
    }
    switch segment.role {
    case .former: former = position
    case .rotated: current = position
    case .current:
      if let current, current.inode != position.inode || current.device != position.device {
        former = current
        formerUntil = now + FollowPlan.patience
      }
      current = position
    }
  }
}
