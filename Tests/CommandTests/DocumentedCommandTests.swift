// Every command line of selectord that the documentation shows is one that the program takes.

import ArgumentParser
import TestSupport
import Testing

@testable import selectord

/// The command lines in the shell blocks of a page, without what stands before `selectord` and behind its arguments.
private func commandLines(of page: String) -> [[String]] {
  var lines: [[String]] = []
  var isShell = false
  var text = ""
  for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
    let trimmed = line.drop { $0 == " " }
    if trimmed.hasPrefix("```") {
      isShell = trimmed == "```sh"
      continue
    }
    guard isShell else { continue }
    text += trimmed
    if text.hasSuffix("\\") {
      text.removeLast()
      continue
    }
    if let words = words(of: text), !words.isEmpty { lines.append(words) }
    text = ""
  }
  return lines
}

/// The arguments of `selectord` in a line of a shell; nil where it does not run it.
private func words(of line: String) -> [String]? {
  var words: [String] = []
  var word = ""
  var (quote, isWord): (Character?, Bool) = (nil, false)
  scanning: for character in line {
    if let open = quote {
      if character == open { quote = nil } else { word.append(character) }
      continue
    }
    switch character {
    case "'", "\"": (quote, isWord) = (character, true)
    case " ":
      if isWord { words.append(word) }
      (word, isWord) = ("", false)
    case "|",
      "#" where !isWord, ">", ";", "&":
      break scanning
    default:
      word.append(character)
      isWord = true
    }
  }
  if isWord { words.append(word) }
  if words.first == "sudo" {
    words.removeFirst()
    if words.first == "-u" { words.removeFirst(2) }
  }
  guard words.first == "selectord" else { return nil }
  return Array(words.dropFirst())
}

@Test func everyCommandLineOfTheDocumentationIsTaken() throws {
  var count = 0
  for path in files(below: "docs", suffix: ".md").map({ "docs/" + $0 }) + ["README.md"] {
    for arguments in commandLines(of: try #require(contents(ofFile: repository(path)))) {
      count += 1
      #expect(throws: Never.self, "\(path): selectord \(arguments.joined(separator: " "))") {
        _ = try Selectord.parseAsRoot(arguments)
      }
    }
  }
  #expect(count > 40)
}
