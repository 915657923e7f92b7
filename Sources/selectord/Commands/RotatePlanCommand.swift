// `selectord rotate plan`: what to do when.

import ArgumentParser
import Config
import HTTPClient
import Keys
import Model
import Probing
import Rotation

/// Prints the whole course of a rotation, with times from what the zone's servers say now.
struct RotatePlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print the steps of a key rotation with their times.",
    usage: "selectord rotate plan <domain> <old> <new> [--at <time>] [--keep 7d] [--key <file|record|->] [<options>]",
    discussion: """
      Asks the servers of the zone how long caches may keep answers, and prints each step with its time: publish, wait, \
      verify, switch, keep, revoke, remove. With --key, also the record to publish; only its public half is kept.

      EXAMPLES
        selectord rotate plan example.org s2025 s2026 --key /etc/opendkim/keys/s2026.private
        selectord rotate plan example.org s2025 s2026 --at 2026-12-01T08:00:00Z --keep 14d --output json
      """)

  @Argument(help: "The signing domain.")
  var domain: String

  @Argument(help: "The selector that is in use now.")
  var old: String

  @Argument(help: "The new selector.")
  var new: String

  @Option(
    help: ArgumentHelp(
      "When the new record will be published: a time, a date, or a duration from now.", valueName: "time"),
    transform: PlannedTime.init)
  var at: PlannedTime?

  @Option(
    help: ArgumentHelp("How long the old key stays published after the switch.", valueName: "duration"),
    transform: PositiveDuration.init)
  var keep: PositiveDuration?

  @Option(
    help: ArgumentHelp(
      "The key that will be published: a file, a record, or - for standard input.", valueName: "file|record|-"),
    completion: .file())
  var key: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let newKey = try Self.keyName(domain, new)
    let oldKey = try Self.keyName(domain, old)
    if newKey == oldKey {
      throw ValidationError(
        "the old and the new selector are both '\(new)'; a new key needs a new selector, so that mail on its way can "
          + "still be verified (RFC 6376, section 3.1)")
    }
    let configuration = try options.loadIfPresent()
    let views = try viewOptions.views(configured: configuration?.views)
    let keys = try key.map { try KeyArgument.read($0) }
    let seen = try await withProber(of: views) { prober in
      try await prober.requireExistence(of: newKey.domain)
      return await prober.look(at: [newKey, oldKey].map { LookRequest(key: $0) }).map(\.withoutPrivateKeys)
    }
    let gate = Gate(domain: newKey.domain, new: newKey.selector, old: oldKey.selector, views: views)
    var session = RotationSession(gate: gate) { KeyJudge.judge($0) }
    _ = session.take(RotationRound(new: seen[0], old: seen[1]))
    let time = now()
    var plan = RotationPlan(
      gate: gate, old: oldKey.selector, newKey: session.new, oldKey: session.old,
      key: keys.map { PlannedKey(summary: $0[0].summary, record: $0.count == 1 ? $0[0].record : nil) },
      start: at?.after(time) ?? time, keep: keep?.duration ?? Gate.leastKeeping,
      options: key.map { $0 == "-" ? "" : " --key \($0.shellQuoted)" } ?? "", at: time)
    if let mail = try await KnownHistory(configuration: configuration).sentence(onOldKey: oldKey, at: time) {
      plan.warnings.append(mail)
    }
    if keys?.count == 2 {
      Console.message(
        "selectord: these 32 bytes may be an Ed25519 public key or a private seed, so no record is printed\n")
    }
    try Console.data(try PlanText(appearance: appearance.chosen).text(plan, as: output))
  }

  private static func keyName(_ domain: String, _ selector: String) throws -> KeyName {
    do throws(KeyNameLineError) {
      return try KeyNameList.keyName(domain: domain, selector: selector)
    } catch {
      throw ValidationError(error.description)
    }
  }
}

extension String {
  /// As one word of a shell.
  fileprivate var shellQuoted: String {
    let isPlain = utf8.allSatisfy { $0.isDigit || $0.isLetter || "/._-+=,:@".utf8.contains($0) } && !isEmpty
    return isPlain ? self : "'" + replacing("'", with: "'\\''") + "'"
  }
}
