// Tag by tag: what the signature says, and what is wrong with it.

internal import Model

/// Reads the values of one signature and collects its faults.
struct SignatureReading {
  let tags: TagList
  let kind: SignatureField.Kind
  var faults: [SignatureFault]

  init(tags: TagList, kind: SignatureField.Kind) {
    self.tags = tags
    self.kind = kind
    faults = tags.faults.map(SignatureFault.tagList)
  }

  private func shown(_ value: ArraySlice<UInt8>) -> String { value.prefix(60).withoutFoldingBlanks.text }

  /// The value of a tag that must be there.
  private mutating func required(_ tag: String) -> ArraySlice<UInt8>? {
    guard let value = tags.value(tag), !value.isEmpty else {
      faults.append(.missing(tag))
      return nil
    }
    return value
  }

  mutating func algorithm() -> SignatureField.Algorithm? {
    guard let value = required("a") else { return nil }
    // The words of RFC 6376 are compared without case by most verifiers, and no signer means another algorithm.
    guard let algorithm = SignatureField.Algorithm(rawValue: value.loweredText) else {
      faults.append(.algorithm(shown(value)))
      return nil
    }
    return algorithm
  }

  mutating func canonicalization() -> (header: Canonicalization, body: Canonicalization) {
    // A seal has no choice (RFC 8617, section 5.1.1).
    if kind == .arcSeal { return (.relaxed, .relaxed) }
    guard let value = tags.value("c"), !value.isEmpty else {
      // RFC 8617 gives a message signature of ARC no other default than DKIM's, but those who seal without c= mean
      // relaxed, the tests of ARC as well, and dkimpy and Mail::DKIM verify it so.
      // An empty one says what DKIM's says.
      return kind == .arcMessage && tags.value("c") == nil ? (.relaxed, .relaxed) : (.simple, .simple)
    }
    let parts = value.list(at: UInt8(ascii: "/")).map { Canonicalization(rawValue: $0.loweredText) }
    guard (1...2).contains(parts.count), let header = parts[0], let body = parts.count == 2 ? parts[1] : .simple else {
      faults.append(.canonicalization(shown(value)))
      return (.simple, .simple)
    }
    return (header, body)
  }

  mutating func name(_ tag: String) -> DomainName? {
    guard let value = required(tag) else { return nil }
    guard let name = try? DomainName(value.text), !name.isRoot else {
      faults.append(.name(tag: tag, shown(value)))
      return nil
    }
    return name
  }

  /// `i=` of DKIM; its local part is the signer's own affair.
  mutating func identity(_ domain: DomainName?) -> String {
    let implied = "@" + (domain?.description ?? "")
    guard kind == .dkim, let value = tags.value("i"), !value.isEmpty else { return implied }
    // It is quoted-printable (RFC 6376, section 3.5).
    let text = QuotedPrintable.decodeTagValue(value).text
    guard let domain else { return text }
    let host = text.utf8.lastIndex(of: UInt8(ascii: "@")).map { text[text.utf8.index(after: $0)...] }
    guard let host, let name = try? DomainName(host), name.isWithin(domain) else {
      faults.append(.identity(shown(value)))
      return text
    }
    return text
  }

  /// `i=` of ARC (RFC 8617, section 4.2.1).
  mutating func instance() -> Int? {
    guard kind != .dkim, let value = required("i") else { return nil }
    guard value.allSatisfy(\.isDigit), let number = Int(value.text), (1...ARCChain.longest).contains(number) else {
      faults.append(.instance(shown(value)))
      return nil
    }
    return number
  }

  mutating func signedFields() -> [String] {
    // A message signature of ARC may sign no field (as the tests of ARC have it), one of DKIM may not.
    if kind == .arcSeal || kind == .arcMessage && tags.value("h")?.isEmpty == true { return [] }
    guard let value = required("h") else { return [] }
    var names: [String] = []
    for element in value.list(at: UInt8(ascii: ":")) {
      // An empty element names nothing, and no verifier stumbles over it.
      if element.isEmpty { continue }
      guard element.allSatisfy(\.isFieldNameCharacter) else {
        faults.append(.fields(shown(element)))
        continue
      }
      names.append(element.loweredText)
    }
    if names.isEmpty, !faults.contains(where: { if case .fields = $0 { true } else { false } }) {
      faults.append(.fields(""))
    } else if kind == .dkim, !names.contains("from") {
      faults.append(.fromUnsigned)
    }
    return names
  }

  mutating func bodyHash(_ algorithm: SignatureField.Algorithm?) -> [UInt8] {
    if kind == .arcSeal { return [] }
    let hash = base64("bh")
    let expected = algorithm == .rsaSHA1 ? 20 : 32
    if algorithm != nil, !hash.isEmpty, hash.count != expected {
      faults.append(.hashSize(bytes: hash.count, expected: expected))
    }
    return hash
  }

  mutating func base64(_ tag: String) -> [UInt8] {
    guard let value = required(tag) else { return [] }
    guard let bytes = Base64.decode(value), !bytes.isEmpty else {
      faults.append(.base64(tag))
      return []
    }
    return bytes
  }

  /// A number of at most 76 digits (RFC 6376, section 3.5); one that is too large for anything counts as the largest.
  mutating func number(_ tag: String) -> UInt64? {
    guard kind != .arcSeal || tag == "t", let value = tags.value(tag) else { return nil }
    guard !value.isEmpty, value.count <= 76, value.allSatisfy(\.isDigit) else {
      faults.append(.number(tag: tag, shown(value)))
      return nil
    }
    return UInt64(value.text) ?? .max
  }

  mutating func time(_ tag: String) -> Timestamp? {
    number(tag).map { Timestamp(seconds: Int64(min($0, UInt64(Self.lastSecond)))) }
  }

  /// The end of the year 9999, which is the last that can be written down.
  private static let lastSecond: Int64 = 253_402_300_799

  mutating func copies() -> [FieldCopy] {
    guard kind == .dkim, let value = tags.value("z") else { return [] }
    return value.split(separator: UInt8(ascii: "|")).compactMap { piece in
      // Colons in names and values are encoded, but that of the field itself is not (RFC 6376, section 3.5).
      guard let colon = piece.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      return FieldCopy(
        name: piece[..<colon].withoutFoldingBlanks.loweredText,
        value: QuotedPrintable.decodeTagValue(piece[(colon + 1)...]))
    }
  }

  /// What no single value shows.
  mutating func checkRest(_ signedAt: Timestamp?, _ expiresAt: Timestamp?) {
    switch kind {
    case .dkim:
      // 0.5 is the version of the last drafts; OpenDKIM and Mail::DKIM take it too.
      if let version = required("v"), !version.matches("1"), !version.matches("0.5") {
        faults.append(.version(shown(version)))
      }
    case .arcMessage: break
    case .arcSeal:
      if let value = required("cv"), !["none", "pass", "fail"].contains(value.loweredText) {
        faults.append(.chainValidation(shown(value)))
      }
      for tag in ["h", "bh", "l"] where tags.value(tag) != nil { faults.append(.forbidden(tag)) }
    }
    if kind != .arcSeal, let value = tags.value("q") {
      let methods = value.list(at: UInt8(ascii: ":"))
      // Unknown methods are passed over; one that is known must be there.
      if !methods.contains(where: { $0.withoutFoldingBlanks.matchesIgnoringCase("dns/txt") }) {
        faults.append(.query(shown(value)))
      }
    }
    if let signedAt, let expiresAt, expiresAt <= signedAt { faults.append(.expiry) }
  }
}
