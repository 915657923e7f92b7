// One bad look never pages anybody: when several looks, some time apart, confirm each other.

/// What unconfirmed looks have shown so far, and how many of them agree.
public struct Confirmation: Hashable, Sendable, Codable {
  /// What makes two looks show the same, as text.
  public var evidence: String
  public var firstSeen: Timestamp
  /// How many looks in a row have shown it.
  public var count: Int
  /// The last look that was counted: looks must stand apart to confirm each other.
  public var lastCounted: Timestamp
  /// How many looks in a row, counted ones, differed from the settled state, whatever they showed.
  public var unsettledLooks: Int

  private enum CodingKeys: String, CodingKey { case evidence, firstSeen, count, lastCounted, unsettledLooks }

  /// What a first look has shown.
  public init(evidence: String, at now: Timestamp) {
    self.evidence = evidence
    (firstSeen, lastCounted) = (now, now)
    (count, unsettledLooks) = (1, 1)
  }

  /// Takes in one more look.
  public mutating func add(_ evidence: String, at now: Timestamp, _ policy: MonitoringPolicy) {
    let isApart = policy.standApart(lastCounted, now)
    if isApart {
      unsettledLooks += 1
      // The clock was set back: what had passed until then has passed.
      if now < lastCounted { firstSeen = firstSeen + (now - lastCounted) }
      lastCounted = now
    }
    if self.evidence == evidence {
      if isApart { count += 1 }
    } else {
      let looks = unsettledLooks
      self = Confirmation(evidence: evidence, at: now)
      unsettledLooks = looks
    }
  }

  /// Whether enough looks agree. Answers that go to and fro never agree with the look before; after three times the looks
  /// the last one counts.
  public func isConfirmed(_ policy: MonitoringPolicy) -> Bool {
    let needed = policy.confirmTimes + 1
    return count >= needed || unsettledLooks >= 3 * needed
  }

  /// When the next look may confirm it.
  public func nextLook(_ policy: MonitoringPolicy) -> Timestamp { lastCounted + policy.confirmAfter }
}

extension Confirmation? {
  /// Takes in a look; begins anew where nothing was suspected.
  public mutating func add(_ evidence: String, at now: Timestamp, _ policy: MonitoringPolicy) -> Confirmation {
    var confirmation = self ?? Confirmation(evidence: evidence, at: now)
    if self != nil { confirmation.add(evidence, at: now, policy) }
    self = confirmation
    return confirmation
  }
}

extension MonitoringPolicy {
  /// Whether two looks stand apart. Half of the time between them is enough: schedules jitter, and a look takes its time. Nor need the
  /// next one have the later time: a clock can be set back.
  public func standApart(_ one: Timestamp, _ next: Timestamp) -> Bool {
    max(next - one, one - next) >= confirmAfter / 2
  }
}

extension Confirmation {
  /// Reads what was written before the kinds of suspicion were one, too.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    evidence = try container.decodeIfPresent(String.self, forKey: .evidence) ?? ""
    firstSeen = try container.decode(Timestamp.self, forKey: .firstSeen)
    count = try container.decode(Int.self, forKey: .count)
    lastCounted = try container.decode(Timestamp.self, forKey: .lastCounted)
    unsettledLooks = try container.decodeIfPresent(Int.self, forKey: .unsettledLooks) ?? count
  }
}
