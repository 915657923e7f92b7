// `selectord key`: judges the text of a key record, offline.

import ArgumentParser
import Diagnosing
import Judging
import Keys
import Mail
import Model
import Monitoring
import Syntax

/// Judges key records that are given as text.
struct KeyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key",
    abstract: "Judge the text of a key record, offline.",
    usage: """
      selectord key <record> | <file> | - [<options>]
      selectord key --input <file> [<options>]
      selectord key --rules [<options>]
      """,
    discussion: """
      The argument is the record itself, or a file that holds one, or - for standard input: as zone-file text (quoted \
      strings, a whole line, parentheses), as dig prints it, or without quotes. With --input, each line is one record \
      without quotes; lines that begin with # are comments. The keys of all lines are compared with each other: \
      if two share a prime, both are broken.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown: the worst of all records.

      EXAMPLES
        selectord key 'v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQ...'
        dig +short TXT s2026._domainkey.example.org | selectord key -
        selectord key --input records.txt --output jsonl
        selectord key --rules
      """)

  @Argument(help: ArgumentHelp("The record's text, a file that holds it, or - for standard input."))
  var record: String?

  @Option(
    help: ArgumentHelp(
      "Judge each line of this file as a record without quotes; - is standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @Option(help: ArgumentHelp("Minimum acceptable RSA key size, in bits.", valueName: "bits"))
  var minimumBits: Int?

  @Flag(help: "Print the table of rules: what each finding means and what to do.")
  var rules = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
  private func validateTogether() throws {
    if rules {
      if record != nil || input != nil { throw ValidationError("--rules takes no record") }
      if output == .nagios { throw ValidationError("--rules prints as table, json or jsonl") }
    } else if (record == nil) == (input == nil) {
      throw ValidationError(
        record == nil
          ? "expected a key record, a file that holds one, - for standard input, or --input FILE"
          : "expected a record or --input, not both")
    }
    if let minimumBits, minimumBits < 1 { throw ValidationError("--minimum-bits \(minimumBits): expected at least 1") }
  }

  func run() async throws {
    try validateTogether()
    let verdict =
      if rules {
        try printRules()
      } else if let input {
        try judgeLines(of: input)
      } else {
        try judge(try records(of: record ?? "-"))
      }
    if verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  private func printRules() throws -> Verdict {
    let all =
      KeyRules.all + JudgingRules.all + CauseRules.findings + MonitoringFindings.all + MailFindings.all
    try Console.data(RulesText.text(all, output, appearance: appearance.chosen))
    return .ok
  }

  private func records(of argument: String) throws -> [TextRecord] {
    try TextArgument(argument, of: "key record").read { (bytes) throws(RecordTextError) in try RecordText.read(bytes) }
  }

  private func judge(_ records: [TextRecord]) throws -> Verdict {
    let judgement = KeyJudge.judge(records, minimumBits: minimumBits)
    switch output {
    case .table: try Console.data(KeyText(appearance: appearance.chosen).detail(judgement))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      try Console.data(stream.add(try JSONValue(encoding: judgement)) + stream.finish())
    case .nagios:
      var nagios = NagiosText()
      nagios.add(NagiosText.Item(judgement, name: "key record"))
      try Console.data(nagios.text())
    }
    return judgement.verdict
  }

  /// Every line is a record, an empty one too, so that line and result keep together; only comments are stepped over.
  private func judgeLines(of path: String) throws -> Verdict {
    var stream = JSONStream(isLines: output == .jsonl)
    var nagios = NagiosText()
    let keyText = KeyText(appearance: appearance.chosen)
    var grid = Grid(KeyText.columns, appearance: appearance.chosen)
    // All lines are compared before the first is judged: only together they show that keys share a prime.
    var lines: [(number: Int, record: TextRecord, modulus: Modulus?)] = []
    try InputFile.eachLine(of: path) { number, line in
      if line.first == UInt8(ascii: "#") { return }
      let record = TextRecord(bytes: line)
      lines.append((number, record, Modulus([record])))
    }
    var primes = SharedPrimes<Int>()
    primes.insert(lines.lazy.compactMap { line in line.modulus.map { (owner: line.number, modulus: $0) } })
    for (number, record, modulus) in lines {
      let sharers = (modulus.flatMap { primes.partners[$0] } ?? []).map { "line \($0)" }
      let judgement = KeyJudge.judge(
        [record], minimumBits: minimumBits,
        relations: KeyRelations(
          primeSharers: sharers,
          knownPrime: modulus.flatMap { primes.knownPrimes[$0] }.map { .divides($0) } ?? .testedElsewhere))
      nagios.add(NagiosText.Item(judgement, name: "line \(number)"))
      switch output {
      case .table:
        var row = keyText.row(judgement, line: number)
        if appearance.verbose {
          row.below = judgement.findings.flatMap(JudgementDetail(appearance: appearance.chosen).finding)
        }
        try Console.data(grid.add(row))
      case .json, .jsonl: try Console.data(stream.add(try JSONValue(encoding: judgement)))
      case .nagios: break
      }
    }
    switch output {
    case .table: try Console.data(grid.finish())
    case .json, .jsonl: try Console.data(stream.finish())
    case .nagios: try Console.data(nagios.text())
    }
    guard let verdict = nagios.verdict else { throw CommandFailure(.unreadableInput, "the input has no record") }
    return verdict
  }
}

extension NagiosText.Item {
  init(_ judgement: KeyJudgement, name: String) {
    self.init(name: name, verdict: judgement.verdict, state: judgement.state, summary: judgement.summary)
  }
}
