// `selectord alert`: deliveries and receivers.

import Alerting
import ArgumentParser
import Config
import Daemon
import HTTPClient
import Model
import Reporting
import Storage

/// The verbs for what is told.
struct AlertCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alert",
    abstract: "List deliveries of alerts, retry them, or test a receiver.",
    subcommands: [List.self, Retry.self, Test.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List deliveries and their results, oldest first.",
      discussion: """
        EXAMPLES
          selectord alert list --failed
          selectord alert list --receiver postmaster --since 7d --output jsonl
        """)

    @Flag(help: "List the deliveries that were given up.")
    var failed = false

    @Flag(help: "List the deliveries that are waiting for their next try.")
    var pending = false

    @Flag(help: "List the deliveries that were accepted.")
    var delivered = false

    @Flag(help: "List the deliveries that nobody needed any more.")
    var dropped = false

    @Option(help: ArgumentHelp("List the deliveries to this receiver.", valueName: "name"))
    var receiver: String?

    @Option(
      help: ArgumentHelp(
        "List the deliveries made since this time: a duration such as 7d, or a date.", valueName: "when"),
      transform: PointInTime.init)
    var since: PointInTime?

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
    var output = ListFormat.table

    @OptionGroup var appearance: AppearanceOptions

    func run() async throws {
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
      var statuses: [Delivery.Status] = []
      if failed { statuses.append(.failed) }
      if pending { statuses.append(.pending) }
      if delivered { statuses.append(.delivered) }
      if dropped { statuses.append(.dropped) }
      let filter = DeliveryFilter(statuses: statuses, receiver: receiver, since: since?.before(now()))
      let items = try await store.deliveries(filter).map { DeliveryItem(delivery: $0.delivery, event: $0.event) }
      switch output {
      case .table:
        if items.isEmpty {
          if let receiver { _ = try configuration.receiver(named: receiver) }
          Console.message("selectord: no deliveries match\n")
        }
        try Console.data(DeliveryTable.text(items, appearance: appearance.chosen, showsDetails: appearance.verbose))
      case .json, .jsonl:
        var stream = JSONStream(isLines: output == .jsonl)
        for item in items { try Console.data(stream.add(try JSONValue(encoding: item))) }
        try Console.data(stream.finish())
      }
    }
  }

  struct Retry: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "retry",
      abstract: "Retry deliveries.",
      usage: """
        selectord alert retry <id> ... [--config <file>]
        selectord alert retry --receiver <name> [--config <file>]
        selectord alert retry --all [--config <file>]
        """,
      discussion: """
        The daemon retries failed deliveries as if they were new, and pending ones at once. Their ids stay the same, and \
        are printed.

        EXAMPLES
          selectord alert retry dlv_01ARZ3NDEKTSV4RRFFQ69G5FAV
          selectord alert retry --receiver postmaster
          selectord alert retry --all
        """)

    @Argument(help: "The ids of deliveries.")
    var id: [String] = []

    @Option(help: ArgumentHelp("All failed deliveries to this receiver.", valueName: "name"))
    var receiver: String?

    @Flag(help: "All failed deliveries.")
    var all = false

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
      let choices: [RequeueSelection?] = [
        id.isEmpty ? nil : .ids(id), receiver.map { .receiver($0) }, all ? .allFailed : nil,
      ]
      let chosen = choices.compactMap(\.self)
      guard chosen.count == 1, let selection = chosen.first else {
        throw ValidationError("expected one of: ids of deliveries, --receiver NAME, --all")
      }
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .beside)
      let requeued = try await store.requeue(selection, at: now())
      for id in requeued { try Console.data(id + "\n") }
      if requeued.isEmpty, id.isEmpty {
        if let receiver { _ = try configuration.receiver(named: receiver) }
        Console.message("selectord: nothing to retry\n")
      }
      let unknown = Set(id).subtracting(requeued).sorted()
      if !unknown.isEmpty {
        throw CommandFailure(
          .unreadableInput,
          "no failed or pending delivery has the id \(unknown.joined(separator: ", ")); 'selectord alert list' shows them all"
        )
      }
    }
  }

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "test",
      abstract: "Send a test event to a receiver now, and print the result.",
      discussion: """
        The event is sent once and not kept. Exit code: 0 if the receiver accepted it, 69 if not.

        EXAMPLES
          selectord alert test postmaster
        """)

    @Argument(help: "The name of a configured receiver.")
    var receiver: String

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
      let configuration = try options.load(readsSecrets: true)
      let target = try configuration.receiver(named: receiver)
      let client = try CurlClient()
      defer { client.shutdown() }
      let result = await MessageSender(
        transport: client, now: now, display: InternationalName.display, link: configuration.pageLink
      ).sendTest(to: target)
      guard result.kind == .accepted else {
        throw CommandFailure(.unavailable, "\(target.name) did not accept the test: \(result.text)")
      }
      try Console.data("\(target.name) accepted the test: \(result.text)".withoutControls + "\n")
    }
  }
}

extension Configuration {
  /// The receiver that the command line names.
  fileprivate func receiver(named name: String) throws(CommandFailure) -> Receiver {
    if let receiver = receivers.first(where: { $0.name == name }) { return receiver }
    let names = receivers.map(\.name).joined(separator: ", ")
    throw CommandFailure(
      .usage,
      "'\(name)' is not a configured receiver; "
        + (names.isEmpty ? "the configuration has none" : "expected one of: \(names)"))
  }
}
