// What a record is to a verifier.

import Foundation
import Keys
import Model
import Syntax
import TestSupport
import Testing

@Suite struct VerificationRecordTests {
  private static func read(_ fixture: String) throws -> VerificationRecord {
    KeyJudge.verificationRecord(try RecordText.read(try KeyFixture(fixture).text)[0])
  }

  @Test func aKeyComesWithItsInfoWhateverItsForm() throws {
    guard case .key(let key) = try Self.read("fit-rsa-2048"), case .key(let bare) = try Self.read("key-rsa-bare") else {
      Issue.record("no key")
      return
    }
    #expect(key.info == bare.info)
    #expect(key.summary.type == .rsa && key.summary.bits == 2048)
    #expect(key.hashes == nil && key.services == nil && !key.forbidsSubdomains)
  }

  @Test func anEd25519KeyHasTheInfoOfRFC8410() throws {
    guard case .key(let key) = try Self.read("fit-ed25519") else {
      Issue.record("no key")
      return
    }
    #expect(key.info.starts(with: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]))
    #expect(key.info.count == 44 && key.summary.type == .ed25519)
  }

  @Test func restrictionsAreRead() throws {
    let value = try PinnedKeys.value("fit-ed25519")
    guard
      case .key(let key) = KeyJudge.verificationRecord(
        TextRecord("v=DKIM1; k=ed25519; h=SHA256 : sha1; s=email:*; t=y:s; p=\(value)"))
    else {
      Issue.record("no key")
      return
    }
    #expect(key.hashes == ["sha256", "sha1"] && key.services == ["email", "*"] && key.forbidsSubdomains)
    #expect(key.summary.testing)
  }

  @Test(arguments: [
    ("v=DKIM1; p=", VerificationRecord.revoked), ("p=", .revoked),
    ("v=spf1 -all", .unusable("the TXT record is no key record")),
    ("v=dkim1; p=", .unusable("v= is not DKIM1")), ("v=DKIM2; p=", .unusable("v= is not DKIM1")),
    ("v=DKIM1; k=dsa; p=AAAA", .unusable("k= names an unknown type of key")),
    ("v=DKIM1; k=rsa", .unusable("p= is missing")), ("v=DKIM1; stray; p=", .unusable("'stray' in it has no '='")),
    ("v=DKIM1; p=AAAA", .unusable("p= is damaged")),
  ])
  func whatIsNoKeySaysWhy(_ text: String, _ expected: VerificationRecord) {
    #expect(KeyJudge.verificationRecord(TextRecord(text)) == expected)
  }

  @Test func aKeyOfTheOtherTypeIsRefused() throws {
    let rsa = try PinnedKeys.value("fit-rsa-2048")
    let ed25519 = try PinnedKeys.value("fit-ed25519")
    #expect(
      KeyJudge.verificationRecord(TextRecord("k=ed25519; p=\(rsa)"))
        == .unusable("k= says ed25519, and p= holds an RSA key"))
    #expect(
      KeyJudge.verificationRecord(TextRecord("k=rsa; p=\(ed25519)"))
        == .unusable("p= holds 32 bytes; expected an RSA key"))
  }
}
