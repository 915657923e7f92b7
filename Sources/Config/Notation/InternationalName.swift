// Domain names between people and the DNS: what is typed becomes A-labels, what is shown becomes U-labels.

internal import CIdn2
public import Model

/// Converts internationalized names by IDNA2008 with the mapping of UTS #46 (non-transitional), through libidn2.
public enum InternationalName {
  /// Reads a name as people type it.
  ///
  /// Labels of ASCII are taken as they stand, whatever IDNA says of them: letters, digits, `-` and `_`, and any other
  /// byte by a master-file escape (`\DDD`, RFC 1035, section 5.1). Other labels become A-labels. A final dot is allowed.
  public static func parse(_ typed: String) throws(InternationalNameError) -> DomainName {
    try checkCharacters(typed, of: typed)
    // UTS #46 takes the ideographic and the full-width full stop for a dot.
    let dots: Set<Unicode.Scalar> = ["\u{3002}", "\u{FF0E}", "\u{FF61}"]
    var text = ""
    if typed.utf8.allSatisfy({ $0 < 0x80 }) {
      text = typed
    } else {
      let dotted = String(String.UnicodeScalarView(typed.unicodeScalars.map { dots.contains($0) ? "." : $0 }))
      let labels = dotted.split(separator: ".", omittingEmptySubsequences: false)
      for (index, label) in labels.enumerated() {
        if index > 0 { text += "." }
        text += label.utf8.allSatisfy { $0 < 0x80 } ? String(label) : try asciiLabel(String(label), of: typed)
      }
    }
    if text != typed { try checkCharacters(text, of: typed) }
    do throws(DomainNameError) {
      return try DomainName(text)
    } catch {
      throw InternationalNameError(description: text.isEmpty ? error.description : "\(typed.quoted): \(error)")
    }
  }

  /// The name for people: A-labels as U-labels, where that loses nothing and misleads nobody.
  ///
  /// A label stays as it is where its U-label does not convert back to it, has characters that run from right to left
  /// or steer the text, or mixes the Latin, Greek and Cyrillic scripts.
  public static func display(_ name: DomainName) -> String {
    let text = name.description
    guard text.contains("xn--") else { return text }
    return text.split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("xn--") ? unicodeLabel(String($0)) ?? String($0) : String($0) }
      .joined(separator: ".")
  }

  private static let flags = Int32(IDN2_NFC_INPUT.rawValue | IDN2_NONTRANSITIONAL.rawValue)

  private static func asciiLabel(_ label: String, of typed: String) throws(InternationalNameError) -> String {
    var result: UnsafeMutablePointer<CChar>?
    let status = idn2_to_ascii_8z(label, &result, flags)
    defer { idn2_free(result) }
    guard status == IDN2_OK.rawValue, let result else {
      let reason = idn2_strerror(status).map { String(cString: $0) } ?? "error \(status)"
      throw InternationalNameError(
        description:
          "\(typed.quoted) is not a domain name: the label \(label.quoted) cannot be written in DNS (\(reason))"
      )
    }
    return String(cString: result)
  }

  private static func unicodeLabel(_ label: String) -> String? {
    var result: UnsafeMutablePointer<CChar>?
    guard idn2_to_unicode_8z8z(label, &result, 0) == IDN2_OK.rawValue, let result else { return nil }
    defer { idn2_free(result) }
    let shown = String(cString: result)
    guard let back = try? asciiLabel(shown, of: shown), back == label, isHarmless(shown) else { return nil }
    return shown
  }

  private static func isHarmless(_ label: String) -> Bool {
    var scripts: Set<Int> = []
    for scalar in label.unicodeScalars {
      if scalar.isUnseen || scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint {
        return false
      }
      switch scalar.value {
      case 0x2E, 0x0590...0x08FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: return false
      case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F, 0x1E00...0x1EFF: scripts.insert(0)
      case 0x370...0x3FF, 0x1F00...0x1FFF: scripts.insert(1)
      case 0x400...0x52F: scripts.insert(2)
      default: break
      }
    }
    return scripts.count <= 1
  }

  private static func checkCharacters(_ text: String, of typed: String) throws(InternationalNameError) {
    var isEscaped = false
    for byte in text.utf8 {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = true
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"): break
      case 0x80...: break  // What libidn2 makes of it is checked again.
      default:
        let character = String(UnicodeScalar(byte))
        let hint =
          switch byte {
          case UInt8(ascii: "@"): "; the domain of a mail address is the part after the '@'"
          case UInt8(ascii: "/"), UInt8(ascii: ":"): "; write only the name, without scheme, port or path"
          case UInt8(ascii: "*"): "; wildcards are allowed only in the patterns of receivers and of --domain"
          default: "; use letters, digits, '-', '_' and dots, or \\DDD for any other byte"
          }
        throw InternationalNameError(
          description:
            "\(typed.quoted) is not a domain name: it must not contain the character \(character.quoted)\(hint)")
      }
    }
  }
}

/// Why a typed text is no domain name.
public struct InternationalNameError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen, and what was expected.
  public let description: String
}
