// `selectord policy`: judges the text of a policy, offline.

import ArgumentParser
import Model
import Policies
import Syntax

/// Judges policies that are given as text.
struct PolicyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy",
    abstract: "Judge the text of an SPF, DMARC, MTA-STS, TLS-RPT, BIMI, CAA or TLSA policy, offline.",
    usage: """
      selectord policy <text> | <file> | - [<options>]
      selectord policy --input <file> [<options>]
      selectord policy --rules [<options>]
      """,
    discussion: """
      The argument is the record itself, or a file that holds it, or - for standard input: as zone-file text (quoted \
      strings, a whole line, parentheses), as dig prints it, or without quotes. Several records of one type are judged \
      together, as they stand at one name. The policy file of MTA-STS is read as it is. With --input, each line is one \
      record without quotes; lines that begin with # are comments.

      The type is found in the text: --type is needed only if the text does not show it. Nothing is asked of DNS, so \
      names in the text are not followed.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown: the worst of all records.

      EXAMPLES
        selectord policy 'v=spf1 mx include:_spf.example.net -all'
        dig +short TXT _dmarc.example.org | selectord policy -
        selectord policy mta-sts.txt
        selectord policy --input records.txt --type dmarc --output jsonl
        selectord policy --rules --type spf
      """)

  @Argument(help: ArgumentHelp("The policy's text, a file that holds it, or - for standard input."))
  var text: String?

  @Option(
    help: ArgumentHelp(
      "Judge each line of this file as a record without quotes; - is standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @Option(
    help: ArgumentHelp(
      "What the text is: \(PolicyType.allCases.map(\.rawValue).joined(separator: ", ")). Found in the text otherwise.",
      valueName: "type"),
    completion: .list(PolicyType.allCases.map(\.rawValue)), transform: word)
  var type: PolicyType?

  @Flag(help: "Print the table of rules: what each finding means and what to do.")
  var rules = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
  private func validateTogether() throws {
    if rules {
      if text != nil || input != nil { throw ValidationError("--rules takes no text") }
      if output == .nagios { throw ValidationError("--rules prints as table, json or jsonl") }
    } else if (text == nil) == (input == nil) {
      throw ValidationError(
        text == nil
          ? "expected a policy's text, a file that holds it, - for standard input, or --input FILE"
          : "expected a text or --input, not both")
    } else if input != nil, type == .mtaSTSPolicy {
      throw ValidationError("--type mta-sts-policy: a policy file has several lines; give the file without --input")
    }
  }

  func run() async throws {
    try validateTogether()
    let verdict =
      if rules {
        try printRules()
      } else if let input {
        try judgeLines(of: input)
      } else {
        try judge(try policies(of: text ?? "-"))
      }
    if verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  private func printRules() throws -> Verdict {
    let all = type.map(PolicyRules.rules) ?? PolicyRules.all
    try Console.data(RulesText.text(all, output, appearance: appearance.chosen))
    return .ok
  }

  private func policies(of argument: String) throws -> [PolicyText] {
    let argument = try TextArgument(argument, of: "policy")
    let found = try argument.read { (bytes) throws(RecordTextError) in try PolicyText.read(bytes, type: type) }
    guard !found.isEmpty else {
      throw CommandFailure(
        .unreadableInput, argument.place.map { "\($0): \(Self.notRecognized)" } ?? Self.notRecognized)
    }
    return found
  }

  private static let notRecognized =
    "no policy is recognized in the text; expected v=spf1 …, v=DMARC1; …, version: STSv1 or similar, or a CAA or TLSA "
    + "record; if it is one, say which with --type"

  private func judge(_ policies: [PolicyText]) throws -> Verdict {
    let judgements = policies.map(PolicyJudge.judge)
    var printer = PolicyPrinter(output, appearance: appearance)
    for judgement in judgements { try printer.detail(judgement) }
    return try printer.finish() ?? .unknown
  }

  /// Every line is a record; comments are stepped over. A line of which nobody can say what it is costs a message.
  private func judgeLines(of path: String) throws -> Verdict {
    var printer = PolicyPrinter(output, appearance: appearance)
    var badLines = 0
    try InputFile.eachLine(of: path) { number, line in
      if line.first == UInt8(ascii: "#") { return }
      guard let policy = PolicyText(line: line, type: type) else {
        // An empty line is no record of any type.
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { return }
        badLines += 1
        let place = path == "-" ? "standard input" : path
        Console.message("selectord: \(place):\(number): \(Self.notRecognized)\n")
        return
      }
      try printer.row(PolicyJudge.judge(policy), line: number)
    }
    printer.add(badLines: badLines)
    guard let verdict = try printer.finish() else {
      throw CommandFailure(.unreadableInput, "the input holds no record")
    }
    return verdict
  }
}
