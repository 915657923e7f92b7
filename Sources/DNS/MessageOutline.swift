// Where everything stands in a packet, checked against every bound before libldns or anybody else reads it.

import Model

/// The outline of one message: header, and the place of each record. The value is made once and read into again and
/// again, so that reading takes no memory.
struct MessageOutline {
  static let headerLength = 12
  /// The most records in all sections together. A root referral has about 40; a hostile packet could announce 196,605.
  static let recordLimit = 1024

  enum Section: UInt8 { case answer, authority, additional }

  /// One record: offsets into the packet.
  struct Record {
    var section: Section
    var type: RecordType
    var ttl: UInt32
    var owner: Int
    var data: Range<Int>
  }

  private(set) var flags: UInt16 = 0
  /// Whether a question stands at byte 12.
  private(set) var hasQuestion = false
  private(set) var questionType: UInt16 = 0
  /// The records of all sections in order, without the OPT record.
  private(set) var records: [Record] = []
  /// The OPT record; its class and TTL hold payload size, upper RCODE bits and flags (RFC 6891, section 6.1.3).
  private(set) var option: Record?

  init() {}

  var truncated: Bool { flags & 0x0200 != 0 }
  var authoritative: Bool { flags & 0x0400 != 0 }
  var recursionAvailable: Bool { flags & 0x0080 != 0 }
  var authenticated: Bool { flags & 0x0020 != 0 }

  /// The RCODE with the upper bits of the OPT record.
  var rcode: UInt16 { flags & 0x000F | UInt16(truncatingIfNeeded: (option?.ttl ?? 0) >> 24) << 4 }

  /// Reads a packet; the outline of the one before is gone, also where this throws.
  mutating func read(_ bytes: UnsafeRawBufferPointer) throws(MessageError) {
    records.removeAll(keepingCapacity: true)
    option = nil
    hasQuestion = false
    guard bytes.count >= Self.headerLength else { throw .noHeader(count: bytes.count) }
    guard bytes.count <= 65_535 else { throw .tooLong(count: bytes.count) }
    flags = bytes.word(at: 2)
    guard flags & 0x8000 != 0 else { throw .notAResponse }
    let opcode = UInt8(truncatingIfNeeded: flags >> 11 & 0xF)
    guard opcode == 0 else { throw .opcode(opcode) }
    let questions = Int(bytes.word(at: 4))
    guard questions <= 1 else { throw .questionCount(questions) }
    let counts = (Int(bytes.word(at: 6)), Int(bytes.word(at: 8)), Int(bytes.word(at: 10)))
    let total = counts.0 + counts.1 + counts.2
    guard total <= Self.recordLimit else { throw .recordCount(total) }

    var position = Self.headerLength
    if questions == 1 {
      position = try readQuestion(bytes, at: position)
    }
    for _ in 0..<counts.0 { position = try readRecord(bytes, at: position, section: .answer) }
    for _ in 0..<counts.1 { position = try readRecord(bytes, at: position, section: .authority) }
    for _ in 0..<counts.2 { position = try readRecord(bytes, at: position, section: .additional) }
    guard position == bytes.count else { throw .trailing(count: bytes.count - position) }
  }

  private mutating func readQuestion(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(MessageError) -> Int {
    let end = try WireName.read(bytes, at: start).end
    guard end + 4 <= bytes.count else { throw .cut(at: start) }
    guard bytes.word(at: end + 2) == 1 else { throw .recordClass(bytes.word(at: end + 2), at: end + 2) }
    questionType = bytes.word(at: end)
    hasQuestion = true
    return end + 4
  }

  private mutating func readRecord(
    _ bytes: UnsafeRawBufferPointer, at start: Int, section: Section
  ) throws(MessageError) -> Int {
    let fixed = try WireName.read(bytes, at: start).end
    guard fixed + 10 <= bytes.count else { throw .cut(at: start) }
    let type = RecordType(rawValue: bytes.word(at: fixed))
    let ttl = UInt32(bytes.word(at: fixed + 4)) << 16 | UInt32(bytes.word(at: fixed + 6))
    let data = (fixed + 10)..<(fixed + 10 + Int(bytes.word(at: fixed + 8)))
    guard data.upperBound <= bytes.count else { throw .cut(at: start) }
    var record = Record(section: section, type: type, ttl: ttl, owner: start, data: data)
    switch type {
    case .tsig:
      throw .transactionSignature
    case .opt:
      // The owner of an OPT record is the root (RFC 6891, section 6.1.2).
      guard section == .additional, option == nil, fixed == start + 1 else { throw .option(at: start) }
      try RecordDataBounds.check(bytes, type, data)
      option = record
    default:
      guard bytes.word(at: fixed + 2) == 1 else { throw .recordClass(bytes.word(at: fixed + 2), at: fixed + 2) }
      try RecordDataBounds.check(bytes, type, data)
      // RFC 2181, section 8: a TTL with the top bit set counts as 0.
      if ttl & 0x8000_0000 != 0 { record.ttl = 0 }
      records.append(record)
    }
    return data.upperBound
  }
}

extension UnsafeRawBufferPointer {
  /// Two bytes in network order.
  @inline(__always)
  func word(at position: Int) -> UInt16 { UInt16(self[position]) << 8 | UInt16(self[position + 1]) }
}
