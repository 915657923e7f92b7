// `selectord audit`: one report on everything that mail needs of DNS.

import ArgumentParser
import Auditing
import Config
import Daemon
import HTTPClient
import Mail
import Model
import Policies
import Probing
import Storage

/// Audits domains or one message, and prints a report each.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Check everything that mail needs of DNS, and print a report with a score.",
    usage: """
      selectord audit <domain> ... [<options>]
      selectord audit --input <file> [<options>]
      selectord audit --message <file> [<options>]
      selectord audit --scoring
      """,
    discussion: """
      Asks the zone's own servers, their parent and a resolver: delegation, name servers, zone, DNSSEC, and everything \
      that mail uses. Each finding says what is wrong, what was seen and what to do. The score is out of 10; each \
      finding says how many points it costs, and --scoring prints the table. No mail server is connected to.

      With --client, SPF is evaluated for that address. With --message, one message is audited: its signatures, SPF, \
      what DMARC makes of it, its header, and what the large receivers require.

      The authoritative view and the first recursive view are used. Works without configuration and database.

      Exit code: 0 no problems, 1 warning, 2 critical, 3 unknown: the worst of all domains.

      EXAMPLES
        selectord audit domain.com --selector s2026
        selectord audit domain.com --client 192.0.2.25 --helo mail.domain.com
        selectord audit domain.com --output html > report.html
        selectord audit domain.com --diff yesterday.json
        selectord audit --input domains.txt --output jsonl
        selectord audit --message mail.eml
      """)

  @Argument(help: "The domains.")
  var domains: [String] = []

  @Option(
    help: ArgumentHelp("Audit the domains of this file, one a line; - is standard input.", valueName: "file"),
    completion: .file())
  var input: String?

  @Option(
    name: .customLong("selector"),
    help: ArgumentHelp("A selector that signs mail of the domain, to be judged too. Repeatable.", valueName: "selector")
  )
  var selectors: [String] = []

  @Option(
    help: ArgumentHelp("Evaluate SPF for this client, and look at its PTR record.", valueName: "address"),
    transform: { text in
      guard let address = IPAddress(text) else {
        throw ValidationError("'\(text)' is no address; expected one such as 192.0.2.25 or 2001:db8::25")
      }
      return address
    })
  var client: IPAddress?

  @Option(
    help: ArgumentHelp("The address of MAIL FROM; postmaster of the domain otherwise.", valueName: "address"))
  var sender: String?

  @Option(help: ArgumentHelp("The name that the client says in HELO.", valueName: "name"))
  var helo: String?

  @Option(
    help: ArgumentHelp("Audit this message; - is standard input.", valueName: "file"), completion: .file())
  var message: String?

  @Flag(help: "The message goes to many: require one-click unsubscription.")
  var bulk = false

  @Option(
    help: ArgumentHelp(
      "Compare with an earlier report (of --output json or jsonl), and show what is new and what was fixed.",
      valueName: "file"), completion: .file())
  var diff: String?

  @Flag(help: "Print the table of points: what each finding costs.")
  var scoring = false

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = AuditFormat.table

  @OptionGroup var appearance: AppearanceOptions

  /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
  private func validateTogether() throws {
    let subjects = [!domains.isEmpty, input != nil, message != nil, scoring].count { $0 }
    if subjects != 1 {
      throw ValidationError("expected one of: domains, --input FILE, --message FILE, --scoring")
    }
    if client == nil, message == nil, sender != nil || helo != nil {
      throw ValidationError("--sender and --helo need --client ADDRESS")
    }
    if bulk, message == nil { throw ValidationError("--bulk needs --message FILE") }
    if message != nil, diff != nil || output == .html || !selectors.isEmpty {
      throw ValidationError("--message prints as table, json, jsonl or nagios, without --diff and --selector")
    }
    if scoring, output != .table, output != .json {
      throw ValidationError("--scoring prints as table or json")
    }
  }

  func run() async throws {
    try validateTogether()
    if scoring { return try printScoring() }
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let verdict: Verdict
    if let message {
      verdict = try await AuditedMessage(
        file: message, envelope: MessageEnvelope(client: client, sender: sender, helo: helo), isBulk: bulk,
        output: output, appearance: appearance
      ).audit(views: views, configuration: configuration)
    } else {
      verdict = try await auditDomains(try subjects(), views, configuration)
    }
    if verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  private func printScoring() throws {
    if output == .json {
      try Console.data(try JSONValue(encoding: AuditScoring.current).prettyText() + "\n")
    } else {
      try Console.data(ScoringText(appearance: appearance.chosen).text(.current))
    }
  }

  // MARK: - Domains

  /// The domains to audit. A line that is none costs a message, and the rest goes on.
  private func subjects() throws -> (all: [DomainName], badLines: Int) {
    if let input {
      var (found, badLines): ([DomainName], Int) = ([], 0)
      try InputFile.eachLine(of: input) { number, line in
        let text = String(decoding: line, as: UTF8.self).trimmedOfBlanks
        if text.isEmpty || text.hasPrefix("#") { return }
        do {
          found.append(try RehearsalInput.domain(text))
        } catch {
          badLines += 1
          let place = input == "-" ? "standard input" : input
          Console.message("selectord: \(place):\(number): \(String(describing: error))".withoutControls + "\n")
        }
      }
      if found.isEmpty { throw CommandFailure(.unreadableInput, "the input holds no domain") }
      return (found, badLines)
    }
    return (try domains.map(RehearsalInput.domain), 0)
  }

  /// How many domains are audited side by side.
  private static let parallelAudits = 8

  private func auditDomains(
    _ subjects: (all: [DomainName], badLines: Int), _ views: [View], _ configuration: Configuration?
  ) async throws -> Verdict {
    let earlier = try diff.map(EarlierReports.read) ?? [:]
    let given = try selectors.map { text in
      do throws(DomainNameError) {
        return try DomainName(text)
      } catch {
        throw ValidationError("--selector: \(error.description)")
      }
    }
    let engine = try Engine()
    defer { engine.shutdown() }
    let http = try CurlClient()
    defer { http.shutdown() }
    let runner = AuditRunner(
      prober: Prober(views: views, engine: engine, http: http, clock: now), http: http,
      allowsPrivateAddresses: views.contains(where: \.isOfPrivateInternet))
    var printer = AuditPrinter(
      output, appearance: appearance, earlier: earlier, isTable: input != nil && output == .table)
    let activity = Activity()
    let selectorsOf = Dictionary(grouping: configuration?.watches.map(\.key).filter(\.isKey) ?? [], by: \.domain)
      .mapValues { $0.map(\.selector) }
    let inMail = await selectorsInMail(of: subjects.all, configuration)
    let outcome: Result<Void, any Error> = await activity.during {
      do {
        try await Self.run(subjects.all, runner, activity) { domain in
          var options = AuditOptions(views: views, selectors: given + (selectorsOf[domain] ?? []), at: now())
          options.likelySelectors = inMail[domain] ?? []
          options.client = spfClient(domain)
          return Audit(domain: domain, options: options)
        } show: { report in
          try printer.show(report)
        }
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try outcome.get()
    printer.add(badLines: subjects.badLines)
    return try printer.finish() ?? .unknown
  }

  /// The selectors that the daemon has seen in mail, where there is a daemon whose database can be read.
  private func selectorsInMail(
    of domains: [DomainName], _ configuration: Configuration?
  ) async -> [DomainName: [DomainName]] {
    guard let configuration, !configuration.mail.isEmpty,
      let store = try? SQLiteHistory(path: configuration.database, mode: .readOnly)
    else { return [:] }
    var selectors: [DomainName: [DomainName]] = [:]
    for domain in domains {
      selectors[domain] = try? await store.selectorsInMail(of: domain, since: now() - .seconds(30 * 86_400))
    }
    return selectors
  }

  private func spfClient(_ domain: DomainName) -> SPFClient? {
    client.map {
      SPFClient(
        address: $0, sender: Array((sender ?? "postmaster@\(domain)").utf8), helo: Array((helo ?? "").utf8),
        seconds: now().seconds)
    }
  }

  /// Runs audits side by side, and shows each report as soon as all before it were shown: of a long list few are held.
  private static func run(
    _ domains: [DomainName], _ runner: AuditRunner, _ activity: Activity, _ make: (DomainName) throws -> Audit,
    show: (AuditReport) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, AuditReport).self) { group in
      var (next, running, shown) = (0, 0, 0)
      var waiting: [Int: AuditReport] = [:]
      if domains.count > 1 { activity.say("audited 0 of \(domains.count) domains") }
      repeat {
        while next < domains.count, running < parallelAudits, next - shown < parallelAudits * 8 {
          let (index, audit) = (next, try make(domains[next]))
          (next, running) = (next + 1, running + 1)
          group.addTask {
            let report = await runner.run(audit) { step in
              guard domains.count == 1 else { return }
              activity.say("asking: round \(step.round), \(step.requests) questions")
            }
            return (index, report)
          }
        }
        guard let (index, report) = try await group.next() else { break }
        running -= 1
        waiting[index] = report
        if waiting[shown] != nil { activity.clear() }
        while let report = waiting.removeValue(forKey: shown) {
          try show(report)
          shown += 1
        }
        if domains.count > 1 { activity.say("audited \(shown + waiting.count) of \(domains.count) domains") }
      } while shown < domains.count
    }
  }
}

/// The formats of `audit`.
enum AuditFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl, nagios, html
}

extension String {
  fileprivate var trimmedOfBlanks: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
