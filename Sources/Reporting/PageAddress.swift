// Where a browser shows what is told: links of pages, and those in alerts.

package import Model

/// The addresses of pages below a base: a path, or a whole URL.
package struct PageAddress: Hashable, Sendable {
  /// What stands before each path, without a slash at its end.
  package var base: String

  package init(base: String) { self.base = base.hasSuffix("/") ? String(base.dropLast()) : base }

  package func watch(_ key: KeyName) -> String {
    base + "/watch/" + PercentCoding.encode(key.domain.description) + "/" + PercentCoding.encode(key.selectorOrType())
  }

  package func domain(_ name: DomainName) -> String { base + "/domain/" + PercentCoding.encode(name.description) }

  /// The page that an alert leads to: that of the selector, of the domain, or all incidents.
  package func event(_ event: Event) -> String {
    if let key = event.watched { return watch(key) }
    if let name = event.domain ?? event.zone { return domain(name) }
    return base + (event.type == .test ? "/" : "/incidents")
  }
}

extension Event {
  /// The key or the record set that this event is about; nil where it is about neither.
  package var watched: KeyName? {
    guard key == nil else { return key }
    return name.flatMap { name in
      recordType.flatMap { RecordType(mnemonic: $0) }.map { KeyName(recordSet: name, $0) }
    }
  }
}

/// RFC 3986, section 2.1.
package enum PercentCoding {
  /// The text with everything escaped but letters, digits and `-._~`.
  package static func encode(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        result.unicodeScalars.append(UnicodeScalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0" + digits : "%" + digits
      }
    }
  }
}
