// What came of one signature: a word for machines, a reason for people.

public import Model

/// The result words of RFC 8601, section 2.7.1.
public enum ResultWord: String, Hashable, Sendable, Codable, CaseIterable {
  case none, pass, fail, policy, neutral, temperror, permerror
}

/// Where a key came from.
public enum KeySource: Hashable, Sendable {
  /// What a view said.
  case view(String)
  /// Given by the user.
  case file
  /// What the history says was published at a time that was asked for.
  case published(at: Timestamp)
  /// What the history says was published; until when, nil where it still is.
  case history(until: Timestamp?)
}

/// What one source says of the key of a signature.
public struct KeyOffer: Hashable, Sendable {
  public var source: KeySource
  public var answer: VerificationAnswer

  public init(source: KeySource, answer: VerificationAnswer) {
    self.source = source
    self.answer = answer
  }
}

/// Why a signature has the result that it has.
public enum SignatureReason: Hashable, Sendable {
  case verified
  /// It is no valid signature.
  case malformed([SignatureFault])
  case keyMissing(String)
  case keyUnreachable(String, why: String)
  case keyRevoked(String)
  case keyUnusable(String, why: String)
  case keyType(signature: String, key: String)
  case keyHash(String)
  case keyService
  /// `t=s` of the key, and `i=` of a subdomain.
  case keySubdomain(String)
  case weakKey(bits: Int)
  case sha1
  /// The body is not the one that was signed.
  case bodyChanged(BodyChange?)
  /// The header is not the one that was signed.
  case headerChanged(HeaderChange)
  /// The signature was made with another key.
  case otherKey
  /// Ed25519 does not tell whether key or header are the wrong ones.
  case keyOrHeader
  case expired(Timestamp)
  case future(Timestamp)
  /// OpenSSL is configured without what it takes.
  case unsupported(String)
  case headerTooLong
}

/// Whether the hash of the body is that of `bh=`.
public enum BodyHashState: String, Hashable, Sendable, Codable {
  case match, differs, unchecked
}

/// What came of one signature.
public struct SignatureResult: Hashable, Sendable {
  public var signature: SignatureField
  public var result: ResultWord
  public var reason: SignatureReason
  public var bodyHash: BodyHashState
  /// How many bytes the canonical form of the body has, where it was hashed.
  public var bodyBytes: UInt64?
  /// The key that decided.
  public var key: VerificationKey?
  public var keySource: KeySource?
  /// Whether key, header and body fit together, whatever else speaks against it.
  public var verifies: Bool
  /// The key with which it verifies where today's key does not fit: the newest one of the history.
  public var verifiedBefore: PastKey?
  /// What the other sources lead to, where that is another result.
  public var dissent: [Dissent]

  /// A key that was published.
  public struct PastKey: Hashable, Sendable {
    public var fingerprint: String
    public var until: Timestamp?
  }

  /// A source whose key gives another result.
  public struct Dissent: Hashable, Sendable {
    public var source: KeySource
    public var result: ResultWord
  }
}
