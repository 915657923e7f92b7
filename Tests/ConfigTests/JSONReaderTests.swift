// The reader of RFC 8259: what it reads, what it reads over, and that no input brings it down.

import TestSupport
import Testing

@testable import Config

private func read(_ text: String) throws -> JSONNode {
  var reader = JSONReader(Array(text.utf8))
  let node = try reader.document()
  try #require(reader.faults.isEmpty)
  return node
}

@Suite struct JSONReaderTests {
  @Test(arguments: [
    "null", "true", " false\n", "0", "-0", "-0.5", "1e5", "1E+5", "1.25e-3", "123456789012345678901234567890", "[]",
    "{}",
    "[1, [2, [3]]]", "{\"\": {\"a\": []}}", "\"\"", "\"/\"", "[\"\u{7F}\"]", "\"\u{FFFF}\"", "\t\r\n1",
    String(repeating: "[", count: 32) + String(repeating: "]", count: 32),
  ]) func reads(_ text: String) throws { _ = try read(text) }

  @Test(arguments: [
    ("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\u{8}\u{C}\n\r\t"), ("\"\\u0041\\u00fC\"", "Aü"),
    ("\"\\ud83D\\uDd11\"", "\u{1F511}"),
    ("\"\\u0000\"", "\u{0}"), ("\"ü\u{1F511}\"", "ü\u{1F511}"),
  ]) func unescapes(_ text: String, _ expected: String) throws { #expect(try read(text).string == expected) }

  @Test(arguments: [
    "", " ", "nul", "tru", "TRUE", "NaN", "Infinity", "-", "-a", "+1", "01", "-01", "1.", ".5", "1e", "1e+", "0x1",
    "1_000", "[",
    "]", "[1", "[1,", "[,1]", "[1 2]", "[1,,2]", "{", "}", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\" 1}", "{1: 2}",
    "{a: 1}",
    "{\"a\": 1 \"b\": 2}", "\"", "\"\\", "\"\\u\"", "\"\\u123\"", "\"\\u12G4\"", "\"\\x41\"", "\"\\ud800\"",
    "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u+123\"", "\"a\nb\"", "\"\u{1}\"", "'a'", "[1]]", "1 2", "\u{A0}1",
    "{\"a\": 1}}",
    "1a", "\u{0}", String(repeating: "[", count: 33) + String(repeating: "]", count: 33),
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
  ]) func refuses(_ text: String) {
    #expect(throws: JSONReader.Fault.self) {
      var reader = JSONReader(Array(text.utf8))
      _ = try reader.document()
    }
  }

  @Test(arguments: [
    ("[1,]", 1), ("{\"a\": 1,}", 1), ("// a\n1", 1), ("1 // a", 1), ("/* a */ 1 /* b */", 2), ("1 /* a", 1),
    ("1 /*/", 1),
    ("# a\n1", 1), ("{\"a\": 1, \"a\": 2, \"a\": 3}", 2),
  ]) func readsOverAndNotes(_ text: String, _ count: Int) throws {
    var reader = JSONReader(Array(text.utf8))
    _ = try reader.document()
    #expect(reader.faults.count == count)
  }

  @Test func placesAreLinesAndCharacters() {
    let source = SourceText(file: "a", bytes: Array("\u{FEFF}ab\n\tüx\n".utf8))
    #expect(source.location(of: 3) == (1, 1) && source.location(of: 4) == (1, 2))
    #expect(source.location(of: 7) == (2, 2) && source.location(of: 9) == (2, 3))
    #expect(source.location(of: 11) == (3, 1) && source.location(of: 500) == (3, 1))
  }

  @Test func whatIsPrintedReadsBack() throws {
    let text = "{\"a\\\"\\\\\\n\\u0007\\u202e\": [1, -2.5e3, true, null, {\"b\": {}}, []], \"ü\": \"\u{1F511}\"}"
    let printed = try read(text).text()
    #expect(try read(printed).text() == printed)
    #expect(try read(printed).members?.map(\.name) == ["a\"\\\n\u{7}\u{202E}", "ü"])
  }

  /// Every byte of an example left out, doubled and replaced: an answer or an error with its place, never a crash.
  @Test func noSlipBringsTheReadingDown() throws {
    let example = Array(try #require(contents(ofFile: fixtures("config/valid-odd.json"))).utf8)
    let replacements: [[UInt8]] = [[], [0x22], [0x7B], [0x5D], [0x2C], [0x5C], [0x30], [0xFF], [0x0A], [0x2F, 0x2A]]
    for position in example.indices {
      let replacement = replacements[position % replacements.count]
      let bytes = Array(example[..<position] + replacement + example[(position + 1)...])
      var log = IssueLog(source: SourceText(file: "a", bytes: bytes))
      let draft = Draft.read(&log)
      #expect(draft != nil || !log.errors.isEmpty)
      #expect(log.errors.allSatisfy { $0.line > 0 && $0.column > 0 && !$0.message.isEmpty })
    }
  }
}
