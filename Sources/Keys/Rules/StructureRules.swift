// Rules on the DER inside `p=`: cut short, damaged, or in a form that few receivers read.

internal import Model
internal import Syntax

let structureRules: [KeyRule] = [
  .any(
    "key-cut-at-255", .critical, .invalid,
    summary: "The record was cut where its first string was full: a string holds at most 255 bytes.",
    remedy:
      "Publish the whole record, split into strings of at most 255 bytes inside one TXT record: \"first\" \"second\".",
    source: "RFC 1035, section 3.3.14",
    { reading in
      let record = reading.subject
      guard record.isCutAtString, splitKey(reading) == nil, let (announced, present) = record.shortage,
        let last = record.record.strings.last
      else { return nil }
      return Observation(
        "the last string has \(last.count) bytes; the key should have \(announced) bytes, but has \(present)")
    }),
  .any(
    "key-short", .critical, .invalid,
    summary: "The key is cut short.",
    remedy: "Copy the whole key again.",
    source: "RFC 6376, section 3.6.1",
    { reading in
      let record = reading.subject
      guard !record.isCutAtString, record.placeholder == nil, splitKey(reading) == nil,
        let (announced, present) = record.shortage,
        // Spaces in the place of '+' have a rule of their own.
        record.keyValue.map({ restoringPluses(record.bytes[$0]) == nil }) ?? true,
        // Where the number of characters shows that one is missing, that is the finding.
        announced - present > 3 || record.encoded?.expectedPadding != nil
      else { return nil }
      return Observation("the key should have \(announced) bytes, but has \(present)")
    }),
  .key(
    "key-damaged", .critical, .invalid,
    summary: "p= is base64, but not a public key.",
    remedy: "Copy the whole key again: the base64 of an RSA key begins with MIG or MII.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.keyType == .rsa, record.isReadable, record.placeholder == nil, let encoded = record.encoded,
        let value = record.keyValue,
        case .damaged(let damage) = record.material?.content
      else { return nil }
      switch damage {
      case .short: return nil
      case .notDER:
        return Observation(
          "\(record.evidence(value)): \(counted(encoded.bytes.count, "byte")) that do not begin like a key")
      case .inside:
        return Observation("\(record.evidence(value)): it begins like a key, but the rest is damaged")
      }
    }),
  .key(
    "key-trailing-bytes", .warning,
    summary: "There are extra bytes after the end of the key.",
    remedy: "Copy the key again. Exim, mail-auth, go-msgauth and mox reject the record as it is.",
    source: "RFC 5280, section 4.1",
    { record in
      guard let material = record.material, material.trailing > 0, record.isReadable else { return nil }
      switch material.content {
      case .rsa, .ed25519Info: break
      default: return nil
      }
      return Observation(
        "\(counted(material.trailing, "byte")) after byte \((record.encoded?.bytes.count ?? 0) - material.trailing)")
    }),
  .key(
    "key-rsa-bare", .warning,
    summary: "The key is a bare RSAPublicKey (PKCS#1), a form that many receivers cannot load.",
    remedy:
      "Publish it as SubjectPublicKeyInfo (openssl rsa -pubout). OpenDKIM, Exim, rspamd, Mail::DKIM, mox and mailauth "
      + "load SubjectPublicKeyInfo only.",
    source: "RFC 6376, section 3.6.1, with erratum 3017",
    { record in
      guard case .rsa(_, .bare) = record.material?.content, let value = record.keyValue else { return nil }
      return Observation(record.evidence(value))
    }),
  .key(
    "key-rsa-parameters", .warning,
    summary: "The algorithm of the RSA key has no NULL parameters.",
    remedy:
      "Publish the key again (openssl rsa -pubout). dkimpy, mail-auth, go-msgauth and mox reject the record as it is.",
    source: "RFC 3279, section 2.3.1",
    { record in
      guard case .rsa(_, .info(hasNullParameters: false)) = record.material?.content, let value = record.keyValue else {
        return nil
      }
      return Observation(record.evidence(value))
    }),
]

extension RecordReading {
  /// Whether `p=` decodes without doubt, so that what is inside can be blamed.
  fileprivate var isReadable: Bool {
    encoded.map { $0.isIntact && !isFolded($0) } ?? false
  }

  /// How many bytes the key announces and how many there are, where it is cut short.
  var shortage: (announced: Int, present: Int)? {
    // A lost character shifts everything behind it, but leaves the length at the beginning.
    guard keyType == .rsa, let encoded, encoded.invalidCharacters.isEmpty, encoded.afterPadding == nil,
      !isFolded(encoded),
      case .damaged(.short(let announced, let present)) = material?.content
    else { return nil }
    return (announced, present)
  }

  /// Whether the key is cut short and the last string is as full as software fills one.
  var isCutAtString: Bool {
    shortage != nil && record.strings.last.map { (254...255).contains($0.count) } == true
  }
}
