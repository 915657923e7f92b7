// Standard output and standard error: data on one, talk on the other.

#if canImport(Glibc)
  import Glibc
#endif

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
  static func data(_ text: String) throws(ConsoleError) { try write(text, to: STDOUT_FILENO) }

  /// Prints talk on standard error; a failure to do so changes nothing.
  static func talk(_ text: String) { try? write(text, to: STDERR_FILENO) }

  private static func write(_ text: String, to descriptor: Int32) throws(ConsoleError) {
    var bytes = Array(text.utf8)[...]
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
struct Progress {
  private let isShown: Bool
  private var shownLength = 0

  /// Shows nothing unless standard error is a terminal.
  init(isShown: Bool = isatty(STDERR_FILENO) == 1) { self.isShown = isShown }

  /// Replaces the line.
  mutating func show(_ text: String) {
    guard isShown else { return }
    Console.talk("\r" + text + String(repeating: " ", count: max(0, shownLength - text.count)))
    shownLength = text.count
  }

  /// Takes the line away, before anything else is printed.
  mutating func clear() {
    guard shownLength > 0 else { return }
    Console.talk("\r" + String(repeating: " ", count: shownLength) + "\r")
    shownLength = 0
  }
}
