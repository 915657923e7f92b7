// Which bytes of a log or a header are taken for a signing domain and a selector: names of hosts, nothing else.

internal import Model

/// Why the bytes after `d=` or `s=` are no name; `description` says it with the bytes quoted.
package struct NameFault: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

/// Reads names as signatures have them (RFC 6376, section 3.5): letters, digits, hyphens and underscores between dots.
enum SightedName {
  /// A signing domain: at least two labels, and no address.
  static func domain(_ bytes: Bytes) throws(NameFault) -> Model.DomainName {
    let name = try self.name(bytes, "signing domain")
    guard name.labels.count >= 2 else { throw fault(bytes, "signing domain", "it has no dot") }
    if name.labels.last?.allSatisfy(\.isDigit) == true { throw fault(bytes, "signing domain", "it ends in a number") }
    return name
  }

  static func selector(_ bytes: Bytes) throws(NameFault) -> Model.DomainName { try name(bytes, "selector") }

  private static func name(_ bytes: Bytes, _ role: String) throws(NameFault) -> Model.DomainName {
    if bytes.isEmpty { throw NameFault(description: "the \(role) is empty") }
    for byte in bytes.buffer where !isAllowed(byte) {
      let shown = byte > 0x20 && byte < 0x7F ? "'" + String(UnicodeScalar(byte)) + "'" : "byte 0x" + byte.hexadecimal
      throw fault(bytes, role, "\(shown) cannot stand in it")
    }
    do {
      let name = try Model.DomainName(bytes.text)
      if name.isRoot { throw NameFault(description: "the \(role) is the root of the DNS") }
      return name
    } catch let error as DomainNameError {
      throw fault(bytes, role, error.description)
    } catch {
      throw fault(bytes, role, "\(error)")
    }
  }

  @inline(__always) static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      || byte == UInt8(ascii: "_")
  }

  private static func fault(_ bytes: Bytes, _ role: String, _ what: String) -> NameFault {
    NameFault(description: "\(bytes.slice(0, 80).text.jsonQuoted()) is no \(role): \(what)")
  }
}

extension UInt8 {
  var hexadecimal: String { digits(2, radix: 16, uppercase: true) }
}
