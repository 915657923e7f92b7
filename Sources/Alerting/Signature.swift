// Standard Webhooks: the signature by which a receiver knows that a message is ours.

internal import Crypto
internal import Foundation
internal import Model

/// The scheme of standardwebhooks.com: HMAC-SHA256 over id, timestamp and body.
enum WebhookSignature {
  /// A secret that cannot be used.
  struct BadSecret: Error {}

  /// The value of `webhook-signature`.
  ///
  /// A secret is `whsec_` and base64, or any other text, whose bytes are the key. Several `whsec_` secrets with blanks
  /// between give one signature each, so that a receiver can change its secret without a break.
  static func header(id: String, timestamp: Int64, body: [UInt8], secret: Secret) throws(BadSecret) -> String {
    let content = Array("\(id).\(timestamp).".utf8) + body
    var signatures: [String] = []
    for key in try keys(secret.reveal()) {
      let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: key))
      signatures.append("v1," + Data(code).base64EncodedString())
    }
    return signatures.joined(separator: " ")
  }

  private static func keys(_ text: String) throws(BadSecret) -> [Data] {
    let parts = text.split(separator: " ")
    guard !parts.isEmpty, parts.allSatisfy({ $0.hasPrefix("whsec_") }) else { return [Data(text.utf8)] }
    var keys: [Data] = []
    for part in parts {
      guard let key = Data(base64Encoded: String(part.dropFirst(6))), !key.isEmpty else { throw BadSecret() }
      keys.append(key)
    }
    return keys
  }
}
