// Mailboxes: where messages begin, and what is unquoted.

import Testing

@testable import Mail

@Suite struct MailboxTests {
  static let files: [(String, [String])] = [
    ("A: b\n\nFrom here\n", ["A: b\n\nFrom here\n"]), ("", [""]), ("Fro", ["Fro"]), ("x", ["x"]),
    ("From a\nA: b\n\nbody\n\nFrom c 8:00\nD: e\n\n", ["A: b\n\nbody\n\n", "D: e\n\n"]),
    ("From a\r\nA: b\r\n\r\nFrom x 8:00\r\nB: c\r\n", ["A: b\r\n\r\n", "B: c\r\n"]),
    ("From a 8:00\nA: b\n\nFrom here on at 8\n\nFrom c 9:30", ["A: b\n\nFrom here on at 8\n\n", ""]),
    ("From a\nA: b\n\nx\nFrom y\n>From z\n>>From q\n>Fro\n>\n", ["A: b\n\nx\nFrom y\nFrom z\n>From q\n>Fro\n>\n"]),
    ("From a\n", [""]), ("From a\nFrom: b\n\n>", ["From: b\n\n>"]),
  ]

  /// The lines that the messages begin at, where there are several.
  static let firstLines = [
    "From a\nA: b\n\nbody\n\nFrom c 8:00\nD: e\n\n": [1, 6],
    "From a\r\nA: b\r\n\r\nFrom x 8:00\r\nB: c\r\n": [1, 4],
    "From a 8:00\nA: b\n\nFrom here on at 8\n\nFrom c 9:30": [1, 6],
  ]

  @Test(arguments: files)
  func messagesAreCutOut(_ file: String, _ messages: [String]) {
    for size in [1, 2, 3, 5, 8, 1000] {
      var reader = MailboxReader()
      var found: [[UInt8]] = []
      var lines: [Int] = []
      func take(_ piece: MailboxPiece) {
        switch piece {
        case .message(let line):
          found.append([])
          lines.append(line)
        case .bytes(let bytes): found[found.count - 1] += bytes
        }
      }
      let bytes = Array(file.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        Array(bytes[start..<min(start + size, bytes.count)]).withUnsafeBytes { reader.take($0, take) }
      }
      reader.finish(take)
      #expect(found.map(\.text) == messages)
      #expect(lines == Self.firstLines[file] ?? [1])
    }
  }
}
