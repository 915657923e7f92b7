// What is worth knowing and keeps nobody from switching; and what the clocks rest on where nobody saw it.

internal import Model

extension Gate {
  /// A sentence each.
  static func warnings(_ reading: GateReading) -> [String] {
    [noOldKey, sameKey, weaker, anotherType, testing, longTTL, longNegativeTTL].compactMap { $0(reading) }
  }

  private static func noOldKey(_ reading: GateReading) -> String? {
    reading.gate.old == nil
      ? "No old selector was named, so that nothing is said of the key that mail under way was signed with: use --old."
      : nil
  }

  private static func sameKey(_ reading: GateReading) -> String? {
    guard let old = reading.gate.old, let key = reading.key, let oldKey = reading.oldSummary,
      key.fingerprint == oldKey.fingerprint
    else { return nil }
    return "\(reading.gate.new) has the same key as \(old): the name changes, the key does not."
  }

  private static func weaker(_ reading: GateReading) -> String? {
    guard let key = reading.key, let oldKey = reading.oldSummary, key.type == .rsa, oldKey.type == .rsa,
      !key.revoked, key.bits < oldKey.bits
    else { return nil }
    return "The new key has \(key.bits) bits, the old one \(oldKey.bits): the rotation weakens it."
  }

  private static func anotherType(_ reading: GateReading) -> String? {
    guard let key = reading.key, key.type == .ed25519, reading.oldSummary?.type != .ed25519 else { return nil }
    return "The new key is Ed25519, which many receivers do not verify: sign with an RSA key beside it (RFC 8463)."
  }

  private static func testing(_ reading: GateReading) -> String? {
    reading.key?.testing == true
      ? "The record of \(reading.gate.new) says t=y: receivers treat its signatures as a test." : nil
  }

  private static func longTTL(_ reading: GateReading) -> String? {
    let new = reading.sources.compactMap(\.ttl).max() ?? 0
    let old = (reading.oldKey?.places ?? []).filter(\.isAuthoritative).compactMap(\.ttl).max() ?? 0
    let (selector, ttl) = new >= old ? (reading.gate.new, new) : (reading.gate.old ?? reading.gate.new, old)
    return ttl > 86_400
      ? "The record of \(selector) may be cached for \(Wording.duration(ttl)): a mistake lasts as long; lower its TTL first."
      : nil
  }

  private static func longNegativeTTL(_ reading: GateReading) -> String? {
    guard let seconds = reading.newKey.negativeTTL, seconds > 86_400 else { return nil }
    return "The SOA of \(reading.zone) lets absences be cached for \(Wording.duration(seconds)): lower its MINIMUM."
  }

  /// A sentence each.
  static func assumptions(_ reading: GateReading) -> [String] {
    var sentences: [String] = []
    guard reading.isComplete else { return [] }
    if reading.sources.contains(where: { $0.before == .unknown }) {
      let since = Wording.time(reading.completeSince)
      sentences.append(
        "Nobody saw the source before the record was there: it counts as new since the first look, \(since), and "
          + "whatever was there before as no longer cached than this record.")
    }
    if reading.newKey.negativeTTL == nil {
      sentences.append(
        "No SOA told how long an absence may be cached: \(Wording.duration(assumedNegativeTTL)) are assumed.")
    }
    return sentences
  }
}
