// Where the process begins and ends: arguments in, exit code out.

import ArgumentParser
import Config
import Model
import Glibc

@main
enum Main {
  static func main() async {
    // A reader that has gone is told by EPIPE instead.
    signal(SIGPIPE, SIG_IGN)
    exit(await run(Array(CommandLine.arguments.dropFirst())))
  }

  /// Runs one command line and gives the exit code.
  static func run(_ arguments: [String]) async -> Int32 {
    let verb = Verb(arguments)
    if let found = Selectord.unknownVerb(in: arguments) {
      return report(found.error, usageOf: found.parent, verb: verb)
    }
    var parsed: (any ParsableCommand)?
    do {
      var command = try Selectord.parseAsRoot(arguments)
      parsed = command
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return 0
    } catch let exit as ExitCode {
      return exit.rawValue
    } catch let error as ValidationError {
      return report(error, usageOf: parsed.map { type(of: $0) } ?? Selectord.self, verb: verb)
    } catch {
      return report(error, verb: verb)
    }
  }

  /// Tells what is wrong with a command line whose single arguments are good.
  private static func report(_ error: ValidationError, usageOf command: any ParsableCommand.Type, verb: Verb) -> Int32 {
    let usage = Selectord.usageString(for: command).replacing("\n", with: "\n       ")
    Console.message("Error: \(error.message.withoutControls)\nUsage: \(usage)\n")
    return end(verb, ExitCode.validationFailure.rawValue, message: error.message)
  }

  /// Tells why the work was not done, or prints the help that was asked for.
  private static func report(_ error: any Error, verb: Verb) -> Int32 {
    if let failure = CommandFailure(error) {
      Console.message(failure.text)
      if failure.isSilent { return failure.exitCode(for: verb) }
      return end(verb, failure.exitCode(for: verb), message: failure.message)
    }
    let text = Selectord.fullMessage(for: error)
    if Selectord.exitCode(for: error) == .success {
      try? Console.data(text.isEmpty ? "" : text + "\n")
      return 0
    }
    Console.message(text + "\n")
    return end(verb, ExitCode.validationFailure.rawValue, message: Selectord.message(for: error))
  }

  /// The exit code; a monitoring system, which reads standard output alone, gets the message there too.
  private static func end(_ verb: Verb, _ code: Int32, message: String) -> Int32 {
    if verb.asksForPluginOutput { try? Console.data(NagiosText.failure(message)) }
    return verb.givesVerdicts ? Verdict.unknown.exitCode : code
  }
}

extension Selectord {
  /// Finds a word that stands in the place of a verb and is none, with the verb, or the program, that knows no such
  /// one; the argument parser would name it among unexpected arguments only.
  fileprivate static func unknownVerb(
    in arguments: [String]
  ) -> (parent: any ParsableCommand.Type, error: ValidationError)? {
    var parent: any ParsableCommand.Type = Selectord.self
    for word in arguments {
      let verbs = parent.configuration.subcommands
      if verbs.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
      if let verb = verbs.first(where: { $0.configuration.commandName == word }) {
        parent = verb
      } else {
        let names = verbs.compactMap { $0.configuration.commandName }
        let guess = nearestWord(to: word, among: names).map { "did you mean '\($0)'? " } ?? ""
        let known = names.joined(separator: ", ")
        return (parent, ValidationError("unknown verb '\(word)'; \(guess)expected one of: \(known)"))
      }
    }
    return nil
  }
}

/// What the command line asks for, as far as it can be told before it is parsed.
struct Verb: Hashable, Sendable {
  /// Whether the exit code is a verdict.
  var givesVerdicts: Bool
  /// Whether `--output nagios` was asked for.
  var asksForPluginOutput: Bool

  init(_ arguments: [String]) {
    let name = arguments.first { !$0.hasPrefix("-") }
    givesVerdicts = ["check", "status", "diagnose", "key", "policy", "rehearse", "verify"].contains(name)
    asksForPluginOutput =
      givesVerdicts
      && (arguments.contains("--output=nagios")
        || zip(arguments, arguments.dropFirst()).contains { ["--output", "-o"].contains($0) && $1 == "nagios" })
  }
}
