// Puts what trying has found into the reasons of failed signatures.

internal import Model

/// How a body differs from those that were signed.
public struct BodyChanges: Hashable, Sendable {
  struct Question: Hashable, Sendable {
    var kind: BodyHashKind
    var wanted: [UInt8]
  }

  var found: [Question: BodyChange] = [:]
}

extension MessageReading {
  /// How many signatures are explained; each costs bounded work.
  private static let mostExplained = 8

  /// The longest body that is searched for changes.
  public static var largestExplainedBody: Int { BodySearch.largestBody }

  /// Searches a body for what was changed in it, where its hashes are not those of the signatures.
  public func bodyChanges(_ hashes: [BodyHashKind: BodyHash], body: [UInt8]) -> BodyChanges {
    var changes = BodyChanges()
    var asked: Set<BodyChanges.Question> = []
    for signature in signatures {
      guard let kind = signature.bodyHashKind, let hash = hashes[kind], hash.hash != signature.bodyHash else {
        continue
      }
      let question = BodyChanges.Question(kind: kind, wanted: signature.bodyHash)
      guard asked.count < Self.mostExplained, asked.insert(question).inserted else { continue }
      var search = BodySearch(header: header, body: body, kind: kind, wanted: signature.bodyHash)
      changes.found[question] = search.change()
    }
    return changes
  }

  /// The results with what a human would find: how body or header differ from what was signed.
  public func explained(_ results: [SignatureResult], _ changes: BodyChanges) -> [SignatureResult] {
    var results = results
    let index = FieldIndex(header)
    var explained = 0
    for place in results.indices {
      let signature = results[place].signature
      switch results[place].reason {
      case .bodyChanged:
        guard let kind = signature.bodyHashKind else { continue }
        results[place].reason = .bodyChanged(changes.found[.init(kind: kind, wanted: signature.bodyHash)])
      case .headerChanged, .keyOrHeader:
        explained += 1
        guard explained <= Self.mostExplained, let key = results[place].key else { continue }
        guard let change = headerChange(signature, key, index) else { continue }
        if case .keyOrHeader = results[place].reason, change.found.isEmpty { continue }
        results[place].reason = .headerChanged(change)
      default: continue
      }
    }
    return results
  }

  private func headerChange(
    _ signature: SignatureField, _ key: VerificationKey, _ index: FieldIndex
  ) -> HeaderChange? {
    guard let publicKey = PublicKey(info: key.info, type: key.summary.type) else { return nil }
    let algorithm: HashAlgorithm = signature.algorithm == .rsaSHA1 ? .sha1 : .sha256
    // RSA gives the hash back, so that each variant costs a hash and no more.
    let wanted = publicKey.signedHash(in: signature.signature, algorithm)
    var search = HeaderSearch(header: header, signature: signature, index: index) { data in
      let hash = RunningHash.hash(data, algorithm)
      return wanted.map { $0 == hash } ?? publicKey.verifies(signature.signature, hash: hash, algorithm)
    }
    return search.change()
  }
}
