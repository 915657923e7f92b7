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
    /// How long the mail server tries, as far as it says.
    var lifetime: Duration?
    /// What waiting messages are signed with, by their own headers.
    var signatures: [(id: String, key: KeyName)] = []
  }

  /// A file, `-`, or nil for the mail server of this machine.
  var from: String?

  private static let largestList = 256 << 20

  func read(at now: Timestamp) throws -> Queue {
    if let from { return Queue(name: from, list: QueueList(try Self.bytes(of: from), at: now)) }
    if let exim = Self.program(["exim4", "exim"]) {
      var queue = Queue(name: "exim -bp", list: QueueList(try Self.run(exim, ["-bp"]), at: now))
      queue.list.kind = .exim
      if let rule = try? Self.run(exim, ["-brt", "example.org"]) { queue.lifetime = EximRetry.lifetime(rule) }
      queue.signatures = EximSpool.signatures(of: queue.list.messages.map(\.id), program: exim)
      return queue
    }
    if let postqueue = Self.program(["postqueue"]) {
      var queue = Queue(name: "postqueue -j", list: QueueList(try Self.run(postqueue, ["-j"]), at: now))
      queue.list.kind = .postfix
      if let postconf = Self.program(["postconf"]),
        let text = try? Self.run(postconf, ["-h", "maximal_queue_lifetime"])
      {
        let typed = String(decoding: text, as: UTF8.self).filter { !$0.isWhitespace }
        queue.lifetime = try? DurationText.parse(typed)
      }
      return queue
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

  static func program(_ names: [String]) -> String? {
    let folders = ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin", "/usr/exim/bin"]
    return names.lazy.flatMap { name in folders.map { "\($0)/\(name)" } }.first {
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

/// What `exim -brt` prints: the retry rule that holds for a domain.
enum EximRetry {
  /// The latest cutoff of the rule: `Retry rule: *  F,2h,15m; G,16h,1h,1.5; F,4d,6h;` is 4 days.
  static func lifetime(_ output: [UInt8]) -> Duration? {
    let text = String(decoding: output, as: UTF8.self)
    guard let rule = text.split(separator: "\n").first(where: { $0.contains("Retry rule:") }) else { return nil }
    let cutoffs = rule.split(separator: ";").compactMap { part -> Duration? in
      let fields = part.split(separator: ",").map { $0.filter { !$0.isWhitespace } }
      return fields.count >= 2 ? try? DurationText.parse(fields[1]) : nil
    }
    return cutoffs.max()
  }
}

/// Headers of messages in Exim's spool, where they may be read.
enum EximSpool {
  /// The most messages whose headers are read: one process each.
  private static let most = 500

  static func signatures(of ids: [String], program: String) -> [(id: String, key: KeyName)] {
    var found: [(id: String, key: KeyName)] = []
    for id in ids.prefix(most) {
      guard let header = try? QueueSource.run(program, ["-Mvh", id]) else { continue }
      for key in keys(ofSpoolHeader: header) { found.append((id, key)) }
    }
    return found
  }

  /// The keys of a spool file's header lines: each field begins with its length and a letter, `237D DKIM-Signature: ...`.
  static func keys(ofSpoolHeader bytes: [UInt8]) -> [KeyName] {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map(Array.init)
    // Before the fields stands the envelope.
    guard let begin = lines.firstIndex(where: isField) else { return [] }
    let fields = lines[begin...].map { isField($0) ? Array($0.dropFirst(5)) : $0 }
    let header = MessageHeader(Array(fields.joined(separator: [0x0A])) + [0x0A, 0x0A])
    var keys: [KeyName] = []
    MessageSightings.read(header, trustedServers: []) { event in
      if case .sighting(let raw) = event, let key = (try? raw.sighting())?.key { keys.append(key) }
    }
    return keys
  }

  private static func isField(_ line: [UInt8]) -> Bool {
    line.count > 5 && line.prefix(3).allSatisfy { (0x30...0x39).contains($0) } && line[4] == 0x20
  }
}
