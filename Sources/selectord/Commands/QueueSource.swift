// The queue of this machine, or a list of one: who is asked, and what its configuration says of when mail bounces.

import Census
import Config
import Foundation
import Intake
import Mail
import Model

/// Where the list of the queue comes from.
struct QueueSource {
  /// A list, and what the machine tells beside it.
  struct Queue {
    var name: String
    var list: QueueList
    /// What waiting messages are signed with, by their own headers.
    var signatures: [(id: String, key: KeyName)] = []
    /// What has failed since when, and when it is tried again.
    var retries = EximRetryData()

    /// Leaves out what the mail server says of how long it tries: somebody knows better.
    mutating func forgetLifetimes() {
      for index in list.messages.indices { list.messages[index].lifetime = nil }
    }
  }

  /// A file, `-`, or nil for the mail server of this machine.
  var from: String?

  private static let largestList = 256 << 20

  func read(at now: Timestamp) throws -> Queue {
    if let from { return Queue(name: from, list: QueueList(try Self.bytes(of: from), at: now)) }
    if let program = Self.program(["exim4", "exim", "postqueue"]) {
      return program.hasSuffix("/postqueue")
        ? try PostfixQueue(program: program).read(at: now) : try EximQueue(program: program).read(at: now)
    }
    throw CommandFailure(
      .unavailable,
      "found neither Exim nor Postfix on this machine; give a list of the queue by --from: what 'exim -bp' or "
        + "'postqueue -j' prints")
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    do {
      let handle =
        path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      let data = try handle.read(upToCount: largestList) ?? Data()
      return Array(data)
    } catch {
      throw CommandFailure(.unreadableInput, "cannot read \(path): \(error.localizedDescription)")
    }
  }

  /// The first of some programs in the search path, or in the folders that only root has there.
  static func program(_ names: [String]) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    let folders =
      path.split(separator: ":").map(String.init)
      + ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/exim/bin"]
    return folders.lazy.flatMap { folder in names.map { "\(folder)/\($0)" } }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }

  static func run(_ program: String, _ arguments: [String]) throws -> [UInt8] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    do {
      try process.run()
      let data = try output.fileHandleForReading.readToEnd() ?? Data()
      let said = try errors.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else {
        let text = String(decoding: said.prefix(500), as: UTF8.self).withoutControls
        throw CommandFailure(
          .unavailable,
          "\(program) \(arguments.joined(separator: " ")) failed: \(text); run this as root, or give --from")
      }
      return Array(data)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure(.unavailable, "cannot run \(program): \(error.localizedDescription)")
    }
  }
}
