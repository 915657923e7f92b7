// `selectord check`: asks now and judges what comes.

import ArgumentParser
import Config
import Daemon
import HTTPClient
import Model
import Probing

/// Asks for keys through all views; needs no database.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Ask for keys now, and judge the answers. Needs no database.",
    usage: """
      selectord check <domain> <selector> ... [<options>]
      selectord check <key-name> ... [<options>]
      selectord check --input <file> [<options>]
      """,
    discussion: """
      Give a signing domain and its selectors, or key names, or a list by --input: on each line a domain and its \
      selectors, or one key name; # begins a comment. Invalid lines are reported on standard error; the rest are \
      processed. Internationalized names can be written as they are read.

      Without --view, the views of the configuration are asked, or local, google (8.8.8.8) and authoritative. If the \
      configuration watches a key, its expectations apply.

      All keys of a run are compared with each other and with primes known from many keys: two that share a prime are \
      both broken. For a list of more than \(KeyCheck.batchSize * KeyCheck.batchesHeld) keys that takes longer than all \
      else, and is done with --compare; the keys found are then shown again at the end.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown: the worst of all keys. Also 3 for wrong usage and invalid \
      lines, unless a key is critical.

      EXAMPLES
        selectord check domain.com zendesk1 zendesk2
        selectord check zendesk1._domainkey.domain.com --view authoritative --verbose
        selectord check --input partners.txt --output jsonl
        selectord check domain.com zendesk1 --output nagios
      """)

  @Argument(help: ArgumentHelp("A signing domain and its selectors, or key names.", valueName: "domain-selector"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp("Read the keys from this file (.gz too); - is standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Flag(help: "Compare the keys of a long list with each other too: about 0.5 ms a key.")
  var compare = false

  @Flag(help: "Find the cause for each key that is not ok, as 'diagnose' does.")
  var explain = false

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
  private func validateTogether() throws {
    if names.isEmpty, input == nil {
      throw ValidationError("expected a domain and its selectors, a key name, or --input FILE")
    }
    if !names.isEmpty, input != nil { throw ValidationError("expected names or --input, not both") }
    if names.count == 1, (try? KeyNameList.keyName(names[0])) == nil {
      throw ValidationError(
        "only '\(names[0])' is given; expected a domain and its selectors, or a key name such as "
          + "s1._domainkey.example.org")
    }
  }

  func run() async throws {
    try validateTogether()
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let verdict = try await withProber(of: views) { prober in
      try await check(views, by: prober, configuration: configuration)
    }
    if verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  /// Looks at all keys and prints what comes; gives the worst verdict.
  private func check(_ views: [View], by prober: Prober, configuration: Configuration?) async throws -> Verdict {
    let progress = Progress()
    let check = KeyCheck(
      asking: prober, configuration: configuration,
      history: explain ? try await KnownHistory(configuration: configuration) : KnownHistory(), progress: progress,
      heedsWatchedViews: viewOptions.specifications.isEmpty, explainsAll: explain, comparesLongLists: compare)
    var printer = CheckPrinter(
      output: output, viewNames: views.map(\.name), isSingle: input == nil && names.count <= 2, appearance: appearance,
      progress: progress)
    let badLines = try await check.run(source) { result in try printer.show(result) }
    try printer.finish(badLines: badLines)
    guard let verdict = printer.verdict else { throw CommandFailure(.unreadableInput, "the input has no key name") }
    return verdict
  }

  /// The keys of the command line, or the list.
  private var source: KeyNameSource {
    if let input { return KeyNameSource(list: input) }
    let areKeyNames = (try? KeyNameList.keyName(names[0])) != nil
    return KeyNameSource(
      (areKeyNames ? names : Array(names.dropFirst())).map { name in
        Result { () throws(KeyNameLineError) in
          areKeyNames ? try KeyNameList.keyName(name) : try KeyNameList.keyName(domain: names[0], selector: name)
        }
      })
  }
}
