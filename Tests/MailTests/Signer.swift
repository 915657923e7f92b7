// Signs messages for the tests, by canonicalizations that are written a second time, as simply as can be.

import COpenSSL
import Model

@testable import Mail

/// A key pair.
final class SigningPair: @unchecked Sendable {
  let key: OpaquePointer
  let type: KeySummary.KeyType
  let bits: Int

  init?(_ type: KeySummary.KeyType, bits: Int = 2048) {
    guard let context = EVP_PKEY_CTX_new_id(type == .rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519, nil) else { return nil }
    defer { EVP_PKEY_CTX_free(context) }
    var key: OpaquePointer?
    guard EVP_PKEY_keygen_init(context) == 1 else { return nil }
    if type == .rsa, EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)) != 1 { return nil }
    guard EVP_PKEY_keygen(context, &key) == 1, let key else { return nil }
    self.key = key
    self.type = type
    self.bits = type == .rsa ? bits : 256
  }

  deinit { EVP_PKEY_free(key) }

  /// The SubjectPublicKeyInfo.
  var info: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Int(i2d_PUBKEY(key, nil)))
    bytes.withUnsafeMutableBufferPointer { buffer in
      var address = buffer.baseAddress
      _ = i2d_PUBKEY(key, &address)
    }
    return bytes
  }

  var record: VerificationKey {
    VerificationKey(
      summary: KeySummary(
        type: type, bits: bits, fingerprint: "SHA256:\(bits)", revoked: false, testing: false), info: info)
  }

  /// Signs data, or for Ed25519 its SHA-256 hash (RFC 8463, section 3).
  func sign(_ data: [UInt8], _ hash: HashAlgorithm) -> [UInt8] {
    guard let context = EVP_MD_CTX_new() else { return [] }
    defer { EVP_MD_CTX_free(context) }
    let message = type == .ed25519 ? RunningHash.hash(data, .sha256) : data
    let method = type == .ed25519 ? nil : hash == .sha1 ? EVP_sha1() : EVP_sha256()
    guard EVP_DigestSignInit(context, nil, method, nil, key) == 1 else { return [] }
    var size = 1024
    var signature = [UInt8](repeating: 0, count: size)
    guard EVP_DigestSign(context, &signature, &size, message, message.count) == 1 else { return [] }
    return Array(signature.prefix(size))
  }

  static let rsa2048 = SigningPair(.rsa)
  static let rsaOther = SigningPair(.rsa)
  static let ed25519 = SigningPair(.ed25519)
}

/// What to sign, and how.
struct Signer {
  var pair: SigningPair?
  var algorithm = SignatureField.Algorithm.rsaSHA256
  var header = Canonicalization.relaxed
  var body = Canonicalization.relaxed
  var fields = ["from", "to", "subject", "from", "missing"]
  var extra = ""
  var limit: Int?

  /// The message with a signature on top. Its line ends are CRLF.
  func sign(_ message: String) -> [UInt8] {
    let parts = message.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    // Cut into lines without line ends, CR included where it stands alone.
    let lines = parts.map { $0.last == 0x0D ? Array($0.dropLast()) : Array($0) }
    let empty = lines.firstIndex(of: []) ?? lines.count
    var headerLines: [[UInt8]] = []
    for line in lines[..<empty] {
      if let first = line.first, first == 0x20 || first == 0x09, !headerLines.isEmpty {
        headerLines[headerLines.count - 1] += [0x0D, 0x0A] + line
      } else {
        headerLines.append(line)
      }
    }
    let bodyLines = empty < lines.count ? Array(lines[(empty + 1)...]) : []
    let hash: HashAlgorithm = algorithm == .rsaSHA1 ? .sha1 : .sha256
    var canonical = Self.body(bodyLines, body)
    if let limit { canonical = Array(canonical.prefix(limit)) }
    var field = "DKIM-Signature: v=1; a=\(algorithm.rawValue); c=\(header.rawValue)/\(body.rawValue);\r\n"
    field += " d=example.org; s=s1; h=\(fields.joined(separator: ":"));\(extra)"
    if let limit { field += " l=\(limit);" }
    field += "\r\n bh=\(Self.base64(RunningHash.hash(canonical, hash)));\r\n b="
    var data: [UInt8] = []
    var rest = headerLines
    for name in fields {
      guard let place = rest.lastIndex(where: { Self.name(of: $0) == name }) else { continue }
      data += Self.header(rest.remove(at: place), header) + [0x0D, 0x0A]
    }
    data += Self.header(Array(field.utf8), header)
    field += Self.base64(pair?.sign(data, hash) ?? []) + "\r\n"
    return Array(field.utf8) + headerLines.flatMap { $0 + [0x0D, 0x0A] } + [0x0D, 0x0A]
      + Array(bodyLines.joined(separator: [0x0D, 0x0A]))
  }

  static func name(of line: [UInt8]) -> String {
    String(decoding: line.prefix { $0 != 0x3A && $0 != 0x20 }, as: UTF8.self).lowercased()
  }

  static func header(_ line: [UInt8], _ canonicalization: Canonicalization) -> [UInt8] {
    if canonicalization == .simple { return line }
    let text = String(decoding: line, as: UTF8.self).replacing("\r\n", with: "")
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    let name = text[..<colon].lowercased().split { $0 == " " || $0 == "\t" }.joined()
    let words = text[colon...].dropFirst().split { $0 == " " || $0 == "\t" }
    return Array("\(name):\(words.joined(separator: " "))".utf8)
  }

  static func body(_ lines: [[UInt8]], _ canonicalization: Canonicalization) -> [UInt8] {
    var lines = lines
    if canonicalization == .relaxed {
      lines = lines.map { line in
        var result: [UInt8] = []
        for byte in line {
          let byte: UInt8 = byte == 0x09 ? 0x20 : byte
          if byte == 0x20, result.last == 0x20 { continue }
          result.append(byte)
        }
        if result.last == 0x20 { result.removeLast() }
        return result
      }
    }
    while lines.last == [] { lines.removeLast() }
    if lines.isEmpty { return canonicalization == .simple ? [0x0D, 0x0A] : [] }
    return Array(lines.joined(separator: [0x0D, 0x0A])) + [0x0D, 0x0A]
  }

  static func base64(_ bytes: [UInt8]) -> String {
    var text = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4 + 1)
    let count = EVP_EncodeBlock(&text, bytes, Int32(bytes.count))
    return String(decoding: text.prefix(Int(count)), as: UTF8.self)
  }
}

/// A message that is verified in the test.
struct Verified {
  var signatures: [SignatureResult]
  var arc: ARCResult

  /// Reads and verifies; the same answer for every key.
  init(
    _ message: [UInt8], _ answer: VerificationAnswer, history: [KeyOffer] = [], at now: Int64 = 1_700_000_000,
    chunk: Int = 1 << 16
  ) {
    self.init(message, history: history, at: now, chunk: chunk) { _ in answer }
  }

  init(
    _ message: [UInt8], history: [KeyOffer] = [], at now: Int64 = 1_700_000_000, chunk: Int = 1 << 16,
    answers: (KeyName) -> VerificationAnswer
  ) {
    let header = MessageHeader(message)
    let reading = MessageReading(header)
    var hasher = BodyHasher(reading.hashKinds)
    var position = header.length
    while position < message.count {
      let end = min(position + chunk, message.count)
      message.withUnsafeBytes { hasher.take(UnsafeRawBufferPointer(rebasing: $0[position..<end])) }
      position = end
    }
    let hashes = hasher.finish()
    var offers: [KeyName: [KeyOffer]] = [:]
    for name in reading.keyNames {
      offers[name] = [KeyOffer(source: .view("local"), answer: answers(name))] + history
    }
    (signatures, arc) = reading.results(
      bodyHashes: hashes, keys: offers, at: Timestamp(seconds: now))
  }
}

extension VerificationAnswer {
  static func key(_ pair: SigningPair?) -> VerificationAnswer {
    .records([pair.map { .key($0.record) } ?? .unusable("no key")])
  }
}
