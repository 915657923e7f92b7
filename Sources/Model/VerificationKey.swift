// A key as a verifier takes it out of a TXT record: made by Keys, used by Mail.

/// A public key with what its record allows it for.
public struct VerificationKey: Hashable, Sendable {
  public var summary: KeySummary
  /// The SubjectPublicKeyInfo in DER, whatever form the record had.
  public var info: [UInt8]
  /// `h=`: the hashes that may be used, in lower case; nil where all may.
  public var hashes: [String]?
  /// `s=`: the services that the key is for, in lower case; nil where it is for all.
  public var services: [String]?
  /// `t=s`: the domain of `i=` must be the signing domain itself (RFC 6376, section 3.6.1).
  public var forbidsSubdomains: Bool

  public init(
    summary: KeySummary, info: [UInt8], hashes: [String]? = nil, services: [String]? = nil,
    forbidsSubdomains: Bool = false
  ) {
    self.summary = summary
    self.info = info
    self.hashes = hashes
    self.services = services
    self.forbidsSubdomains = forbidsSubdomains
  }
}

/// What one TXT record is to a verifier.
public enum VerificationRecord: Hashable, Sendable {
  case key(VerificationKey)
  /// `p=` is empty: the key was withdrawn.
  case revoked
  /// Nothing to verify with; why, as it follows a colon.
  case unusable(String)
}

/// What came of asking for the key of a signature.
public enum VerificationAnswer: Hashable, Sendable {
  /// The TXT records at the key name, at least one.
  case records([VerificationRecord])
  /// The name has no TXT record, or does not exist.
  case missing
  /// Nobody could be asked, or nobody answered; why, as it follows a colon.
  case unreachable(String)
}
