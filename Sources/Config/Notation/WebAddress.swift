// What is checked of a URL before it is handed to libcurl: enough that a slip shows when the configuration is read.

internal import Model

enum WebAddress {
  /// Why `text` is no absolute URL with one of the schemes; nil where it is. The reason does not repeat the text, which
  /// may be a secret.
  static func fault(of text: String, schemes: [String]) -> String? {
    let expected = schemes.map { $0 + "://" }.joined(separator: " or ")
    guard let scheme = schemes.first(where: { text.lowercased().hasPrefix($0 + "://") }) else {
      return "is not a URL that begins with \(expected)"
    }
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x3C && $0 != 0x3E }
    if !isPlain { return "has spaces, quotes or characters outside ASCII; write them as %XX" }
    let rest = text.dropFirst(scheme.count + 3)
    guard let (host, port) = hostAndPort(rest), !host.isEmpty else {
      return "has no host after \(scheme)://, or a bracket is missing around an IPv6 address"
    }
    if let port, UInt16(port) ?? 0 == 0 { return "has a port that is not a number from 1 to 65535" }
    return nil
  }

  /// Whether the host is `localhost` or a loopback, private or link-local address.
  static func isPrivate(_ text: String) -> Bool {
    guard let slashes = text.ranges(of: "://").first, let (host, _) = hostAndPort(text[slashes.upperBound...])
    else { return false }
    let name = host.lowercased()
    return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(name)?.isPrivate == true
  }

  private static func hostAndPort(_ rest: Substring) -> (host: String, port: String?)? {
    var authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
    if authority.first == "[" {
      guard let close = authority.firstIndex(of: "]"), IPAddress(authority[..<close].dropFirst())?.isV6 == true
      else { return nil }
      let tail = authority[close...].dropFirst()
      if tail.isEmpty { return (String(authority[..<close].dropFirst()), nil) }
      return tail.first == ":" ? (String(authority[..<close].dropFirst()), String(tail.dropFirst())) : nil
    }
    let parts = authority.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 2 { return nil }
    return (String(parts.first ?? ""), parts.count == 2 ? String(parts[1]) : nil)
  }
}
