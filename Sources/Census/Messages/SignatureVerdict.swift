// One `dkim=` of an Authentication-Results, with the properties that name its signature.

internal import Mail
internal import Model

struct SignatureVerdict {
  /// The word as it stands.
  var word: String
  var result: SightingResult? { SightingResult(word: word) }
  var domain: String
  var selector: String?
  /// `header.b`: the beginning of the signature, which tells one from another (RFC 6008).
  var signaturePrefix: String?
  var reason: String?

  /// Those that name a domain; `dkim=none` names nothing.
  static func all(in field: AuthenticationResults) -> [SignatureVerdict] {
    field.results.filter { $0.method == "dkim" }.compactMap { result in
      // `header.i` is `@example.org` or an address; the domain stands behind its last `@`.
      let identity = result.value("header", "i").flatMap { $0.split(separator: "@").last.map(String.init) }
      guard let domain = result.value("header", "d") ?? identity, !domain.isEmpty else { return nil }
      return SignatureVerdict(
        word: result.result, domain: domain,
        selector: result.value("header", "s") ?? result.value("header", "x-selector") ?? result.value("policy", "s"),
        signaturePrefix: result.value("header", "b"),
        reason: result.result == "pass" ? nil : result.reason ?? result.comments.first)
    }
  }
}
