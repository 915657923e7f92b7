// Rules, causes and repairs are cited by their ids as text: every id that is cited stands in a table.

import Model
import Monitoring
import Diagnosing
import Judging
import TestSupport
import Testing

@testable import Keys

@Suite struct CitedRulesTests {
  static let sources = ["Judging", "Diagnosing", "Monitoring"].flatMap { folder in
    files(below: "Sources/\(folder)", suffix: ".swift").map { "Sources/\(folder)/\($0)" }
  }
  static let known = Set(
    KeyRules.all.map(\.id) + JudgingRules.all.map(\.id) + CauseRules.all.map(\.id) + MonitoringFindings.all.map(\.id)
  )
  .union(KeyRepairs.table.map(\.id))
  /// Texts with a hyphen that are no ids: a name that is asked for to find wildcards, a misspelt label.
  static let others: Set = ["selectord-asks-for-any-name", "domain-key"]

  /// Literals of lower-case words with hyphens between them, and whatever stands in a list of repairs.
  static func cited(in text: String) -> [String] {
    text.split(separator: "\n").flatMap { line -> [String] in
      let code = codeWithoutComment(line)
      let literals = code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
      let isListOfRepairs = code.contains("steps: [\"") || code.contains("isMended(by: [\"")
      return literals.filter { literal in
        let words = literal.split(separator: "-", omittingEmptySubsequences: false)
        return words.allSatisfy {
          !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }
        }
          && (words.count > 1 || isListOfRepairs)
      }
    }
  }

  @Test("Every id that is cited stands in a table", arguments: sources)
  func isKnown(_ file: String) throws {
    let text = try #require(contents(ofFile: repository(file)))
    #expect(Self.cited(in: text).filter { !Self.known.contains($0) && !Self.others.contains($0) } == [])
  }

  @Test("Ids are found where they are cited, and nowhere else") func finds() {
    let text = #"""
      guard facts.finding("tcp-unreachable") != nil  // not "server-fails"
      row("pem-pasted", ["key-pem-armour"], steps: ["hexadecimal"], "Lines of a PEM-file, ns-1.")
      """#
    #expect(Self.cited(in: text) == ["tcp-unreachable", "pem-pasted", "key-pem-armour", "hexadecimal"])
    #expect(Self.sources.flatMap { Self.cited(in: contents(ofFile: repository($0)) ?? "") }.count > 200)
  }
}
