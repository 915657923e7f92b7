// The armour of PEM files (RFC 7468, and RFC 1421 for what OpenSSL wrote before).

internal import Model
internal import Syntax

/// The first key of a PEM text.
struct PEMText {
  private let text: [UInt8]
  private let label: String
  /// What stands between the two lines.
  private let body: Range<Int>

  init(_ text: [UInt8], _ whole: Range<Int>) throws(SigningKeyError) {
    self.text = text
    var from = whole.lowerBound
    var others: [String] = []
    while let start = text.place(of: "-----BEGIN ", in: from..<whole.upperBound)?.upperBound {
      guard let dashes = text.place(of: "-----", in: start..<whole.upperBound)?.lowerBound, dashes - start <= 64
      else { break }
      let label = String(decoding: text[start..<dashes], as: UTF8.self)
      guard let end = text.place(of: "-----END", in: dashes..<whole.upperBound)?.lowerBound else {
        throw SigningKeyError("the PEM text has no line -----END …-----; check that the file is complete")
      }
      if label.hasSuffix("KEY") {
        self.label = label
        body = (dashes + 5)..<end
        return
      }
      others.append(label)
      from = end + 8
    }
    let known = others.contains("CERTIFICATE")
    throw SigningKeyError(
      known
        ? "this is a certificate; expected a key: 'openssl x509 -in FILE -noout -pubkey' prints its key"
        : "the PEM text has no key; expected a block such as -----BEGIN PRIVATE KEY-----")
  }

  func key() throws(SigningKeyError) -> SigningKey {
    if label == "ENCRYPTED PRIVATE KEY" || text.place(of: "ENCRYPTED", in: body) != nil { throw SigningKey.encrypted }
    if label == "OPENSSH PRIVATE KEY" {
      throw SigningKeyError(
        "this is an OpenSSH key; DKIM signers read PEM: 'ssh-keygen -p -m PEM -f FILE' converts a copy")
    }
    var decoded = Base64Text(text, content)
    defer { decoded.bytes.wipe() }
    guard decoded.isIntact, !decoded.bytes.isEmpty else {
      throw SigningKeyError("the text between the BEGIN and END lines is not base64; is the file damaged?")
    }
    return try SigningKey.ofBytes(decoded.bytes, as: "PEM text")
  }

  /// The base64, after header lines (`Proc-Type: …`) and the empty line that ends them.
  private var content: Range<Int> {
    guard var line = text.place(of: ":", in: body)?.lowerBound else { return body }
    while line < body.upperBound {
      guard let end = text[line..<body.upperBound].firstIndex(of: 0x0A) else { return body }
      let next = text[(end + 1)..<body.upperBound].firstIndex(of: 0x0A) ?? body.upperBound
      if text[(end + 1)..<next].allSatisfy(\.isBlank) { return next..<body.upperBound }
      line = end + 1
    }
    return body
  }
}
