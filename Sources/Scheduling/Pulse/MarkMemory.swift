// Which marks of a zone are no news. Servers lag behind one another, so that the mark may go back and forth for a while.

/// The marks that a zone had lately, as many as `Recent` has lanes.
///
/// News is what none of its servers has said lately. A server that lags says again what was known before, which is no news,
/// however often. Where nobody says the newest mark any more, the zone went back to an older version, and that is news once.
struct MarkMemory<Recent: SIMD>: Sendable where Recent: Sendable, Recent.Scalar == UInt32 {
  /// So many answers in a row may have a former mark, though there are fewer servers: behind one address there may be several.
  private static var patience: Int { 8 }

  private var recent = Recent()
  private var count: UInt8 = 0
  private var next: UInt8 = 0
  /// How many answers in a row had another mark than the newest.
  private var others: UInt8 = 0
  /// The newest mark; nothing where none is known.
  private var newest: UInt32 = 0

  /// The mark that is expected; nil where none is known yet.
  var latest: UInt32? { count > 0 ? newest : nil }

  /// Takes in a mark; true where it is news.
  ///
  /// - Parameters:
  ///   - servers: how many servers are asked in turn: so many must have had a chance to say the newest mark.
  ///   - isNewer: whether one mark comes after another; what is news and does not is an old copy, or a zone that began anew.
  mutating func receive(_ mark: UInt32, servers: Int, isNewer: (UInt32, UInt32) -> Bool) -> Bool {
    guard count > 0 else {
      begin(with: mark)
      return false
    }
    if mark == newest {
      others = 0
      return false
    }
    if !any(recent .== Recent(repeating: mark)) {
      note(mark)
      if isNewer(mark, newest) { (newest, others) = (mark, 0) } else { others += others < .max ? 1 : 0 }
      return true
    }
    others += others < .max ? 1 : 0
    guard Int(others) > max(servers, Self.patience) else { return false }
    begin(with: mark)
    return true
  }

  private mutating func begin(with mark: UInt32) {
    recent = Recent(repeating: mark)
    (count, next, others, newest) = (1, UInt8(1 % Recent.scalarCount), 0, mark)
  }

  private mutating func note(_ mark: UInt32) {
    recent[Int(next)] = mark
    next = UInt8((Int(next) + 1) % Recent.scalarCount)
    count = UInt8(min(Int(count) + 1, Recent.scalarCount))
  }
}

/// The arithmetic of serials (RFC 1982, section 3.2): they go round.
enum SerialNumber {
  /// Whether `one` comes after `other`; neither does where they are exactly half of the circle apart.
  static func isAfter(_ one: UInt32, _ other: UInt32) -> Bool {
    let distance = one &- other
    return distance != 0 && distance < 0x8000_0000
  }
}
