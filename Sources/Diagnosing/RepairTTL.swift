// The TTL of records that a diagnosis proposes.

internal import Model

extension Answer {
  /// That of the record in its place, but never so short that every message costs a question.
  var repairTTL: UInt32 { RepairTTL.from(ttl) }
}

extension Event.LastGood {
  /// As before, but never so short that every message costs a question.
  var repairTTL: UInt32 { RepairTTL.from(ttl) }
}

enum RepairTTL {
  static let usual: UInt32 = 3600

  fileprivate static func from(_ ttl: UInt32?) -> UInt32 { ttl.map { max($0, 60) } ?? usual }
}
