// What one receiving implementation would make of a key record.

/// What a receiver would make of the TXT records at a key name, for mail that is signed with the key they hold.
public struct ReceiverOpinion: Hashable, Sendable, Codable {
  public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
    /// The signature verifies.
    case accept
    /// The signature fails for good (PERMFAIL).
    case reject
    /// The receiver says "try again later" (TEMPFAIL).
    case temporary
    /// The mail is treated as if it were not signed.
    case unsigned
    /// It depends on the order of the records in the answer, which changes from one answer to the next.
    case intermittent
  }

  /// The implementation, as in `OpenDKIM`.
  public var receiver: String
  public var verdict: Verdict
  /// One sentence: why.
  public var reason: String

  public init(receiver: String, verdict: Verdict, reason: String) {
    self.receiver = receiver
    self.verdict = verdict
    self.reason = reason
  }
}

extension [ReceiverOpinion] {
  /// How many of the receivers accept at all times.
  public var acceptances: Int { count { $0.verdict == .accept } }
}
