// What a sweep saw that differs from what the look before had seen.

/// One answer of a sweep that was not the expected one.
public struct SweepDifference: Hashable, Sendable {
  public var view: String
  public var server: Endpoint
  /// The digest of the answer that was expected.
  public var expected: Digest
  /// What came instead.
  public var answer: Answer

  public init(view: String, server: Endpoint, expected: Digest, answer: Answer) {
    self.view = view
    self.server = server
    self.expected = expected
    self.answer = answer
  }
}
