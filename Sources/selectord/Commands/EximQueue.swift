// The live queue of Exim: the list, the headers in its spool, its retry rules and its retry database.

import Census
import Config
import Mail
import Model

struct EximQueue {
  var program: String

  /// The most domains whose retry rules are asked for: one process each.
  private static let mostDomains = 50

  func read(at now: Timestamp) throws -> QueueSource.Queue {
    var queue = QueueSource.Queue(
      name: "exim -bp", list: QueueList(try QueueSource.run(program, ["-bp"]), at: now))
    queue.list.kind = .exim
    guard !queue.list.messages.isEmpty else { return queue }
    addLifetimes(to: &queue.list)
    queue.signatures = EximSpool.signatures(of: queue.list.messages.map(\.id), program: program)
    queue.retries = retries()
    return queue
  }

  /// How long a message is tried: until the rules of all its recipients have ended.
  private func addLifetimes(to list: inout QueueList) {
    var known: [String: Duration?] = [:]
    for index in list.messages.indices {
      let domains = list.messages[index].recipients.map {
        $0.split(separator: "@").last.map(String.init) ?? "localhost"
      }
      for domain in Set(domains) where known[domain] == nil && known.count < Self.mostDomains && !domain.hasPrefix("-")
      {
        known[domain] = .some((try? QueueSource.run(program, ["-brt", domain])).flatMap(EximRetry.lifetime))
      }
      list.messages[index].lifetime = domains.compactMap { known[$0] ?? nil }.max()
    }
  }

  /// The retry database; empty where it cannot be read.
  private func retries() -> EximRetryData {
    guard let dump = QueueSource.program(["exim_dumpdb"]),
      let said = try? QueueSource.run(program, ["-bP", "spool_directory"]),
      let folder = String(decoding: said, as: UTF8.self).split(separator: "=").last?.filter({ !$0.isWhitespace }),
      let text = try? QueueSource.run(dump, ["-z", folder, "retry"])
    else { return EximRetryData() }
    return EximRetryData(text)
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
