// The public half of the key that a signer holds, out of whatever file it has: private or public, of any software.

public import Model
internal import Syntax

/// Why a text names no key; never with any of its bytes.
public struct SigningKeyError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen, what was expected, what to do.
  public var description: String

  init(_ description: String) { self.description = description }
}

/// A public key, and what it was read from.
public struct SigningKey: Hashable, Sendable {
  /// Type, size and fingerprint; nil where only a fingerprint was given.
  public var summary: KeySummary?
  /// As in `KeySummary.fingerprint`.
  public var fingerprint: String
  /// `an RSA private key (PKCS#8)`, `a key record`.
  public var form: String
  /// The text of a record that publishes it; nil where that is not known.
  public var record: String?

  /// `an RSA private key (PKCS#8) of 2048 bits`.
  public var description: String {
    guard let summary, summary.type == .rsa else { return form }
    return "\(form) of \(summary.bits) bits"
  }
}

extension SigningKey {
  /// The most that is read of a key file.
  public static let largestFile = 65_536

  /// Reads a key: PEM (PKCS#1, PKCS#8, SubjectPublicKeyInfo), DER, base64 of these, an Ed25519 key as 32 or 64 raw bytes in
  /// base64 (rspamd), a key record or a zone-file entry (OpenDKIM's `.txt`), or a `SHA256:` fingerprint.
  ///
  /// Of a private key only the public half leaves this function; the bytes of the text, and those decoded from it, are
  /// overwritten.
  /// - Returns: one key; two where 32 bytes in base64 may be an Ed25519 public key as well as the seed of one.
  public static func read(_ text: inout [UInt8]) throws(SigningKeyError) -> [SigningKey] {
    defer { text.wipe() }
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { for index in 0..<3 { text[index] = 0x20 } }
    let whole = text.trimmingBlanks(0..<text.count)
    guard !whole.isEmpty else { throw SigningKeyError("the text is empty; expected a key") }
    if text[whole].starts(with: "SHA256:".utf8) { return [try ofFingerprint(text, whole)] }
    if text.place(of: "-----BEGIN", in: whole) != nil { return [try PEMText(text, whole).key()] }
    if let header = DERHeader(text), header.tag == DERHeader.sequence, header.total == text.count {
      return [try ofBytes(text, as: "DER")]
    }
    if TagList(text).tags.contains(where: { TagName(text[$0.name]) != nil }) || ZoneText.isZoneText(text) {
      return [try ofRecord(text)]
    }
    var decoded = Base64Text(text, whole)
    defer { decoded.bytes.wipe() }
    guard decoded.isIntact, !decoded.bytes.isEmpty else {
      throw SigningKeyError(
        "the text is not a key; expected a PEM file, a key record, base64 of a key, or SHA256:<fingerprint>")
    }
    switch decoded.bytes.count {
    case 32: return ofThirtyTwo(decoded.bytes)
    case 64: return [try ofSixtyFour(decoded.bytes)]
    default: return [try ofBytes(decoded.bytes, as: "base64")]
    }
  }

  /// DER of any form, the private ones too.
  static func ofBytes(_ bytes: [UInt8], as encoding: String) throws(SigningKeyError) -> SigningKey {
    switch KeyMaterial(bytes).content {
    case .rsa(let key, .info): return try SigningKey(rsa: key, form: "an RSA public key")
    case .rsa(let key, .bare): return try SigningKey(rsa: key, form: "an RSA public key (PKCS#1)")
    case .ed25519Info(let key): return try SigningKey(ed25519: key, form: "an Ed25519 public key")
    case .raw: throw SigningKeyError("32 bytes of \(encoding) are not a complete key")
    case .privateKey(.encrypted, _): throw encrypted
    case .privateKey(let form, .rsa(let key)?): return try SigningKey(rsa: key, form: form.rawValue)
    case .privateKey(let form, .ed25519(let key)?): return try SigningKey(ed25519: key, form: form.rawValue)
    case .privateKey(.openSSH, nil):
      throw SigningKeyError(
        "this is an OpenSSH key; DKIM signers read PEM: 'ssh-keygen -p -m PEM -f FILE' converts a copy")
    case .privateKey(.ec, nil): throw SigningKeyError("this is an elliptic-curve key; expected an RSA or Ed25519 key")
    case .privateKey(let form, nil):
      throw SigningKeyError("this is \(form.rawValue), but it is not complete, or neither RSA nor Ed25519")
    case .other(let name): throw SigningKeyError("this is \(name); expected an RSA or Ed25519 key")
    case .damaged(.short(let announced, let present)):
      throw SigningKeyError("the key is cut short: it should have \(announced) bytes, but has \(present)")
    case .damaged: throw SigningKeyError("the \(encoding) is not a key; expected an RSA or Ed25519 key")
    }
  }

  static let encrypted = SigningKeyError(
    "the private key is encrypted; give its public half instead: "
      + "'openssl pkey -in FILE -pubout'")

  /// A public key, or the seed of a private one: nothing in the bytes tells which.
  private static func ofThirtyTwo(_ bytes: [UInt8]) -> [SigningKey] {
    let half = PrivateKeyText.publicHalf(ofSeed: bytes[...])
    var keys: [SigningKey] = []
    if let key = try? SigningKey(ed25519: bytes, form: "an Ed25519 public key (32 bytes)") { keys.append(key) }
    if case .ed25519(let key)? = half,
      let key = try? SigningKey(ed25519: key, form: "an Ed25519 seed (32 bytes)")
    {
      keys.append(key)
    }
    // What cannot be told apart must not be published: it may be the private half.
    return keys.map { key in
      var key = key
      key.record = nil
      return key
    }
  }

  /// Seed and public key one after the other, as libsodium and rspamd keep a private key.
  private static func ofSixtyFour(_ bytes: [UInt8]) throws(SigningKeyError) -> SigningKey {
    guard case .ed25519(let key)? = PrivateKeyText.publicHalf(ofSeed: bytes.prefix(32)), key == Array(bytes.suffix(32))
    else {
      throw SigningKeyError("64 bytes in base64 are an Ed25519 private key, but its halves do not match")
    }
    return try SigningKey(ed25519: key, form: "an Ed25519 private key (64 bytes)")
  }

  private static func ofFingerprint(_ text: [UInt8], _ whole: Range<Int>) throws(SigningKeyError) -> SigningKey {
    do throws(PinnedKeyFormatError) {
      let fingerprint = try PinnedKey.fingerprint(of: String(decoding: text[whole], as: UTF8.self))
      return SigningKey(summary: nil, fingerprint: fingerprint, form: "a fingerprint", record: nil)
    } catch {
      throw SigningKeyError(error.message)
    }
  }

  private static func ofRecord(_ text: [UInt8]) throws(SigningKeyError) -> SigningKey {
    let records: [TextRecord]
    do throws(RecordTextError) {
      records = try RecordText.read(text)
    } catch {
      throw SigningKeyError("the key record cannot be read: line \(error.line), column \(error.column)")
    }
    let judgement = KeyJudge.judge(records)
    if judgement.findings.contains(where: { $0.rule == "key-private" }) {
      throw SigningKeyError(
        "the record has a private key in p=, so anybody can sign with it; make a new key, and publish its public half")
    }
    guard let key = judgement.key, !key.revoked else {
      throw SigningKeyError(
        "the record has no key: \(judgement.state == .revoked ? "p= is empty" : judgement.state.rawValue)")
    }
    return SigningKey(
      summary: key, fingerprint: key.fingerprint, form: "a key record",
      record: records.count == 1 ? records[0].text : nil)
  }

  private init(rsa key: RSAKey, form: String) throws(SigningKeyError) {
    guard let fingerprint = Fingerprint.of(key), let info = Fingerprint.info(of: key), !key.isNegative, key.bits > 0
    else {
      throw SigningKeyError("the numbers of the RSA key are out of range")
    }
    self.init(
      summary: KeySummary(type: .rsa, bits: key.bits, fingerprint: fingerprint, revoked: false, testing: false),
      fingerprint: fingerprint, form: form, record: "v=DKIM1; k=rsa; p=\(info.base64)")
  }

  private init(ed25519 key: [UInt8], form: String) throws(SigningKeyError) {
    guard let fingerprint = Fingerprint.of(ed25519: key) else {
      throw SigningKeyError("the Ed25519 key is out of range")
    }
    self.init(
      summary: KeySummary(type: .ed25519, bits: 256, fingerprint: fingerprint, revoked: false, testing: false),
      fingerprint: fingerprint, form: form, record: "v=DKIM1; k=ed25519; p=\(key.base64)")
  }
}
