// What a broken key record was meant to be.

/// The record that a broken one was meant to be: judged to be usable, and made of nothing but the broken one's text.
public struct RecordRepair: Hashable, Sendable {
  public var record: TextRecord
  /// What was done to it: `the quotation marks are left out`.
  public var deed: String

  public init(record: TextRecord, deed: String) {
    self.record = record
    self.deed = deed
  }
}
