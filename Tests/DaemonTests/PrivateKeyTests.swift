// The last line of defence: no private key leaves the machine in an event.

import Testing

@testable import Daemon

@Test func aPrivateKeyIsTakenOutOfATextAndAPublicOneIsNot() {
  let digits = String(repeating: "MIICXQIBAAKB", count: 8)
  for text in [
    "v=DKIM1; p=-----BEGIN RSA PRIVATE KEY-----\(digits)-----END RSA PRIVATE KEY-----",
    "dig TXT s1._domainkey.example.org -> -----BEGIN PRIVATE KEY-----\(digits)",
  ] {
    let cleared = withoutPrivateKeys(text)
    #expect(!cleared.contains(digits))
    #expect(cleared.contains("private key removed"))
  }
  let published = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
  for text in [published, "The record holds a private key.", "", "büro \u{1F511}"] {
    #expect(withoutPrivateKeys(text) == text)
  }
}
