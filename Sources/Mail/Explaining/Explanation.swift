// Puts what trying has found into the reasons of failed signatures.

public import Model

extension MessageReading {
  /// How many signatures are explained; each costs bounded work.
  private static let mostExplained = 8

  /// The results with what a human would find: how body or header differ from what was signed.
  ///
  /// - Parameters:
  ///   - body: the whole body, where it is at most `largestExplainedBody` bytes long; nil for a longer one.
  ///   - keys: as they were given to `results`.
  public func explained(
    _ results: [SignatureResult], body: [UInt8]?, keys: [KeyName: [KeyOffer]]
  ) -> [SignatureResult] {
    var results = results
    let index = FieldIndex(header)
    var changes: [BodyHashQuestion: BodyChange?] = [:]
    var explained = 0
    for place in results.indices {
      switch results[place].reason {
      case .bodyChanged, .headerChanged, .keyOrHeader: explained += 1
      default: continue
      }
      if explained > Self.mostExplained { break }
      let signature = results[place].signature
      if case .bodyChanged = results[place].reason {
        guard let body, let kind = signature.bodyHashKind else { continue }
        let question = BodyHashQuestion(kind: kind, wanted: signature.bodyHash)
        if changes[question] == nil {
          var search = BodySearch(header: header, body: body, kind: kind, wanted: signature.bodyHash)
          changes[question] = .some(search.change())
        }
        results[place].reason = .bodyChanged(changes[question] ?? nil)
      } else if let key = results[place].key, let change = headerChange(signature, key, index) {
        if case .keyOrHeader = results[place].reason, change.found.isEmpty { continue }
        results[place].reason = .headerChanged(change)
      }
    }
    return results
  }

  /// The longest body that is searched for changes.
  public static var largestExplainedBody: Int { BodySearch.largestBody }

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

  private struct BodyHashQuestion: Hashable {
    var kind: BodyHashKind
    var wanted: [UInt8]
  }
}
