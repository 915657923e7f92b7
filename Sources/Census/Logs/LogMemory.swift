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
  var rspamdTasks = RspamdTasks()

  private struct Named: Sendable {
    var job: [UInt8]
    var domain: [UInt8]
    var selector: [UInt8]
  }
  private struct Import: Sendable {
    var queueID: [UInt8]
    var domain: [UInt8]
    var selector: [UInt8]
    var reason: [UInt8]
    var time: Timestamp?
  }
  private static let mostNamed = 64
  /// Signatures of a job that were told whole, by a mark, oldest first: OpenDKIM tells some of them in two lines or three.
  private var told: [UInt64] = []
  private static let mostTold = 256
  /// Jobs of which OpenDKIM told the result before it named the signature, oldest first.
  private var concluded: [[UInt8]] = []
  /// Keys that Exim could not use, while a fuller line of the message may come, oldest first.
  private var imports: [Import] = []
  /// The message whose record in a history of OpenDMARC is being read.
  var history: (job: [UInt8], time: Timestamp?)?

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

  /// Notes that a signature of a job was told whole; false where it was before.
  mutating func isFirst(job: Bytes, domain: Bytes, selector: Bytes) -> Bool {
    guard !job.isEmpty else { return true }
    let mark = Self.mark(job, domain, selector)
    if told.contains(mark) { return false }
    if told.count >= Self.mostTold { told.removeFirst(Self.mostTold / 2) }
    told.append(mark)
    return true
  }

  func wasTold(job: Bytes, domain: Bytes, selector: Bytes) -> Bool {
    !job.isEmpty && told.contains(Self.mark(job, domain, selector))
  }

  private static func mark(_ job: Bytes, _ domain: Bytes, _ selector: Bytes) -> UInt64 {
    hash(job) &* 31 ^ PairTable.hash(domain, selector)
  }

  /// Keeps that a job ended well, whose signature is named later or never.
  mutating func conclude(job: Bytes) {
    if concluded.count >= Self.mostNamed { concluded.removeFirst() }
    concluded.append(job.array)
  }

  /// Whether a job has ended well; it is forgotten.
  mutating func takeConcluded(job: Bytes) -> Bool {
    guard let index = concluded.lastIndex(where: { $0.elementsEqual(job.buffer) }) else { return false }
    concluded.remove(at: index)
    return true
  }

  /// Keeps a sighting of Exim until a line tells it whole, or says that the message is taken or rejected.
  mutating func hold(_ sighting: RawSighting, _ emit: (CensusEvent) -> Void) {
    if imports.count >= Self.mostNamed { send(imports.removeFirst(), emit) }
    imports.append(
      Import(
        queueID: sighting.queueID.array, domain: sighting.domain.array, selector: sighting.selector.array,
        reason: sighting.reason.array, time: sighting.time))
  }

  /// A line tells the signature whole: what was kept of it is dropped.
  @inline(__always) mutating func drop(_ queueID: Bytes, domain: Bytes, selector: Bytes) {
    guard !imports.isEmpty else { return }
    imports.removeAll {
      $0.queueID.elementsEqual(queueID.buffer) && $0.domain.elementsEqual(domain.buffer)
        && $0.selector.elementsEqual(selector.buffer)
    }
  }

  /// All signatures of a message were told: what was kept of it counts.
  @inline(__always) mutating func release(_ queueID: Bytes, _ emit: (CensusEvent) -> Void) {
    guard !imports.isEmpty, !queueID.isEmpty else { return }
    let found = imports.filter { $0.queueID.elementsEqual(queueID.buffer) }
    imports.removeAll { $0.queueID.elementsEqual(queueID.buffer) }
    for kept in found { send(kept, emit) }
  }

  /// The end of the log.
  mutating func releaseAll(_ emit: (CensusEvent) -> Void) {
    for kept in imports { send(kept, emit) }
    imports = []
  }

  private func send(_ kept: Import, _ emit: (CensusEvent) -> Void) {
    kept.queueID.withBytes { queueID in
      kept.domain.withBytes { domain in
        kept.selector.withBytes { selector in
          kept.reason.withBytes { reason in
            emit(
              .sighting(
                RawSighting(
                  domain: domain, selector: selector, result: .neutral, reason: reason, time: kept.time, kind: .exim,
                  queueID: queueID, isPreliminary: true)))
          }
        }
      }
    }
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
