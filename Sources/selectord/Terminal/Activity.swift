// One line on standard error that says what is being done and for how long; silent where that is no terminal.

import Model
import Synchronization
import Glibc

/// Shows what a command is at, while it waits for servers.
final class Activity: Sendable {
  private let isShown: Bool
  private let write: @Sendable (String) -> Void
  private let state = Mutex((text: "", seconds: 0, shownLength: 0))

  init(
    isShown: Bool = isatty(STDERR_FILENO) == 1, write: @escaping @Sendable (String) -> Void = { Console.message($0) }
  ) {
    self.isShown = isShown
    self.write = write
  }

  /// Says what is being done from now on.
  func say(_ text: String) {
    state.withLock { $0.text = text.withoutControls }
    draw(after: 0)
  }

  /// Runs `body`, counts the seconds beside the line, and takes the line away at the end.
  func during<Result>(_ body: () async -> Result) async -> Result {
    guard isShown else { return await body() }
    let result = await withTaskGroup(of: Void.self) { group in
      group.addTask {
        while true {
          do { try await Task.sleep(for: .seconds(1)) } catch { return }
          self.draw(after: 1)
        }
      }
      let result = await body()
      group.cancelAll()
      return result
    }
    clear()
    return result
  }

  private func draw(after seconds: Int) {
    guard isShown else { return }
    state.withLock { state in
      state.seconds += seconds
      let line = "\(state.text) (\(state.seconds) s)"
      write("\r" + line + String(repeating: " ", count: max(0, state.shownLength - line.terminalWidth)))
      state.shownLength = line.terminalWidth
    }
  }

  /// Takes the line away, for what is printed elsewhere; `say` brings it back.
  func clear() {
    state.withLock { state in
      guard state.shownLength > 0 else { return }
      write("\r" + String(repeating: " ", count: state.shownLength) + "\r")
      state.shownLength = 0
    }
  }
}
