// Answers that come and go: what the last looks at one key have shown.

/// How many of the last looks at a watch differed from what is settled, though the last one may be good.
public struct Wavering: Hashable, Sendable, Codable {
  /// How many looks are kept.
  public static let window = 20
  /// So many wrong answers are no accident.
  public static let wrongLimit = 3
  /// So many failures are none: a packet may be lost now and then.
  public static let failureLimit = 6

  /// The last looks, the newest in the lowest bit: 1 where an answer was wrong.
  public var wrong: UInt32
  /// The same for looks in which nobody could be reached.
  public var failed: UInt32
  /// How many looks were counted, up to `window`.
  public var looks: Int
  /// When the first of them differed.
  public var since: Timestamp
  public var lastCounted: Timestamp
  /// How often each server or view was wrong or failed, by its name.
  public var culprits: [String: Int]
  /// What the last of them said, as lines that can be repeated.
  public var evidence: String

  public init(since: Timestamp) {
    self.since = since
    lastCounted = since
    (wrong, failed, looks, culprits, evidence) = (0, 0, 0, [:], "")
  }

  /// How many of the kept looks were wrong or failed.
  public var count: Int { (wrong | failed).nonzeroBitCount }
  /// Whether the answers come and go more often than by accident.
  public var isTelling: Bool {
    wrong.nonzeroBitCount >= Self.wrongLimit || count >= Self.failureLimit
  }

  /// Adds a look.
  public mutating func add(wrong isWrong: Bool, failed isFailed: Bool, at now: Timestamp) {
    let mask = (UInt32(1) << UInt32(Self.window)) - 1
    wrong = (wrong << 1 | (isWrong ? 1 : 0)) & mask
    failed = (failed << 1 | (isFailed ? 1 : 0)) & mask
    looks = min(Self.window, looks + 1)
    lastCounted = now
  }
}
