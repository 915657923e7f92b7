// Expands macros (RFC 7208, section 7): what names and explanations say of one client.

internal import Model

/// A domain as it is checked: the bytes for `%{d}`, and the name that is asked.
struct SPFName {
  var bytes: [UInt8]
  var name: DomainName

  /// Nil where DNS can hold no such name: an empty label, or one of more than 63 bytes.
  init?(_ bytes: [UInt8]) {
    let whole = bytes.last == UInt8(ascii: ".") ? bytes.dropLast() : bytes[...]
    guard !whole.isEmpty,
      let name = try? DomainName(
        labels: whole.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init))
    else { return nil }
    self.bytes = Array(whole)
    self.name = name
  }

  var text: String { name.description }
}

/// The values of the macro letters.
struct SPFExpansion {
  let client: SPFClient
  /// `%{d}`.
  let domain: [UInt8]
  /// `%{p}`; nil where the client has no such name, or nobody looked.
  let validatedName: [UInt8]?

  /// The name that a domain-spec stands for: of at most 253 bytes, with labels left out from the left.
  func name(_ string: SPFMacroString) -> [UInt8] {
    var bytes = text(string)[...]
    if bytes.last == UInt8(ascii: ".") { bytes = bytes.dropLast() }
    while bytes.count > 253 {
      guard let dot = bytes.firstIndex(of: UInt8(ascii: ".")) else { break }
      bytes = bytes[(dot + 1)...]
    }
    return Array(bytes)
  }

  /// The text with all macros expanded.
  func text(_ string: SPFMacroString) -> [UInt8] {
    string.parts.flatMap { part in
      switch part {
      case .literal(let bytes): bytes
      case .macro(let macro): value(macro)
      }
    }
  }

  private func value(_ macro: SPFMacroString.Macro) -> [UInt8] {
    var value = value(of: macro.letter)
    if macro.kept != nil || macro.isReversed || !macro.delimiters.isEmpty {
      let delimiters = macro.delimiters.isEmpty ? [UInt8(ascii: ".")] : macro.delimiters
      var parts = value.split(omittingEmptySubsequences: false) { delimiters.contains($0) }
      if macro.isReversed { parts.reverse() }
      if let kept = macro.kept { parts = Array(parts.suffix(kept)) }
      value = Array(parts.joined(separator: [UInt8(ascii: ".")]))
    }
    return macro.isEscaped ? Self.escaped(value) : value
  }

  private func value(of letter: UInt8) -> [UInt8] {
    switch letter {
    case UInt8(ascii: "s"): client.identity
    case UInt8(ascii: "l"): client.localPart
    case UInt8(ascii: "o"): client.domain
    case UInt8(ascii: "d"): domain
    case UInt8(ascii: "i"):
      client.address.isV6
        ? Array(client.address.nibbles.joined(separator: ".").utf8) : Array(client.address.description.utf8)
    case UInt8(ascii: "p"): validatedName ?? Array("unknown".utf8)
    case UInt8(ascii: "v"): Array((client.address.isV6 ? "ip6" : "in-addr").utf8)
    case UInt8(ascii: "h"): client.helo
    case UInt8(ascii: "c"): Array(client.address.description.utf8)
    case UInt8(ascii: "r"): client.receiver
    case UInt8(ascii: "t"): Array("\(client.seconds)".utf8)
    default: []
    }
  }

  /// All but the unreserved characters of RFC 3986 as `%HH`.
  private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
    bytes.flatMap { byte -> [UInt8] in
      let isUnreserved = byte.isLetter || byte.isDigit || "-._~".utf8.contains(byte)
      return isUnreserved ? [byte] : Array(("%" + byte.digits(2, radix: 16, uppercase: true)).utf8)
    }
  }
}
