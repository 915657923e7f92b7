// `selectord rehearse`: would mail go on if the delegation moved now?

import ArgumentParser
import Config
import HTTPClient
import Keys
import Model
import Phrasing
import Probing
import Rehearsal
import Storage

/// Compares what the present and the future name servers of a domain hold of what mail needs.
struct RehearseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehearse",
    abstract: "Check new name servers for everything that mail needs, before you move the delegation.",
    discussion: """
      Asks the present servers of the domain and those of --to the same questions: every selector that is or was \
      watched, the selectors of known vendors, MX, SPF, DMARC, MTA-STS, TLS-RPT, BIMI, DANE, the records by which mail \
      programs find their servers, CAA, and wildcards. Prints the differences, and the records that the new zone still \
      needs. Warns if the DS records at the parent would break the new zone.

      Works without configuration and database. If there are any, their selectors are asked too, and root hints and \
      port are those of the authoritative view.

      Exit code: 0 everything is equal, 1 something differs but nothing would be lost, 2 something would be lost, 3 unknown because \
      servers do not answer.

      EXAMPLES
        selectord rehearse domain.com --to anna.ns.cloudflare.com
        selectord rehearse domain.com --to 192.0.2.53 --names names.txt -v
        selectord rehearse domain.com --to ns1.new-host.net --zone a.zone --wait 2h
      """)

  @Argument(help: "The domain that moves.")
  var domain: String

  @Option(
    help: ArgumentHelp(
      "The new name servers: names or addresses (192.0.2.53, 127.0.0.1:5301), separated by commas. Repeatable.",
      valueName: "servers"))
  var to: [String] = []

  @Option(help: ArgumentHelp("The port of the new servers, if they are given without one.", valueName: "port"))
  var port: UInt16?

  @Option(
    help: ArgumentHelp(
      "Ask for these names too: one on each line, types may follow; # begins a comment.", valueName: "file"),
    completion: .file())
  var names: String?

  @Option(help: ArgumentHelp("Ask for all names of this zone file too.", valueName: "file"), completion: .file())
  var zone: String?

  @Option(
    help: ArgumentHelp(
      "Repeat until everything is equal, for at most this long: a duration such as 2h.", valueName: "duration"),
    transform: { text in
      do throws(DurationTextError) {
        return try DurationText.parse(text)
      } catch {
        throw ValidationError(error.description)
      }
    })
  var wait: Duration?

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let domain = try RehearsalInput.domain(domain)
    let configuration = try options.loadIfPresent()
    let view =
      configuration?.views.first(where: \.isAuthoritative)
      ?? View(name: "authoritative", source: .authoritative(rootHints: [], port: 53))
    let servers = try RehearsalInput.servers(to, defaultPort: port ?? view.port)
    var given: [Question] = []
    if let names { given += try RehearsalInput.names(of: names, domain: domain) }
    if let zone { given += try RehearsalInput.names(ofZoneFile: zone, domain: domain) }
    let keys = try await RehearsalInput.keys(within: domain, configuration: configuration)
    let report = try await withProber(of: [view]) { [given] prober in
      let future = await RehearsalInput.located(servers, port: port, domain: domain, prober: prober)
      return try await Self.repeated(for: wait) {
        // A new label each time: the absence of the last one may be remembered somewhere.
        let probe = try DomainName("selectord-\(UInt32.random(in: .min ... .max))")
        return await Self.report(
          Rehearsal(domain: domain, keys: keys, given: given, future: future, probe: probe)
        ) { await prober.inquire($0) }
      }
    }
    try show(report)
    if report.verdict != .ok { throw ExitCode(report.verdict.exitCode) }
  }

  /// Carries a rehearsal out. A private key in an answer does not come through.
  static func report(
    _ rehearsal: Rehearsal, _ inquire: ([Inquiry]) async -> [InquiryAnswer]
  ) async -> RehearsalReport {
    var rehearsal = rehearsal
    var action = rehearsal.start()
    while true {
      switch action {
      case .ask(let inquiries):
        action = rehearsal.take(await inquire(inquiries).map(PrivateKeyRedaction.redacted))
      case .finished(let report): return report
      }
    }
  }

  /// Looks again until all is equal or the time is up, at first soon and then less often.
  private static func repeated(
    for limit: Duration?, _ look: () async throws -> RehearsalReport
  ) async throws -> RehearsalReport {
    let end = ContinuousClock.now + (limit ?? .zero)
    var pause = Duration.seconds(2)
    var said = ""
    while true {
      let report = try await look()
      let left = end - .now
      if limit == nil || report.verdict == .ok || left <= .zero { return report }
      if report.summary != said {
        said = report.summary
        Console.message("selectord: \(said); retrying for up to \(Phrase.duration(left))".withoutControls + "\n")
      }
      try await Task.sleep(for: min(pause, left))
      pause = min(pause * 2, .seconds(30))
    }
  }

  private func show(_ report: RehearsalReport) throws {
    switch output {
    case .table:
      let text = RehearsalText(
        appearance: appearance.chosen, display: InternationalName.display, showsAll: appearance.verbose)
      try Console.data(text.text(report))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      let value = try JSONValue(encoding: RehearsalObject(report: report, checkedAt: now()))
      try Console.data(stream.add(value) + stream.finish())
    }
  }
}

extension View {
  /// The port that the servers of zones are asked on.
  fileprivate var port: UInt16 {
    if case .authoritative(_, let port) = source { port } else { 53 }
  }
}
