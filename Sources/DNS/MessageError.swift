// Why a packet is refused. Every case is somebody else's packet, and costs no more than this value.

public import Model

/// What is wrong with the bytes of a message; positions are byte offsets from its first byte.
public enum MessageError: Error, Hashable, Sendable {
  /// Fewer bytes than a header has.
  case noHeader(count: Int)
  /// More bytes than a message can have (RFC 1035, section 4.2.2).
  case tooLong(count: Int)
  /// QR is clear: a query, not a response.
  case notAResponse
  /// An opcode other than QUERY.
  case opcode(UInt8)
  /// More than one question.
  case questionCount(Int)
  /// More records than selectord reads in one message.
  case recordCount(Int)
  /// The message ends inside a name, a record or its RDATA.
  case cut(at: Int)
  /// A compression pointer that does not point to earlier bytes of the message, or one of too many in a row.
  case pointer(at: Int)
  /// A label type that does not exist (RFC 1035, section 4.1.4).
  case label(at: Int)
  /// A name of more than 255 bytes.
  case name(at: Int)
  /// A class other than IN.
  case recordClass(UInt16, at: Int)
  /// RDATA that does not have the form of its type.
  case recordData(RecordType, at: Int)
  /// Bytes after the last record.
  case trailing(count: Int)
  /// A TSIG record, which nobody asked for.
  case transactionSignature
  /// A second OPT record, or one outside the additional section (RFC 6891, section 6.1.1).
  case option(at: Int)
  /// libldns refuses what is within bounds; its own words.
  case undecodable(String)
}

extension MessageError: CustomStringConvertible {
  /// What was seen and what was expected.
  public var description: String {
    switch self {
    case .noHeader(let count): "the message has \(count) bytes; a header alone has 12"
    case .tooLong(let count): "the message has \(count) bytes; at most 65535 are possible"
    case .notAResponse: "the message is a query (QR is clear); expected a response"
    case .opcode(let code): "the opcode is \(code); expected 0 (QUERY)"
    case .questionCount(let count): "the message has \(count) questions; expected at most one"
    case .recordCount(let count):
      "the message announces \(count) records; at most \(MessageOutline.recordLimit) are read"
    case .cut(let position): "the message ends inside the record or name at byte \(position)"
    case .pointer(let position): "the compression pointer at byte \(position) does not lead to an earlier name"
    case .label(let position): "the label at byte \(position) has a type that does not exist"
    case .name(let position): "the name at byte \(position) has more than 255 bytes"
    case .recordClass(let value, let position): "the class at byte \(position) is \(value); expected 1 (IN)"
    case .recordData(let type, let position): "the RDATA at byte \(position) is no \(type) RDATA"
    case .trailing(let count): "\(count) bytes follow the last record; expected none"
    case .transactionSignature: "the message has a TSIG record; no question was signed"
    case .option(let position): "the OPT record at byte \(position) is a second one, or outside the additional section"
    case .undecodable(let words): "libldns cannot decode the message: \(words)"
    }
  }
}
