// Standard output and standard error: data on one, talk on the other.

import Synchronization
import Glibc

/// Why nothing more can be printed.
enum ConsoleError: Error, Hashable {
  /// The reader has gone, as `head` does; nobody is left to tell.
  case closed
  /// Another failure, such as a full disk: errno.
  case failed(Int32)
}

/// Writes to the two standard streams.
enum Console {
  /// Prints data on standard output.
  static func data(_ text: String) throws(ConsoleError) { try data(Array(text.utf8)[...]) }

  /// Hands bytes that are no text to standard output.
  static func data(_ bytes: ArraySlice<UInt8>) throws(ConsoleError) { try write(bytes, to: STDOUT_FILENO) }

  /// Prints data of a verb whose exit code says the same: a reader that has gone must not make that 0.
  static func verdict(_ text: String) throws(ConsoleError) {
    do {
      try data(text)
    } catch .closed {
    }
  }

  /// Prints talk on standard error; a failure to do so changes nothing.
  static func message(_ text: String) { try? write(Array(text.utf8)[...], to: STDERR_FILENO) }

  private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) throws(ConsoleError) {
    var bytes = bytes
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        bytes = bytes.dropFirst(count)
      } else if errno == EPIPE {
        throw .closed
      } else if errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
      } else if errno != EINTR {
        throw .failed(errno)
      }
    }
  }
}

/// One line on standard error that tells how far a long run has come; silent where that is no terminal.
///
/// Safe to call from several tasks at a time.
final class Progress: Sendable {
  private let isShown: Bool
  private let state = Mutex((done: 0, shownLength: 0))

  /// Shows nothing unless standard error is a terminal.
  init(isShown: Bool = isatty(STDERR_FILENO) == 1) { self.isShown = isShown }

  /// Counts one more and shows how many are done.
  func advance() {
    guard isShown else { return }
    state.withLock { state in
      state.done += 1
      let text = "\(state.done) keys checked ..."
      Console.message("\r" + text)
      state.shownLength = text.utf8.count
    }
  }

  /// Takes the line away, before anything else is printed.
  func clear() {
    guard isShown else { return }
    state.withLock { state in
      guard state.shownLength > 0 else { return }
      Console.message("\r" + String(repeating: " ", count: state.shownLength) + "\r")
      state.shownLength = 0
    }
  }
}
