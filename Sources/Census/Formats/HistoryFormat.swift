// The history file of OpenDMARC, which Exim writes too: a record of lines for each message, with its signatures.
//
//   job 4F2A11C0
//   received 1795811425
//   dkim example.org s2026 0

internal import Model

enum HistoryFormat {
  /// The numbers of results (opendmarc-ar.h).
  private static let results: [Int64: SightingResult] = [
    0: .pass, 2: .neutral, 3: .neutral, 4: .temperror, 5: .permerror, 6: .none, 7: .fail, 8: .policy, 9: .permerror,
    11: .none,
  ]

  static func read(_ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let content = line.content
    guard line.time == nil, line.tag.isEmpty, line.host.isEmpty, content.count > 4 else { return false }
    if content.hasPrefix("job ") {
      let job = content.dropFirst(4).trimmed
      guard !job.isEmpty, job.count <= 64, job.index(of: 0x20) == nil else { return false }
      memory.history = (job.array, nil)
      return true
    }
    guard let (job, time) = memory.history else { return false }
    if content.hasPrefix("received ") {
      if let seconds = content.dropFirst(9).trimmed.number, seconds < 253_402_300_800 {
        memory.history?.time = Timestamp(seconds: seconds)
      }
      return true
    }
    guard content.hasPrefix("dkim ") else { return false }
    // Without a selector it is of OpenDMARC before 1.4.
    let words = content.dropFirst(5).trimmed
    guard let domainEnd = words.index(of: 0x20), let last = words.lastIndex(of: 0x20),
      let result = words.dropFirst(last + 1).number.flatMap({ results[$0] })
    else {
      memory.unreadable("expected 'dkim DOMAIN SELECTOR NUMBER', found \(content.shown)", emit)
      return true
    }
    job.withBytes { job in
      memory.emit(
        RawSighting(
          domain: words.slice(0, domainEnd), selector: words.slice(domainEnd + 1, last), result: result, time: time,
          kind: .opendmarc, queueID: job), emit)
    }
    return true
  }
}
