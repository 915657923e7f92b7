// What the text of a key record is worth: made by Keys, used by Judging.

/// What is known of a key that parsed.
public struct KeySummary: Hashable, Sendable, Codable {
  /// `k=` (RFC 6376, section 3.6.1; RFC 8463).
  public enum KeyType: String, Hashable, Sendable, Codable {
    case rsa, ed25519
  }

  public var type: KeyType
  /// The size of the modulus in bits; 256 for Ed25519. 0 for a revoked key.
  public var bits: Int
  /// `SHA256:` and the base64 (no padding) of the SHA-256 over the SubjectPublicKeyInfo, whatever form the record
  /// had. Empty, and absent from JSON, for a revoked key.
  public var fingerprint: String
  /// `p=` is empty (RFC 6376, section 3.6.1).
  public var revoked: Bool
  /// `t=y` (RFC 6376, section 3.6.1).
  public var testing: Bool

  public init(type: KeyType, bits: Int, fingerprint: String, revoked: Bool, testing: Bool) {
    self.type = type
    self.bits = bits
    self.fingerprint = fingerprint
    self.revoked = revoked
    self.testing = testing
  }
}

extension KeySummary {
  private enum CodingKeys: String, CodingKey {
    case type, bits, fingerprint, revoked, testing
  }

  /// A revoked key has no fingerprint, and none is written.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type, forKey: .type)
    try container.encode(bits, forKey: .bits)
    if !fingerprint.isEmpty { try container.encode(fingerprint, forKey: .fingerprint) }
    try container.encode(revoked, forKey: .revoked)
    try container.encode(testing, forKey: .testing)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    type = try container.decode(KeyType.self, forKey: .type)
    bits = try container.decode(Int.self, forKey: .bits)
    fingerprint = try container.decodeIfPresent(String.self, forKey: .fingerprint) ?? ""
    revoked = try container.decode(Bool.self, forKey: .revoked)
    testing = try container.decode(Bool.self, forKey: .testing)
  }
}

/// What the TXT records at one key name are worth together.
public struct KeyJudgement: Hashable, Sendable, Codable {
  /// `published`, `revoked` or `invalid`.
  public var state: State
  public var verdict: Verdict
  /// One sentence.
  public var summary: String
  /// The key, where one parsed.
  public var key: KeySummary?
  public var findings: [Finding]
  /// What each receiver would make of the records; empty where nobody asked.
  public var receivers: [ReceiverOpinion]

  public init(
    state: State, verdict: Verdict, summary: String, key: KeySummary?, findings: [Finding],
    receivers: [ReceiverOpinion] = []
  ) {
    self.state = state
    self.verdict = verdict
    self.summary = summary
    self.key = key
    self.findings = findings
    self.receivers = receivers
  }
}

extension KeyJudgement {
  /// Reads what was written before there were receivers, too.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    state = try container.decode(State.self, forKey: .state)
    verdict = try container.decode(Verdict.self, forKey: .verdict)
    summary = try container.decode(String.self, forKey: .summary)
    key = try container.decodeIfPresent(KeySummary.self, forKey: .key)
    findings = try container.decode([Finding].self, forKey: .findings)
    receivers = try container.decodeIfPresent([ReceiverOpinion].self, forKey: .receivers) ?? []
  }
}
