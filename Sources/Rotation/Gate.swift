// May the signer switch to the new selector now? Every condition is a row with its function; this file puts them together.

public import Model

/// The key that is meant to stand at the new selector.
public struct ExpectedKey: Hashable, Sendable, Codable {
  /// One fingerprint; two where the text can be read in two ways, of which either may be meant.
  public var fingerprints: [String]
  /// What it was given as: `an RSA private key (PKCS#8) of 2048 bits`.
  public var form: String

  public init(fingerprints: [String], form: String) {
    self.fingerprints = fingerprints
    self.form = form
  }
}

/// The rules by which a signer may switch from one selector to another.
public struct Gate: Hashable, Sendable, Codable {
  public var domain: DomainName
  public var new: DomainName
  /// nil where nobody said what is in use.
  public var old: DomainName?
  public var expected: ExpectedKey?
  /// The names of the views that ask the zone's own servers.
  public var sourceViews: [String]
  /// The names of the others: each must have the key.
  public var cacheViews: [String]
  /// How long the old key stays after the switch, in seconds.
  public var keepSeconds: Int64

  /// How long the old key stays at least: as long as mail waits in queues, and is read late, after its last signature.
  public static let leastKeeping = Duration.seconds(7 * 86_400)
  /// How long an absence may be kept where no SOA told it: the most that RFC 2308, section 5, finds sensible.
  static let assumedNegativeTTL: UInt32 = 10_800

  public init(
    domain: DomainName, new: DomainName, old: DomainName? = nil, expected: ExpectedKey? = nil, views: [View],
    keep: Duration = leastKeeping
  ) {
    self.domain = domain
    self.new = new
    self.old = old
    self.expected = expected
    sourceViews = views.filter(\.isAuthoritative).map(\.name)
    cacheViews = views.filter { !$0.isAuthoritative }.map(\.name)
    keepSeconds = keep.components.seconds
  }

  /// Holds what is known of both keys against all conditions; pure, and the same for the command line, the daemon and
  /// a proof.
  ///
  /// - Parameter now: the time of the last look, or a later one.
  public func report(new: KeyMemory, old: KeyMemory?, at now: Timestamp) -> RotationReport {
    let reading = GateReading(gate: self, newKey: new, oldKey: old, now: now)
    let conditions = Self.rows.compactMap { row in row.look(reading).map { Condition(row, $0) } }
    return RotationReport(gate: self, reading: reading, conditions: conditions)
  }

  /// The key name of the new selector.
  public var newName: String { KeyName(new, of: domain)?.description ?? "\(new)" }

  /// All conditions, in the order in which they are shown.
  static let rows: [ConditionRow] = sourceConditions + keyConditions + cacheConditions + oldKeyConditions
}

/// What one row has seen.
struct ConditionFact {
  var state: Condition.State
  var text: String
  var until: Timestamp?
  var remedy: String?
  var evidence: [String] = []

  static func met(_ text: String, evidence: [String] = []) -> ConditionFact {
    ConditionFact(state: .met, text: text, evidence: evidence)
  }

  static func notYet(_ text: String, until: Timestamp? = nil, evidence: [String] = []) -> ConditionFact {
    ConditionFact(state: .notYet, text: text, until: until, evidence: evidence)
  }

  static func failed(_ text: String, remedy: String, evidence: [String] = []) -> ConditionFact {
    ConditionFact(state: .failed, text: text, remedy: remedy, evidence: evidence)
  }
}

/// A row of the table of conditions with its function; nil where it has nothing to ask.
struct ConditionRow: Sendable {
  let id: String
  let title: String
  let look: @Sendable (GateReading) -> ConditionFact?

  init(_ id: String, _ title: String, look: @escaping @Sendable (GateReading) -> ConditionFact?) {
    self.id = id
    self.title = title
    self.look = look
  }
}

extension Condition {
  init(_ row: ConditionRow, _ fact: ConditionFact) {
    self.init(
      id: row.id, title: row.title, state: fact.state, text: fact.text, until: fact.until, remedy: fact.remedy,
      evidence: fact.evidence)
  }
}

/// What the conditions look at: everything that is known, sorted.
struct GateReading {
  let gate: Gate
  let newKey: KeyMemory
  let oldKey: KeyMemory?
  let now: Timestamp

  /// The servers of the source.
  var sources: [KeyMemory.Place] { newKey.places.filter(\.isAuthoritative) }
  /// Those that gave an answer in the last look.
  var answering: [KeyMemory.Place] { sources.filter { $0.failure == nil && $0.holding != nil } }
  var with: [KeyMemory.Place] { answering.filter { $0.holding?.state != .missing } }
  var without: [KeyMemory.Place] { answering.filter { $0.holding?.state == .missing } }
  var failing: [KeyMemory.Place] { sources.filter { $0.failure != nil } }

  /// Whether servers answer, and none of them has the record.
  var awaitsRecord: Bool { !answering.isEmpty && with.isEmpty }

  /// The different texts at the source with those who have them, the most frequent first.
  var texts: [(holding: KeyMemory.Holding, places: [KeyMemory.Place])] {
    var texts: [(holding: KeyMemory.Holding, places: [KeyMemory.Place])] = []
    for place in with {
      guard let holding = place.holding else { continue }
      if let index = texts.firstIndex(where: { $0.holding.records == holding.records }) {
        texts[index].places.append(place)
      } else {
        texts.append((holding, [place]))
      }
    }
    return texts.enumerated().sorted { ($1.element.places.count, $0.offset) < ($0.element.places.count, $1.offset) }
      .map(\.element)
  }

  /// The key at the source: the one that most servers have.
  var key: KeySummary? { texts.first?.holding.key }

  /// The key of the old selector.
  var oldSummary: KeySummary? {
    oldKey?.places.lazy.filter(\.isAuthoritative).compactMap { $0.holding?.key }.first { !$0.revoked }
  }

  var newName: String { gate.newName }
  var oldName: String? {
    gate.old.map { old in KeyName(old, of: gate.domain)?.description ?? "\(old)" }
  }
  var zone: DomainName { newKey.zone ?? gate.domain }

  /// Whether every server of the source has the same usable key that is meant.
  var isComplete: Bool {
    !sources.isEmpty && with.count == sources.count && texts.count == 1 && texts[0].holding.isUsable && isMeant
  }

  /// Whether the key at the source is the one that is meant; true where any is.
  var isMeant: Bool {
    guard let expected = gate.expected else { return true }
    return key.map { expected.fingerprints.contains($0.fingerprint) } ?? false
  }
}
