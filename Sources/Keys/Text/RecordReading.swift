// Everything that the rules ask about one TXT record, read once.

internal import Model
internal import Syntax

/// One TXT record, taken apart.
struct RecordReading: Sendable {
  let record: TextRecord
  /// The strings joined (RFC 6376, section 3.6.2.2).
  let bytes: [UInt8]
  let tags: TagList
  let kind: TextKind
  /// What `p=` decodes to; nil where there is no `p=` or it is empty.
  let encoded: Base64Text?
  let material: KeyMaterial?
  /// What is known of the key, where one parsed.
  private(set) var summary: KeySummary?

  /// The longest record that is taken apart: no TXT RDATA is longer.
  static let longest = 65_535

  init(_ record: TextRecord) {
    self.record = record
    let bytes = record.joined
    self.bytes = bytes
    guard bytes.count <= Self.longest else {
      tags = TagList([])
      kind = .oversized
      encoded = nil
      material = nil
      return
    }
    let tags = TagList(bytes)
    self.tags = tags
    kind = TextKind(bytes, tags)
    // The last `p=` counts with the receivers that accept several.
    let value = tags.tags.last { TagName.p.matches(bytes[$0.name]) }.map { bytes.insideArmour($0.value) }
    // Where a private key was removed, there is no base64 to complain of.
    if kind == .key, let value, !value.isEmpty, bytes.place(of: PrivateKeyRedaction.mark, in: value) == nil {
      let encoded = Base64Text(bytes, value)
      self.encoded = encoded
      material = KeyMaterial(encoded.bytes)
    } else {
      encoded = nil
      material = nil
    }
    // Many rules ask for it, and the fingerprint takes a digest.
    summary = summarized
  }

  /// The tag of this name that counts: the first one, and the last one of `p`.
  func tag(_ name: TagName) -> TagList.Tag? {
    name == .p
      ? tags.tags.last { name.matches(bytes[$0.name]) } : tags.tags.first { name.matches(bytes[$0.name]) }
  }

  /// The value of `p=`.
  var keyValue: Range<Int>? { tag(.p)?.value }

  /// `p=` is there and empty.
  var isRevoked: Bool { keyValue?.isEmpty ?? false }

  /// What `k=` says: `rsa` where it is absent (RFC 6376, section 3.6.1); nil for anything unknown.
  var keyType: KeySummary.KeyType? {
    guard let tag = tag(.k) else { return .rsa }
    let value = bytes[tag.value]
    return if value.matchesIgnoringCase("rsa") { .rsa } else if value.matchesIgnoringCase("ed25519") { .ed25519 } else {
      nil
    }
  }

  /// The RSA key, where `p=` holds one.
  var rsa: RSAKey? {
    if case .rsa(let key, _) = material?.content { key } else { nil }
  }

  /// The elements of a colon list such as `h=`; empty ones left out. Nil where the tag is absent.
  func list(_ name: TagName) -> [Range<Int>]? {
    tag(name).map { bytes.colonList($0.value).filter { !$0.isEmpty } }
  }

  /// Whether `t=` has the flag `y`, exactly.
  var isTesting: Bool { list(.t)?.contains { bytes[$0].matches("y") } ?? false }

  private var summarized: KeySummary? {
    guard kind == .key else { return nil }
    if isRevoked {
      return KeySummary(type: keyType ?? .rsa, bits: 0, fingerprint: "", revoked: true, testing: isTesting)
    }
    switch material?.content {
    case .rsa(let key, _), .privateKey(_, .rsa(let key)):
      return Fingerprint.of(key).map {
        KeySummary(type: .rsa, bits: key.bits, fingerprint: $0, revoked: false, testing: isTesting)
      }
    case .ed25519Info(let key), .privateKey(_, .ed25519(let key)):
      return ed25519Summary(key)
    case .raw(let key) where keyType == .ed25519:
      return ed25519Summary(key)
    default:
      return nil
    }
  }

  private func ed25519Summary(_ key: [UInt8]) -> KeySummary? {
    Fingerprint.of(ed25519: key).map {
      KeySummary(type: .ed25519, bits: 256, fingerprint: $0, revoked: false, testing: isTesting)
    }
  }
}

/// The tags of key records (RFC 6376, section 3.6.1, and the historic `g` of RFC 4871).
enum TagName: UInt8, CaseIterable {
  case v = 0x76
  case g = 0x67
  case h = 0x68
  case k = 0x6B
  case n = 0x6E
  case p = 0x70
  case s = 0x73
  case t = 0x74

  func matches(_ name: ArraySlice<UInt8>) -> Bool { name.count == 1 && name.first == rawValue }

  /// The tag of exactly this name.
  init?(_ name: ArraySlice<UInt8>) {
    guard name.count == 1, let byte = name.first else { return nil }
    self.init(rawValue: byte)
  }

  /// Whether receivers act on the value; notes are for people, and `g` is historic.
  var isRead: Bool { self != .n }
}

extension [UInt8] {
  /// The part between the lines `-----BEGIN …-----` and `-----END …-----`, so that what is in them can be named.
  func insideArmour(_ range: Range<Int>) -> Range<Int> {
    guard let begin = place(of: "-----BEGIN", in: range),
      let dashes = place(of: "-----", in: begin.upperBound..<range.upperBound)
    else { return range }
    let end = place(of: "-----END", in: dashes.upperBound..<range.upperBound)
    return dashes.upperBound..<(end?.lowerBound ?? range.upperBound)
  }
}
