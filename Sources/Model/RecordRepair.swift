// What a broken key record was meant to be.

/// The record that a broken one was meant to be: judged to be usable, and made of nothing but the broken one's text.
public struct RecordRepair: Hashable, Sendable {
  public var record: TextRecord
  /// What was done to it: `the quotation marks are removed`.
  public var description: String
  /// The ids of the repairs that led to it, in their order.
  public var steps: [String]
  /// The key that is in it.
  public var key: KeySummary?

  public init(record: TextRecord, description: String, steps: [String] = [], key: KeySummary? = nil) {
    self.record = record
    self.description = description
    self.steps = steps
    self.key = key
  }

  /// What the repair of the records at one name is found by: their joined texts in canonical order, a line break between.
  /// It is the same wherever their strings are cut, and whatever order they come in.
  public static func key(of records: [TextRecord]) -> [UInt8] {
    Array(records.map(\.joined).sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [0x0A]))
  }
}
