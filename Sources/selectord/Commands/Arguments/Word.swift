// Options whose value is a word of an enumeration that knows nothing of the command line.

import ArgumentParser
import Config

/// One word of an enumeration.
@Sendable func word<Word: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Word {
  if let word = Word(rawValue: text) { return word }
  let words = Word.allCases.map(\.rawValue)
  let hint = nearestWord(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
  throw ValidationError("'\(text)' is unknown; expected one of \(words.joined(separator: ", "))\(hint)")
}
