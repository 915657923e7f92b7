// How text looks where it goes: colour, symbols and width, decided once from the environment.

import Model
import Glibc

/// What a terminal, a file or a pipe is given.
struct Appearance: Hashable, Sendable {
  /// Whether ANSI colours are printed.
  var isColoured: Bool
  /// Whether symbols and names beyond ASCII are printed.
  var isUnicode: Bool
  /// The width of the terminal in columns; nil where nothing is cut.
  var columns: Int?

  /// ASCII, no colour, no limit: what a script gets.
  static let plain = Appearance(isColoured: false, isUnicode: false, columns: nil)

  /// Decides from the option, the environment and what standard output is.
  ///
  /// `NO_COLOR` (no-color.org) counts where it is set and not empty; the option outranks it.
  init(color: ColorChoice, environment: [String: String], isTerminal: Bool, terminalColumns: Int?) {
    switch color {
    case .always: isColoured = true
    case .never: isColoured = false
    case .auto:
      isColoured = isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let charset = locale.lowercased()
    isUnicode = charset.contains("utf-8") || charset.contains("utf8")
    columns =
      environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? (isTerminal ? terminalColumns : nil)
  }

  init(isColoured: Bool, isUnicode: Bool, columns: Int?) {
    self.isColoured = isColoured
    self.isUnicode = isUnicode
    self.columns = columns
  }

  /// The appearance of this process's standard output.
  static func ofStandardOutput(color: ColorChoice, environment: [String: String]) -> Appearance {
    var size = winsize()
    let isKnown = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return Appearance(
      color: color, environment: environment, isTerminal: isatty(STDOUT_FILENO) == 1,
      terminalColumns: isKnown ? Int(size.ws_col) : nil)
  }

  /// A verdict as one sign, so that colour is never the only carrier.
  func symbol(_ verdict: Verdict) -> StyledText {
    let signs: (unicode: String, ascii: String) =
      switch verdict {
      case .ok: ("✓", "+")
      case .warning: ("!", "!")
      case .critical: ("✗", "x")
      case .unknown: ("?", "?")
      }
    return StyledText(isUnicode ? signs.unicode : signs.ascii, Style(verdict))
  }

  /// A severity as one sign; information has the sign of a remark.
  func symbol(_ severity: Severity) -> StyledText {
    severity == .info ? StyledText(isUnicode ? "·" : "-", .faint) : symbol(Verdict(severity))
  }

  /// The sign that stands where text was cut.
  var ellipsis: String { isUnicode ? "…" : "..." }
}

/// The values of `--color`.
enum ColorChoice: String, Sendable, CaseIterable {
  case auto, always, never
}

/// What a piece of text means, from which its colour follows.
enum Style: Hashable, Sendable {
  case plain, strong, faint, good, notable, bad, open

  init(_ verdict: Verdict) {
    switch verdict {
    case .ok: self = .good
    case .warning: self = .notable
    case .critical: self = .bad
    case .unknown: self = .open
    }
  }

  init(_ severity: Severity) {
    self = severity == .info ? .faint : Style(Verdict(severity))
  }

  /// The parameters of the SGR sequence (ECMA-48, 8.3.117); nil for none.
  var parameters: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .good: "32"
    case .notable: "33"
    case .bad: "31"
    case .open: "35"
    }
  }
}
