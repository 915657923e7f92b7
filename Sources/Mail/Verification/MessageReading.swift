// A message from header to results: values in, values out. Who reads the bytes, and who asks for keys, is not known here.

public import Model

/// What the header of a message gives to verify.
public struct MessageReading: Hashable, Sendable {
  /// So many signatures are verified, from the top; Mail::DKIM looks at as many.
  public static let mostSignatures = 50

  public let header: MessageHeader
  /// The signatures that are verified, from the top down.
  public let signatures: [SignatureField]
  /// How many more there are.
  public let unread: Int
  public let chain: ARCChain

  /// Reads the signatures of a header.
  public init(_ header: MessageHeader) {
    self.header = header
    let fields = header.fields(named: "DKIM-Signature")
    signatures = fields.prefix(Self.mostSignatures).map { SignatureField($0) }
    unread = max(0, fields.count - Self.mostSignatures)
    chain = ARCChain(header)
  }

  private var all: [SignatureField] { signatures + chain.sets.flatMap { [$0.message, $0.seal] } }

  /// What must be hashed of the body.
  public var hashKinds: Set<BodyHashKind> { Set(all.compactMap(\.bodyHashKind)) }

  /// The keys that must be asked for, each once, in the order of the signatures.
  public var keyNames: [KeyName] {
    var seen: Set<KeyName> = []
    return all.compactMap { $0.faults.isEmpty ? $0.keyName : nil }.filter { seen.insert($0).inserted }
  }

  /// Verifies all signatures.
  ///
  /// - Parameters:
  ///   - bodyHashes: the hashes of `hashKinds`.
  ///   - keys: what each source says of each key; the first source that could be asked decides, keys of the history only
  ///     explain.
  ///   - now: the time of verification.
  public func results(
    bodyHashes: [BodyHashKind: BodyHash], keys: [KeyName: [KeyOffer]], at now: Timestamp
  ) -> (signatures: [SignatureResult], arc: ARCResult) {
    let index = FieldIndex(header)
    let signatures = signatures.map { signature in
      let data = SignedHeader(signature, in: header, index: index).data(signature, in: header)
      let check = SignatureCheck(signature, data, bodyHashes, now)
      return result(check, signature.keyName.flatMap { keys[$0] } ?? [])
    }
    let arc = ARCVerification(chain: chain, header: header, bodyHashes: bodyHashes, now: now) { signature in
      let offers = signature.keyName.flatMap { keys[$0] } ?? []
      return Self.deciding(offers)?.answer ?? .unreachable("nobody was asked")
    }
    return (signatures, arc.result(index: index))
  }

  private func result(_ check: SignatureCheck, _ offers: [KeyOffer]) -> SignatureResult {
    let deciding = Self.deciding(offers)
    let outcome: SignatureCheck.Outcome =
      if header.isCut {
        SignatureCheck.Outcome(result: .permerror, reason: .headerTooLong)
      } else {
        check.outcome(deciding?.answer ?? .unreachable("nobody was asked"))
      }
    var result = SignatureResult(
      signature: check.signature, result: outcome.result, reason: outcome.reason, bodyHash: check.bodyHash,
      bodyBytes: check.bodyBytes, key: outcome.key, keySource: outcome.key == nil ? nil : deciding?.source,
      verifies: outcome.verifies, verifiedBefore: nil, dissent: [])
    if check.malformed != nil || header.isCut { return result }
    for offer in offers where offer.source != deciding?.source {
      let other = check.outcome(offer.answer)
      if case .history(let until) = offer.source {
        if !outcome.verifies, result.verifiedBefore == nil, other.verifies, let key = other.key {
          result.verifiedBefore = .init(fingerprint: key.summary.fingerprint, until: until)
        }
      } else if other.result != outcome.result {
        result.dissent.append(.init(source: offer.source, result: other.result))
      }
    }
    return result
  }

  /// The first source that could be asked; the history is none.
  static func deciding(_ offers: [KeyOffer]) -> KeyOffer? {
    let present = offers.filter { if case .history = $0.source { false } else { true } }
    return present.first { if case .unreachable = $0.answer { false } else { true } } ?? present.first
  }
}
