// CAA records: which certification authorities may issue for a domain (RFC 8659).

internal import Model
internal import Syntax

/// One CAA record as it is written; what is wrong with it is for the rules to say.
public struct CAARecord: Hashable, Sendable {
  /// Nil where it is no number from 0 to 255.
  public var flags: Int?
  /// The property's tag, as it is written.
  public var propertyTag: [UInt8]
  public var value: [UInt8]
  /// The text that it was read from.
  var text: String
  /// Whether nothing but the three parts stands there.
  var isWhole = true
  /// Whether the type stood before it.
  var isNamed = false

  /// Takes RDATA; nil where a length leads beyond the end.
  public init?(rdata: [UInt8]) {
    guard rdata.count >= 2, rdata.count >= 2 + Int(rdata[1]) else { return nil }
    flags = Int(rdata[0])
    propertyTag = Array(rdata[2..<(2 + Int(rdata[1]))])
    value = Array(rdata[(2 + Int(rdata[1]))...])
    text = "\(rdata[0]) \(propertyTag.excerpt(0..<propertyTag.count)) \"\(value.excerpt(0..<value.count))\""
    isNamed = true
  }

  /// Takes the words of master-file text: flags, tag, value.
  init(_ entry: ZoneText.Data) {
    let tokens = entry.words
    if let bytes = UnknownFormat.rdata(tokens), let record = CAARecord(rdata: bytes) {
      self = record
      return
    }
    isNamed = entry.isNamed
    func number(_ token: ZoneText.Token?) -> Int? {
      guard let bytes = token?.bytes, (1...3).contains(bytes.count), bytes.allSatisfy(\.isDigit) else { return nil }
      let value = bytes.reduce(0) { $0 * 10 + Int($1 - 0x30) }
      return value <= 255 ? value : nil
    }
    flags = number(tokens.first)
    propertyTag = tokens.count > 1 ? tokens[1].bytes : []
    value = tokens.count > 2 ? tokens[2].bytes : []
    isWhole = tokens.count == 3
    let words = tokens.prefix(5).map { token in
      let shown = token.bytes.excerpt(0..<token.bytes.count)
      return token.isQuoted ? "\"\(shown)\"" : shown
    }
    text = words.joined(separator: " ") + (tokens.count > 5 ? " …" : "")
  }

  /// A text that is no CAA record at all.
  init(unreadable bytes: [UInt8]) {
    propertyTag = []
    value = []
    isWhole = false
    text = bytes.excerpt(bytes.trimmingBlanks(0..<bytes.count))
  }

  /// Whether words without a type are meant as CAA: a number and a property.
  var resemblesCAA: Bool {
    guard propertyTag.count <= 15 else { return false }
    let word = String(decoding: propertyTag.map(\.lowered), as: UTF8.self)
    return Self.known.contains(word) || Self.known.contains { editDistance(Array($0.utf8), Array(word.utf8)) == 1 }
  }

  /// The tags of the IANA registry.
  static let known = [
    "issue", "issuewild", "iodef", "issuemail", "issuevmc", "contactemail", "contactphone",
  ]

  /// The tag in lower case.
  public var property: String { String(decoding: propertyTag.map(\.lowered), as: UTF8.self) }

  /// Whether the value of an issue property has the form that is defined: a domain name or nothing, then parameters.
  var hasRightValue: Bool {
    switch property {
    case "issue", "issuewild", "issuemail", "issuevmc":
      let parts = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
      let host = parts[0].drop(while: \.isBlank).reversed().drop(while: \.isBlank).reversed()
      let isName =
        host.isEmpty
        || host.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x2E }
          && (try? DomainName(String(decoding: Array(host), as: UTF8.self))) != nil
      return isName
        && parts.dropFirst().allSatisfy { part in
          part.allSatisfy(\.isBlank)
            || part.contains(UInt8(ascii: "=")) && part.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 }
        }
    case "iodef":
      let isURL = ["mailto:", "https://", "http://"].contains {
        value.starts(with: $0.utf8) && value.count > $0.utf8.count
      }
      return isURL
    default: return true
    }
  }

  /// The authority of an issue property; nil where nobody may issue.
  public var authority: String? {
    let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
    let name = value[value.trimmingBlanks(0..<end)]
    return name.isEmpty ? nil : printable(name)
  }

  /// What it means.
  var tag: PolicyTag {
    let subject = authority.map { "\($0) may issue" } ?? "Nobody may issue"
    let meaning =
      switch property {
      case "issue": "\(subject) certificates for the domain."
      case "issuewild": "\(subject) wildcard certificates for the domain."
      case "issuemail": "\(subject) certificates for mail addresses of the domain (S/MIME)."
      case "issuevmc": "\(subject) mark certificates for the domain's logo."
      case "iodef": "Authorities should report refused requests to this address."
      case "contactemail", "contactphone": "Authorities may ask this contact whether a request is right."
      default:
        flags.map { $0 & 128 != 0 } == true
          ? "Unknown and critical: an authority that does not know it must not issue."
          : "CAA does not define it; authorities ignore it."
      }
    return PolicyTag(propertyTag, value, meaning)
  }
}

/// `\# length hex…` (RFC 3597, section 5).
enum UnknownFormat {
  static func rdata(_ tokens: [ZoneText.Token]) -> [UInt8]? {
    guard let first = tokens.first, !first.isQuoted, first.bytes.elementsEqual("\\#".utf8), tokens.count > 1 else {
      return nil
    }
    return hexadecimalBytes(tokens.dropFirst(2).flatMap(\.bytes))
  }

  /// Bytes of hexadecimal digits; nil for anything else.
  static func hexadecimalBytes(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard digits[index].isHexadecimal, digits[index + 1].isHexadecimal,
        let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}

extension UInt8 {
  var isHexadecimal: Bool { isDigit || (0x61...0x66).contains(lowered) }
}
