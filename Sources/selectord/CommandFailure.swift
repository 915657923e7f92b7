// The one place that says what an error means to the person at the terminal, and to the script.

import ArgumentParser
import Config
import HTTPClient
import Model
import Probing
import Storage
import Glibc

/// Why a command could not do its work.
struct CommandFailure: Error, Hashable {
  /// The exit codes of sysexits.h that selectord uses.
  enum Code: Int32 {
    case usage = 64
    case unreadableInput = 65
    case unavailable = 69
    case bug = 70
    case configuration = 78
  }

  let code: Code
  /// What was seen, what was expected, what to do; several lines where several things are wrong.
  let message: String
  /// Whether there is nobody left to tell.
  private(set) var isSilent = false

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// What an error means; nil for those of the argument parser, which speaks for itself.
  init?(_ error: any Error) {
    switch error {
    case let failure as CommandFailure: self = failure
    case let error as ConfigurationError: self.init(.configuration, error.description)
    case let error as KeyNameListError: self.init(.unreadableInput, error.description)
    case let error as StorageError: self.init(.unavailable, error.description)
    case let error as HTTPError: self.init(.unavailable, "cannot send over HTTP: \(error.sentence)")
    case let error as EngineError: self.init(.unavailable, "cannot ask: \(error)")
    case ConsoleError.closed:
      self.init(.unavailable, "standard output was closed")
      isSilent = true
    case ConsoleError.failed(let number):
      self.init(.unavailable, "cannot write to standard output: \(String(cString: strerror(number)))")
    default:
      // Errors of the argument parser and requests for help are none of ours.
      if Selectord.exitCode(for: error) != .failure || error is ValidationError { return nil }
      self.init(.bug, "unexpected error, please report it: \(String(reflecting: error))")
    }
  }

  /// What standard error shows.
  var text: String {
    if isSilent { return "" }
    return message.split(separator: "\n", omittingEmptySubsequences: false)
      .map { "selectord: \(String($0).withoutControls)\n" }.joined()
  }

  /// The exit code: a verdict is unknown, whatever the reason; a reader that has gone is no failure of the others.
  func exitCode(for verb: Verb) -> Int32 {
    if verb.givesVerdicts { return 3 }
    return isSilent ? 0 : code.rawValue
  }
}

extension HTTPError {
  /// What failed, as it follows a colon.
  fileprivate var sentence: String {
    switch self {
    case .badURL(let url): "'\(url)' is not a URL"
    case .timeout: "no answer in time"
    case .unresolved(let what): "the host name does not resolve: \(what)"
    case .unreachable(let what): "the host cannot be reached: \(what)"
    case .tls(let what): "TLS failed: \(what)"
    case .privateAddress(let what): "the target is this machine or a private address, which is not allowed: \(what)"
    case .responseTooLarge: "the response is too large"
    case .other(let what): what
    }
  }
}
