// Decodes p= as one receiver's decoder would: they differ on what they step over and on how base64 ends.

internal import Model
internal import Syntax

/// Base64 with a receiver's tolerances.
enum ReceiverBase64 {
  static func decode(_ text: [UInt8], _ tolerance: Base64Tolerance) throws(Objection) -> [UInt8] {
    if let bytes = plain(text) { return bytes }
    var symbols: [Symbol] = []
    for byte in text {
      if let value = Base64Text.value(of: byte) {
        symbols.append(.digit(value))
      } else if byte == UInt8(ascii: "=") {
        symbols.append(.pad)
      } else if tolerance.blanks?.contains(byte) ?? false || tolerance.dropsQuotes && byte == UInt8(ascii: "\"") {
        continue
      } else {
        symbols.append(.stranger)
      }
    }
    if tolerance.ending == .loosePads {
      // There they end a run of padding.
    } else if tolerance.dropsStrangers {
      symbols.removeAll { $0 == .stranger }
    } else if symbols.contains(.stranger) {
      throw .base64
    }
    var groups = Groups()
    switch tolerance.ending {
    case .exact, .optional:
      let digits = symbols.prefix { $0 != .pad }
      let pads = symbols.count - digits.count
      guard symbols.dropFirst(digits.count).allSatisfy({ $0 == .pad }), digits.count % 4 != 1 else { throw .base64 }
      let expected = (4 - digits.count % 4) % 4
      guard pads == expected || pads == 0 && tolerance.ending == .optional else { throw .base64 }
      digits.forEach { groups.add($0) }
      groups.end(keepsRest: true)
    case .firstPad:
      let digits = symbols.prefix { $0 != .pad }
      guard digits.count % 4 != 1 else { throw .base64 }
      digits.forEach { groups.add($0) }
      groups.end(keepsRest: true)
    case .enoughPads: try decodeAsPython(symbols, &groups)
    case .loosePads: try decodeLoosely(symbols, &groups)
    case .padsInside:
      for symbol in symbols {
        if symbol == .pad { groups.end(keepsRest: true) } else { groups.add(symbol) }
      }
    }
    return groups.bytes
  }

  /// Base64 as it should be, of which all receivers make the same; nil where they may differ.
  private static func plain(_ text: [UInt8]) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    let digits = text.dropLast(text.last != UInt8(ascii: "=") ? 0 : text[text.count - 2] != UInt8(ascii: "=") ? 1 : 2)
    var groups = Groups()
    groups.bytes.reserveCapacity(text.count / 4 * 3)
    for byte in digits {
      guard let value = Base64Text.value(of: byte) else { return nil }
      groups.add(.digit(value))
    }
    groups.end(keepsRest: true)
    return groups.bytes
  }

  private enum Symbol: Hashable {
    case digit(UInt8)
    case pad, stranger
  }

  /// Digits, four at a time.
  private struct Groups {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0

    mutating func add(_ symbol: Symbol) {
      guard case .digit(let value) = symbol else { return }
      bits = bits << 6 | UInt32(value)
      count += 1
      if count == 4 {
        bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
        bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
        bytes.append(UInt8(truncatingIfNeeded: bits))
        (bits, count) = (0, 0)
      }
    }

    /// Ends a group before its time; of what it has, whole bytes may be kept.
    mutating func end(keepsRest: Bool) {
      if keepsRest, count > 0 {
        let padded = bits << (6 * UInt32(4 - count))
        bytes.append(UInt8(truncatingIfNeeded: padded >> 16))
        if count == 3 { bytes.append(UInt8(truncatingIfNeeded: padded >> 8)) }
      }
      (bits, count) = (0, 0)
    }
  }

  private static func decodeAsPython(_ symbols: [Symbol], _ groups: inout Groups) throws(Objection) {
    var pads = 0
    for symbol in symbols {
      guard symbol == .pad else {
        pads = 0
        groups.add(symbol)
        continue
      }
      if groups.count >= 2 {
        pads += 1
        if groups.count + pads >= 4 {
          groups.end(keepsRest: true)
          return
        }
      }
    }
    if groups.count > 0 { throw .base64 }
  }

  /// Where `=` stands too early, or something else than a digit, decoding goes on at the next digit, if one comes.
  private static func decodeLoosely(_ symbols: [Symbol], _ groups: inout Groups) throws(Objection) {
    var rest = symbols[...]
    while let symbol = rest.popFirst() {
      if case .digit = symbol {
        groups.add(symbol)
        continue
      }
      switch groups.count {
      case 2 where symbol == .pad:
        if rest.isEmpty || rest.count == 1 && rest.first == .pad {
          groups.end(keepsRest: true)
          return
        }
        // The symbol behind is taken for the second `=`, whatever it is.
        rest = rest.dropFirst()
        groups.end(keepsRest: true)
      case 3 where symbol == .pad:
        if rest.isEmpty {
          groups.end(keepsRest: true)
          return
        }
      default: break
      }
      rest = rest.drop { $0 == .pad || $0 == .stranger }
      if rest.isEmpty { throw .base64 }
    }
    // Whole bytes of a group without its end are there already.
    groups.end(keepsRest: groups.count > 1)
  }
}
