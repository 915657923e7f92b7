// What a reader keeps from earlier lines: signatures whose result comes in a later line, ids that were told whole.

internal import Model

struct LogMemory: Sendable {
  let trustedServers: [String]
  /// The line that is being read.
  var line = 0
  /// How many times the line stands for itself: "message repeated 3 times".
  var repeated = 1
  /// The last sighting, while a logger may still say that its line was repeated.
  var last: MailSighting?
  /// Signatures that OpenDKIM named, by the job, oldest first.
  private var named: [Named] = []
  /// Ids of Exim whose signatures were told with their selectors; a place for each hash, the latest wins.
  private var whole = [UInt64](repeating: 0, count: 1024)
  var rejected = RejectedHeader()

  private struct Named: Sendable {
    var job: [UInt8]
    var domain: [UInt8]
    var selector: [UInt8]
  }
  private static let mostNamed = 64

  init(trustedServers: [String]) { self.trustedServers = trustedServers }

  mutating func emit(_ sighting: RawSighting, _ emit: (CensusEvent) -> Void) {
    var sighting = sighting
    sighting.messages = repeated
    emit(.sighting(sighting))
  }

  /// As `emit`, for lines of a syslog, which a logger may repeat.
  mutating func emitRepeatable(_ sighting: RawSighting, _ emit: (CensusEvent) -> Void) {
    self.emit(sighting, emit)
    last = try? sighting.sighting()
  }

  func unreadable(_ reason: String, _ emit: (CensusEvent) -> Void) {
    emit(.unreadable(UnreadableLine(line: line, reason: reason)))
  }

  /// "last message repeated 3 times": its sighting counts so many times more.
  mutating func repeatLast(times: Int, time: Timestamp?, _ emit: (CensusEvent) -> Void) {
    guard let last, let selector = last.selector else { return }
    Array(last.domain.description.utf8).withBytes { domain in
      Array(selector.description.utf8).withBytes { selector in
        Array((last.reason ?? "").utf8).withBytes { reason in
          Array((last.queueID ?? "").utf8).withBytes { queueID in
            emit(
              .sighting(
                RawSighting(
                  domain: domain, selector: selector, result: last.result, reason: reason, time: time ?? last.time,
                  until: nil, kind: last.kind, queueID: queueID, messages: times, isPreliminary: last.isPreliminary)))
          }
        }
      }
    }
  }

  /// Keeps what a job's line names, since the line with the result names nothing.
  mutating func name(job: Bytes, domain: Bytes, selector: Bytes) {
    if named.count >= Self.mostNamed { named.removeFirst() }
    named.append(Named(job: job.array, domain: domain.array, selector: selector.array))
  }

  /// Hands out the last signature that was named for a job, and forgets the job.
  mutating func takeNamed(job: Bytes) -> (domain: [UInt8], selector: [UInt8])? {
    guard let index = named.lastIndex(where: { $0.job.elementsEqual(job.buffer) }) else { return nil }
    let found = named[index]
    named.removeAll { $0.job.elementsEqual(job.buffer) }
    return (found.domain, found.selector)
  }

  /// Remembers that a message's signatures were told with their selectors.
  mutating func rememberWhole(_ queueID: Bytes) {
    let hash = Self.hash(queueID)
    whole[Int(truncatingIfNeeded: hash >> 54)] = hash
  }

  func wasWhole(_ queueID: Bytes) -> Bool {
    let hash = Self.hash(queueID)
    return whole[Int(truncatingIfNeeded: hash >> 54)] == hash
  }

  private static func hash(_ bytes: Bytes) -> UInt64 {
    var hash: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in bytes.buffer { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash ^= hash >> 29
    return (hash &* 0xBF58_476D_1CE4_E5B9) | 1
  }
}
