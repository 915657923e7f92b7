// What the engine did, in numbers.

/// Totals since the engine was made. A query is one element of `ask`; it may take several questions.
public struct EngineCounters: Hashable, Sendable {
  /// Queries that were taken on.
  public var asked: UInt64 = 0
  /// Queries that ended with a message.
  public var answered: UInt64 = 0
  /// Queries that ended with the answer that was expected.
  public var unchanged: UInt64 = 0
  /// Queries that ended without a message.
  public var failed: UInt64 = 0
  /// Packets that were sent over UDP.
  public var sent: UInt64 = 0
  /// Tries that waited in vain.
  public var timeouts: UInt64 = 0
  /// Questions that were asked again.
  public var retries: UInt64 = 0
  /// TCP connections that were begun.
  public var tcp: UInt64 = 0
  /// ICMP errors that belonged to a question.
  public var unreachable: UInt64 = 0
  /// Queries that were failed unasked, because their server had left all before them unanswered.
  public var withheld: UInt64 = 0
  public var discarded = Discarded()

  /// Packets that were thrown away.
  public struct Discarded: Hashable, Sendable {
    /// No question with this id waits at this port: late, repeated or forged.
    public var unexpected: UInt64 = 0
    /// From another address or port than was asked.
    public var address: UInt64 = 0
    /// The question section is another one, or it is no response.
    public var question: UInt64 = 0
    /// The letters of the question came back in another case, or the question not at all; TCP is asked.
    public var letterCase: UInt64 = 0
    /// Within no bounds, or not decodable.
    public var malformed: UInt64 = 0
    /// Longer than any packet that was asked for, or shorter than a header.
    public var size: UInt64 = 0

    public init() {}
  }

  /// All packets that were thrown away.
  public var hostile: UInt64 {
    discarded.unexpected + discarded.address + discarded.question + discarded.letterCase + discarded.malformed
      + discarded.size
  }

  public init() {}
}
