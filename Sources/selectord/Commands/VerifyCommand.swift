// `selectord verify`: every signature of a message, and why not.

import ArgumentParser
import Config
import Daemon
import Mail
import Model
import Probing

/// Verifies messages with the keys of now, of a file, or of another time.
struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify every signature of a message, and say why one fails.",
    usage: """
      selectord verify <file> ... [<options>]
      selectord verify - [<options>]
      """,
    discussion: """
      A file holds one message, or is an mbox; a folder is a Maildir, or holds files; - is standard input. Each \
      DKIM-Signature is verified as RFC 6376, 8301 and 8463 say, and the chain of ARC sets as RFC 8617. If a signature \
      fails, the usual changes on the way are undone one after the other until it fits, so that the reason says what was \
      changed: a footer, a subject, an encoding.

      The keys come from the views of the configuration, or local, google (8.8.8.8) and authoritative; the source's word \
      counts before that of caches. If the database of the configuration knows a former key, that one is tried too. With \
      --key, nobody is asked. With --at, the message is verified as of then, with the key that the database knows for \
      that time.

      Exit code: 0 if every signature passes, 1 if one passes and something else is wrong, 2 if none passes, 3 if \
      nothing is signed or no key could be asked for: the worst of all messages.

      EXAMPLES
        selectord verify mail.eml
        selectord verify - --view authoritative --output json < mail.eml
        selectord verify mail.eml --key 'v=DKIM1; p=MIIBIjANBgkqhkiG9w0BAQ...'
        selectord verify ~/Maildir --output jsonl
        selectord verify mail.eml --at 2026-11-20T08:00:00Z
      """)

  @Argument(
    help: ArgumentHelp("Messages, mboxes, folders, or - for standard input.", valueName: "file"), completion: .file())
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Verify with this key, and ask nobody: the record, a file that holds it, or a file with a public key.",
      valueName: "record"))
  var key: String?

  @Option(
    help: ArgumentHelp(
      "Verify as of this time: a date, a time such as 2026-11-20T08:00:00Z, or a duration back from now.",
      valueName: "time"), transform: PointInTime.init)
  var at: PointInTime?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  private func validateTogether() throws {
    if files.isEmpty { throw ValidationError("expected a file with a message, a folder, or - for standard input") }
    if files.count > 1, files.contains("-") {
      throw ValidationError("expected files or standard input, not both")
    }
    if key != nil, !viewOptions.specifications.isEmpty {
      throw ValidationError("expected --key or --view, not both: with --key, nobody is asked")
    }
    if key == "-", files == ["-"] { throw ValidationError("standard input cannot be both the message and the key") }
  }

  func run() async throws {
    try validateTogether()
    let time = at?.before(now()) ?? now()
    let verdict: Verdict
    if let key {
      let given = try GivenKey.read(key)
      verdict = try await verify(at: time) { names in
        Dictionary(uniqueKeysWithValues: names.map { ($0, [KeyOffer(source: .file, answer: given)]) })
      }
    } else {
      let configuration = try options.loadIfPresent()
      let views = try viewOptions.views(configured: configuration?.views)
      let history = try await KnownHistory(configuration: configuration)
      let isPast = at != nil
      let activity = Activity()
      verdict = try await withProber(of: views) { prober in
        try await verify(at: time) { names in
          await activity.during {
            activity.say("asking for \(names.count == 1 ? "1 key" : "\(names.count) keys") ...")
            return await KeyOffers { await history.spans(of: $0) ?? [] }.offers(for: names, at: isPast ? time : nil) {
              requests in
              await prober.look(at: requests)
            }
          }
        }
      }
    }
    if verdict != .ok { throw ExitCode(verdict.exitCode) }
  }

  /// Reads, verifies and prints all messages; gives the worst verdict.
  private func verify(
    at time: Timestamp, asking ask: ([KeyName]) async -> [KeyName: [KeyOffer]]
  ) async throws -> Verdict {
    var printer = VerificationPrinter(output: output, appearance: appearance)
    var known: [KeyName: [KeyOffer]] = [:]
    var batch = MessageBatch()
    var unreadable = 0
    func flush() async throws {
      let names = batch.keyNames.filter { known[$0] == nil }
      if known.count > Self.mostKeys { known = [:] }
      if !names.isEmpty { known.merge(await ask(names)) { $1 } }
      for message in batch.messages { try printer.show(message.place, message.taken.verified(keys: known, at: time)) }
      batch = MessageBatch()
    }
    for file in try MessageFiles.list(files) {
      do {
        var source = try MessageFile(file)
        while let message = try source.next() {
          batch.add(message)
          if batch.isFull { try await flush() }
        }
      } catch let failure as CommandFailure where files != [file] {
        // One file that cannot be read costs a line; the rest goes on.
        Console.message(failure.text)
        unreadable += 1
      }
    }
    try await flush()
    return try printer.finish(unreadable: unreadable)
  }

  private static let mostKeys = 20_000
}

/// Messages that are verified together, so that their keys are asked for side by side.
private struct MessageBatch {
  private(set) var messages: [(place: MessagePlace, taken: TakenMessage)] = []
  private var size = 0

  mutating func add(_ message: (place: MessagePlace, taken: TakenMessage)) {
    messages.append(message)
    size += message.taken.reading.header.length
  }

  var isFull: Bool { messages.count >= 250 || size > 4 << 20 }

  var keyNames: [KeyName] {
    var seen: Set<KeyName> = []
    return messages.flatMap(\.taken.keyNames).filter { seen.insert($0).inserted }
  }
}
