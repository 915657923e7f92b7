// What is worth knowing and keeps nobody from switching; and what the clocks rest on where nobody saw it.

internal import Model

extension Gate {
  /// A sentence each.
  static func warnings(_ reading: GateReading) -> [String] {
    [noOldKey, sameKey, weaker, anotherType, testing, longTTL, longNegativeTTL].compactMap { $0(reading) }
  }

  private static func noOldKey(_ reading: GateReading) -> String? {
    reading.gate.old == nil
      ? "The old selector is not known, so its key was not checked: name it by --old."
      : nil
  }

  private static func sameKey(_ reading: GateReading) -> String? {
    guard let old = reading.gate.old, let key = reading.key, let oldKey = reading.oldSummary,
      key.fingerprint == oldKey.fingerprint
    else { return nil }
    return "Selector \(reading.gate.new) has the same key as \(old): the name changes, but the key does not."
  }

  private static func weaker(_ reading: GateReading) -> String? {
    guard let key = reading.key, let oldKey = reading.oldSummary, key.type == .rsa, oldKey.type == .rsa,
      !key.revoked, key.bits < oldKey.bits
    else { return nil }
    return "The new key has \(key.bits) bits, the old one \(oldKey.bits): the rotation makes it weaker."
  }

  private static func anotherType(_ reading: GateReading) -> String? {
    guard let key = reading.key, key.type == .ed25519, reading.oldSummary?.type != .ed25519 else { return nil }
    return "The new key is Ed25519, which many receivers cannot verify: sign with an RSA key as well (RFC 8463)."
  }

  private static func testing(_ reading: GateReading) -> String? {
    reading.key?.testing == true
      ? "The record of selector \(reading.gate.new) has t=y: receivers treat its signatures as a test." : nil
  }

  private static func longTTL(_ reading: GateReading) -> String? {
    let new = reading.sources.compactMap(\.ttl).max() ?? 0
    let old = (reading.oldKey?.places ?? []).filter(\.isAuthoritative).compactMap(\.ttl).max() ?? 0
    let (selector, ttl) = new >= old ? (reading.gate.new, new) : (reading.gate.old ?? reading.gate.new, old)
    return ttl > 86_400
      ? "The record of selector \(selector) may be cached for \(Wording.duration(ttl)), and so may a mistake: lower its TTL first."
      : nil
  }

  private static func longNegativeTTL(_ reading: GateReading) -> String? {
    guard let seconds = reading.newKey.negativeTTL, seconds > 86_400 else { return nil }
    return "The SOA of \(reading.zone) lets caches keep an absence for \(Wording.duration(seconds)): lower its MINIMUM."
  }

  /// A sentence each.
  static func assumptions(_ reading: GateReading) -> [String] {
    var sentences: [String] = []
    guard reading.isComplete else { return [] }
    if reading.sources.contains(where: { $0.before == .unknown }) {
      let since = Wording.time(reading.completeSince)
      sentences.append(
        "Nobody looked before the record was there. It is counted as new since the first look, \(since), and an older "
          + "record is taken to have had the same TTL.")
    }
    if reading.newKey.negativeTTL == nil {
      sentences.append(
        "No SOA record says how long an absence may be cached; \(Wording.duration(assumedNegativeTTL)) is assumed.")
    }
    return sentences
  }
}
