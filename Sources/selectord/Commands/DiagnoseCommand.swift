// `selectord diagnose`: why a key is in its state, and what mends it.

import ArgumentParser
import Config
import Daemon
import HTTPClient
import Judging
import Model
import Probing
import Storage

/// Looks at one key, asks what the causes need, and tells the one that fits.
struct DiagnoseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Find out why a key is missing or wrong, and what mends it.",
    usage: """
      selectord diagnose <domain> <selector> [<options>]
      selectord diagnose <key-name> [<options>]
      """,
    discussion: """
      Asks for the key through all views, then whatever tells one cause from another: other names that the record may \
      have been put at, other types, the parent zone, former name servers, the target of a CNAME. Prints the cause, \
      how sure it is, the command lines that show it, the record that mends it in the terms of the zone's DNS host, and \
      when receivers fail and recover.

      With a configuration whose database knows the key, the cause rests on its history too, and the record is the one \
      that was last good.

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

  @Option(name: .shortAndLong, help: ArgumentHelp("The form of the output.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var looks: AppearanceOptions

  func run() async throws {
    guard let key = try WatchedName(domain, selector: selector).key else {
      throw ValidationError(
        "found only '\(domain)': expected a domain and a selector, or a key name such as s1._domainkey.example.org")
    }
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let watch = configuration?.watches.first { $0.key == key }
    let history = try await KnownHistory(configuration: configuration)
    let engine = try Engine()
    defer { engine.shutdown() }
    let prober = Prober(views: views, engine: engine, http: try CurlClient(), clock: now)
    let expectation = watch?.expectation ?? Expectation()
    let chosen = viewOptions.specifications.isEmpty ? watch?.views : nil
    guard let look = await prober.look(at: [LookRequest(key: key, views: chosen, isConfirming: true)]).first
    else { return }
    var judgement = look.judged(against: expectation)
    var circumstances = await history.circumstances(of: judgement, expectation: expectation)
    circumstances.isRequested = true
    judgement.take(await Investigation(prober: prober).finish(Diagnostician(circumstances)).diagnosis)
    try show(judgement)
    if judgement.verdict != .ok { throw ExitCode(judgement.verdict.exitCode) }
  }

  private func show(_ judgement: Judgement) throws {
    switch output {
    case .table:
      let detail = JudgementDetail(appearance: looks.appearance, display: InternationalName.display)
      var lines = DiagnosisText(detail: detail).lines(judgement)
      if looks.verbose { lines += [Text("")] + detail.lines(judgement) }
      try Console.data(lines.map { $0.rendered(looks.appearance) + "\n" }.joined())
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

extension Judgement {
  /// Takes up the diagnosis, and what it says of the verdict: a state that is as it should be is no alarm, and a cause may
  /// be worse than what the answers show.
  mutating func take(_ diagnosis: Diagnosis) {
    self.diagnosis = diagnosis
    if let finding = diagnosis.finding {
      findings.append(finding)
      verdict = verdict.worse(Verdict(finding.severity))
    }
    guard diagnosis.isHarmless == true, state != .published else { return }
    verdict = .ok
    for index in findings.indices { findings[index].severity = .info }
  }
}

/// What the database knows, for verbs that work without one too.
struct KnownHistory: Sendable {
  private var memory = StoredMemory()
  private var store: SQLiteHistory?

  /// No history.
  init() {}

  /// Opens what is known. A database that is not there, or cannot be read, is no history.
  init(configuration: Configuration?) async throws {
    guard let configuration, InputFile.exists(configuration.database) else { return }
    do {
      let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
      memory = try await store.memory()
      self.store = store
    } catch {
      Console.talk("selectord: goes on without history: \("\(error)".withoutControls)\n")
    }
  }

  func circumstances(of judgement: Judgement, expectation: Expectation) async -> Circumstances {
    let zone =
      memory.watches[judgement.key]?.zone ?? judgement.views.lazy.compactMap(\.delegation).first?.zone
      ?? judgement.key.domain
    let spans = try? await store?.spans(of: judgement.key, since: nil)
    return Circumstances(
      judgement: judgement, expectation: expectation, memory: memory.watches[judgement.key], zone: memory.zones[zone],
      spans: spans)
  }
}
