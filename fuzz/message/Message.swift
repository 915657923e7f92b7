// fuzz: Model Phrasing Mail
// Any bytes at all: as a message with a key for every name, in two ways of cutting it into chunks; as an mbox; as
// Authentication-Results. Nothing fails, chunks make no difference, and sentences are fit for a terminal once escaped.

import Mail
import Model

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let whole = verified(bytes, chunk: max(bytes.count, 1))
  let pieces = verified(bytes, chunk: 7)
  precondition(whole == pieces, "chunks make a difference")
  precondition(whole.signatures.count <= MessageReading.mostSignatures, "too many signatures")
  for signature in whole.signatures {
    precondition(signature.result != .pass || signature.verifies, "passes without verifying")
    precondition(signature.sentence.utf8.count < 20_000, "too long: \(signature.sentence)")
  }
  var reader = MailboxReader()
  var messages = 0
  func note(_ piece: MailboxPiece) { if case .message = piece { messages += 1 } }
  bytes.withUnsafeBytes { reader.take($0, note) }
  reader.finish(note)
  precondition(messages > 0, "a file without a message")
  let results = AuthenticationResults(bytes)
  precondition(results.unread.count <= 10)
  return 0
}

/// A SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4).
private let key = VerificationKey(
  summary: KeySummary(type: .ed25519, bits: 256, fingerprint: "SHA256:x", revoked: false, testing: true),
  info: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
    + (0..<32).map { UInt8($0) })

private func verified(_ bytes: [UInt8], chunk: Int) -> MessageVerification {
  var intake = MessageIntake()
  for start in stride(from: 0, to: bytes.count, by: chunk) {
    bytes.withUnsafeBytes {
      intake.take(UnsafeRawBufferPointer(rebasing: $0[start..<min(start + chunk, bytes.count)]))
    }
  }
  let taken = intake.finish()
  let offers = [
    KeyOffer(source: .view("a"), answer: .records([.key(key), .revoked])), KeyOffer(source: .file, answer: .missing),
  ]
  let keys = Dictionary(uniqueKeysWithValues: taken.keyNames.map { ($0, offers) })
  return taken.verified(keys: keys, at: Timestamp(seconds: 1_700_000_000))
}
