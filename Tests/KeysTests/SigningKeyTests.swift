// Key files of every form, as other software wrote them; fingerprints as OpenSSL has them.

import Foundation
import Model
import TestSupport
import Testing

@testable import Keys

private let folder = fixtures("signing")

private struct KeyFile: Sendable, CustomTestStringConvertible {
  var name: String
  var fingerprint: String
  var description: String
  var testDescription: String { name }
}

private let files: [KeyFile] = (contents(ofFile: folder + "/keys.tsv") ?? "").split(separator: "\n").map { line in
  let cells = line.split(separator: "\t").map(String.init)
  return KeyFile(name: cells[0], fingerprint: cells[1], description: cells[2])
}

private func bytes(_ name: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
}

@Suite struct SigningKeyTests {
  @Test func thereAreFiles() { #expect(files.count == 34) }

  @Test(arguments: files) private func isRead(_ file: KeyFile) throws {
    var text = try bytes(file.name)
    let keys = try SigningKey.read(&text)
    let key = try #require(keys.first { $0.fingerprint == file.fingerprint }, "\(keys)")
    #expect(key.description == file.description)
    #expect(text.allSatisfy { $0 == 0 }, "what held the key is overwritten")
    #expect(keys.count == (file.description.contains("(32 bytes)") ? 2 : 1))
    // What is proposed for publication is the same key, and a good record.
    guard let record = key.record else { return }
    let judgement = KeyJudge.judge([TextRecord(record)])
    #expect(judgement.key?.fingerprint == file.fingerprint && judgement.state == .published)
  }

  @Test(arguments: [
    ("refused-encrypted-pkcs8.key", "encrypted"), ("refused-encrypted-pkcs1.key", "encrypted"),
    ("refused-ec.key", "elliptic-curve"), ("refused-x25519.key", "neither RSA nor Ed25519"),
    ("refused-certificate.key", "certificate"), ("refused-openssh.key", "OpenSSH"),
    ("refused-cut.key", "no line -----END"),
    ("refused-damaged.key", "is not base64"), ("refused-short.key", "not complete"),
    ("refused-halves.key", "halves do not match"), ("refused-words.txt", "not a key"),
    ("refused-revoked.txt", "p= is empty"),
    ("refused-private-record.txt", "private key in p="), ("refused-empty.txt", "empty"),
  ])
  func isRefused(name: String, says: String) throws {
    var text = try bytes(name)
    let words = text.split { $0 == 0x0A || $0 == 0x20 || $0 == 0x0D }.filter { $0.count >= 16 }
    let error = #expect(throws: SigningKeyError.self) { try SigningKey.read(&text) }
    let message = try #require(error?.description)
    #expect(message.contains(says), "\(message)")
    #expect(text.allSatisfy { $0 == 0 })
    for word in words where !word.starts(with: "-----".utf8) {
      #expect(!message.utf8.contains(word.prefix(12)), "no message shows any of the key")
    }
  }

  @Test func aFingerprintIsAKeyToCompareWith() throws {
    var text = Array("SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n".utf8)
    let keys = try SigningKey.read(&text)
    #expect(keys.map(\.fingerprint) == ["SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"])
    #expect(keys[0].record == nil && keys[0].summary == nil)
  }

  @Test(arguments: files.filter { $0.name.hasSuffix(".key") || $0.name.hasSuffix(".der") })
  private func anythingButTheWholeIsRefusedOrTheSame(_ file: KeyFile) throws {
    let whole = try bytes(file.name)
    for length in stride(from: 0, to: whole.count, by: 97) {
      var text = Array(whole[..<length])
      guard let keys = try? SigningKey.read(&text) else { continue }
      #expect(keys.contains { $0.fingerprint == file.fingerprint }, "\(length) bytes are read as another key")
    }
  }
}
