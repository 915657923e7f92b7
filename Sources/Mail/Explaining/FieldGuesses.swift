// What a field may have been before software on the way changed it.

internal import Model

/// Guesses by the name of the field.
enum FieldGuesses {
  private static let most = 24

  /// The values that a field may have had, its present one left out.
  static func values(of field: HeaderField, in header: MessageHeader) -> [[UInt8]] {
    let text = field.text
    let guesses: [String] =
      switch field.name {
      case "subject": subjects(text)
      case "from": senders(header)
      case "content-transfer-encoding": ["7bit", "8bit", "quoted-printable", "base64", "binary", "7BIT", "8BIT"]
      case "content-type": contentTypes(text)
      case "message-id", "in-reply-to", "references": ["<\(text)>", String(text.dropFirst().dropLast())]
      case "to", "cc", "reply-to", "sender": addresses(text)
      default: []
      }
    return guesses.filter { $0 != text }.prefix(most).map { Array(" \($0)".utf8) }
  }

  /// A subject without the marks that lists and filters put before it.
  private static func subjects(_ text: String) -> [String] {
    var found: [String] = []
    var rest = Substring(text)
    var kept = ""
    for _ in 0..<4 {
      // A reply's mark may stand before that of the list, and stays.
      if let reply = ["Re: ", "RE: ", "Fwd: ", "FW: ", "AW: ", "WG: "].first(where: { rest.hasPrefix($0) }) {
        kept += reply
        rest = rest.dropFirst(reply.count)
        found.append(String(rest))
      }
      guard let shorter = withoutMark(rest) else { break }
      rest = shorter
      found.append(kept + rest)
      if !kept.isEmpty { found.append(String(rest)) }
    }
    if let colon = text.firstIndex(of: ":"), text.distance(from: text.startIndex, to: colon) < 20 {
      found.append(text[text.index(after: colon)...].trimmingBlanks)
    }
    // Marks at the end are rare, and some filters write them.
    if text.hasSuffix("]"), let open = text.lastIndex(of: "[") { found.append(text[..<open].trimmingBlanks) }
    return found
  }

  /// Without `[…]`, `(…)`, `{…}`, `<…>`, `*** … ***` at the beginning.
  private static func withoutMark(_ text: Substring) -> Substring? {
    for (open, close) in [("[", "]"), ("{", "}"), ("(", ")"), ("<", ">")] where text.hasPrefix(open) {
      guard let end = text.firstIndex(of: Character(close)) else { return nil }
      return text[text.index(after: end)...].drop { $0 == " " }
    }
    if text.hasPrefix("*") {
      let inner = text.drop { $0 == "*" }
      guard let end = inner.firstIndex(of: "*") else { return nil }
      return inner[end...].drop { $0 == "*" || $0 == " " }
    }
    return nil
  }

  /// Lists that write themselves into From keep the author elsewhere.
  private static func senders(_ header: MessageHeader) -> [String] {
    ["x-original-from", "original-from", "x-from", "reply-to", "x-sender", "sender", "x-google-original-from"]
      .compactMap { name in header.fields.first { $0.name == name }?.text }
  }

  private static func contentTypes(_ text: String) -> [String] {
    var found = [text.replacing("\"", with: "")]
    for charset in ["utf-8", "us-ascii", "iso-8859-1", "UTF-8", "US-ASCII", "ISO-8859-1"] {
      for quoted in [charset, "\"\(charset)\""] {
        guard let place = text.lowercased().firstRange(of: "charset=") else { continue }
        let start = text.utf8.index(text.startIndex, offsetBy: place.upperBound.utf16Offset(in: text.lowercased()))
        let end = text[start...].firstIndex(of: ";") ?? text.endIndex
        found.append(text[..<start] + quoted + text[end...])
      }
    }
    if let semicolon = text.firstIndex(of: ";") { found.append(text[..<semicolon].trimmingBlanks) }
    return found
  }

  private static func addresses(_ text: String) -> [String] {
    var found = [text.replacing("\"", with: "")]
    if let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close {
      found.append(String(text[text.index(after: open)..<close]))
      found.append(String(text[open...close]))
    }
    if !text.contains("<") { found.append("<\(text)>") }
    return found
  }

  /// Ways in which folding and blanks may have been another.
  static let blankEdits: [@Sendable ([UInt8]) -> [UInt8]] = [
    { unfolded($0) }, { unfolded($0).replacingTabs }, { [.space] + Array(unfolded($0).trimmed) },
    { Array(unfolded($0).trimmed) }, { refolded($0, with: .space) }, { refolded($0, with: .tab) },
    { [.space] + Array($0.trimmed) }, { [.space] + singleBlanks(unfolded($0).trimmed) },
    { Array($0.reversed().drop(while: \.isFoldingBlank).reversed()) },
  ]

  private static func unfolded(_ value: [UInt8]) -> [UInt8] {
    value.filter { $0 != .carriageReturn && $0 != .lineFeed }
  }

  /// The first blank of each continuation line is another.
  private static func refolded(_ value: [UInt8], with blank: UInt8) -> [UInt8] {
    var result = value
    for place in result.indices.dropFirst() where result[place - 1] == .lineFeed && result[place].isBlank {
      result[place] = blank
    }
    return result
  }

  private static func singleBlanks(_ value: ArraySlice<UInt8>) -> [UInt8] {
    Array(value.split(whereSeparator: \.isBlank).joined(separator: [.space]))
  }
}

extension [UInt8] {
  fileprivate var replacingTabs: [UInt8] { map { $0 == .tab ? .space : $0 } }
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    String(String(drop { $0 == " " || $0 == "\t" }).reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
