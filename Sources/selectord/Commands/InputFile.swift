// Files and standard input, read within bounds.

import Glibc

/// Reads what a user names as input; `-` is standard input.
enum InputFile {
  /// No key record comes near this size; a wrong file may.
  static let largestSize = 4 << 20

  /// Whether a path names a file.
  static func exists(_ path: String) -> Bool { !path.isEmpty && access(path, F_OK) == 0 }

  /// The whole contents.
  static func contents(
    of path: String, atMost limit: Int = largestSize, expecting what: String = "one key record"
  ) throws -> [UInt8] {
    var contents: [UInt8] = []
    try read(path) { bytes in
      contents += bytes
      if contents.count > limit {
        throw CommandFailure(.unreadableInput, "\(name(path)): more than \(limit) bytes; expected \(what)")
      }
    }
    return contents
  }

  /// Hands on each line with its number, without its line break; of a line over `largestSize`, which a message names,
  /// only the beginning.
  static func eachLine(of path: String, _ body: (Int, ArraySlice<UInt8>) throws -> Void) throws {
    var number = 1
    var rest: [UInt8] = []
    var isTooLong = false
    func keep(_ bytes: ArraySlice<UInt8>) {
      if bytes.count > largestSize - rest.count, !isTooLong {
        isTooLong = true
        Console.message(
          "selectord: \(name(path)):\(number): the line has more than \(largestSize) bytes; no more are read\n")
      }
      rest += bytes.prefix(largestSize - rest.count)
    }
    func hand(_ line: ArraySlice<UInt8>) throws {
      try body(number, line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      number += 1
      rest = []
      isTooLong = false
    }
    try read(path) { bytes in
      var start = 0
      while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
        if rest.isEmpty {
          try hand(bytes[start..<end])
        } else {
          keep(bytes[start..<end])
          try hand(rest[...])
        }
        start = end + 1
      }
      keep(bytes[start...])
    }
    if !rest.isEmpty { try hand(rest[...]) }
  }

  private static func name(_ path: String) -> String { path == "-" ? "standard input" : path }

  private static func read(_ path: String, _ body: ([UInt8]) throws -> Void) throws {
    let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    defer { if path != "-", descriptor >= 0 { close(descriptor) } }
    func refuse() -> CommandFailure {
      CommandFailure(.unreadableInput, "cannot read \(name(path)): \(String(cString: strerror(errno)))")
    }
    guard descriptor >= 0 else { throw refuse() }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR { continue }
        throw refuse()
      }
      try body(Array(buffer[..<count]))
    }
  }
}
