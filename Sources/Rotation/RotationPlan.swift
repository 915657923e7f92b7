// The whole course of a rotation with its times, before it begins.

public import Model

/// The key that is going to be published, as far as it is at hand.
public struct PlannedKey: Hashable, Sendable {
  public var summary: KeySummary?
  /// The text of its record; nil where that is not known.
  public var record: String?

  public init(summary: KeySummary?, record: String?) {
    self.summary = summary
    self.record = record
  }
}

/// What to do when.
public struct RotationPlan: Hashable, Sendable, Codable {
  public var domain: DomainName
  public var old: DomainName
  public var new: DomainName
  /// When the servers were asked for what the times rest on.
  public var askedAt: Timestamp
  /// How long an absence of the new record may be cached, in seconds; nil where no SOA told it.
  public var negativeTTL: UInt32?
  public var steps: [Step]
  /// A sentence each.
  public var warnings: [String]

  /// One step.
  public struct Step: Hashable, Sendable, Codable {
    public enum Kind: String, Hashable, Sendable, Codable {
      case publish, wait, verify, `switch`, keep, revoke, remove
    }

    public var kind: Kind
    /// When to do it; the beginning of what lasts.
    public var at: Timestamp
    /// The end of what lasts.
    public var until: Timestamp?
    public var text: String
    /// The zone-file line to publish.
    public var record: String?
    /// The command line to run.
    public var command: String?
  }
}

extension RotationPlan {
  /// The TTL of the records that a plan proposes, in seconds: a mistake is mended within the hour.
  static let proposedTTL: UInt32 = 3600

  /// - Parameters:
  ///   - newKey: what is known of the new key name.
  ///   - oldKey: what is known of the old one.
  ///   - key: the key that is going to be published.
  ///   - start: when the new record is published.
  ///   - keep: how long the old key stays after the switch.
  ///   - command: what `verify` is called with beside domain and selectors.
  public init(
    gate: Gate, old: DomainName, newKey: KeyMemory, oldKey: KeyMemory, key: PlannedKey?, start: Timestamp,
    keep: Duration, options: String = "", at now: Timestamp
  ) {
    let reading = GateReading(gate: gate, newKey: newKey, oldKey: oldKey, now: now)
    domain = gate.domain
    self.old = old
    new = gate.new
    askedAt = Timestamp(seconds: now.seconds)
    negativeTTL = newKey.negativeTTL
    let absence = newKey.negativeTTL ?? Gate.assumedNegativeTTL
    // What stands there now may be cached as long as its TTL says.
    let wait = max(absence, reading.with.compactMap(\.ttl).max() ?? 0)
    let start = Timestamp(seconds: start.seconds)
    let ready = start + .seconds(Int64(wait))
    let end = Timestamp(seconds: (ready + keep).seconds)
    let oldTTL = oldKey.places.filter(\.isAuthoritative).compactMap(\.ttl).max() ?? Self.proposedTTL
    let oldName = reading.oldName ?? "\(old)"
    steps = [
      Step(
        kind: .publish, at: start,
        text: "Publish the new key at \(reading.newName), at every server of \(reading.zone).",
        record: key?.record.map {
          "\(reading.newName). \(Self.proposedTTL) IN TXT \(TextRecord($0).zoneFileText)"
        }),
      Step(
        kind: .wait, at: start, until: ready,
        text: "Wait until no cache can hold an older answer: an absence may be kept for \(Wording.duration(absence))"
          + (wait > absence ? ", the record that is there now for \(Wording.duration(wait))" : "") + "."),
      Step(
        kind: .verify, at: start, until: ready,
        text:
          "Let selectord watch from the publication on, so that it knows when that was: it ends when the signer may switch.",
        command: "selectord rotate verify \(gate.domain) \(gate.new) --old \(old)\(options) "
          + "--wait \(wait / 3600 + 2)h"),
      Step(kind: .switch, at: ready, text: "Let the signer use \(gate.new)."),
      Step(
        kind: .keep, at: ready, until: end,
        text: "Keep \(old) published: mail that was signed with it waits in queues and is read late."),
      Step(
        kind: .revoke, at: end, text: "Revoke \(old): an empty p= says that it is not used any more.",
        record: "\(oldName). \(min(oldTTL, Self.proposedTTL)) IN TXT \"v=DKIM1; p=\""),
      Step(
        kind: .remove, at: Timestamp(seconds: (end + keep).seconds),
        text: "Remove the record of \(old), or leave it revoked; never use the name again."),
    ]
    warnings = Self.warnings(reading, old: old, key: key, keep: keep)
  }

  private static func warnings(
    _ reading: GateReading, old: DomainName, key: PlannedKey?, keep: Duration
  ) -> [String] {
    var warnings: [String] = []
    if old == reading.gate.new {
      warnings.append(
        "\(old) is both the old and the new selector: mail under way would be verified with the wrong key. A new key gets "
          + "a new selector (RFC 6376, section 3.1).")
    }
    let oldPlaces = reading.oldKey?.places.filter(\.isAuthoritative) ?? []
    if !oldPlaces.isEmpty, !oldPlaces.contains(where: { $0.holding?.isUsable ?? false }) {
      warnings.append(
        "\(reading.oldName ?? "\(old)") is not published as a usable key now: is that the selector in use?")
    }
    if old != reading.gate.new, !reading.with.isEmpty {
      let isSame = key?.summary.map { $0.fingerprint == reading.key?.fingerprint } ?? false
      warnings.append(
        isSame
          ? "\(reading.newName) has the key already: the plan may begin with the wait."
          : "\(reading.newName) has a record already (\(reading.key.map(Wording.key) ?? "no usable key")): a selector that was "
            + "used before may still be looked up for old mail; take a new one.")
    }
    for (selector, places) in [(old, oldPlaces), (reading.gate.new, reading.sources)] {
      if let ttl = places.compactMap({ $0.holding?.state == .missing ? nil : $0.ttl }).max(), ttl > 86_400 {
        warnings.append(
          "The record of \(selector) may be cached for \(Wording.duration(ttl)): lower its TTL to an hour and wait as long, "
            + "before anything is changed.")
      }
    }
    if let negative = reading.newKey.negativeTTL, negative > 86_400 {
      warnings.append(
        "The SOA of \(reading.zone) lets absences be cached for \(Wording.duration(negative)): lower its MINIMUM first, and "
          + "do not ask for the new name before it is published.")
    }
    if reading.newKey.negativeTTL == nil {
      warnings.append(
        "No SOA told how long an absence may be cached: \(Wording.duration(Gate.assumedNegativeTTL)) are assumed.")
    }
    warnings += strength(key?.summary ?? reading.key, reading)
    if keep < Gate.leastKeeping {
      warnings.append(
        "The old key stays for \(Wording.duration(keep.components.seconds)) only: mail is retried for five days and more, "
          + "7 days are the least.")
    }
    return warnings
  }

  private static func strength(_ key: KeySummary?, _ reading: GateReading) -> [String] {
    guard let key, !key.revoked else { return [] }
    if key.type == .ed25519 {
      return reading.oldSummary?.type == .rsa
        ? ["The new key is Ed25519, which many receivers do not verify: sign with an RSA key beside it (RFC 8463)."]
        : []
    }
    if let oldKey = reading.oldSummary, oldKey.type == .rsa, key.bits < oldKey.bits {
      return ["The new key has \(key.bits) bits, the old one \(oldKey.bits): the rotation weakens it."]
    }
    return key.bits < 2048 ? ["The new key has \(key.bits) bits; 2048 are the least for a new one."] : []
  }
}
