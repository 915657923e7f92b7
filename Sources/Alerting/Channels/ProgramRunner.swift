// Runs a program: no shell, a minimal environment, bounded time and output.

internal import Foundation
internal import Glibc
internal import Synchronization

/// A program to run once.
struct ProgramCall: Hashable, Sendable {
  /// The path of the program, and its arguments.
  var command: [String]
  /// What it reads; at most what a pipe holds.
  var input: [UInt8]
  var environment: [String: String]
  var timeout: Duration = .seconds(20)
}

/// How it ended.
struct ProgramEnd: Hashable, Sendable {
  enum Status: Hashable, Sendable {
    case exited(Int32)
    case killed(Int32)
    case timedOut
    case notStarted(String)
  }

  var status: Status
  /// The beginning of what it wrote to standard output and standard error.
  var output: String
}

/// Runs programs, each on a thread of its own, since waiting for one blocks.
enum ProgramRunner {
  private static let mostOutput = 4096

  static func run(_ call: ProgramCall) async -> ProgramEnd {
    let isCancelled = Mutex(false)
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let thread = Thread {
          continuation.resume(returning: Self.end(of: call) { isCancelled.withLock { $0 } })
        }
        thread.name = "exec"
        thread.start()
      }
    } onCancel: {
      isCancelled.withLock { $0 = true }
    }
  }

  private static func end(of call: ProgramCall, isCancelled: () -> Bool) -> ProgramEnd {
    let started = starting.withLock { _ -> Result<Started, Failure> in
      guard let input = Pipe(), let output = Pipe() else { return .failure(Failure(reason: reason(errno))) }
      return start(call, input, output).map { Started(process: $0, input: input, output: output) }
    }
    let process: pid_t
    let input: Pipe
    let output: Pipe
    switch started {
    case .success(let started): (process, input, output) = (started.process, started.input, started.output)
    case .failure(let failure): return ProgramEnd(status: .notStarted(failure.reason), output: "")
    }
    output.writing.close()
    input.writing.becomeNonBlocking()
    output.reading.becomeNonBlocking()
    // A pipe holds it; a program that does not read it costs nothing. Our own reading end is open until then, or a program
    // that has ended already would raise SIGPIPE.
    _ = call.input.withUnsafeBytes { write(input.writing.number, $0.baseAddress, $0.count) }
    input.writing.close()
    input.reading.close()
    return wait(for: process, call.timeout, output.reading, isCancelled)
  }

  private static func wait(
    for process: pid_t, _ timeout: Duration, _ output: Descriptor, _ isCancelled: () -> Bool
  ) -> ProgramEnd {
    let deadline = ContinuousClock.now + timeout
    var text: [UInt8] = []
    var status: Int32 = 0
    while waitpid(process, &status, WNOHANG) == 0 {
      if ContinuousClock.now >= deadline || isCancelled() {
        kill(-process, SIGKILL)
        waitpid(process, &status, 0)
        take(output, into: &text)
        return ProgramEnd(status: .timedOut, output: String(decoding: text, as: UTF8.self))
      }
      var ready = pollfd(fd: output.number, events: Int16(POLLIN), revents: 0)
      let isOpen = poll(&ready, 1, 20) <= 0 || ready.revents & Int16(POLLHUP) == 0
      take(output, into: &text)
      if !isOpen { usleep(5000) }
    }
    take(output, into: &text)
    let ending: ProgramEnd.Status = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    return ProgramEnd(status: ending, output: String(decoding: text, as: UTF8.self))
  }

  /// Reads what is there, and keeps the beginning.
  private static func take(_ output: Descriptor, into text: inout [UInt8]) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<64 {
      let count = read(output.number, &buffer, buffer.count)
      if count <= 0 { return }
      text += buffer[..<min(count, max(0, mostOutput - text.count))]
    }
  }

  /// One program after the other: between the making of a pipe and its mark, another one would inherit it.
  private static let starting = Mutex<Void>(())

  private struct Started {
    var process: pid_t
    var input: Pipe
    var output: Pipe
  }

  private struct Failure: Error {
    var reason: String
  }

  private static func start(_ call: ProgramCall, _ input: Pipe, _ output: Pipe) -> Result<pid_t, Failure> {
    guard let program = call.command.first else { return .failure(Failure(reason: "no program is named")) }
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input.reading.number, 0)
    posix_spawn_file_actions_adddup2(&actions, output.writing.number, 1)
    posix_spawn_file_actions_adddup2(&actions, output.writing.number, 2)
    // A group of its own, so that what it starts ends with it; the signals that the daemon ignores are not ignored there.
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))
    let environment = call.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    var process: pid_t = 0
    let code = withCStrings(call.command) { arguments in
      withCStrings(environment) { posix_spawn(&process, program, &actions, &attributes, arguments, $0) }
    }
    return code == 0 ? .success(process) : .failure(Failure(reason: "\(program): \(reason(code))"))
  }

  private static func withCStrings<Value>(
    _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Value
  ) -> Value {
    let pointers = texts.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    return body(pointers + [nil])
  }

  private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

  private final class Descriptor {
    private(set) var number: Int32

    init(_ number: Int32) { self.number = number }

    func close() {
      if number >= 0 { Glibc.close(number) }
      number = -1
    }

    /// The program's side of the same pipe still waits.
    func becomeNonBlocking() { _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK) }

    deinit { close() }
  }

  /// A pipe that no other program inherits.
  private struct Pipe {
    let reading: Descriptor
    let writing: Descriptor

    init?() {
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { return nil }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      (reading, writing) = (Descriptor(ends[0]), Descriptor(ends[1]))
    }
  }
}
