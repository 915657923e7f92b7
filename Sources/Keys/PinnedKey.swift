// The fingerprint of a key that a user pins in the configuration, in whatever form it is at hand.

internal import Model
internal import Syntax

/// A text that names no public key.
public struct PinnedKeyFormatError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen, what was expected.
  public var message: String

  public init(message: String) { self.message = message }

  public var description: String { message }
}

/// Keys that a watch pins.
public enum PinnedKey {
  /// The fingerprint, as in `KeySummary.fingerprint`, of a public key given as the value of `p=`, a whole key record
  /// (bare or as zone-file text), a PEM file, or its `SHA256:` fingerprint.
  public static func fingerprint(of text: String) throws(PinnedKeyFormatError) -> String {
    let bytes = Array(text.utf8)
    let whole = bytes.trimmingBlanks(0..<bytes.count)
    if bytes[whole].starts(with: "SHA256:".utf8) { return try checked(bytes, whole) }
    if bytes.place(of: "PRIVATE KEY-----", in: whole) != nil {
      throw PinnedKeyFormatError(
        message: "this is a private key; pin its public half, and do not keep the private one in the configuration")
    }
    if bytes.place(of: "-----BEGIN", in: whole) == nil,
      // Base64 alone may end with `p=`, but has no tag of that name.
      TagList(bytes).tags.contains(where: { TagName(bytes[$0.name]) != nil }) || ZoneText.isZoneText(bytes)
    {
      return try ofRecord(text)
    }
    let encoded = Base64Text(bytes, bytes.insideArmour(whole))
    guard encoded.isIntact, !encoded.bytes.isEmpty else {
      throw PinnedKeyFormatError(
        message: "'\(printable(bytes[whole].prefix(24)))' is not base64; expected the value of p=, a key record, "
          + "a PEM file or SHA256:<fingerprint>")
    }
    let fingerprint: String? =
      switch KeyMaterial(encoded.bytes).content {
      case .rsa(let key, _): Fingerprint.of(key)
      case .ed25519Info(let key), .raw(let key): Fingerprint.of(ed25519: key)
      case .privateKey(let form, _):
        throw PinnedKeyFormatError(
          message: "this is \(form.rawValue); pin its public half, and do not keep the private one in the configuration"
        )
      case .other(let name): throw PinnedKeyFormatError(message: "this is \(name); expected an RSA or Ed25519 key")
      case .damaged: nil
      }
    guard let fingerprint else {
      throw PinnedKeyFormatError(
        message: "the base64 is not a public key; expected an RSA key (it begins with MIG or MII) or the 32 bytes of "
          + "an Ed25519 key")
    }
    return fingerprint
  }

  private static func checked(_ bytes: [UInt8], _ whole: Range<Int>) throws(PinnedKeyFormatError) -> String {
    let digits = Base64Text(bytes, whole.dropFirst(7).startIndex..<whole.upperBound)
    guard digits.isIntact, digits.blanks.isEmpty, digits.bytes.count == 32 else {
      throw PinnedKeyFormatError(
        message: "the text after SHA256: is not a fingerprint; expected 43 characters of base64")
    }
    return "SHA256:" + digits.bytes.base64Unpadded
  }

  private static func ofRecord(_ text: String) throws(PinnedKeyFormatError) -> String {
    let records: [TextRecord]
    do throws(RecordTextError) {
      records = try RecordText.read(text)
    } catch {
      throw PinnedKeyFormatError(message: "the key record cannot be read: \(error.description)")
    }
    let judgement = KeyJudge.judge(records)
    guard let key = judgement.key, !key.revoked, judgement.state == .published else {
      throw PinnedKeyFormatError(message: "the key record cannot be pinned: \(judgement.summary)")
    }
    return key.fingerprint
  }
}
