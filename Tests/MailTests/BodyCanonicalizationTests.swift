// Bodies of every make, in chunks of every size, against the rule written down once more.

import Model
import TestSupport
import Testing

@testable import Mail

@Suite struct BodyCanonicalizationTests {
  /// RFC 6376, sections 3.4.3 and 3.4.4, line by line. LF without CR is a line end, as in files.
  private static func canonical(_ body: [UInt8], _ canonicalization: Canonicalization) -> [UInt8] {
    var lines: [[UInt8]] = [[]]
    for byte in body {
      if byte == .lineFeed {
        if lines[lines.count - 1].last == .carriageReturn { lines[lines.count - 1].removeLast() }
        lines.append([])
      } else {
        lines[lines.count - 1].append(byte)
      }
    }
    if lines.last?.isEmpty == true { lines.removeLast() }
    if canonicalization == .relaxed {
      lines = lines.map { line in
        var result: [UInt8] = []
        for byte in line {
          if byte.isBlank { if result.last != .space { result.append(.space) } } else { result.append(byte) }
        }
        if result.last == .space { result.removeLast() }
        return result
      }
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    if lines.isEmpty { return canonicalization == .simple ? [.carriageReturn, .lineFeed] : [] }
    return Array(lines.joined(separator: [.carriageReturn, .lineFeed])) + [.carriageReturn, .lineFeed]
  }

  private static func body(_ random: inout SeededGenerator) -> [UInt8] {
    // Most are lines of a file or of a wire, some are anything.
    let ends = [["\n"], ["\r\n"], ["\n", "\r\n", "\n\n\n", "\r", " \n", "\t\r\n"]].randomElement(using: &random) ?? []
    let fillings = [
      "word", "x", " ", "a b", "  ", "\t", "\u{1}", "ä", String(repeating: "text ", count: 9), "=C3=A4", "\r",
    ]
    let plain = Bool.random(using: &random)
    var body = ""
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        body += plain ? "plain-text," : fillings.randomElement(using: &random) ?? ""
      }
      body += ends.randomElement(using: &random) ?? ""
    }
    return Array(body.utf8)
  }

  @Test(arguments: 0..<200) func everyBodyIsHashedAsTheRuleSays(seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let body = Self.body(&random)
    for canonicalization in Canonicalization.allCases {
      let expected = Self.canonical(body, canonicalization)
      let kind = BodyHashKind(canonicalization, .sha256)
      var hasher = BodyHasher([kind])
      var rest = body[...]
      while !rest.isEmpty {
        let chunk = Array(rest.prefix(Int.random(in: 1...(seed % 2 == 0 ? 4000 : 70), using: &random)))
        chunk.withUnsafeBytes { hasher.take($0) }
        rest = rest.dropFirst(chunk.count)
      }
      let hash = try #require(hasher.finish()[kind])
      #expect(hash.length == UInt64(expected.count))
      #expect(hash.hash == RunningHash.hash(expected, .sha256))
    }
  }

  /// Longer than what is collected before it is hashed, so that blocks reach over its end.
  @Test func aLongBodyIsHashedAsTheRuleSays() throws {
    let body = (0..<9000).flatMap { Array("line \($0) \(String(repeating: "x", count: $0 % 97))\n".utf8) }
    for canonicalization in Canonicalization.allCases {
      let kind = BodyHashKind(canonicalization, .sha256)
      #expect(BodyHasher.hash(body, kind)?.hash == RunningHash.hash(Self.canonical(body, canonicalization), .sha256))
    }
  }
}
