// What the gate comes to: the conditions with their states, the time, and what to know beside.

public import Model
internal import Phrasing

/// One condition of the switch.
public struct Condition: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case met
    /// Time alone is enough.
    case notYet
    /// Somebody has to change something.
    case failed
  }

  /// Stable.
  public var id: String
  /// What has to be true.
  public var title: String
  public var state: State
  /// What was seen, one sentence.
  public var text: String
  /// When it will be met; nil where that is not known.
  public var until: Timestamp?
  /// What to change, where it failed.
  public var remedy: String?
  /// Lines that a person can repeat.
  public var evidence: [String]

  init(
    id: String, title: String, state: State, text: String, until: Timestamp?, remedy: String?, evidence: [String]
  ) {
    self.id = id
    self.title = title
    self.state = state
    self.text = text
    self.until = until
    self.remedy = remedy
    self.evidence = evidence
  }
}

/// The answer to: may the signer switch now?
public struct RotationReport: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case ready, notYet, blocked
  }

  public var domain: DomainName
  public var new: DomainName
  public var old: DomainName?
  /// The key name of the new selector.
  public var name: String
  public var state: State
  /// One sentence.
  public var summary: String
  public var checkedAt: Timestamp
  /// When all conditions will be met, where that is known; the time of the look where they are.
  public var readyAt: Timestamp?
  /// The key at the new selector.
  public var key: KeySummary?
  public var conditions: [Condition]
  /// Until when the old key must stay, counted from a switch at `readyAt`.
  public var keepOldUntil: Timestamp?
  /// Whether nothing else is wrong than that nobody has published the new record.
  public var awaitsRecord: Bool
  /// What is worth knowing and keeps nobody from switching.
  public var warnings: [String]
  /// What the times rest on where it was not seen.
  public var assumptions: [String]

  init(gate: Gate, reading: GateReading, conditions: [Condition]) {
    domain = gate.domain
    new = gate.new
    old = gate.old
    name = reading.newName
    checkedAt = Timestamp(seconds: reading.now.seconds)
    key = reading.key
    self.conditions = conditions
    warnings = Gate.warnings(reading)
    assumptions = Gate.assumptions(reading)
    let open = conditions.filter { $0.state != .met }
    awaitsRecord = reading.awaitsRecord && open.allSatisfy { $0.state == .notYet || $0.id == "served-everywhere" }
    if let failed = open.first(where: { $0.state == .failed }) {
      state = .blocked
      readyAt = nil
      summary = "The signer must not switch to \(gate.new): \(failed.text.asClause)."
    } else if open.isEmpty {
      state = .ready
      readyAt = checkedAt
      summary = "The signer may switch to \(gate.new)" + (gate.old.map { " from \($0)" } ?? "") + " now."
    } else {
      state = .notYet
      let times = open.map(\.until)
      readyAt = times.contains(nil) ? nil : times.compactMap { $0 }.max()
      summary =
        readyAt.map { "The signer may switch to \(gate.new) at \(Wording.time($0))." }
        ?? "The signer must wait: \((open.first { $0.until == nil } ?? open[0]).text.asClause)."
    }
    keepOldUntil = gate.old == nil || state == .blocked ? nil : readyAt.map { $0 + .seconds(gate.keepSeconds) }
  }

  /// 0 ready, 1 not yet, 2 only after a change.
  public var exitCode: Int32 {
    switch state {
    case .ready: 0
    case .notYet: 1
    case .blocked: 2
    }
  }
}

/// What the sentences on rotations share beyond `Phrase`.
enum Wording {
  static func names(_ places: [KeyMemory.Place]) -> String { Phrase.list(places.map(\.name), limit: 4) }

  /// Places with their verb: `ns1 has`, `ns1 and ns2 have`.
  static func clause(_ places: [KeyMemory.Place], _ one: String, _ many: String) -> String {
    Phrase.clause(places.map(\.name), one, many, limit: 4)
  }

  /// `1 of 1 address`, `3 of 4 addresses`.
  static func share(_ part: Int, _ whole: Int) -> String { "\(part) of \(Phrase.count(whole, "address", "addresses"))" }

  static func time(_ time: Timestamp) -> String { Phrase.dateAndTime(time) }

  static func duration(_ seconds: some BinaryInteger) -> String { Phrase.exactDuration(seconds: seconds) }

  /// `an RSA key of 2048 bits (SHA256:…)`.
  static func key(_ key: KeySummary) -> String {
    if key.revoked { return "a revoked key" }
    let kind = key.type == .rsa ? "an RSA key of \(key.bits) bits" : "an Ed25519 key"
    return "\(kind) (\(key.fingerprint))"
  }
}
