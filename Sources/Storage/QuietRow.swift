// Which rows of `watches` are quiet, told by SQLite: of a million of them nobody has to read the whole.

internal import GRDB
internal import Model
internal import Tables

/// A watch of which nothing is the matter and nothing was found, as a row tells it. `WatchMemory.isQuiet` is the same in Swift.
struct QuietRow {
  var kind: WatchMemory
  var since: Timestamp?
  var keySince: Timestamp?
  var zone: DomainName?

  /// All that is monitored, with its memory whole.
  static let whole = watches("0")
  /// The same; `memory` is NULL where the row is quiet.
  static let outlined = watches(
    """
    coalesce(memory ->> '$.state' = 'published' AND memory ->> '$.findings' = '[]' AND memory ->> '$.caches' = '[]'
      AND memory ->> '$.snapshot.records' IS memory ->> '$.lastGood.records' AND memory ->> '$.snapshot.failure' IS NULL
      AND coalesce(\(stirrings.map { "memory -> '$.\($0)'" }.joined(separator: ", "))) IS NULL, 0)
    """)

  private static func watches(_ isQuiet: String) -> String {
    """
    SELECT domain, selector, record_type, iif(quiet, NULL, memory) AS memory,
      iif(quiet, memory ->> '$.state', NULL) AS state, iif(quiet, memory ->> '$.verdict', NULL) AS verdict,
      iif(quiet, memory ->> '$.since', NULL) AS since, iif(quiet, memory ->> '$.keySince', NULL) AS key_since,
      iif(quiet, memory ->> '$.zone', NULL) AS zone,
      iif(quiet, memory ->> '$.snapshot.outcome', NULL) AS outcome,
      iif(quiet, memory ->> '$.snapshot.key.type', NULL) AS type,
      iif(quiet, memory ->> '$.snapshot.key.bits', NULL) AS bits,
      iif(quiet, memory ->> '$.snapshot.key.revoked', NULL) AS revoked,
      iif(quiet, memory ->> '$.snapshot.key.testing', NULL) AS testing,
      NOT quiet AND EXISTS (
        SELECT 1 FROM spans JOIN answers ON answers.id = answer
        WHERE watch = known.id AND last_seen IS NULL AND outcome = 'records') AS stands
    FROM (
      SELECT id, domain, selector, record_type, memory, \(isQuiet) AS quiet
      FROM watches WHERE memory IS NOT NULL) AS known
    """
  }

  /// What a quiet memory has none of.
  static let stirrings = [
    "suspicion", "warning", "toldWarnings", "openIncident", "openChange", "openSilence", "wavering", "serverFinding",
    "explanation", "rotation",
  ]

  /// Nil where the row is not quiet, or has a form that only the decoder knows.
  init?(_ row: Row) throws {
    guard (row["memory"] as String?) == nil else { return nil }
    let zone = try (row["zone"] as String?).map { try DomainName($0) }
    guard let state = (row["state"] as String?).flatMap(State.init(rawValue:)),
      let verdict = (row["verdict"] as String?).flatMap(Verdict.init(rawValue:))
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the state of a watch is not readable") }
    var key: KeySummary?
    if let type = (row["type"] as String?).flatMap(KeySummary.KeyType.init(rawValue:)) {
      key = KeySummary(
        type: type, bits: row["bits"] ?? 0, fingerprint: "", revoked: row["revoked"] ?? false,
        testing: row["testing"] ?? false)
    }
    kind = .quiet(state: state, verdict: verdict, outcome: row["outcome"], key: key)
    since = (row["since"] as String?).flatMap { Timestamp($0) }
    keySince = (row["key_since"] as String?).flatMap { Timestamp($0) }
    self.zone = zone
  }
}
