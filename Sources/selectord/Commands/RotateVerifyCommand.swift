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
    abstract: "May the signer switch to the new selector now?",
    usage: """
      selectord rotate verify <domain> <new> [--old <selector>] [--key <file|record|->] [<options>]
      selectord rotate verify <key-name> [--old <selector>] [--key <file|record|->] [<options>]
      """,
    discussion: """
      Ready means: every address of every name server of the zone gives the same usable key, it is the key of --key, \
      every view gives it, no cache anywhere can hold an older answer, and the old key is still published.

      --key takes what the signer has: a private or public key in PEM (PKCS#1, PKCS#8), DER or base64, a key file of \
      OpenDKIM, rspamd or Exim, a key record, or a fingerprint. Only the public half is kept.

      When a record was published nobody can see. It counts from the first look that showed it at every server: by this \
      run (--wait), by an earlier one (--proof), or by the daemon, whose database is read where there is one.

      Exit code: 0 ready, 1 not yet, 2 not without a change. With --wait it looks again until it is ready, the time is \
      over, or something has to be changed; a record that nobody has published yet is waited for.

      EXAMPLES
        selectord rotate verify example.org s2026 --old s2025 --key /etc/opendkim/keys/s2026.private
        selectord rotate verify example.org s2026 --old s2025 --wait 2h --proof s2026.proof && switch-signer
      """)

  @Argument(help: "The signing domain, or the key name of the new selector.")
  var domain: String

  @Argument(help: "The selector that the signer is to use.")
  var new: String?

  @Option(
    help: ArgumentHelp(
      "The selector that is in use; without it that of the configured rotation.", valueName: "selector"))
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
      "Write every answer and what followed to this file; what it holds of an earlier run counts.", valueName: "file"),
    completion: .file())
  var proof: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewOptions: ViewOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("The form of the output.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var looks: AppearanceOptions

  func run() async throws {
    let subject = try RotationSubject(domain, new: new, old: old)
    let configuration = try options.loadIfPresent(readsProofSecret: proof != nil)
    let configured = configuration?.watches.lazy.compactMap(\.rotation).first { $0.new == subject.new }
    let oldKey = subject.old ?? configured?.old
    let views = try viewOptions.views(configured: configuration?.views)
    var expected = try key.map { KeyArgument.expected(try KeyArgument.read($0)) }
    if expected == nil, let fingerprint = configured?.fingerprint {
      expected = ExpectedKey(fingerprints: [fingerprint], form: "the key of the configuration")
    }
    let gate = Gate(
      domain: subject.new.domain, new: subject.new.selector, old: oldKey?.selector, expected: expected, views: views)
    let secret = configuration?.proofSecret
    let earlier = try proof.flatMap { try Self.earlier($0, gate: gate, secret: secret) }
    let known = await RotationHistory.spans(of: subject.new, configuration: configuration)
    let history = known.isEmpty ? earlier?.history ?? [] : known
    let engine = try Engine()
    defer { engine.shutdown() }
    let prober = Prober(views: views, engine: engine, http: try CurlClient(), clock: now)
    let requests = [subject.new, oldKey].compactMap(\.self).map { LookRequest(key: $0, isConfirming: true) }
    var session = RotationSession(
      gate: gate, history: history, earlier: earlier?.rounds ?? [], judge: { KeyJudge.judge($0) })
    var patience = Patience(wait: wait?.duration, from: now())
    let countdown = Countdown()
    while true {
      let seen = await prober.look(at: requests)
      let report = session.take(RotationRound(new: seen[0], old: seen.count > 1 ? seen[1] : nil))
      if let proof {
        let content = Proof(session: session, report: report, madeBy: Version.proofMaker, madeAt: now())
        try ProofFile.write(try ProofFile.text(content, secret: secret), to: proof)
      }
      switch patience.next(after: report, at: now()) {
      case .lookAgain(let time):
        await countdown.show(report, until: time, now: now)
      case .finish:
        countdown.clear()
        let text = RotationText(appearance: looks.appearance, showsDetails: looks.verbose)
        try Console.verdict(try text.text(report, as: output))
        if report.exitCode != 0 { throw ExitCode(report.exitCode) }
        return
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
        "--proof: \(path) is there and is no proof to go on from: \(fault.text); remove it, or name another")
    }
    guard let proof, proof.gate.domain == gate.domain, proof.gate.new == gate.new, proof.gate.old == gate.old,
      let rounds = proof.seenRounds, let history = proof.seenHistory
    else {
      throw CommandFailure(
        .unreadableInput, "--proof: \(path) is there and proves another rotation; remove it, or name another file")
    }
    if let last = rounds.last, last.at > now() {
      throw CommandFailure(.unreadableInput, "--proof: \(path) holds looks of the future; is the clock right?")
    }
    return (rounds, history)
  }
}

/// A duration of the command line that is not nothing.
struct PositiveDuration: Hashable, Sendable {
  let duration: Duration

  init(_ text: String) throws {
    do throws(DurationTextError) {
      duration = try DurationText.parse(text)
    } catch {
      throw ValidationError(error.description)
    }
    if duration <= .zero { throw ValidationError("'\(text)' is no time at all; expected \(DurationText.expectation)") }
  }
}

/// The two keys that the command line names.
struct RotationSubject: Hashable, Sendable {
  let new: KeyName
  let old: KeyName?

  init(_ domain: String, new: String?, old: String?) throws {
    guard let key = try WatchedName(domain, selector: new).key else {
      throw ValidationError(
        "found only '\(domain)': expected a domain and the new selector, or its key name such as "
          + "s2026._domainkey.example.org")
    }
    self.new = key
    self.old = try old.map { selector in
      do throws(KeyNameLineError) {
        return try KeyNameList.keyName(domain: key.domain.description, selector: selector)
      } catch {
        throw ValidationError("--old: \(error.description)")
      }
    }
    if self.old == key {
      throw ValidationError(
        "--old is the new selector itself; a new key gets a new selector, so that mail under way can still be verified "
          + "(RFC 6376, section 3.1)")
    }
  }
}

/// What the daemon's database has of the new key.
enum RotationHistory {
  /// Empty where there is no database. One that cannot be read only makes the answer more careful, and is told.
  static func spans(of key: KeyName, configuration: Configuration?) async -> [AnswerSpan] {
    guard let path = configuration?.database, InputFile.exists(path) else { return [] }
    do {
      let store = try SQLiteHistory(path: path, mode: .readOnly)
      return try await store.spans(of: key, since: nil)
    } catch {
      Console.talk("selectord: going on without history: \(error)\n")
      return []
    }
  }
}
