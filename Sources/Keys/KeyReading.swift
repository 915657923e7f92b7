// All TXT records at one key name, and the one that receivers would take for the key.

internal import Model
internal import Syntax

/// What the rules look at.
struct KeyReading: Sendable {
  let records: [RecordReading]
  /// The record that is judged: the best of the key records, else the first record.
  let subject: RecordReading
  /// The least size that is expected of an RSA key, in bits.
  let minimumBits: Int?
  /// What the key has in common with others.
  let relations: KeyRelations
  /// The modulus of the subject, where it is an RSA key that the rules on weak keys apply to.
  let modulus: TestedModulus?

  init(_ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()) {
    self.init(Self.read(records), minimumBits, relations, readsModulus: true)
  }

  /// The record that is judged, without a test of its modulus.
  static func subject(of records: [TextRecord]) -> RecordReading { KeyReading(read(records), nil).subject }

  private static func read(_ records: [TextRecord]) -> [RecordReading] {
    guard records.count > 1 else { return [RecordReading(records.first ?? TextRecord(strings: [[]]))] }
    // In one order whatever the answer's, so that the same records give the same judgement.
    return records.map { (record: $0, text: $0.joined) }.sorted { $0.text.lexicographicallyPrecedes($1.text) }
      .map { RecordReading($0.record) }
  }

  private init(
    _ records: [RecordReading], _ minimumBits: Int?, _ relations: KeyRelations = KeyRelations(),
    readsModulus: Bool = false
  ) {
    self.records = records
    self.relations = relations
    self.minimumBits = minimumBits
    let keys = records.filter { $0.kind == .key }
    subject =
      keys.count > 1
      ? keys.first(where: Self.isUsable) ?? keys.first { $0.summary != nil } ?? keys[0] : keys.first ?? records[0]
    modulus = readsModulus && subject.kind == .key ? subject.rsa.flatMap(TestedModulus.init) : nil
  }

  /// Whether a key record would be published if it stood alone.
  static func isUsable(_ record: RecordReading) -> Bool {
    let alone = KeyReading([record], nil)
    return record.summary?.revoked == false
      && !KeyRules.table.contains { $0.consequence == .invalid && $0.look(alone) != nil }
  }

  /// The key records among them.
  var keys: [RecordReading] { records.filter { $0.kind == .key } }

  /// The other records.
  var others: [RecordReading] { records.filter { $0.kind != .key } }
}
