// What was seen of a rotation and what followed from it, in a form that can be verified later.

internal import Crypto
internal import Foundation
public import Model

/// A proof of one verification.
public struct Proof: Hashable, Sendable, Codable {
  /// Of this format; another one is not read.
  public var format: Int
  /// The version of selectord that made it.
  public var madeBy: String
  public var madeAt: Timestamp
  /// What was asked: keys, views, how long the old key stays.
  public var gate: Gate
  /// What the database had of the new key.
  public var history: [RecordedSpan]
  /// Every look that told anything; of equal ones the first and the last.
  public var rounds: [RecordedRound]
  /// What followed.
  public var report: RotationReport
  /// SHA-256 over everything else but the signature, in base64.
  public var digest: String?
  /// HMAC-SHA256 over the same, in base64, where a secret is configured.
  public var signature: String?

  public static let currentFormat = 1

  public init(session: RotationSession, report: RotationReport, madeBy: String, madeAt: Timestamp) {
    format = Self.currentFormat
    self.madeBy = madeBy
    self.madeAt = madeAt
    gate = session.gate
    history = session.history.map(RecordedSpan.init)
    rounds = session.rounds.map(RecordedRound.init)
    self.report = report
  }

  /// The same without digest and signature: what these cover.
  public var content: Proof {
    var proof = self
    proof.digest = nil
    proof.signature = nil
    return proof
  }

  /// Adds digest and signature.
  ///
  /// - Parameter content: the bytes of `content` as they are written, on one line.
  public mutating func seal(_ content: [UInt8], secret: Secret?) {
    digest = Self.digest(of: content)
    signature = secret.map { Self.signature(of: content, by: $0) }
  }

  static func digest(of content: [UInt8]) -> String { Data(SHA256.hash(data: content)).base64EncodedString() }

  static func signature(of content: [UInt8], by secret: Secret) -> String {
    let key = SymmetricKey(data: Data(secret.reveal().utf8))
    return Data(HMAC<SHA256>.authenticationCode(for: content, using: key)).base64EncodedString()
  }

  /// Whether the signature is that of this secret, compared in constant time.
  func isSigned(_ content: [UInt8], by secret: Secret) -> Bool {
    guard let code = signature.flatMap({ Data(base64Encoded: $0) }) else { return false }
    let key = SymmetricKey(data: Data(secret.reveal().utf8))
    return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: content, using: key)
  }

  var newKey: KeyName? { KeyName(gate.new, of: gate.domain) }
  var oldKey: KeyName? { KeyName(gate.old, of: gate.domain) }

  /// The rounds as they were seen; nil where one is not what selectord writes.
  public var seenRounds: [RotationRound]? {
    guard let newKey else { return nil }
    let seen = rounds.compactMap { $0.round(new: newKey, old: oldKey) }
    return seen.count == rounds.count ? seen : nil
  }

  /// The history as it was known.
  public var seenHistory: [AnswerSpan]? {
    guard let newKey else { return nil }
    let seen = history.compactMap { $0.span(of: newKey) }
    return seen.count == history.count ? seen : nil
  }
}
