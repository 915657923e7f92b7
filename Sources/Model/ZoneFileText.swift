// Resource records as lines of a zone file (RFC 1035, section 5).

extension DomainName {
  /// The name with a final dot, as it stands in a zone file whatever its origin is.
  public var absoluteText: String { isRoot ? "." : "\(self)." }
}

extension ResourceRecord {
  /// The record as one line that is right under any origin: `owner. TTL IN TYPE data`.
  public var zoneFileLine: String { "\(owner.absoluteText) \(ttl) IN \(type) \(dataText)" }

  /// The RDATA in presentation format; that of a type that is not known here in the notation of RFC 3597. Of a SOA, which
  /// is not held whole, it is only a description.
  public var dataText: String {
    switch data {
    case .a(let address): address.description
    case .ns(let name), .cname(let name), .dname(let name): name.absoluteText
    case .txt(let text): text.zoneFileText
    case .soa(let soa): "\(soa.primary.absoluteText) serial \(soa.serial) minimum \(soa.minimum)"
    case .other(let bytes): Self.known(type, bytes) ?? Self.unknown(bytes)
    }
  }

  /// `\# <length> <hexadecimal digits>` (RFC 3597, section 5).
  private static func unknown(_ bytes: [UInt8]) -> String {
    bytes.isEmpty ? "\\# 0" : "\\# \(bytes.count) \(hexadecimal(bytes[...]))"
  }

  private static func known(_ type: RecordType, _ bytes: [UInt8]) -> String? {
    var data = bytes[...]
    func number(_ count: Int) -> Int? {
      guard data.count >= count else { return nil }
      defer { data = data.dropFirst(count) }
      return data.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }
    switch type {
    case .mx:  // RFC 1035, section 3.3.9
      guard let preference = number(2), let host = DomainName(wire: data) else { return nil }
      return "\(preference) \(host.absoluteText)"
    case .srv:  // RFC 2782
      guard let priority = number(2), let weight = number(2), let port = number(2), let host = DomainName(wire: data)
      else { return nil }
      return "\(priority) \(weight) \(port) \(host.absoluteText)"
    case .caa:  // RFC 8659, section 4.1
      guard let flags = number(1), let length = number(1), length > 0, data.count >= length else { return nil }
      let tag = data.prefix(length)
      guard tag.allSatisfy({ $0.isLetter || $0.isDigit }) else { return nil }
      let value = TextRecord(strings: [Array(data.dropFirst(length))])
      return "\(flags) \(String(decoding: tag, as: UTF8.self)) \(value.zoneFileText)"
    case .tlsa:  // RFC 6698, section 2.2
      guard let usage = number(1), let selector = number(1), let matching = number(1), !data.isEmpty else { return nil }
      return "\(usage) \(selector) \(matching) \(hexadecimal(data))"
    case .ds:  // RFC 4034, section 5.3
      guard let tag = number(2), let algorithm = number(1), let digest = number(1), !data.isEmpty else { return nil }
      return "\(tag) \(algorithm) \(digest) \(hexadecimal(data))"
    case .dnskey:  // RFC 4034, section 2.2
      guard let flags = number(2), let protocolNumber = number(1), let algorithm = number(1), !data.isEmpty else {
        return nil
      }
      return "\(flags) \(protocolNumber) \(algorithm) \(base64(data))"
    case .ptr:  // RFC 1035, section 3.3.12
      return DomainName(wire: data)?.absoluteText
    default: return nil
    }
  }

  private static let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  private static func base64(_ bytes: ArraySlice<UInt8>) -> String {
    var text: [UInt8] = []
    var rest = bytes
    while !rest.isEmpty {
      let group = Array(rest.prefix(3))
      rest = rest.dropFirst(3)
      let bits = (0..<3).reduce(0) { $0 << 8 | ($1 < group.count ? Int(group[$1]) : 0) }
      for place in 0..<4 {
        text.append(place <= group.count ? base64Digits[bits >> (18 - 6 * place) & 0x3F] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { $0.digits(2, radix: 16, uppercase: true) }.joined()
  }
}
