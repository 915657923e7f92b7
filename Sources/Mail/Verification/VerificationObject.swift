// A verified message as JSON: what `verify` prints and the API answers.

internal import Model

/// The JSON object of one message.
package struct VerificationObject: Encodable {
  /// nil where it came in no file.
  var file: String?
  var number: Int?
  var verdict: Verdict
  var from: String?
  var messageId: String?
  var signatures: [Signature]
  var arc: Chain
  var findings: [Finding]

  /// - Parameter number: its number in an mbox, from 1; nil where the file is the message.
  package init(_ verification: MessageVerification, file: String? = nil, number: Int? = nil) {
    self.file = file
    self.number = number
    verdict = verification.verdict
    from = verification.authorDomain
    messageId = verification.messageID
    signatures = verification.signatures.map(Signature.init)
    arc = Chain(
      result: verification.arc.result, instances: verification.arc.instances, reason: verification.arc.sentence)
    findings = verification.findings
  }

  struct Chain: Encodable {
    var result: ResultWord
    var instances: Int
    var reason: String
  }

  struct PastKey: Encodable {
    var until: Timestamp?
    var fingerprint: String
  }

  struct Dissent: Encodable {
    var keyFrom: String
    var result: ResultWord
  }

  struct Signature: Encodable {
    var domain: String
    var selector: String
    var name: String?
    var algorithm: String
    var canonicalization: String
    var identity: String
    var result: ResultWord
    var reason: String
    var verifies: Bool
    var bodyHash: BodyHashState
    var bodyLength: UInt64?
    var signedAt: Timestamp?
    var expiresAt: Timestamp?
    var headers: [String]
    var key: KeySummary?
    var keyFrom: String?
    var verifiedBefore: PastKey?
    var otherViews: [Dissent]

    init(_ result: SignatureResult) {
      let signature = result.signature
      domain = signature.domain?.description ?? signature.text("d") ?? ""
      selector = signature.selector?.description ?? signature.text("s") ?? ""
      name = signature.keyName?.description
      algorithm = signature.algorithm?.rawValue ?? signature.text("a") ?? ""
      canonicalization = "\(signature.headerCanonicalization.rawValue)/\(signature.bodyCanonicalization.rawValue)"
      identity = signature.identity
      self.result = result.result
      reason = result.sentence
      verifies = result.verifies
      bodyHash = result.bodyHash
      bodyLength = signature.bodyLength
      signedAt = signature.signedAt
      expiresAt = signature.expiresAt
      headers = signature.signedFields
      key = result.key?.summary
      keyFrom = result.keySource?.name
      verifiedBefore = result.verifiedBefore.map { PastKey(until: $0.until, fingerprint: $0.fingerprint) }
      otherViews = result.dissent.map { Dissent(keyFrom: $0.source.name, result: $0.result) }
    }

    enum CodingKeys: String, CodingKey {
      case domain, selector, name, algorithm, canonicalization, identity, result, reason, verifies, bodyHash, bodyLength
      case signedAt, expiresAt, headers, key, keyFrom, verifiedBefore, otherViews
    }

    /// Numbers and times that a signature need not have are null without one, so that scripts find them all the same.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(domain, forKey: .domain)
      try container.encode(selector, forKey: .selector)
      try container.encodeIfPresent(name, forKey: .name)
      try container.encode(algorithm, forKey: .algorithm)
      try container.encode(canonicalization, forKey: .canonicalization)
      try container.encode(identity, forKey: .identity)
      try container.encode(result, forKey: .result)
      try container.encode(reason, forKey: .reason)
      try container.encode(verifies, forKey: .verifies)
      try container.encode(bodyHash, forKey: .bodyHash)
      try container.encode(bodyLength, forKey: .bodyLength)
      try container.encode(signedAt, forKey: .signedAt)
      try container.encode(expiresAt, forKey: .expiresAt)
      try container.encode(headers, forKey: .headers)
      try container.encodeIfPresent(key, forKey: .key)
      try container.encodeIfPresent(keyFrom, forKey: .keyFrom)
      try container.encodeIfPresent(verifiedBefore, forKey: .verifiedBefore)
      if !otherViews.isEmpty { try container.encode(otherViews, forKey: .otherViews) }
    }
  }
}
