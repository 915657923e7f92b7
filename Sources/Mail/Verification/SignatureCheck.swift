// Verifies one signature (RFC 6376, section 6.1; RFC 8301; RFC 8463).

internal import Model

/// One signature with all that does not depend on a key.
struct SignatureCheck {
  let signature: SignatureField
  /// The hash over header and signature.
  let headerHash: [UInt8]
  let bodyHash: BodyHashState
  let bodyBytes: UInt64?
  let now: Timestamp

  /// What one key, or the want of one, leads to.
  struct Outcome {
    var result: ResultWord
    var reason: SignatureReason
    var key: VerificationKey?
    var verifies = false
  }

  /// How far a signature may be from the future: clocks differ.
  static let clockTolerance = Duration.seconds(300)
  /// RFC 8301, section 3.2.
  static let minimumBits = 1024

  /// What a source's answer leads to.
  func outcome(_ answer: VerificationAnswer) -> Outcome {
    if let malformed { return malformed }
    let name = signature.keyName?.description ?? ""
    switch answer {
    case .missing: return Outcome(result: .permerror, reason: .keyMissing(name))
    case .unreachable(let why): return Outcome(result: .temperror, reason: .keyUnreachable(name, why: why))
    case .records(let records):
      // Several records are undefined (RFC 6376, section 3.6.2.2): one that fits is enough.
      let outcomes = records.map { outcome($0, name) }
      return outcomes.min { Self.rank($0) < Self.rank($1) } ?? Outcome(result: .permerror, reason: .keyMissing(name))
    }
  }

  private static func rank(_ outcome: Outcome) -> Int {
    switch outcome.result {
    case .pass: 0
    case .policy: 1
    case .fail: outcome.reason == .otherKey ? 3 : 2
    default: 4
    }
  }

  /// Why no key matters.
  var malformed: Outcome? {
    if !signature.faults.isEmpty { return Outcome(result: .permerror, reason: .malformed(signature.faults)) }
    if headerHash.isEmpty { return Outcome(result: .temperror, reason: .unsupported("the hash of its algorithm")) }
    return nil
  }

  private func outcome(_ record: VerificationRecord, _ name: String) -> Outcome {
    switch record {
    case .revoked: return Outcome(result: .permerror, reason: .keyRevoked(name))
    case .unusable(let why): return Outcome(result: .permerror, reason: .keyUnusable(name, why: why))
    case .key(let key):
      var outcome = verified(with: key)
      outcome.key = key
      return outcome
    }
  }

  private func verified(with key: VerificationKey) -> Outcome {
    guard let algorithm = signature.algorithm else { return Outcome(result: .permerror, reason: .malformed([])) }
    if key.summary.type != algorithm.keyType {
      return Outcome(
        result: .permerror, reason: .keyType(signature: algorithm.rawValue, key: key.summary.type.rawValue))
    }
    if let hashes = key.hashes, !hashes.contains(algorithm.hashName) {
      return Outcome(result: .permerror, reason: .keyHash(hashes.joined(separator: ":")))
    }
    if let services = key.services, !services.contains(where: { $0 == "*" || $0 == "email" }) {
      return Outcome(result: .permerror, reason: .keyService)
    }
    if key.forbidsSubdomains, signature.kind == .dkim, !identityIsDomain {
      return Outcome(result: .permerror, reason: .keySubdomain(signature.identity))
    }
    guard let publicKey = PublicKey(info: key.info, type: key.summary.type) else {
      return Outcome(result: .permerror, reason: .unsupported("a key such as this one"))
    }
    let hash: HashAlgorithm = algorithm == .rsaSHA1 ? .sha1 : .sha256
    let signs = publicKey.verifies(signature.signature, hash: headerHash, hash)
    if bodyHash == .differs {
      // The header's part still tells which key signed.
      if !signs, key.summary.type == .rsa, publicKey.signedHash(in: signature.signature, hash) == nil {
        return Outcome(result: .fail, reason: .otherKey)
      }
      return Outcome(result: .fail, reason: .bodyChanged(nil))
    }
    if !signs {
      if key.summary.type == .ed25519 { return Outcome(result: .fail, reason: .keyOrHeader) }
      let isRightKey = publicKey.signedHash(in: signature.signature, hash) != nil
      return Outcome(result: .fail, reason: isRightKey ? .headerChanged(HeaderChange()) : .otherKey)
    }
    return accepted(key, algorithm)
  }

  /// What speaks against a signature that verifies.
  private func accepted(_ key: VerificationKey, _ algorithm: SignatureField.Algorithm) -> Outcome {
    func outcome(_ result: ResultWord, _ reason: SignatureReason) -> Outcome {
      Outcome(result: result, reason: reason, verifies: true)
    }
    if signature.kind == .dkim {
      if let expiry = signature.expiresAt, expiry < now { return outcome(.permerror, .expired(expiry)) }
      if let made = signature.signedAt, made > now + Self.clockTolerance { return outcome(.permerror, .future(made)) }
    }
    if algorithm == .rsaSHA1 { return outcome(.policy, .sha1) }
    if key.summary.type == .rsa, key.summary.bits < Self.minimumBits {
      return outcome(.policy, .weakKey(bits: key.summary.bits))
    }
    return outcome(.pass, .verified)
  }

  private var identityIsDomain: Bool {
    guard let at = signature.identity.utf8.lastIndex(of: UInt8(ascii: "@")),
      let name = try? DomainName(signature.identity[signature.identity.utf8.index(after: at)...])
    else { return false }
    return name == signature.domain
  }
}
