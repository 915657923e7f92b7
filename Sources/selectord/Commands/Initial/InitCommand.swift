// `selectord init`: a first configuration, with the selectors that can be found.

import ArgumentParser
import Census
import Config
import Conventions
import Daemon
import Glibc
import Intake
import Model
import Phrasing
import Probing

/// Finds the selectors of domains and writes a configuration that watches them.
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a first configuration, with the selectors that can be found.",
    discussion: """
      DNS has no list of selectors. Those that mail software and vendors propose are asked for, about 100 for each \
      domain, and those that the logs of this machine's mail server show are taken from there. You can name key names \
      too, such as s1._domainkey.example.org. Without a domain, and at a terminal, the domains are asked for.

      What is found is looked at as 'check' does. A key that signs mail is watched even if DNS has no such key; a key \
      that was only guessed has to work. The result passes 'config check --strict'.

      The configuration is written to the file of --config, or $SELECTORD_CONFIG, or else ./config.json; with \
      --config - to standard output. A file that is there is replaced only with --force, and kept as FILE.old.

      EXAMPLES
        selectord init example.org example.net
        selectord init example.org --webhook https://hooks.slack.com/services/... --config /etc/selectord/config.json
        selectord init example.org --log /var/log/exim4 --view local --config -
      """)

  @Argument(help: ArgumentHelp("Signing domains, or key names.", valueName: "domain"))
  var domains: [String] = []

  @Option(
    name: .customLong("config"),
    help: ArgumentHelp("Write to this file. Default: $SELECTORD_CONFIG, then ./config.json.", valueName: "file"),
    completion: .file(extensions: ["json"]))
  var path: String?

  @Flag(help: "Replace the file if there is one.")
  var force = false

  @Option(
    help: ArgumentHelp(
      "Send alerts to this URL: as messages if it is one of Slack, otherwise as JSON.", valueName: "url"))
  var webhook: String?

  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "A log to look for selectors in: a file, a folder, a pattern, journal, or none. Repeatable; without it the logs under "
        + "/var/log and the journal.", valueName: "source"), completion: .file())
  var logs: [String] = []

  @Option(
    name: .customLong("view"),
    help: ArgumentHelp(
      "Ask only this view, and configure it: local, authoritative, an address (8.8.8.8, 127.0.0.1:5301), or an https:// "
        + "URL. Repeatable.", valueName: "spec"))
  var views: [String] = []

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let file = path ?? processEnvironment()["SELECTORD_CONFIG"].flatMap { $0.isEmpty ? nil : $0 } ?? "config.json"
    let target = InitialFile(path: file, replaces: force)
    try target.checkPlace()
    let views = try ViewOptions.views(named: self.views)
    let isTalking = domains.isEmpty && isatty(STDIN_FILENO) == 1
    let subjects = try Self.subjects(isTalking ? Self.ask("Domains to watch, separated by spaces: ") : domains)
    let webhook =
      isTalking && webhook == nil
      ? Self.ask("URL for alerts (of Slack, or any other; empty for none): ").first : webhook

    var found = try InitialFindings(subjects)
    found.take(census())
    let searches = try await search(found.domains, views ?? Configuration.defaultViews)
    for search in searches { found.take(search) }
    found.take(try await looks(at: found.keys.map(\.key), views ?? Configuration.defaultViews))

    let report = InitialReport(
      keys: found.keys, searches: searches, appearance: appearance.chosen, display: InternationalName.display)
    let isData = file != "-"
    try isData ? Console.data(report.table) : Console.message(report.table)
    Console.message(report.remarks.withSelectord)
    guard found.keys.contains(where: { $0.decision == .watch }) else {
      throw CommandFailure(
        .unavailable,
        "found no key to watch, so nothing was written; look at d= and s= of the DKIM-Signature in a message of the domain, "
          + "and name the key: selectord init s1._domainkey.example.org")
    }
    let text = InitialConfiguration(
      schema: InputFile.exists(Self.schema) ? Self.schema : nil, keys: found.keys, views: views, webhook: webhook,
      day: String(now().description.prefix(10))
    ).text
    if !isData { return try Console.data(text) }
    try target.write(text)
    try Console.data(InitialReport.end(file: file, keys: found.keys, hasReceiver: webhook != nil))
  }

  /// Where the Debian package has it.
  private static let schema = "/usr/share/selectord/config.schema.json"

  /// Asks a person; the answer in words.
  private static func ask(_ question: String) -> [String] {
    Console.message(question)
    return (readLine() ?? "").split { " ,\t".contains($0) }.map(String.init)
  }

  /// What the command line names: domains, and keys.
  static func subjects(_ words: [String]) throws -> [WatchedName] {
    if words.isEmpty { throw ValidationError("expected the domains to watch, such as example.org") }
    return try words.map { word in
      if let key = try? KeyNameList.keyName(word) {
        return try WatchedName(key.domain.description, selector: key.selector.description)
      }
      return try WatchedName(RehearsalInput.domain(word).description, selector: nil)
    }
  }

  /// What the logs tell; one that cannot be read is named.
  private func census() -> Census {
    var intake = Intake(now: now())
    guard logs != ["none"] else { return intake.census }
    _ = intake.read(words: logs)
    let report = CensusReport(
      intake.census, intake.tally, watched: [], domains: [], unwatchedOnly: false, now: now())
    Console.message(report.account(showsPlaces: appearance.verbose).withSelectord)
    return intake.census
  }

  private func search(_ domains: [DomainName], _ views: [View]) async throws -> [SelectorSearch.Result] {
    try await withProber(of: views) { prober in
      let activity = Activity()
      activity.say("asking for the usual selectors of \(Phrase.count(domains.count, "domain"))")
      return await activity.during {
        await withTaskGroup(of: SelectorSearch.Result.self) { group in
          for domain in domains {
            group.addTask {
              await Self.result(of: SelectorSearch(domain: domain, guesses: UsualSelectors.all, probe: Self.probe)) {
                await prober.inquire($0)
              }
            }
          }
          var results: [DomainName: SelectorSearch.Result] = [:]
          for await result in group { results[result.domain] = result }
          return domains.compactMap { results[$0] }
        }
      }
    }
  }

  /// A selector that nobody has, another one each time.
  private static var probe: DomainName {
    (try? DomainName("selectord-\(UInt32.random(in: .min ... .max))")) ?? .root
  }

  /// Carries a search out.
  static func result(
    of search: SelectorSearch, _ inquire: ([Inquiry]) async -> [InquiryAnswer]
  ) async -> SelectorSearch.Result {
    var search = search
    var action = search.start()
    while true {
      switch action {
      case .ask(let inquiries): action = search.take(await inquire(inquiries))
      case .finished(let result): return result
      }
    }
  }

  /// Looks at the keys as `check` does.
  private func looks(at keys: [KeyName], _ views: [View]) async throws -> [Judgement] {
    try await withProber(of: views) { prober in
      let progress = Progress()
      let check = KeyCheck(
        asking: prober, configuration: nil, history: KnownHistory(), progress: progress, heedsWatchedViews: false)
      var judgements: [Judgement] = []
      _ = try await check.run(KeyNameSource(keys.map { .success($0) })) { result in
        if case .judgement(let judgement, _) = result { judgements.append(judgement) }
      }
      progress.clear()
      return judgements
    }
  }
}
