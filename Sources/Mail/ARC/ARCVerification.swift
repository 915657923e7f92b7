// Verifies a chain of ARC sets (RFC 8617, section 5.2).

internal import Model

/// What came of a chain.
public struct ARCResult: Hashable, Sendable {
  /// Why.
  public enum Reason: Hashable, Sendable {
    case absent
    case verified
    case broken(ARCChain.Fault)
    /// The last server had found the chain broken.
    case failedBefore(instance: Int)
    case message(instance: Int, SignatureReason)
    case seal(instance: Int, SignatureReason)
  }

  /// `none`, `pass`, `fail`, or `temperror` where a key could not be asked for.
  public var result: ResultWord
  public var instances: Int
  public var reason: Reason
  /// The first instance from which on all message signatures verify: what changed the message came before it.
  public var oldestPass: Int?
}

/// Verifies chains.
struct ARCVerification {
  let chain: ARCChain
  let header: MessageHeader
  let bodyHashes: [BodyHashKind: BodyHash]
  let now: Timestamp
  let answer: (SignatureField) -> VerificationAnswer

  func result(index: FieldIndex) -> ARCResult {
    func ended(_ result: ResultWord, _ reason: ARCResult.Reason) -> ARCResult {
      ARCResult(result: result, instances: chain.instances, reason: reason, oldestPass: nil)
    }
    if chain.instances == 0, chain.fault == nil { return ended(.none, .absent) }
    if chain.lastStatement == "fail" { return ended(.fail, .failedBefore(instance: chain.instances)) }
    if let fault = chain.fault { return ended(.fail, .broken(fault)) }
    guard let last = chain.sets.last else { return ended(.none, .absent) }
    let message = outcome(ofMessage: last, index)
    if message.result != .pass {
      return ended(
        message.result == .temperror ? .temperror : .fail, .message(instance: last.instance, message.reason))
    }
    for set in chain.sets.reversed() {
      let seal = outcome(ofSeal: set)
      if seal.result != .pass {
        return ended(seal.result == .temperror ? .temperror : .fail, .seal(instance: set.instance, seal.reason))
      }
    }
    var oldest = last.instance
    for set in chain.sets.dropLast().reversed() {
      guard outcome(ofMessage: set, index).result == .pass else { break }
      oldest = set.instance
    }
    return ARCResult(result: .pass, instances: chain.instances, reason: .verified, oldestPass: oldest)
  }

  private func outcome(ofMessage set: ARCSet, _ index: FieldIndex) -> SignatureCheck.Outcome {
    let data = SignedHeader(set.message, in: header, index: index).data(set.message, in: header)
    return SignatureCheck(set.message, data, bodyHashes, now).outcome(answer(set.message))
  }

  /// A seal is over the sets up to its own (RFC 8617, section 5.1.1).
  private func outcome(ofSeal set: ARCSet) -> SignatureCheck.Outcome {
    var data: [UInt8] = []
    for other in chain.sets.prefix(set.instance) {
      data += HeaderForm.canonical(other.results, .relaxed)
      data += HeaderForm.canonical(other.message.field, .relaxed)
      data +=
        other.instance == set.instance
        ? SignedHeader.own(set.seal, .relaxed) : HeaderForm.canonical(other.seal.field, .relaxed)
    }
    return SignatureCheck(set.seal, data, bodyHashes, now).outcome(answer(set.seal))
  }
}

extension SignatureCheck {
  /// A signature over some data.
  init(_ signature: SignatureField, _ data: [UInt8], _ bodyHashes: [BodyHashKind: BodyHash], _ now: Timestamp) {
    let algorithm: HashAlgorithm = signature.algorithm == .rsaSHA1 ? .sha1 : .sha256
    let body = signature.bodyHashKind.flatMap { bodyHashes[$0] }
    self.init(
      signature: signature, headerHash: RunningHash.hash(data, algorithm),
      bodyHash: body.map { $0.hash == signature.bodyHash ? .match : .differs } ?? .unchecked, bodyBytes: body?.length,
      now: now)
  }
}

extension SignatureField {
  /// The hash of the body that it wants; nil for a seal, and for a signature that says nothing usable.
  public var bodyHashKind: BodyHashKind? {
    guard kind != .arcSeal, faults.isEmpty, let algorithm else { return nil }
    return BodyHashKind(bodyCanonicalization, algorithm == .rsaSHA1 ? .sha1 : .sha256, limit: bodyLength)
  }
}
