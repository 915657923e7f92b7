// `exec`: a program of the user, with the event on its standard input.

internal import Model

/// The program gets one event as JSON, as `generic` sends it, and an environment with nothing of ours in it.
struct ExecFormat: ReceiverFormat {
  static let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let service = envelope.receiver.service
    var environment = [
      "PATH": Self.path, "LANG": "C.UTF-8", "SELECTORD_DELIVERY": envelope.id,
      "SELECTORD_EVENT": message.events.first?.type.rawValue ?? "",
      "SELECTORD_VERDICT": message.verdict.rawValue,
    ]
    for (name, value) in service.environment { environment[name] = value.reveal() }
    return .program(
      ProgramCall(command: service.command, input: try GenericFormat.body(message) + [0x0A], environment: environment))
  }
}

extension AttemptResult {
  /// What a program's end says: 0 is taken, the codes of sysexits(3) but 75 are for good, anything else is worth another
  /// try.
  init(_ end: ProgramEnd) {
    let said = end.output.isEmpty ? "" : ": " + TerminalText.line(end.output.trimmed).cut(to: 200)
    switch end.status {
    case .exited(0): self.init(.accepted, "exit code 0")
    case .exited(75): self.init(.unavailable, "exit code 75\(said)")
    case .exited(let code) where (64...78).contains(code): self.init(.refused, "exit code \(code)\(said)")
    case .exited(let code): self.init(.failed, "exit code \(code)\(said)")
    case .killed(let signal): self.init(.failed, "killed by signal \(signal)\(said)")
    case .timedOut: self.init(.unavailable, "the program did not end in time, and was killed\(said)")
    case .notStarted(let reason): self.init(.refused, "the program cannot be started: \(reason)")
    }
  }
}
