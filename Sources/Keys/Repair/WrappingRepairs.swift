// Repairs of what panels, zone files, web pages and key files put around and into a text.

internal import Model
internal import Syntax

let wrappingRepairs: [KeyRepairRow] = [
  .text("encoded-twice", "the extra base64 around the record or the key file is decoded", withoutOuterBase64),
  .text("html", "HTML is turned back into text", withoutHTML),
  .text("encoded-characters", "characters that were encoded for a URL or for mail are decoded", decoded),
  .texts("backslashes", "the backslashes are removed") { text in
    guard text.contains(UInt8(ascii: "\\")) else { return [] }
    // A `\n` is a line break, or an n with a backslash before it.
    return [true, false].map { text.withoutBackslashes(readingBreaks: $0) }
  },
  .text("quotation-marks", "the quotation marks are removed") { text in
    let marks = "\"'`".utf8
    return text.contains(where: marks.contains) ? text.filter { !marks.contains($0) } : nil
  },
  .text("zone-file-line", "what belongs to the zone file and not to the text is removed") { text in
    var text = text
    // The comment that opendkim-genkey writes behind the key, with its semicolon.
    if let comment = text.place(of: "----- DKIM key", in: 0..<text.count) {
      text.removeSubrange(comment.lowerBound...)
      while let last = text.last, last.isBlank || last == UInt8(ascii: ";") { text.removeLast() }
    }
    let parentheses = "()".utf8
    if text.contains(where: parentheses.contains) { text.removeAll(where: parentheses.contains) }
    if let version = text.place(of: "v=DKIM", in: 0..<text.count) ?? text.place(of: "v = DKIM", in: 0..<text.count),
      version.lowerBound > 0
    {
      let before = text[..<version.lowerBound]
      // What stands before may be tags, or the end of the key: then it is no owner name, and no label of a form.
      let isTags = before.contains(UInt8(ascii: "=")) || before.contains(UInt8(ascii: ";"))
      if !isTags, !before.isEndOfKey { text.removeFirst(before.count) }
    }
    return text
  },
  .text("pem-armour", "the BEGIN and END lines are removed") { text in
    var text = text
    var isChanged = false
    for mark in ["BEGIN", "END"] as [StaticString] {
      while let place = text.armour(mark) {
        text.replaceSubrange(place, with: [])
        isChanged = true
      }
    }
    return isChanged ? text : nil
  },
  .text("line-breaks", "the line breaks are removed") { text in
    guard text.contains(where: { $0 != 0x20 && $0.isBlank }) else { return nil }
    return text.split(whereSeparator: { $0 != 0x20 && $0.isBlank }).reduce(into: []) { result, piece in
      let joint = result.last.map { $0 == 0x20 } ?? true
      result += joint || piece.first == 0x20 ? Array(piece) : [0x20] + piece
    }
  },
]

/// What was encoded once more: the whole record, or the key file in `p=`.
private func withoutOuterBase64(_ text: [UInt8]) -> [UInt8]? {
  func inner(_ value: [UInt8], _ mark: StaticString) -> [UInt8]? {
    guard value.count >= 40, value.allSatisfy({ $0.isOfBase64 || $0.isBlank }) else { return nil }
    let bytes = Base64Text(value, 0..<value.count).bytes
    return bytes.place(of: mark, in: 0..<bytes.count) == nil ? nil : bytes
  }
  if let record = inner(text, "v=DKIM") { return record }
  var tags = TagText(text)
  guard let file = tags.value(.p).flatMap({ inner($0, "-----BEGIN PUBLIC") }) else { return nil }
  tags.set(.p, to: file)
  return tags.text
}

/// Entities as characters, elements as nothing.
private func withoutHTML(_ text: [UInt8]) -> [UInt8]? {
  let entities: [String: String] = [
    "quot": "\"", "apos": "'", "amp": "&", "lt": "<", "gt": ">", "nbsp": " ", "semi": ";", "equals": "=", "plus": "+",
    "sol": "/", "colon": ":", "shy": "", "zwnj": "", "zwj": "", "ZeroWidthSpace": "", "ldquo": "\"", "rdquo": "\"",
  ]
  var result: [UInt8] = []
  var position = 0
  while position < text.count {
    let rest = text[position...]
    if rest.first == UInt8(ascii: "&"), let end = rest.prefix(16).firstIndex(of: UInt8(ascii: ";")) {
      let name = String(decoding: rest[(position + 1)..<end], as: UTF8.self)
      let digits = name.dropFirst(name.hasPrefix("#x") || name.hasPrefix("#X") ? 2 : 1)
      let code = name.hasPrefix("#") ? UInt32(digits, radix: name.count - digits.count == 2 ? 16 : 10) : nil
      let number = code.flatMap(Unicode.Scalar.init).map(String.init)
      if let character = number.map({ $0 == "\u{A0}" ? " " : $0 }) ?? entities[name] {
        result += character.utf8
        position = end + 1
        continue
      }
    }
    if rest.first == UInt8(ascii: "<"), let end = rest.prefix(200).firstIndex(of: UInt8(ascii: ">")),
      rest.dropFirst().first.map({ $0.isLetter || $0 == UInt8(ascii: "/") }) == true
    {
      result.append(0x20)
      position = end + 1
      continue
    }
    result.append(text[position])
    position += 1
  }
  return result == text ? nil : result
}

/// Percent-encoding (RFC 3986, section 2.1) and quoted-printable (RFC 2045, section 6.7).
private func decoded(_ text: [UInt8]) -> [UInt8]? {
  let whole = 0..<text.count
  let percent: [StaticString] = ["%3D", "%3B", "%2B", "%2F", "%20", "%22"]
  if percent.contains(where: { text.place(of: $0, in: whole) != nil }) {
    return text.decodingEscapes(UInt8(ascii: "%"))
  }
  guard text.place(of: "=3D", in: whole) != nil else { return nil }
  return text.decodingEscapes(UInt8(ascii: "="))
}

extension [UInt8] {
  /// A sign and two hexadecimal digits as the byte; a sign before a line break, with it, as nothing.
  fileprivate func decodingEscapes(_ sign: UInt8) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    while position < count {
      if self[position] == sign, position + 2 < count,
        let byte = UInt8(String(decoding: self[(position + 1)...(position + 2)], as: UTF8.self), radix: 16)
      {
        result.append(byte)
        position += 3
      } else if self[position] == sign, position + 1 < count, self[position + 1] == 0x0A || self[position + 1] == 0x0D {
        position += 2
      } else {
        result.append(self[position])
        position += 1
      }
    }
    return result
  }

  /// `\DDD` as the byte, any other character without its backslash.
  fileprivate func withoutBackslashes(readingBreaks: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var position = 0
    while position < count {
      guard self[position] == UInt8(ascii: "\\") else {
        result.append(self[position])
        position += 1
        continue
      }
      let rest = self[(position + 1)...]
      if rest.prefix(3).count == 3, rest.prefix(3).allSatisfy(\.isDigit),
        let byte = UInt8(String(decoding: rest.prefix(3), as: UTF8.self))
      {
        result.append(byte)
        position += 4
      } else if readingBreaks, let next = rest.first, "nrt".utf8.contains(next) {
        result.append(0x20)
        position += 2
      } else {
        // What follows is taken as it is, another backslash too, whose turn comes next.
        position += 1
      }
    }
    return result
  }

  /// Where `-----BEGIN PUBLIC KEY-----` stands, whatever became of its dashes and blanks.
  fileprivate func armour(_ mark: StaticString) -> Range<Int>? {
    guard let begin = place(of: mark, in: 0..<count),
      let key = place(of: "KEY", in: begin.upperBound..<Swift.min(begin.upperBound + 20, count)),
      self[begin.upperBound..<key.lowerBound].allSatisfy({ $0.isUpper || $0.isBlank })
    else { return nil }
    var (start, end) = (begin.lowerBound, key.upperBound)
    while start > 0, self[start - 1] == UInt8(ascii: "-") { start -= 1 }
    while end < count, self[end] == UInt8(ascii: "-") { end += 1 }
    return start..<end
  }
}
