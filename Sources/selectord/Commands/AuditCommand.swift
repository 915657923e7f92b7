// `selectord audit`: one report on everything that mail needs of DNS.

import ArgumentParser
import Auditing
import Config
import Daemon
import HTTPClient
import Model
import Probing

/// Audits domains one after another, and prints a report each.
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Check everything that mail needs of DNS, and print a report with a score.",
    discussion: """
      Asks the zone's own servers, their parent and a resolver: delegation, name servers, zone, DNSSEC, and everything \
      that mail uses. Each finding says what is wrong, what was seen and what to do. The score is out of 10; each \
      finding says how many points it costs.

      The authoritative view and the first recursive view are used. Works without configuration and database.

      Exit code: 0 no problems, 1 warning, 2 critical, 3 unknown.

      EXAMPLES
        selectord audit domain.com
        selectord audit domain.com example.org --output jsonl
      """)

  @Argument(help: "The domains.")
  var domains: [String]

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let domains = try domains.map(RehearsalInput.domain)
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let resolver = views.first { !$0.isAuthoritative }?.name
    let engine = try Engine()
    defer { engine.shutdown() }
    let http = try CurlClient()
    defer { http.shutdown() }
    let runner = AuditRunner(prober: Prober(views: views, engine: engine, http: http, clock: now), http: http)
    var printer = AuditPrinter(output, appearance: appearance)
    for domain in domains {
      let known = configuration?.watches.map(\.key).filter { $0.domain == domain }.map(\.selector) ?? []
      let audit = Audit(
        domain: domain,
        options: AuditOptions(
          // A new label each time: the absence of the last one may be remembered somewhere.
          now: now(), probe: try DomainName("selectord-\(UInt32.random(in: .min ... .max))"), resolver: resolver,
          selectors: known, isPrivateInternet: Self.isPrivate(views)))
      let activity = Activity()
      activity.say("auditing \(InternationalName.display(domain))")
      let report = await activity.during {
        await runner.run(audit) { step in
          activity.say(
            "auditing \(InternationalName.display(domain)): round \(step.round), \(step.requests) questions")
        }
      }
      try printer.show(report)
    }
    if let verdict = try printer.finish(), verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  /// Whether the root servers are those of an internet of one's own.
  static func isPrivate(_ views: [View]) -> Bool {
    views.contains { view in
      if case .authoritative(let roots, _) = view.source {
        !roots.isEmpty && roots.allSatisfy(\.isPrivate)
      } else {
        false
      }
    }
  }
}
