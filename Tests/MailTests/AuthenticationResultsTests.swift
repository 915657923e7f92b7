// Authentication-Results: the examples of RFC 8601, what large providers write, and what nobody should.

import Testing

@testable import Mail

@Suite struct AuthenticationResultsTests {
  /// A field and what is read, as `server | method=result type.name=value … | …`.
  static let fields: [(String, String)] = [
    ("example.org 1; none", "example.org"),
    ("example.com; spf=pass smtp.mailfrom=example.net", "example.com | spf=pass smtp.mailfrom=example.net"),
    (
      "example.com;\r\n\tauth=pass (cram-md5) smtp.auth=sender@example.net;\r\n\tspf=pass smtp.mailfrom=example.net",
      "example.com | auth=pass smtp.auth=sender@example.net | spf=pass smtp.mailfrom=example.net"
    ),
    (
      "example.com; dkim=fail reason=\"bad; signature\" header.i=@newyork.example.com",
      "example.com | dkim=fail header.i=@newyork.example.com reason:bad; signature"
    ),
    (
      """
      foo.example.net (foobar) 1 (baz);\r
       dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r
        policy (A dot can go here) . (like that) expired\r
       (this surprised me) = (as I wasn't expecting it) 1362471462
      """, "foo.example.net | dkim=fail policy.expired=1362471462"
    ),
    // Two signatures, base64 with '=' and '/', names in capitals.
    (
      "MX.Google.com; DKIM=Pass header.i=@a.example header.s=s1 header.b=ab/c+d==; dkim=neutral (no key) header.d=B.example",
      "mx.google.com | dkim=pass header.i=@a.example header.s=s1 header.b=ab/c+d== | dkim=neutral header.d=B.example"
    ),
    // Exchange leaves the server out.
    (
      "spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=a.example; dkim=pass (signature was verified) header.d=a.example;",
      "- | spf=pass smtp.mailfrom=a.example | dkim=pass header.d=a.example"
    ),
    ("i=2; mx.example; arc=pass", "mx.example i=2 | arc=pass"),
    ("mx.example; dkim=pass header.i=\"a b\"@c.example", "mx.example | dkim=pass header.i=a b@c.example"),
    // A comment that closes none of its parentheses, a quoted string without its end.
    ("mx.example; dkim=pass (((; spf=fail", "mx.example | dkim=pass"),
    ("mx.example; dkim=pass reason=\"; spf=fail", "mx.example | dkim=pass reason:; spf=fail"),
    ("mx.example; nothing to see; =x; dkim=", "mx.example ? nothing to see ? = x ? dkim ="),
    ("", "-"),
  ]

  @Test(arguments: fields)
  func aFieldIsRead(_ field: String, _ expected: String) {
    #expect(Self.described(AuthenticationResults(field.utf8)) == expected)
  }

  @Test func onlyTrustedServersCount() {
    let header = MessageHeader(
      Array(
        """
        Authentication-Results: mx.example; dkim=pass header.d=a.example
        Authentication-Results: evil.example; dkim=pass header.d=bank.example
        authentication-results: MX.EXAMPLE; spf=pass

        """.utf8))
    let results = AuthenticationResults.trusted(["Mx.Example"], in: header)
    #expect(results.flatMap(\.results).map(\.method) == ["dkim", "spf"])
    #expect(!AuthenticationResults("".utf8).isFrom([""]))
  }

  @Test func aHostileFieldIsReadInLinearTime() {
    let pieces = [";", "(", "\"", "=", ".", " ", "a", "\\", "\0"]
    for piece in pieces {
      _ = AuthenticationResults(String(repeating: piece, count: 100_000).utf8)
    }
    let many = "mx; " + String(repeating: "dkim=pass header.d=a;", count: 5_000)
    #expect(AuthenticationResults(many.utf8).results.count == 1000)
  }

  private static func described(_ results: AuthenticationResults) -> String {
    var text = results.server ?? "-"
    if let instance = results.instance { text += " i=\(instance)" }
    for result in results.results {
      text += " | \(result.method)=\(result.result)"
      for property in result.properties { text += " \(property.type).\(property.name)=\(property.value)" }
      if let reason = result.reason { text += " reason:\(reason)" }
    }
    return text + results.unread.map { " ? \($0)" }.joined()
  }
}
