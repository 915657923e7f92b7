// The bytes of a question, built once and sent as they are.

public import Model

/// What a question says beside name and type.
public struct QuestionOptions: Hashable, Sendable {
  /// RD: wanted from recursive resolvers, clear for authoritative servers. AD is set with it, which asks a validating
  /// resolver to say whether it has validated (RFC 6840, section 5.7).
  public var recursionDesired: Bool
  /// CD: asks for data that fails validation too (RFC 4035, section 3.2.2).
  public var checkingDisabled: Bool
  /// Whether an OPT record goes with it (RFC 6891).
  public var usesEDNS: Bool
  /// DO: asks for signatures and proofs too (RFC 3225); said in the OPT record.
  public var wantsSignatures: Bool

  public init(
    recursionDesired: Bool, checkingDisabled: Bool = false, usesEDNS: Bool = true, wantsSignatures: Bool = false
  ) {
    self.recursionDesired = recursionDesired
    self.checkingDisabled = checkingDisabled
    self.usesEDNS = usesEDNS
    self.wantsSignatures = wantsSignatures
  }
}

/// The wire form of a question: header, question section, OPT record.
public struct QuestionBytes: Hashable, Sendable {
  /// The largest UDP payload that is asked for: nothing of that size is cut into fragments on today's paths
  /// (DNS flag day 2020).
  public static let payloadSize: UInt16 = 1232
  /// The most bytes that a question takes: header, name, type and class, OPT record.
  public static let limit = 12 + 255 + 4 + optionLength
  /// The bytes of the OPT record, which comes last.
  public static let optionLength = 11

  /// The message without a length prefix.
  public let bytes: [UInt8]

  /// Builds a question with the name in lower case, as DoH wants it, where an equal question must be equal bytes
  /// (RFC 8484, section 4.1; it also wants an id of 0).
  public init(_ question: Question, id: UInt16, options: QuestionOptions) {
    bytes = [UInt8](unsafeUninitializedCapacity: Self.limit) { buffer, count in
      count = Self.write(question, id: id, options: options, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// Builds a question whose letters are upper or lower case at random: a forged answer has to guess them
  /// (draft-vixie-dnsext-dns0x20).
  public init(
    _ question: Question, id: UInt16, options: QuestionOptions, mixing random: inout some RandomNumberGenerator
  ) {
    var bytes = Self(question, id: id, options: options).bytes
    bytes.withUnsafeMutableBytes { Self.mixCase(in: $0, using: &random) }
    self.bytes = bytes
  }

  /// Writes the question to the start of `buffer`, which has room for `limit` bytes; returns the number of bytes.
  @discardableResult
  public static func write(
    _ question: Question, id: UInt16, options: QuestionOptions, into buffer: UnsafeMutableRawBufferPointer
  ) -> Int {
    let flags: UInt16 = (options.recursionDesired ? 0x0120 : 0) | (options.checkingDisabled ? 0x0010 : 0)
    var position = 0
    func put(_ word: UInt16) {
      buffer[position] = UInt8(truncatingIfNeeded: word >> 8)
      buffer[position + 1] = UInt8(truncatingIfNeeded: word)
      position += 2
    }
    for word in [id, flags, 1, 0, 0, options.usesEDNS ? 1 : 0] { put(word) }
    question.name.wire.withUnsafeBytes { name in
      UnsafeMutableRawBufferPointer(rebasing: buffer[position...]).copyMemory(from: name)
      position += name.count
    }
    put(question.type.rawValue)
    put(1)
    if options.usesEDNS {
      buffer[position] = 0
      position += 1
      for word in [RecordType.opt.rawValue, payloadSize, 0, options.wantsSignatures ? 0x8000 : 0, 0] { put(word) }
    }
    return position
  }

  /// Gives every letter of the name at byte 12 a random case.
  public static func mixCase(in message: UnsafeMutableRawBufferPointer, using random: inout some RandomNumberGenerator)
  {
    var position = MessageOutline.headerLength
    var bits: UInt64 = 0
    var left = 0
    while position < message.count, message[position] != 0 {
      let end = position + Int(message[position])
      guard end < message.count else { return }
      while position < end {
        position += 1
        guard WireName.lowered(message[position]) &- 0x61 < 26 else { continue }
        if left == 0 { (bits, left) = (random.next(), 64) }
        message[position] = (message[position] | 0x20) ^ UInt8(truncatingIfNeeded: (bits & 1) << 5)
        bits >>= 1
        left -= 1
      }
      position += 1
    }
  }

  /// Gives every letter of the name at byte 12 its lower case.
  public static func lowerCase(in message: UnsafeMutableRawBufferPointer) {
    var position = MessageOutline.headerLength
    while position < message.count, message[position] != 0 {
      let end = position + Int(message[position])
      guard end < message.count else { return }
      while position < end {
        position += 1
        message[position] = WireName.lowered(message[position])
      }
      position += 1
    }
  }
}
