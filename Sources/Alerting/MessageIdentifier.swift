// The id of a message, by which a receiver drops a repeat.

internal import Crypto

enum MessageIdentifier {
  /// The id of a single delivery, or one that only these deliveries together have: a message that is repeated with one
  /// more of them is another message, and must not be dropped.
  static func of(_ deliveries: [String]) -> String {
    if let only = deliveries.first, deliveries.count == 1 { return only }
    let digits = Array("0123456789abcdef".utf8)
    let digest = SHA256.hash(data: Array(deliveries.joined(separator: " ").utf8))
    let text = digest.prefix(16).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return "msg_" + String(decoding: text, as: UTF8.self)
  }
}
