// One key in all its forms has one fingerprint, the one that openssl and sha256sum give.

import Foundation
import Keys
import Model
import Syntax
import Testing
import TestSupport

@Suite struct PinnedKeys {
  /// Made by: openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64
  static let rsa = "SHA256:jqlY2EguqGWC4Y+2ESknHg25Nzmeiag90JNKg0PrMYc"
  static let ed25519 = "SHA256:Uz85jReij/MVxWlT45YVHpVxqrQoenCEd2qCbvWuGnw"

  static func value(_ fixture: String) throws -> String {
    let text = String(decoding: try RecordText.read(try KeyFixture(fixture).text)[0].joined, as: UTF8.self)
    let start = try #require(text.range(of: "p="))
    return String(text[start.upperBound...])
  }

  @Test func allFormsOfOneKey() throws {
    let value = try Self.value("fit-rsa-2048")
    let forms = [
      value, " \(value)\n", "v=DKIM1; k=rsa; p=\(value)", "p=\(value)", try KeyFixture("fit-rsa-2048").text,
      try Self.value("key-rsa-bare"), try KeyFixture("case-zone-file").text,
      "-----BEGIN PUBLIC KEY-----\n\(value)\n-----END PUBLIC KEY-----\n", Self.rsa, Self.rsa + "=",
    ]
    for form in forms { #expect(try PinnedKey.fingerprint(of: form) == Self.rsa, "\(form)") }
  }

  @Test func ed25519() throws {
    let value = try Self.value("fit-ed25519")
    for form in [value, "v=DKIM1; k=ed25519; p=\(value)", try Self.value("key-ed25519-wrapped")] {
      #expect(try PinnedKey.fingerprint(of: form) == Self.ed25519, "\(form)")
    }
  }

  @Test func base64ThatEndsLikeATag() throws {
    // 32 bytes whose base64 ends with `p=`.
    let value = String(repeating: "Ab", count: 21) + "p="
    #expect(try PinnedKey.fingerprint(of: value) == PinnedKey.fingerprint(of: "v=DKIM1; k=ed25519; p=" + value))
  }

  @Test func judgementsCarryTheSameFingerprint() throws {
    for name in ["fit-rsa-2048", "key-rsa-bare", "key-testing", "case-private-pkcs8", "key-rsa-parameters"] {
      #expect(KeyJudge.judge(try RecordText.read(try KeyFixture(name).text)).key?.fingerprint == Self.rsa, "\(name)")
    }
    for name in ["fit-ed25519", "key-ed25519-wrapped", "case-private-ed25519"] {
      #expect(
        KeyJudge.judge(try RecordText.read(try KeyFixture(name).text)).key?.fingerprint == Self.ed25519, "\(name)")
    }
  }

  @Test(arguments: [
    ("", "not base64"), ("hello world!", "not base64"), ("SHA256:abc", "43 characters"), ("QUJD", "not a public key"),
    ("v=DKIM1; p=", "revoked"), ("v=DKIM1; p=QUJD", "cannot be pinned"),
    ("-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----", "private key"),
  ])
  func refused(_ text: String, _ message: String) {
    do throws(PinnedKeyFormatError) {
      Issue.record("\(try PinnedKey.fingerprint(of: text))")
    } catch {
      #expect(error.message.contains(message), "\(error)")
    }
  }

  @Test func aPrivateKeyIsNotPinned() throws {
    let value = try Self.value("key-private")
    #expect(throws: PinnedKeyFormatError.self) { try PinnedKey.fingerprint(of: value) }
  }
}
