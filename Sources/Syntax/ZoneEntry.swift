// What an entry of master-file text is: a record of the type that is looked for, or something that is stepped over.

internal import Model

extension ZoneText {
  /// Whether a text is meant as master-file text: a line begins with a quotation mark, a parenthesis or `$`, or is a
  /// resource record.
  package static func isZoneText(_ bytes: [UInt8]) -> Bool {
    for line in bytes.split(separator: 0x0A) {
      guard let first = line.first(where: { !$0.isBlank }) else { continue }
      switch first {
      case UInt8(ascii: "\""), UInt8(ascii: "("): return true
      case UInt8(ascii: ";"):
        // dig's comments; a record that begins with a semicolon has a tag behind it.
        let text = line.drop { $0.isBlank }
        if text.starts(with: "; <<>>".utf8) { return true }
        if text.starts(with: ";; ".utf8),
          text.dropFirst(3).first.map({ $0.isUpper || $0 == UInt8(ascii: "-") }) ?? false
        {
          return true
        }
      case UInt8(ascii: "$"):
        if line.hasPrefixIgnoringCase("$origin") || line.hasPrefixIgnoringCase("$ttl") { return true }
      default:
        if isResourceRecord(line) { return true }
      }
    }
    return false
  }

  /// Owner, TTL and class, then the type, then something that looks like its data.
  private static func isResourceRecord(_ line: ArraySlice<UInt8>) -> Bool {
    let words = line.split(maxSplits: 6) { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
    guard let type = typeIndex(words), isTextType(words[type]), type == 0 || !words[0].contains(UInt8(ascii: "="))
    else { return false }
    let before = words[..<type]
    guard type + 1 < words.count else { return before.contains(where: isClass) }
    let data = words[type + 1]
    // `text` is what nslookup (`text = "…"`) and host (`descriptive text "…"`) print.
    if words[type].matches("text") { return data.matches("=") || before.last?.matches("descriptive") == true }
    return data.first == UInt8(ascii: "\"") || data.first == UInt8(ascii: "(") || data.matches("\\#")
      || data.contains(UInt8(ascii: "=")) || before.contains(where: isClass)
  }

  /// The TXT record of an entry; nil for directives and records of other types.
  static func record(_ entry: [Token]) throws(RecordTextError) -> TextRecord? {
    guard let first = entry.first else { return nil }
    if !first.isQuoted, first.bytes.first == UInt8(ascii: "$") { return nil }
    let head = entry.prefix { !$0.isQuoted }
    if head.isEmpty { return strings(entry[...]) }
    guard let type = typeIndex(head.map { $0.bytes[...] }), isTextType(head[type].bytes[...]) else {
      // A CNAME target as dig +short prints it, or a record of another type.
      if head.count == entry.count { return nil }
      throw RecordTextError(
        line: first.line, column: first.column,
        message: "'\(printable(first.bytes.prefix(40)))' before a quoted string; expected a resource record of type TXT"
      )
    }
    var data = entry[(type + 1)...]
    // nslookup prints `name text = "…"`.
    if let sign = data.first, !sign.isQuoted, sign.bytes.elementsEqual("=".utf8) { data = data.dropFirst() }
    // A question of dig's, as in `;name. IN TXT`, is a comment; a TXT without data is a mistake.
    guard let start = data.first else {
      throw RecordTextError(
        line: head[type].line, column: head[type].column, message: "TXT without data; expected a quoted string")
    }
    if !start.isQuoted, start.bytes.elementsEqual("\\#".utf8) { return try unknownFormat(data) }
    return strings(data)
  }

  /// The RDATA of an entry of this type, word by word; nil for directives and records of other types. An entry that
  /// begins with a number has no owner: it is what `dig +short` prints.
  static func data(of entry: [Token], type: RecordType) -> Data? {
    guard let first = entry.first, first.isQuoted || first.bytes.first != UInt8(ascii: "$") else { return nil }
    let head = entry.prefix { !$0.isQuoted }.map { $0.bytes[...] }
    let places = head.indices.filter { RecordType(mnemonic: String(decoding: head[$0], as: UTF8.self)) == type }
    let place = places.first { index in
      head[..<index].dropFirst().allSatisfy {
        isTTL($0) || isClass($0) || $0.matches("has")
      }
    }
    if let place {
      var data = entry[(place + 1)...]
      // host prints `name has CAA record 0 …`.
      if let word = data.first, !word.isQuoted, word.bytes.matches("record") { data = data.dropFirst() }
      return Data(words: Array(data), isNamed: true)
    }
    guard !first.isQuoted, !first.bytes.isEmpty, first.bytes.allSatisfy(\.isDigit) else { return nil }
    // `3600 IN TXT …` begins with a number too.
    let isRecord = head.dropFirst().prefix(3).contains { word in
      isClass(word)
        || word.first?.isLetter == true && RecordType(mnemonic: String(decoding: word, as: UTF8.self)) != nil
    }
    return isRecord ? nil : Data(words: entry, isNamed: false)
  }

  private static func strings(_ tokens: ArraySlice<Token>) -> TextRecord {
    // A server refuses a string of more than 255 bytes; dig prints those of bare panels so. They are cut as panels do.
    TextRecord(strings: tokens.flatMap { TextRecord(bytes: $0.bytes).strings })
  }

  /// `\# length hex…` (RFC 3597, section 5).
  private static func unknownFormat(_ tokens: ArraySlice<Token>) throws(RecordTextError) -> TextRecord {
    let digits = tokens.dropFirst(2).flatMap(\.bytes)
    var data: [UInt8] = []
    var index = 0
    while index + 1 < digits.count,
      let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16)
    {
      data.append(byte)
      index += 2
    }
    guard index == digits.count, let record = TextRecord(rdata: data), !record.strings.isEmpty else {
      let place = tokens.first
      throw RecordTextError(
        line: place?.line ?? 1, column: place?.column ?? 1,
        message: "RDATA in hexadecimal that is no TXT record; expected \\# <length> <hexadecimal digits>")
    }
    return record
  }

  /// Where the type stands: first, or behind the owner, the TTL and the class.
  private static func typeIndex(_ words: [ArraySlice<UInt8>]) -> Int? {
    if let first = words.first, isTextType(first) { return 0 }
    return words.indices.dropFirst().first { index in
      !isTTL(words[index]) && !isClass(words[index]) && !words[index].matches("descriptive")
    }
  }

  private static func isTextType(_ word: ArraySlice<UInt8>) -> Bool {
    word.matchesIgnoringCase("txt") || word.matches("text") || word.matchesIgnoringCase("type16")
  }

  private static func isTTL(_ word: ArraySlice<UInt8>) -> Bool {
    word.first?.isDigit == true && word.allSatisfy { $0.isDigit || "smhdwSMHDW".utf8.contains($0) }
  }

  private static func isClass(_ word: ArraySlice<UInt8>) -> Bool {
    word.matchesIgnoringCase("in") || word.matchesIgnoringCase("ch") || word.matchesIgnoringCase("hs")
      || word.matchesIgnoringCase("class1")
  }
}
