// TXT records made of tags, as receivers look for one of a type among them: what DMARC, MTA-STS, TLS-RPT and BIMI share.

internal import Model
internal import Syntax

/// The records at one name, and the one that is judged.
struct TagReading: Sendable {
  /// The versions of the types, as they must stand there.
  enum Version: Sendable {
    case dmarc, mtaSTS, tlsRPT, bimi

    var word: String {
      switch self {
      case .dmarc: "DMARC1"
      case .mtaSTS: "STSv1"
      case .tlsRPT: "TLSRPTv1"
      case .bimi: "BIMI1"
      }
    }

    var type: PolicyType {
      switch self {
      case .dmarc: .dmarc
      case .mtaSTS: .mtaSTS
      case .tlsRPT: .tlsRPT
      case .bimi: .bimi
      }
    }
  }

  let version: Version
  /// The joined texts, in one order whatever the answer's.
  let texts: [[UInt8]]
  /// Those that receivers take for records of the type.
  let policies: [[UInt8]]
  /// The text that is judged: the first of `policies`, else what is meant as one, else the first.
  let bytes: [UInt8]
  let tags: TagList
  /// Whether receivers take `bytes` for a record of the type.
  let isVersionRight: Bool

  init(_ records: [TextRecord], _ version: Version) {
    self.version = version
    texts = records.map(\.joined).sorted { $0.lexicographicallyPrecedes($1) }
    policies = texts.filter { Self.hasVersion($0, version) }
    bytes = policies.first ?? texts.first { PolicyGuess.type(of: $0) == version.type } ?? texts.first ?? []
    tags = TagList(bytes)
    isVersionRight = !policies.isEmpty
  }

  /// Whether a text begins with `v=` and exactly the version.
  static func hasVersion(_ text: [UInt8], _ version: Version) -> Bool {
    // No blank before it: a record begins with its version.
    guard text.first?.lowered == UInt8(ascii: "v") else { return false }
    let end = text.firstIndex(of: UInt8(ascii: ";")) ?? text.count
    guard let equals = text[..<end].firstIndex(of: UInt8(ascii: "=")),
      text.trimmingBlanks(0..<equals) == 0..<1
    else { return false }
    return text[text.trimmingBlanks((equals + 1)..<end)].elementsEqual(version.word.utf8)
  }

  /// The other texts at the name.
  var others: [[UInt8]] { isVersionRight ? texts.filter { !Self.hasVersion($0, version) } : [] }

  /// The first tag of this name, in either case.
  func tag(_ name: StaticString) -> TagList.Tag? { tags.tags.first { bytes[$0.name].matchesIgnoringCase(name) } }

  /// The value of a tag.
  func value(_ name: StaticString) -> ArraySlice<UInt8>? { tag(name).map { bytes[$0.value] } }

  func evidence(_ place: Range<Int>) -> String { bytes.evidence(place) }
  func evidence(_ places: [Range<Int>]) -> String { bytes.evidence(places) }
  func shown(_ text: [UInt8]) -> String { "'\(text.excerpt(0..<text.count))'" }

  /// Tags that repeat the name of an earlier one.
  var repeats: [TagList.Tag] {
    var met: Set<[UInt8]> = []
    return tags.tags.filter { !met.insert(bytes[$0.name].map(\.lowered)).inserted }
  }

  /// The beginning of the record, as evidence of what is missing from it.
  var beginning: String { evidence(0..<min(bytes.count, 40)) }

  /// Parts that keep no grammar of name and value (RFC 8461, section 3.1; RFC 8460, section 3): pieces without `=`,
  /// nothing between two semicolons, names of more than 32 characters, values with blanks.
  var malformedParts: [Range<Int>] {
    let extensions = tags.tags.filter { tag in
      let (name, value) = (bytes[tag.name], bytes[tag.value])
      if ["v", "id", "rua"].contains(where: { name.elementsEqual($0.utf8) }) { return false }
      return !Self.isExtensionName(name) || value.isEmpty
        || !value.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "=") }
    }
    return tags.strays + tags.empties.map { $0..<($0 + 1) } + extensions.map(\.spec)
  }

  /// A letter or digit, then up to 31 of letters, digits, `_`, `-` and `.`.
  static func isExtensionName(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, first.isLetter || first.isDigit, name.count <= 32 else { return false }
    return name.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x5F || $0 == 0x2D || $0 == 0x2E }
  }

  /// Whether text of a zone file or a form was left around the record: quotation marks or backslashes.
  var strayCharacters: [Range<Int>] {
    bytes.indices.filter { bytes[$0] == UInt8(ascii: "\"") || bytes[$0] == UInt8(ascii: "\\") }.map { $0..<($0 + 1) }
  }
}
