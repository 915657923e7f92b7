// NOTIFY (RFC 1996): a server gives notice that a zone has changed. Read within bounds, answered, and believed in nothing else.

public import Model

/// A request that came unasked.
public struct NoticeRequest: Hashable, Sendable {
  /// What is done with it.
  public enum Content: Hashable, Sendable {
    /// The zone has changed, its server says.
    case notice(of: DomainName)
    /// Something else, which is answered with a code.
    case refused(ResponseCode)
  }

  public let content: Content
  private let id: UInt16
  private let flags: UInt16
  /// The question as it came; empty where it cannot be read.
  private let question: [UInt8]
  private let hasOption: Bool

  /// So many records may follow the question: the new SOA and an OPT record are what servers send.
  private static let recordLimit = 16
  private static let opcode: UInt16 = 4

  /// Reads a packet; nil where it is no request, so that nothing is answered.
  public init?(_ packet: UnsafeRawBufferPointer) {
    guard packet.count >= MessageOutline.headerLength, packet.count <= 65_535, packet.word(at: 2) & 0x8000 == 0 else {
      return nil
    }
    id = packet.word(at: 0)
    flags = packet.word(at: 2)
    let opcode = flags >> 11 & 0xF
    guard opcode == Self.opcode else {
      (content, question, hasOption) = (.refused(opcode == 0 ? .refused : .notImplemented), [], false)
      return
    }
    guard let read = try? Self.read(packet) else {
      (content, question, hasOption) = (.refused(.formatError), [], false)
      return
    }
    (content, question, hasOption) = read
  }

  private static func read(
    _ packet: UnsafeRawBufferPointer
  ) throws(MessageError) -> (Content, question: [UInt8], hasOption: Bool) {
    guard packet.word(at: 4) == 1 else { throw .questionCount(Int(packet.word(at: 4))) }
    let start = MessageOutline.headerLength
    let end = try WireName.read(packet, at: start).end
    guard end + 4 <= packet.count else { throw .cut(at: start) }
    let extras = try Extras(packet, at: end + 4)
    guard let name = DomainName(wire: packet[start..<end]) else { throw .name(at: start) }
    let question = Array(packet[start..<end + 4])
    let (type, group) = (packet.word(at: end), packet.word(at: end + 2))
    let content: Content =
      if extras.isSigned {
        // No key of ours could have signed it (RFC 8945, section 5.2.1).
        .refused(.notAuthoritative)
      } else if extras.version > 0 {
        .refused(.badVersion)
      } else if type != RecordType.soa.rawValue || group != 1 {
        .refused(.notImplemented)
      } else {
        .notice(of: name)
      }
    return (content, question, extras.hasOption)
  }

  /// What the records after the question say; of the records themselves nothing is kept.
  private struct Extras {
    var hasOption = false
    var version: UInt8 = 0
    var isSigned = false

    init(_ packet: UnsafeRawBufferPointer, at start: Int) throws(MessageError) {
      let count = Int(packet.word(at: 6)) + Int(packet.word(at: 8)) + Int(packet.word(at: 10))
      guard count <= NoticeRequest.recordLimit else { throw .recordCount(count) }
      var position = start
      for _ in 0..<count {
        let fixed = try WireName.read(packet, at: position).end
        guard fixed + 10 <= packet.count else { throw .cut(at: position) }
        switch RecordType(rawValue: packet.word(at: fixed)) {
        case .opt:
          guard !hasOption, fixed == position + 1 else { throw .option(at: position) }
          hasOption = true
          version = packet[fixed + 5]
        case .tsig: isSigned = true
        default: break
        }
        position = fixed + 10 + Int(packet.word(at: fixed + 8))
        guard position <= packet.count else { throw .cut(at: fixed) }
      }
      guard position == packet.count else { throw .trailing(count: packet.count - position) }
    }
  }

  /// The answer with a code (RFC 1996, section 4.7): id, opcode and question come back, and nothing else does.
  public func response(_ code: ResponseCode) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(12 + question.count + QuestionBytes.optionLength)
    func put(_ word: UInt16) { bytes += [UInt8(word >> 8), UInt8(word & 0xFF)] }
    let isNotice = flags >> 11 & 0xF == Self.opcode
    put(id)
    // QR, the opcode and RD as they came; AA where a notice is answered.
    put(0x8000 | flags & 0x7900 | (isNotice ? 0x0400 : 0) | code.rawValue & 0xF)
    for count in [question.isEmpty ? 0 : 1, 0, 0, hasOption ? 1 : 0] as [UInt16] { put(count) }
    bytes += question
    if hasOption {
      bytes.append(0)
      for word in [RecordType.opt.rawValue, QuestionBytes.payloadSize, (code.rawValue >> 4) << 8, 0, 0] { put(word) }
    }
    return bytes
  }
}
