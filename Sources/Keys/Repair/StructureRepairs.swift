// Repairs of what parts the tags: semicolons, equals signs, a record that stands there twice.

internal import Model
internal import Syntax

let structureRepairs: [KeyRepairRow] = [
  .text("bare-key", "the tags are added before the key") { text in
    guard TagList(text).tags.allSatisfy({ TagName(text[$0.name].loweredBytes) == nil }) else { return nil }
    let piece = text.prefix { $0 != UInt8(ascii: ";") }.filter { !$0.isBlank }
    guard piece.count >= 40, piece.allSatisfy(\.isOfBase64) else { return nil }
    return Array("v=DKIM1; p=".utf8) + piece
  },
  .text("strings-order", "the strings are put in the right order") { text in
    // The second string stands first, so that the beginning of the record stands inside.
    guard let start = text.place(of: "v=DKIM", in: 0..<text.count), text[..<start.lowerBound].isEndOfKey else {
      return nil
    }
    return Array(text[start.lowerBound...] + text[..<start.lowerBound])
  },
  .texts("record-doubled", "the record is kept once") { text in
    guard let first = text.place(of: "v=DKIM", in: 0..<text.count),
      let second = text.place(of: "v=DKIM", in: first.upperBound..<text.count)
    else { return [] }
    let repeats = text[second.lowerBound...]
    // The first as far as it goes, or the second where the first was only begun.
    return [Array(text[..<second.lowerBound]), Array(repeats)]
  },
  .text("equals-missing", "the missing '=' are added after the names of the tags", withEquals),
  .text("label-doubled", "the name of a tag is kept once") { text in
    var tags = TagText(text)
    for index in tags.tags.indices {
      guard let name = tags.tags[index].name?.map(\.lowered), name.count == 1 else { continue }
      // `p=p=MII…`
      while tags.tags[index].value.count > 2, tags.tags[index].value[0].lowered == name[0],
        tags.tags[index].value[1] == UInt8(ascii: "=")
      {
        tags.tags[index].value.removeFirst(2)
      }
    }
    let isChanged = tags != TagText(text)
    return isChanged ? tags.text : nil
  },
  .texts("semicolons-missing", "the missing semicolons are added between the tags") { text in
    let parted = partedTags(text)
    // Behind the base64 of a key a tag may have been glued to its last character.
    return [parted, partedBehindKey(parted ?? text)].compactMap(\.self)
  },
]

/// Puts the `=` between a name and a value that stand side by side, or with a colon between.
private func withEquals(_ text: [UInt8]) -> [UInt8]? {
  var tags = TagText(text)
  var isChanged = false
  for index in tags.tags.indices where tags.tags[index].name == nil {
    let piece = tags.tags[index].value[...]
    let named: [(StaticString, TagName)] = [("dkim1", .v), ("rsa", .k), ("ed25519", .k)]
    if let (_, name) = named.first(where: { piece.matchesIgnoringCase($0.0) }) {
      tags.tags[index] = .init(name: [name.rawValue], value: Array(piece))
      isChanged = true
      continue
    }
    guard let first = piece.first, let name = TagName([first.lowered][...]) else {
      continue
    }
    var value = piece.dropFirst().trimmed
    if value.first == UInt8(ascii: ":") { value = value.dropFirst().trimmed }
    let fits =
      switch name {
      case .v: value.matchesIgnoringCase("dkim1")
      case .k: value.matchesIgnoringCase("rsa") || value.matchesIgnoringCase("ed25519")
      case .p: value.count >= 40 && value.allSatisfy { $0.isOfBase64 || $0.isBlank }
      default: false
      }
    guard fits else { continue }
    tags.tags[index] = .init(name: [name.rawValue], value: Array(value))
    isChanged = true
  }
  // The key alone behind the other tags.
  if tags.value(.p) == nil, let index = tags.tags.firstIndex(where: { $0.name == nil && $0.value.isLongBase64 }) {
    tags.tags[index].name = [TagName.p.rawValue]
    isChanged = true
  }
  return isChanged ? tags.text : nil
}

/// Puts a semicolon before every name of a tag that follows a blank, a comma, a colon, or a value that is complete.
private func partedTags(_ text: [UInt8]) -> [UInt8]? {
  var result: [UInt8] = []
  var isNote = false
  var isChanged = false
  let separators = " \t\r\n,:|".utf8
  for position in text.indices {
    let byte = text[position]
    if byte == UInt8(ascii: ";") { isNote = false }
    let begins = !isNote && TagName(rawValue: byte.lowered) != nil && isTagStart(text, at: position)
    if begins, let last = result.last(where: { !$0.isBlank }), last != UInt8(ascii: ";") {
      let isParted = result.last.map(separators.contains) == true
      if isParted || endsWithValue(result) {
        while result.last.map(separators.contains) == true { result.removeLast() }
        result += "; ".utf8
        isChanged = true
      }
    }
    if begins, byte.lowered == TagName.n.rawValue { isNote = true }
    result.append(byte)
  }
  return isChanged ? result : nil
}

/// A letter with an equals sign behind it that is not the padding of base64.
private func isTagStart(_ text: [UInt8], at position: Int) -> Bool {
  let rest = text[(position + 1)...].drop(while: \.isBlank)
  guard rest.first == UInt8(ascii: "=") else { return false }
  let value = rest.dropFirst().drop(while: \.isBlank)
  return value.first != nil && value.first != UInt8(ascii: "=") && value.first != UInt8(ascii: ";")
}

/// Whether a text ends with a value that can only be whole, as in `v=DKIM1k=rsap=MII…`.
private func endsWithValue(_ text: [UInt8]) -> Bool {
  let values: [StaticString] = ["=dkim1", "=rsa", "=ed25519", "=sha256", "=email", "=*"]
  return values.contains { value in
    text.suffix(value.utf8CodeUnitCount).matchesIgnoringCase(value)
  }
}

/// Parts a tag from the end of the base64 before it, as in `…AQABk=rsa`.
private func partedBehindKey(_ text: [UInt8]) -> [UInt8]? {
  var tags = TagText(text)
  guard let index = tags.tags.firstIndex(where: { $0.isNamed(.p) }) else { return nil }
  let value = tags.tags[index].value
  guard
    let equals = value.indices.first(where: { position in
      value[position] == UInt8(ascii: "=") && position > 40 && TagName(rawValue: value[position - 1]) != nil
        && position + 1 < value.count && value[position + 1] != UInt8(ascii: "=")
    })
  else { return nil }
  tags.tags[index].value = Array(value[..<(equals - 1)].trimmed)
  tags.tags.insert(.init(name: [value[equals - 1]], value: Array(value[(equals + 1)...])), at: index + 1)
  return tags.text
}

extension [UInt8] {
  /// At least 100 digits of base64, and nothing else but blanks.
  fileprivate var isLongBase64: Bool { count >= 100 && allSatisfy { $0.isOfBase64 || $0.isBlank } }
}

extension ArraySlice<UInt8> {
  /// Base64 and nothing else, and too much of it for a word.
  var isEndOfKey: Bool { count >= 16 && allSatisfy(\.isOfBase64) }

  var loweredBytes: ArraySlice<UInt8> { ArraySlice(map(\.lowered)) }
}

extension UInt8 {
  /// A digit of base64 of either alphabet, or padding.
  var isOfBase64: Bool { isLetter || isDigit || "+/-_=".utf8.contains(self) }
}
