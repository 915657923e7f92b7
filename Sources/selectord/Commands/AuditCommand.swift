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
    let isPrivateInternet = views.contains(where: \.isOfPrivateInternet)
    let runner = AuditRunner(
      prober: Prober(views: views, engine: engine, http: http, clock: now), http: http,
      allowsPrivateAddresses: isPrivateInternet)
    let resolver = views.first { !$0.isAuthoritative }?.name
    var printer = AuditPrinter(
      output, appearance: appearance, earlier: earlier, isTable: input != nil && output == .table)
    let activity = Activity()
    let audits = try subjects.all.map { domain in
      let known = configuration?.watches.map(\.key).filter { $0.domain == domain }.map(\.selector) ?? []
      return Audit(
        domain: domain,
        options: AuditOptions(
          // A new label each time: the absence of the last one may be remembered somewhere.
          now: now(), probe: try DomainName("selectord-\(UInt32.random(in: .min ... .max))"), resolver: resolver,
          selectors: given + known, isPrivateInternet: isPrivateInternet, client: spfClient(domain)))
    }
    let reports = await activity.during { await Self.run(audits, runner, activity) { reports in reports } }
    for report in reports { try printer.show(report) }
    printer.add(badLines: subjects.badLines)
    return try printer.finish() ?? .unknown
  }

  private func spfClient(_ domain: DomainName) -> SPFClient? {
    client.map {
      SPFClient(
        address: $0, sender: Array((sender ?? "postmaster@\(domain)").utf8), helo: Array((helo ?? "").utf8),
        seconds: now().seconds)
    }
  }

  /// Runs some audits side by side; the reports come in the order of the audits.
  private static func run<Result>(
    _ audits: [Audit], _ runner: AuditRunner, _ activity: Activity, _ body: ([AuditReport]) -> Result
  ) async -> Result {
    var reports: [AuditReport?] = audits.map { _ in nil }
    await withTaskGroup(of: (Int, AuditReport).self) { group in
      var (next, done) = (0, 0)
      func begin() {
        guard next < audits.count else { return }
        let (index, audit) = (next, audits[next])
        next += 1
        group.addTask {
          (
            index,
            await runner.run(audit) { step in
              guard audits.count == 1 else { return }
              activity.say("asking: round \(step.round), \(step.requests) questions")
            }
          )
        }
      }
      for _ in 0..<parallelAudits { begin() }
      if audits.count > 1 { activity.say("audited 0 of \(audits.count) domains") }
      for await (index, report) in group {
        reports[index] = report
        done += 1
        if audits.count > 1 { activity.say("audited \(done) of \(audits.count) domains") }
        begin()
      }
    }
    return body(reports.compactMap(\.self))
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
