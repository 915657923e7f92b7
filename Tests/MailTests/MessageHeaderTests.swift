// The header section: where it ends, which fields it has, and that their bytes are kept.

import Testing

@testable import Mail

@Suite struct MessageHeaderTests {
  static let messages: [(String, [String], Int)] = [
    ("From: a\r\nTo: b\r\n\r\nbody", ["From: a\r\n", "To: b\r\n"], 18),
    ("From: a\nTo: b\n\nbody", ["From: a\n", "To: b\n"], 15),
    ("From a@b Mon Jan 1\nFrom: a\n\n", ["From: a\n"], 28),
    ("From: a\r\n b\r\n\tc\r\n\r\nbody", ["From: a\r\n b\r\n\tc\r\n"], 19),
    // A line of blanks folds; it does not end the header.
    ("From: a\r\n \r\nTo: b\r\n\r\n", ["From: a\r\n \r\n", "To: b\r\n"], 21),
    ("Subject : x\n\n", ["Subject : x\n"], 13),
    ("From: a", ["From: a"], 7),
    ("From: a\nno field\nTo: b\n\n", ["From: a\n", "To: b\n"], 24),
    ("From: a\r\r\nTo: b\r\n\r\n", ["From: a\r\r\n", "To: b\r\n"], 19),
    ("\r\nFrom: a", [], 2), ("\nFrom: a", [], 1), ("", [], 0),
    ("X: \0\r\nY:\r\n\r\n", ["X: \0\r\n", "Y:\r\n"], 12),
  ]

  @Test(arguments: messages)
  func fieldsAreCutOut(_ message: String, _ fields: [String], _ length: Int) {
    let header = MessageHeader(Array(message.utf8))
    #expect(header.fields.map(\.bytes.text) == fields)
    #expect(header.length == length)
  }

  @Test(arguments: messages)
  func chunksMakeNoDifference(_ message: String, _ fields: [String], _ length: Int) {
    for size in 1...5 {
      var reader = HeaderReader()
      let bytes = Array(message.utf8)
      var taken = 0
      for start in stride(from: 0, to: bytes.count, by: size) {
        let chunk = Array(bytes[start..<min(start + size, bytes.count)])
        guard let part = chunk.withUnsafeBytes({ reader.take($0) }) else {
          taken += chunk.count
          continue
        }
        taken += part
        break
      }
      #expect(taken == length)
      #expect(reader.finish() == MessageHeader(bytes))
    }
  }

  @Test func namesAndValuesAreRead() throws {
    let field = try #require(HeaderField("SubJect \t:  one\r\n  two \r\n"))
    #expect(field.name == "subject")
    #expect(field.text == "one  two")
    #expect(field.rawValue.text == "  one\r\n  two ")
    #expect(HeaderField(": no name") == nil && HeaderField("no colon") == nil && HeaderField("na me: x") == nil)
  }

  @Test func aLineThatIsNoFieldIsToldByItsNumber() {
    #expect(MessageHeader(Array("From: a\n b\nno field\n\n".utf8)).strayLines == [3])
  }

  @Test func aHeaderWithoutEndIsCut() {
    var reader = HeaderReader()
    let chunk = Array("X: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    for _ in 0..<10 { chunk.withUnsafeBytes { #expect(reader.take($0) == nil) } }
    let header = reader.finish()
    #expect(header.isCut && header.length == HeaderReader.largest && header.fields.count == 1)
  }
}
