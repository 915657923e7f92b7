// One line on standard error that tells how long to wait; silent where that is no terminal.

import Model
import Rotation
import Glibc

/// Waits for the next look, and shows the time that is left.
final class Countdown {
  private let isShown: Bool
  private var shownLength = 0

  init(isShown: Bool = isatty(STDERR_FILENO) == 1) { self.isShown = isShown }

  /// Sleeps until a time; returns early where the task is cancelled.
  func show(_ report: RotationReport, until time: Timestamp, now: () -> Timestamp) async {
    while true {
      let left = time - now()
      guard left > .zero else { return }
      if isShown { draw(Self.line(report, at: now())) }
      do {
        try await Task.sleep(for: isShown ? min(left, .seconds(1)) : left)
      } catch {
        return
      }
    }
  }

  static func line(_ report: RotationReport, at now: Timestamp) -> String {
    let what = report.readyAt.map { "ready in \(max($0 - now, .zero).shortText)" } ?? report.summary
    return "\(report.new): \(what)".withoutControls
  }

  private func draw(_ text: String) {
    clear()
    let line = String(text.prefix(100))
    Console.message(line)
    shownLength = line.terminalWidth
  }

  func clear() {
    guard isShown, shownLength > 0 else { return }
    Console.message("\r" + String(repeating: " ", count: shownLength) + "\r")
    shownLength = 0
  }
}
