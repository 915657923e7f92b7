// `selectord diagnose`: why a key is in its state, and what mends it.

import ArgumentParser
import Config
import Daemon
import HTTPClient
import Diagnosing
import Judging
import Model
import Monitoring
import Probing
import Storage

/// Looks at one key, asks what the causes need, and tells the one that fits.
struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Find out why a key is missing or wrong, and how to fix it.",
    usage: """
      selectord diagnose <domain> <selector> [<options>]
      selectord diagnose <key-name> [<options>]
      """,
    discussion: """
      Asks all views for the key, then whatever helps to find the cause: other names where the record may be, other \
      types, the parent zone, former name servers, the target of a CNAME. Prints the cause, how certain it is, commands \
      that show it, the record to add, in the words of the panel of the DNS host, and when receivers fail and recover. On a terminal, standard error shows what is being asked.

      If the database of the configuration knows the key, its history is used too, and the record is the last good one.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown.

      EXAMPLES
        selectord diagnose domain.com zendesk1
        selectord diagnose zendesk1._domainkey.domain.com --output json
      """)

  @Argument(help: "The signing domain, or a key name.")
  var domain: String

  @Argument(help: "The selector.")
  var selector: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    guard let key = try WatchedName(domain, selector: selector).key else {
      throw ValidationError(
        "only '\(domain)' is given; expected a domain and a selector, or a key name such as s1._domainkey.example.org")
    }
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let watch = configuration?.watches.first { $0.key == key }
    let history = try await KnownHistory(configuration: configuration)
    let expectation = watch?.expectation ?? Expectation()
    let chosen = viewOptions.specifications.isEmpty ? watch?.views : nil
    let activity = Activity()
    let judgement = try await withProber(of: views) { prober in
      await activity.during {
        var text = InvestigationText()
        activity.say(text.asking(chosen ?? views.map(\.name), for: key))
        let seen = await prober.look(at: [LookRequest(key: key, views: chosen, isConfirming: true)])[0]
        text.take(seen)
        let look = seen.judged(against: expectation, formerCaches: history.caches(of: key))
        var input = await history.input(of: look)
        input.isRequested = true
        let machine = await Investigation(prober: prober).finish(DiagnosisMachine(input)) { step in
          activity.say(text.take(step))
        }
        return look.judgement.taking(machine.diagnosis)
      }
    }
    try show(judgement)
    if judgement.verdict != .ok { throw ExitCode(judgement.verdict.exitCode) }
  }

  private func show(_ judgement: Judgement) throws {
    switch output {
    case .table:
      let detail = JudgementDetail(appearance: appearance.chosen, display: InternationalName.display)
      var lines = DiagnosisText(detail: detail).lines(judgement)
      if appearance.verbose { lines += [StyledText("")] + detail.lines(judgement) }
      try Console.data(lines.map { $0.rendered(appearance.chosen) + "\n" }.joined())
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      try Console.data(stream.add(try JSONValue(encoding: judgement)) + stream.finish())
    case .nagios:
      var nagios = NagiosText()
      nagios.add(judgement)
      try Console.data(nagios.text())
    }
  }
}
