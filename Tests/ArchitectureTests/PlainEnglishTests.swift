// Texts that users see are plain: words that an admin stumbles over do not come back.

import TestSupport
import Testing

/// A word that is not to be used, and what to write instead.
struct HabitWord: Sendable {
  var words: [String]
  var instead: String

  init(_ text: String, _ instead: String) {
    words = text.split(separator: " ").map(String.init)
    self.instead = instead
  }

  static let all = [
    HabitWord("burnt", "compromised"), HabitWord("deed", "action"), HabitWord("fit for use", "no problems found"),
    HabitWord("the like", "the same"), HabitWord("cannot be had", "cannot be retrieved"), HabitWord("mend", "fix"),
    HabitWord("mends", "fixes"), HabitWord("mended", "fixed"), HabitWord("stands", "is"),
  ]

  /// The places in a text, as `line 3: "mends"; write "fixes"`.
  static func found(in text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { number, line in
      let words = line.lowercased().split { !$0.isLetter && $0 != "-" && $0 != "_" }.map(String.init)
      return all.filter { habit in words.indices.contains { words[$0...].starts(with: habit.words) } }.map {
        "line \(number + 1): \"\($0.words.joined(separator: " "))\"; write \"\($0.instead)\""
      }
    }
  }
}

@Suite struct PlainEnglishTests {
  /// What is recorded from the tables and the renderers.
  static let texts =
    ["docs/rules.md", "docs/causes.md"]
    + files(below: "Tests", suffix: "").filter { $0.contains("/Golden/") }.map { "Tests/" + $0 }

  @Test(arguments: texts) func recordedTextsArePlain(_ file: String) throws {
    let text = try #require(contents(ofFile: repository(file)))
    #expect(HabitWord.found(in: text) == [])
  }

  @Test func findsWholeWordsOnly() {
    #expect(HabitWord.found(in: "The key is\nFit for use.") == ["line 2: \"fit for use\"; write \"no problems found\""])
    #expect(HabitWord.found(in: "recommends amended s-mends.example indeed, renewed") == [])
    #expect(Self.texts.count > 100)
  }
}
