// What the text of a policy is worth.

public import Model

/// One tag, term or field of a policy, with what it means to a receiver.
public struct PolicyTag: Hashable, Sendable, Codable {
  public var name: String
  public var value: String
  /// One sentence.
  public var meaning: String

  public init(name: String, value: String, meaning: String) {
    self.name = name
    self.value = value
    self.meaning = meaning
  }

  init(_ name: some Sequence<UInt8>, _ value: some Sequence<UInt8>, _ meaning: String) {
    self.init(
      name: TextRecord(strings: [Array(name)]).text, value: TextRecord(strings: [Array(value)]).text, meaning: meaning)
  }
}

/// What the records of one type at one name, or one policy file, are worth.
public struct PolicyJudgement: Hashable, Sendable, Codable {
  public var type: PolicyType
  /// By the worst finding.
  public var verdict: Verdict
  /// Whether receivers can use the text.
  public var valid: Bool
  /// One sentence.
  public var summary: String
  /// What the text says, in its order.
  public var tags: [PolicyTag]
  /// The worst first.
  public var findings: [Finding]
}
