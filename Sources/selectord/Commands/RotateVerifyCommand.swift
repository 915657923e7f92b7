// `selectord rotate verify`: may the signer switch to the new selector now?

import ArgumentParser
import Config
import Daemon
import HTTPClient
import Keys
import Model
import Probing
import Rotation
import Storage

/// Holds what DNS says now, and what was seen before, against all conditions of the switch.
struct RotateVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check whether the signer may switch to the new selector now.",
    usage: """
      selectord rotate verify <domain> <new> [--old <selector>] [--key <file|record|->] [<options>]
      selectord rotate verify <key-name> [--old <selector>] [--key <file|record|->] [<options>]
      """,
    discussion: """
      Ready means: every address of every name server of the zone gives the same usable key, it is the key of --key, \
      every view gives it, no cache anywhere can hold an older answer, and the old key is still published.

      --key takes what the signer has: a private or public key in PEM (PKCS#1, PKCS#8), DER or base64, a key file of \
      OpenDKIM, rspamd or Exim, a key record, or a fingerprint. Only the public half is kept.

      DNS does not say when a record was published. The time counts from the first look that showed it at every server: \
      in this run (--wait), in an earlier one (--proof), or by the daemon, if there is a database.

      Exit code: 0 ready, 1 not yet, 2 something must be changed. With --wait it looks again until it is ready, the \
      time is up, or something must be changed; it also waits for a record that is not published yet.

      EXAMPLES
        selectord rotate verify example.org s2026 --old s2025 --key /etc/opendkim/keys/s2026.private
        selectord rotate verify example.org s2026 --old s2025 --wait 2h --proof s2026.proof && switch-signer
      """)

  @Argument(help: "The signing domain, or the key name of the new selector.")
  var domain: String

  @Argument(help: "The selector that the signer will use.")
  var new: String?

  @Option(
    help: ArgumentHelp(
      "The selector that is in use now. Default: that of the configured rotation.", valueName: "selector"))
  var old: String?

  @Option(
    help: ArgumentHelp(
      "The key that the signer will use: a file, a record, or - for standard input.", valueName: "file|record|-"),
    completion: .file())
  var key: String?

  @Option(
    help: ArgumentHelp("Look again until it is ready, for at most this long.", valueName: "duration"),
    transform: PositiveDuration.init)
  var wait: PositiveDuration?

  @Option(
    help: ArgumentHelp(
      "Write all answers and the result to this file; answers of an earlier run in it count.", valueName: "file"),
    completion: .file())
  var proof: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let subject = try RotationSubject(domain, new: new, old: old)
    let configuration = try options.loadIfPresent(readsProofSecret: proof != nil)
    let configured = configuration?.watches.lazy.compactMap(\.rotation).first { $0.new == subject.new }
    let oldKey = subject.old ?? configured?.old
    let views = try viewOptions.views(configured: configuration?.views)
    var expected = try key.map { KeyArgument.expected(try KeyArgument.read($0)) }
    if expected == nil, let fingerprint = configured?.fingerprint {
      expected = ExpectedKey(fingerprints: [fingerprint], form: "the configured key")
    }
    let gate = Gate(
      domain: subject.new.domain, new: subject.new.selector, old: oldKey?.selector, expected: expected, views: views)
    let secret = configuration?.proofSecret
    let earlier = try proof.flatMap { try Self.earlier($0, gate: gate, secret: secret) }
    let history = try await KnownHistory(configuration: configuration)
    let known = await history.spans(of: subject.new) ?? []
    let session = RotationSession(
      gate: gate, history: known.isEmpty ? earlier?.history ?? [] : known, earlier: earlier?.rounds ?? [],
      judge: { KeyJudge.judge($0) })
    var report = try await withProber(of: views) { prober in
      try await prober.requireExistence(of: subject.new.domain)
      return try await look(at: subject.new, and: oldKey, in: session, secret: secret, by: prober)
    }
    if let oldKey, let mail = await history.sentence(onOldKey: oldKey, at: now()) { report.warnings.append(mail) }
    let text = RotationText(appearance: appearance.chosen, showsDetails: appearance.verbose)
    try Console.verdict(try text.text(report, as: output))
    if report.exitCode != 0 { throw ExitCode(report.exitCode) }
  }

  /// Looks until it is ready, the time is over, or something has to be changed.
  private func look(
    at newKey: KeyName, and oldKey: KeyName?, in session: RotationSession, secret: Secret?, by prober: Prober
  ) async throws -> RotationReport {
    var session = session
    let requests = [newKey, oldKey].compactMap(\.self).map { LookRequest(key: $0, isConfirming: true) }
    var polling = VerifyPolling(wait: wait?.duration, from: now())
    let countdown = Countdown()
    while true {
      let seen = await prober.look(at: requests).map(\.withoutPrivateKeys)
      let report = session.take(RotationRound(new: seen[0], old: seen.count > 1 ? seen[1] : nil))
      if let proof {
        let content = Proof(session: session, report: report, madeBy: Version.proofMaker, madeAt: now())
        try ProofFile.write(try ProofFile.text(content, secret: secret), to: proof)
      }
      switch polling.next(after: report, at: now()) {
      case .lookAgain(let time):
        await countdown.show(report, until: time, now: now)
      case .finish:
        countdown.clear()
        return report
      }
    }
  }
}

extension RotateVerifyCommand {
  /// What an earlier run saw of the same rotation; nil where there is no such file.
  private static func earlier(
    _ path: String, gate: Gate, secret: Secret?
  ) throws -> (rounds: [RotationRound], history: [AnswerSpan])? {
    guard InputFile.exists(path) else { return nil }
    let (proof, facts) = try RotateCheckProofCommand.check(path, secret: secret)
    if let fault = facts.first(where: { !$0.fits }) {
      throw CommandFailure(
        .unreadableInput,
        "--proof: \(path) exists and is not a valid proof: \(fault.text); remove it, or give another file")
    }
    guard let proof, proof.gate.domain == gate.domain, proof.gate.new == gate.new, proof.gate.old == gate.old,
      let rounds = proof.seenRounds, let history = proof.seenHistory
    else {
      throw CommandFailure(
        .unreadableInput,
        "--proof: \(path) exists and is the proof of another rotation; remove it, or give another file")
    }
    if let last = rounds.last, last.at > now() {
      throw CommandFailure(.unreadableInput, "--proof: \(path) has looks in the future; check the clock")
    }
    return (rounds, history)
  }
}
