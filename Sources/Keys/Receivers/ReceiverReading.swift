// Reads one record as one receiver does, down to the key that it would verify with.

internal import Model
internal import Syntax

/// One record in the eyes of one receiver.
struct ReceiverReading: Sendable {
  let profile: ReceiverProfile
  /// The algorithm of the signature: the type of key that the mail was signed with.
  let signature: KeySummary.KeyType

  struct Success: Sendable {
    var key: ReceiverKey
    var isTesting: Bool
  }

  /// What the receiver would verify with.
  func read(_ record: [UInt8]) throws(Objection) -> Success {
    let tags = try ReceiverTags(record, profile)
    try check(tags)
    try checkVersion(tags)
    guard let encoded = tags.value(.p) else { throw .noKey }
    let isTesting = flags(tags).contains { $0.elementsEqual("y".utf8) }
    let type = try keyType(tags)
    if encoded.isEmpty { throw .revoked }
    let bytes = try ReceiverBase64.decode(encoded, profile.base64)
    if bytes.isEmpty { throw .revoked }
    let key = try load(bytes, type)
    if profile.values.keyType == .compared, let value = value(.k, tags),
      !value.map(\.lowered).elementsEqual(key.type.rawValue.utf8)
    {
      throw .keyType(Objection.shown(value))
    }
    if let rule = profile.values.hashes, let hashes = value(.h, tags), !contains(["sha256"], .h, hashes, tags, rule) {
      throw .hash(Objection.shown(hashes))
    }
    if let rule = profile.values.services, let services = value(.s, tags),
      !contains(["*", "email"], .s, services, tags, rule)
    {
      throw .service(Objection.shown(services))
    }
    if profile.values.readsGranularity, let limit = tags.value(.g), !limit.elementsEqual("*".utf8) {
      throw .granularity(Objection.shown(limit))
    }
    if let type, type != signature, profile.values.keyType != .known {
      throw .algorithm(signature: signature.name, key: type.name)
    }
    if key.type != signature { throw .algorithm(signature: signature.name, key: key.type.name) }
    return Success(key: key, isTesting: isTesting)
  }

  /// Whether the record begins as a key record does (mox): the value of its first tag does not fail at once.
  func isClaimed(_ record: [UInt8]) -> Bool {
    let first = Array(record.prefix { $0 != UInt8(ascii: ";") })
    guard let tag = (try? ReceiverTags(first, profile))?.tags.first else { return false }
    let value = profile.text.blanks.drop(tag.raw)
    switch TagName(tag.name[...]) {
    case .v: return tag.value.matches("DKIM1")
    case .k: return value.first?.isLetter ?? false
    case .h, .s, .t:
      for element in value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false) {
        guard element.first?.isLetter ?? false else { return false }
        // Where a word ends before its colon, the list ends too.
        if !isWord(element, starIsWord: false) { break }
      }
      return true
    case .n: return isQuotedPrintable(tag.value[...])
    case .p:
      let text = value.prefix { Base64Text.value(of: $0) != nil || $0 == UInt8(ascii: "=") }
      return (try? ReceiverBase64.decode(Array(text), profile.base64)) != nil
    case .g, nil: return true
    }
  }

  /// Whether `t=` has the flag `y` in the receiver's eyes.
  func isTesting(_ record: [UInt8]) -> Bool {
    (try? ReceiverTags(record, profile)).map { flags($0).contains { $0.matchesIgnoringCase("y") } } ?? false
  }

  // MARK: - Tags

  private func value(_ name: TagName, _ tags: ReceiverTags) -> [UInt8]? {
    guard let value = tags.value(name) else { return nil }
    return profile.values.emptyIsAbsent && (value.isEmpty || value == [UInt8(ascii: "0")]) ? nil : value
  }

  private func checkVersion(_ tags: ReceiverTags) throws(Objection) {
    guard profile.values.version != .unread, let version = value(.v, tags) else { return }
    let isRight =
      switch profile.values.version {
      case .unread: true
      case .exact: version.matches("DKIM1")
      case .anyCase: version.matchesIgnoringCase("DKIM1")
      case .anyCaseWithBlanks: profile.text.blanks.drop(version[...]).matchesIgnoringCase("DKIM1")
      }
    if !isRight { throw .version(Objection.shown(version)) }
    if profile.values.versionFirst, tags.tags.first.map({ !TagName.v.matches($0.name[...]) }) ?? false {
      throw .versionNotFirst
    }
  }

  /// The type that the record says the key has; nil where the receiver goes by the signature or the key.
  private func keyType(_ tags: ReceiverTags) throws(Objection) -> KeySummary.KeyType? {
    let rule = profile.values.keyType
    if rule == .unread || rule == .compared { return nil }
    guard var value = value(.k, tags) else { return rule == .known ? nil : .rsa }
    if value.isEmpty, profile.values.emptyKeyTypeIsRSA { return .rsa }
    if profile.values.grammar == .words { value = lastWord(.k, Array(profile.text.blanks.drop(value[...])), tags) }
    if rule == .anyCaseWithBlanks { value = Array(profile.text.blanks.drop(value[...])) }
    let text = rule == .exact ? value : value.map(\.lowered)
    let known: KeySummary.KeyType? = text.matches("rsa") ? .rsa : text.matches("ed25519") ? .ed25519 : nil
    if let known { return rule == .known ? nil : known }
    if rule == .anyCaseOrRSA, !text.matches("ecdsa256") { return .rsa }
    throw .keyType(Objection.shown(value))
  }

  private func load(_ bytes: [UInt8], _ type: KeySummary.KeyType?) throws(Objection) -> ReceiverKey {
    guard profile.values.keyType == .compared else { return try ReceiverKey(bytes, as: type ?? signature, profile.key) }
    // The key's own form says what it is.
    var isEd25519 = bytes.count == 32
    if case .ed25519Info = KeyMaterial(bytes).content { isEd25519 = true }
    return try ReceiverKey(bytes, as: isEd25519 ? .ed25519 : .rsa, profile.key)
  }

  /// Whether a list has one of some words.
  private func contains(
    _ words: [StaticString], _ name: TagName, _ value: [UInt8], _ tags: ReceiverTags, _ rule: WordList
  ) -> Bool {
    elements(name, value, tags, rule).contains { element in
      words.contains { rule.foldsCase ? element.matchesIgnoringCase($0) : element.matches($0) }
    }
  }

  private func elements(_ name: TagName, _ value: [UInt8], _ tags: ReceiverTags, _ rule: WordList) -> [[UInt8]] {
    let colon = UInt8(ascii: ":")
    let blanks = profile.text.blanks
    if !rule.splits { return [value] }
    if rule.doublesColons { return ReceiverTags.elements(value[...], colon, blanks) }
    var elements = value.split(separator: colon, omittingEmptySubsequences: false).map {
      switch rule.blanks {
      case .kept: Array($0)
      case .trimmed: Array(blanks.trim($0))
      case .dropped: Array(blanks.drop($0))
      }
    }
    if profile.values.grammar == .words, !elements.isEmpty {
      elements[elements.count - 1] = lastWord(name, elements[elements.count - 1], tags)
    }
    return elements
  }

  private func flags(_ tags: ReceiverTags) -> [[UInt8]] {
    tags.value(.t).map { elements(.t, $0, tags, WordList()) } ?? []
  }

  // MARK: - Grammar

  private func check(_ tags: ReceiverTags) throws(Objection) {
    guard profile.values.grammar != .unread else { return }
    for tag in tags.tags {
      guard let name = TagName(tag.name[...]) else { continue }
      let isRight =
        switch name {
        case .v: profile.values.grammar == .words || Self.isFolded(tag.raw)
        case .h, .s, .t:
          tag.value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false).allSatisfy {
            isWord($0, starIsWord: name == .s)
          }
        case .k: isWord(tag.value[...], starIsWord: false)
        case .n: isQuotedPrintable(tag.value[...])
        case .p, .g: true
        }
      if !isRight { throw .value(tag: String(decoding: tag.name, as: UTF8.self), Objection.shown(tag.value)) }
    }
  }

  /// `hyphenated-word`, with white space around it.
  private func isWord(_ text: ArraySlice<UInt8>, starIsWord: Bool) -> Bool {
    let isStrict = profile.values.grammar == .strict
    let word = isStrict ? profile.text.blanks.trim(text) : profile.text.blanks.drop(text)
    if isStrict, starIsWord, word.elementsEqual("*".utf8) { return true }
    guard let first = word.first, let last = word.last, first.isLetter, last != UInt8(ascii: "-") else { return false }
    var previous = first
    for byte in word.dropFirst() {
      guard byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") else { return false }
      // Of two hyphens mox takes none.
      if !isStrict, byte == UInt8(ascii: "-"), previous == byte { return false }
      previous = byte
    }
    return true
  }

  /// `qp-section`: printable characters, `=` only before two hexadecimal digits.
  private func isQuotedPrintable(_ text: ArraySlice<UInt8>) -> Bool {
    let isStrict = profile.values.grammar == .strict
    let bytes = Array(text)
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      guard (0x21...0x7E).contains(byte) || byte.isBlank else { return false }
      if byte == UInt8(ascii: "=") {
        let digits = bytes[(position + 1)...].prefix(2)
        // mox takes every capital letter for a digit.
        let isHexadecimal = digits.allSatisfy { $0.isDigit || (isStrict ? 0x41...0x46 : 0x41...0x5A).contains($0) }
        guard digits.count == 2, isHexadecimal else { return false }
        position += 2
      }
      position += 1
    }
    return true
  }

  /// The last word of a list; behind it mox keeps the white space where the record ends there.
  private func lastWord(_ name: TagName, _ word: [UInt8], _ tags: ReceiverTags) -> [UInt8] {
    guard let tag = tags.tags.last(where: { name.matches($0.name[...]) }), tag.isLast else { return word }
    let start = tag.raw.lastIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? tag.raw.startIndex
    return Array(profile.text.blanks.trimStart(tag.raw[start...]))
  }

  /// Whether every line break is CR LF before white space.
  static func isFolded(_ text: ArraySlice<UInt8>) -> Bool {
    var rest = text
    while let byte = rest.popFirst() {
      if byte == 0x0A { return false }
      if byte == 0x0D {
        guard rest.popFirst() == 0x0A, let next = rest.first, next == 0x20 || next == 0x09 else { return false }
      }
    }
    return true
  }
}

extension KeySummary.KeyType {
  fileprivate var name: String {
    switch self {
    case .rsa: "RSA"
    case .ed25519: "Ed25519"
    }
  }
}
