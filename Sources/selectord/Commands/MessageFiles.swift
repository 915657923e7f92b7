// The files of `verify`: messages, mboxes, Maildirs and other folders.

import Glibc
import Mail

/// Where a message was found.
struct MessagePlace: Hashable, Sendable {
  var file: String
  /// Its number in an mbox, from 1; nil where the file is the message.
  var number: Int?

  var description: String { number.map { "\(file):\($0)" } ?? file }
}

/// Finds the files in folders.
enum MessageFiles {
  private static let deepest = 8

  /// The files that the arguments name, those in folders included; hidden ones, and a Maildir's `tmp`, are left out.
  static func list(_ arguments: [String]) throws -> [String] {
    try arguments.flatMap { argument -> [String] in
      guard argument != "-", isFolder(argument) else { return [argument] }
      let files = files(in: argument, depth: 0)
      if files.isEmpty {
        throw CommandFailure(.unreadableInput, "\(argument): the folder holds no file; expected messages")
      }
      return files
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private static func files(in folder: String, depth: Int) -> [String] {
    guard depth < deepest, let stream = opendir(folder) else { return [] }
    var names: [String] = []
    while let entry = readdir(stream) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    closedir(stream)
    // A Maildir: messages stand in these two, its folders beside them.
    let isMaildir = names.contains("cur") && names.contains("new")
    return names.sorted().flatMap { name -> [String] in
      if name == "." || name == ".." || isMaildir && name == "tmp" { return [] }
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { return [] }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: return name.hasPrefix(".") && !isMaildir ? [] : files(in: path, depth: depth + 1)
      // What lies beside the folders of a Maildir are indexes of its server.
      case S_IFREG: return name.hasPrefix(".") || isMaildir ? [] : [path]
      default: return []
      }
    }
  }
}

/// One file that is read message by message.
struct MessageFile: ~Copyable {
  private let name: String
  private let descriptor: Int32
  private var reader = MailboxReader()
  private var intake: MessageIntake?
  private var done: [TakenMessage] = []
  private var handed = 0
  private var isAtEnd = false
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)

  init(_ path: String) throws {
    name = path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    if descriptor < 0 { throw refused() }
  }

  deinit {
    if descriptor > STDIN_FILENO { Glibc.close(descriptor) }
    buffer.deallocate()
  }

  private func refused() -> CommandFailure {
    CommandFailure(
      .unreadableInput,
      "cannot read \(name == "-" ? "standard input" : name): \(String(cString: strerror(errno)))")
  }

  /// The next message; nil at the end.
  mutating func next() throws -> (place: MessagePlace, taken: TakenMessage)? {
    while done.isEmpty, !isAtEnd {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw refused()
      }
      if count == 0 {
        isAtEnd = true
        var pieces: [MailboxPiece] = []
        reader.finish { pieces.append($0) }
        for piece in pieces { take(piece) }
        endMessage()
      } else {
        let chunk = UnsafeRawBufferPointer(rebasing: buffer[..<count])
        if reader.isSingleMessage {
          intake?.take(chunk)
        } else {
          var pieces: [MailboxPiece] = []
          reader.take(chunk) { pieces.append($0) }
          for piece in pieces { take(piece) }
        }
      }
    }
    guard !done.isEmpty else { return nil }
    handed += 1
    let place = MessagePlace(file: name, number: reader.isSingleMessage ? nil : handed)
    return (place, done.removeFirst())
  }

  private mutating func take(_ piece: MailboxPiece) {
    switch piece {
    case .message:
      endMessage()
      intake = MessageIntake()
    case .bytes(let bytes): bytes.withUnsafeBytes { intake?.take($0) }
    }
  }

  private mutating func endMessage() {
    if let finished = intake.take()?.finish() { done.append(finished) }
  }
}
