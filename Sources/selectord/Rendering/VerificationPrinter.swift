// Prints verified messages in the form that was asked for, as they come.

import Mail
import Model

/// The output of one `verify`.
struct VerificationPrinter {
  private let output: VerdictFormat
  private let text: VerificationText
  private let isVerbose: Bool
  private var grid: Grid
  private var stream: JSONStream
  /// The first message is held back: alone, it is shown in detail.
  private var held: (MessagePlace, MessageVerification)?
  private var counts: [Verdict: Int] = [:]
  private var notOK: [String] = []
  private var only: String?
  private var verdict: Verdict?
  private static let mostLines = 100

  init(output: VerdictFormat, appearance: AppearanceOptions) {
    self.init(output: output, appearance: appearance.chosen, isVerbose: appearance.verbose)
  }

  init(output: VerdictFormat, appearance: Appearance, isVerbose: Bool) {
    self.output = output
    text = VerificationText(appearance: appearance)
    self.isVerbose = isVerbose
    grid = Grid(VerificationText.columns, appearance: appearance)
    stream = JSONStream(isLines: output == .jsonl)
  }

  mutating func show(_ place: MessagePlace, _ message: MessageVerification) throws {
    try Console.data(try added(place, message))
  }

  /// Takes a message and gives what can be printed by now.
  mutating func added(_ place: MessagePlace, _ message: MessageVerification) throws -> String {
    defer {
      counts[message.verdict, default: 0] += 1
      verdict = verdict?.worse(message.verdict) ?? message.verdict
      only = only ?? "\(place.description): \(message.summary)"
      if message.verdict != .ok, notOK.count < Self.mostLines {
        notOK.append("\(message.verdict.rawValue.uppercased()) \(place.description): \(message.summary)")
      }
    }
    switch output {
    case .json, .jsonl:
      return stream.add(try JSONValue(encoding: VerificationObject(message, file: place.file, number: place.number)))
    case .nagios: return ""
    case .table:
      if isVerbose { return text.detail(place, message, showsAll: true) }
      if counts.isEmpty {
        held = (place, message)
        return ""
      }
      var printed = ""
      if let first = held {
        held = nil
        for row in text.rows(first.0, first.1) { printed += grid.add(row) }
      }
      for row in text.rows(place, message) { printed += grid.add(row) }
      return printed
    }
  }

  /// The end; gives the worst verdict.
  mutating func finish(unreadable: Int) throws -> Verdict {
    try Console.verdict(rest(unreadable: unreadable))
    guard let verdict else { throw CommandFailure(.unreadableInput, "the input holds no message") }
    return unreadable > 0 ? verdict.worse(.unknown) : verdict
  }

  /// What is printed at the end.
  mutating func rest(unreadable: Int) -> String {
    switch output {
    case .json, .jsonl: return stream.finish()
    case .nagios: return nagios(unreadable)
    case .table:
      if let held { return text.detail(held.0, held.1, showsAll: false) }
      return isVerbose ? "" : grid.finish()
    }
  }

  private func nagios(_ unreadable: Int) -> String {
    guard var verdict else { return "" }
    func clean(_ text: String) -> String { text.withoutControls.replacing("|", with: "/") }
    let order = [Verdict.critical, .warning, .unknown, .ok]
    let total = counts.values.reduce(0, +)
    var head = total == 1 ? only ?? "" : "\(total) messages: "
    if total > 1 {
      head += order.compactMap { verdict in counts[verdict].map { "\($0) \(verdict.rawValue)" } }
        .joined(separator: ", ")
    }
    if unreadable > 0 {
      verdict = verdict.worse(.unknown)
      head = "\(unreadable) file\(unreadable == 1 ? "" : "s") could not be read. " + head
    }
    let performance = order.map { "'\($0.rawValue)'=\(counts[$0] ?? 0);;;0;\(total)" }.joined(separator: " ")
    let first = "SELECTORD \(verdict.rawValue.uppercased()) - \(clean(head)) | \(performance)\n"
    return first + (total > 1 ? notOK.map { clean($0) + "\n" }.joined() : "")
  }
}
