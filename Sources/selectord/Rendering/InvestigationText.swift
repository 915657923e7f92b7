// What a diagnosis is asking now, in one line.

import Daemon
import Model
import Phrasing

/// Tells the steps of an investigation, and which servers have been silent in them.
struct InvestigationText {
  private var silent: [String] = []
  private var line = ""

  /// The key itself is asked for.
  mutating func asking(_ views: [String], for key: KeyName) -> String {
    line = "asking \(Phrase.list(views)) for \(key)"
    return text
  }

  /// The key was asked for.
  mutating func take(_ look: Look) {
    note(look.views.flatMap(\.servers).map { (server: $0.server, answer: $0.answer) })
  }

  mutating func take(_ step: Investigation.Step) -> String {
    switch step {
    case .asking(let round, let inquiries):
      line = "round \(round): \(Phrase.count(inquiries.count, "question"))"
    case .answered(let answers):
      note(answers.flatMap(\.replies).map { (server: $0.server, answer: $0.answer) })
    }
    return text
  }

  private mutating func note(_ answers: [(server: String, answer: Answer)]) {
    for (server, answer) in answers where answer.outcome == .failed(.timeout) && !silent.contains(server) {
      silent.append(server)
    }
  }

  private var text: String {
    silent.isEmpty ? line : "\(line); no answer from \(Phrase.list(silent, limit: 2))"
  }
}
