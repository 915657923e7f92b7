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
  /// How long an absence of the new record may be cached, in seconds; nil where no SOA says so.
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
  /// The TTL of the records that a plan proposes, in seconds: a mistake can be corrected within the hour.
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
        text:
          "Wait until no cache can hold an older answer: caches may keep an absence for \(Wording.duration(absence))"
          + (wait > absence ? ", and the present record for \(Wording.duration(wait))" : "") + "."),
      Step(
        kind: .verify, at: start, until: ready,
        text:
          "Start this right after publishing, so that selectord sees when the record appears. It ends when the signer may "
          + "switch.",
        command: "selectord rotate verify \(gate.domain) \(gate.new) --old \(old)\(options) "
          + "--wait \(wait / 3600 + 2)h"),
      Step(kind: .switch, at: ready, text: "Switch the signer to \(gate.new)."),
      Step(
        kind: .keep, at: ready, until: end,
        text: "Keep \(old) published: mail signed with it may wait in queues for days."),
      Step(
        kind: .revoke, at: end, text: "Revoke \(old): an empty p= says that it is no longer used.",
        record: "\(oldName). \(min(oldTTL, Self.proposedTTL)) IN TXT \"v=DKIM1; p=\""),
      Step(
        kind: .remove, at: Timestamp(seconds: (end + keep).seconds),
        text: "Remove the record of \(old), or leave it revoked. Never use this selector again."),
    ]
    warnings = Self.warnings(reading, old: old, key: key, keep: keep)
  }

  private static func warnings(
    _ reading: GateReading, old: DomainName, key: PlannedKey?, keep: Duration
  ) -> [String] {
    var warnings: [String] = []
    if old == reading.gate.new {
      warnings.append(
        "\(old) is both the old and the new selector: mail on its way would be verified with the wrong key. A new key needs "
          + "a new selector (RFC 6376, section 3.1).")
    }
    let oldPlaces = reading.oldKey?.places.filter(\.isAuthoritative) ?? []
    if !oldPlaces.isEmpty, !oldPlaces.contains(where: { $0.holding?.isUsable ?? false }) {
      warnings.append(
        "\(reading.oldName ?? "\(old)") has no usable key now: is it the selector in use?")
    }
    if old != reading.gate.new, !reading.with.isEmpty {
      let isSame = key?.summary.map { $0.fingerprint == reading.key?.fingerprint } ?? false
      warnings.append(
        isSame
          ? "\(reading.newName) already has the key: begin with the step 'wait'."
          : "\(reading.newName) already has a record (\(reading.key.map(Wording.key) ?? "no usable key")): use a selector that "
            + "was never used before, since old mail may still need this record.")
    }
    for (selector, places) in [(old, oldPlaces), (reading.gate.new, reading.sources)] {
      if let ttl = places.compactMap({ $0.holding?.state == .missing ? nil : $0.ttl }).max(), ttl > 86_400 {
        warnings.append(
          "The record of selector \(selector) may be cached for \(Wording.duration(ttl)): lower its TTL to an hour, and wait "
            + "for the old TTL to pass before you change anything.")
      }
    }
    if let negative = reading.newKey.negativeTTL, negative > 86_400 {
      warnings.append(
        "The SOA of \(reading.zone) lets caches keep an absence for \(Wording.duration(negative)): lower its MINIMUM first, "
          + "and do not look up the new name before it is published.")
    }
    if reading.newKey.negativeTTL == nil {
      warnings.append(
        "No SOA record says how long an absence may be cached; \(Wording.duration(Gate.assumedNegativeTTL)) is assumed."
      )
    }
    warnings += strength(key?.summary ?? reading.key, reading)
    if keep < Gate.leastKeeping {
      warnings.append(
        "The old key stays for only \(Wording.duration(keep.components.seconds)): mail is retried for five days or more, so "
          + "keep it for at least 7 days.")
    }
    return warnings
  }

  private static func strength(_ key: KeySummary?, _ reading: GateReading) -> [String] {
    guard let key, !key.revoked else { return [] }
    if key.type == .ed25519 {
      return reading.oldSummary?.type == .rsa
        ? ["The new key is Ed25519, which many receivers cannot verify: sign with an RSA key as well (RFC 8463)."]
        : []
    }
    if let oldKey = reading.oldSummary, oldKey.type == .rsa, key.bits < oldKey.bits {
      return ["The new key has \(key.bits) bits, the old one \(oldKey.bits): the rotation makes it weaker."]
    }
    return key.bits < 2048 ? ["The new key has \(key.bits) bits; a new key should have at least 2048."] : []
  }
}
