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
    HabitWord("mends", "fixes"), HabitWord("mended", "fixed"), HabitWord("stands at", "is at"),
    HabitWord("stands in", "is in"),
  ]

  /// Those that the texts of causes, and the transcripts of scenarios, still have.
  static let outsideDiagnosing =
    all + [
      HabitWord("anew", "again"),
      HabitWord("is gone", "is missing"), HabitWord("are gone", "are missing"),
      HabitWord("is told", "is alerted"), HabitWord("are told", "are alerted"), HabitWord("told of", "alerted of"),
      HabitWord("cannot be told", "is not known"), HabitWord("does not tell", "gives no answer"),
      HabitWord("stands here", "is here"), HabitWord("stands there", "is there"), HabitWord("beneath", "below"),
      HabitWord("heed", "respect"), HabitWord("heeded", "respected"), HabitWord("heeds", "respects"),
      HabitWord("whoever", "anybody who"), HabitWord("goes on", "continues"), HabitWord("of no use", "useless"),
      HabitWord("has to be", "must be"),
      HabitWord("take note of", "acknowledge"), HabitWord("takes note of", "acknowledges"),
    ]

  /// The places in a text, as `line 3: "mends"; write "fixes"`.
  static func found(in text: String, of all: [HabitWord] = all) -> [String] {
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
    ["docs/rules.md", "docs/policy-rules.md", "docs/causes.md"]
    + files(below: "Tests", suffix: "").filter { $0.contains("/Golden/") }.map { "Tests/" + $0 }

  /// Pages, manuals, and what verbs, alerts and errors say.
  static let outsideDiagnosing =
    ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "deploy/config.schema.json", "docs/output.schema.json"]
    + files(below: "docs", suffix: ".md").filter {
      // The first two are recorded from the causes and rules, the others are for people who change the code.
      !["causes.md", "rules.md", "architecture.md", "receivers.md"].contains($0)
    }.map { "docs/" + $0 }
    + ["deploy/man", "deploy/completions"].flatMap { folder in
      files(below: folder, suffix: "").map { folder + "/" + $0 }
    }
    + ["Command", "Alerting", "Config"].flatMap { name in
      files(below: "Tests/\(name)Tests/Golden", suffix: "").map { "Tests/\(name)Tests/Golden/" + $0 }
    }

  @Test(arguments: texts) func recordedTextsArePlain(_ file: String) throws {
    let text = try #require(contents(ofFile: repository(file)))
    #expect(HabitWord.found(in: text) == [])
  }

  @Test(arguments: outsideDiagnosing) func pagesAndOutputArePlain(_ file: String) throws {
    let text = try #require(contents(ofFile: repository(file)))
    #expect(HabitWord.found(in: text, of: HabitWord.outsideDiagnosing) == [])
  }

  @Test func findsWholeWordsOnly() {
    #expect(HabitWord.found(in: "The key is\nFit for use.") == ["line 2: \"fit for use\"; write \"no problems found\""])
    #expect(HabitWord.found(in: "recommends amended s-mends.example indeed, renewed") == [])
    #expect(HabitWord.found(in: "The key is gone.", of: HabitWord.outsideDiagnosing).count == 1)
    #expect(Self.texts.count > 100)
    #expect(Self.outsideDiagnosing.count > 100)
  }
}
