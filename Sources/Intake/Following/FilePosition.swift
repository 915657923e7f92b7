// How far a log was read, in a way that survives rotation: which file it is, and up to which byte.

internal import Foundation
package import Model

/// What a file begins with. Two files with the same beginning are the same file, or a copy of it.
package struct FileHead: Hashable, Sendable, Codable {
  /// The most bytes that are looked at.
  package static let limit = 256
  /// How many bytes it is made of, up to `limit`.
  package var length: Int
  /// A digest of these bytes, so that no line of mail stands in the database twice.
  package var digest: String

  package init(length: Int, digest: String) {
    self.length = length
    self.digest = digest
  }
}

/// A byte in a certain file, whatever the file is called by now.
package struct FilePosition: Hashable, Sendable, Codable {
  package var device: UInt64
  package var inode: UInt64
  /// How many bytes were taken; of a compressed file, of what it holds.
  package var offset: UInt64
  package var head: FileHead

  package init(device: UInt64, inode: UInt64, offset: UInt64, head: FileHead) {
    self.device = device
    self.inode = inode
    self.offset = offset
    self.head = head
  }
}

/// How far one log was read; kept in the database, in the transaction of what the lines gave.
package struct FollowState: Hashable, Sendable, Codable {
  /// The file that stood under the log's own name when it was last read.
  package var current: FilePosition?
  /// The file before it, which programs may go on writing to until they have noticed the rotation.
  package var former: FilePosition?
  /// Until when the former file is looked at.
  package var formerUntil: Timestamp?
  /// When the log was last read.
  package var readAt: Timestamp?
  /// The beginnings of the files that were read last, the newest first, so that none of them is read again.
  package var readHeads: [FileHead] = []

  package init(current: FilePosition? = nil) { self.current = current }
}

extension FollowState {
  /// As it is kept in the database.
  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// nil where the text is none that `json` gives.
  package init?(json: String) {
    guard let state = try? JSONDecoder().decode(FollowState.self, from: Data(json.utf8)) else { return nil }
    self = state
  }
}
