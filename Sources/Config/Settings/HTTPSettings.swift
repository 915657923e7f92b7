// The table of the keys of `http`: where pages, JSON API and metrics are served, and to whom.

internal import Model

/// The keys of `http`.
enum HTTPSettings {
  static let listen = Setting(
    "listen", address.located, default: "127.0.0.1:8053",
    "The address and port that pages, JSON API and metrics are served at. Without a `token` only a loopback address is "
      + "allowed.", examples: ["127.0.0.1:8053", "[::1]:8053"])
  static let token = Setting(
    "token", SettingType<SecretSource>.secret,
    "Who presents this token may read and act: acknowledge incidents, retry deliveries. At least 16 characters, or "
      + "`sha256:` and the SHA-256 of the token in hexadecimal.",
    examples: [["file": "/etc/selectord/token"]])
  static let readToken = Setting(
    "readToken", SettingType<SecretSource>.secret,
    "Who presents this token may read, and nothing else: for dashboards and Prometheus.",
    examples: [["file": "/etc/selectord/read-token"]])
  static let prefix = Setting(
    "prefix", path, default: "",
    "The path under which a proxy serves the pages, without a slash at its end. The proxy passes it on.",
    examples: ["/selectord"])
  static let url = Setting(
    "url", address(of: "pages"),
    "The address at which people reach these pages, with the `prefix`: alerts link to it.",
    examples: ["https://selectord.example.org", "https://mail.example.org/selectord"])
  static let proxies = Setting(
    "proxies", SettingType<[IPAddress]>.list(.address, of: "addresses"), default: [],
    "The addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` headers are believed.",
    examples: [["127.0.0.1"]])
  static let watchMetrics = Setting(
    "watchMetrics", SettingType<Bool>.flag, default: true,
    "Whether `/metrics` has series for each watch. With more than 10000 watches there are none.", examples: [false])

  static let all: [any AnySetting] = [listen, token, readToken, prefix, url, proxies, watchMetrics]

  static func shown(_ http: Configuration.HTTPSettings) -> JSONNode {
    .members([
      (listen.name, .text(http.listen.description)), (token.name, http.token.map { .text($0.description) }),
      (readToken.name, http.readToken.map { .text($0.description) }), (prefix.name, .text(http.prefix)),
      (url.name, http.url.map { .text($0) }),
      (proxies.name, .list(http.proxies.map { .text($0.description) })),
      (watchMetrics.name, .init(booleanLiteral: http.watchMetrics)),
    ])
  }

  private static let address = SettingType<String>.filledText("an IP address with a port").map {
    text, location, log -> Endpoint? in
    if let endpoint = Endpoint(text, defaultPort: 8053) { return endpoint }
    log.refuse(
      location,
      "\(text.quoted) is not an address to listen at; expected one such as \"127.0.0.1:8053\" or \"[::1]:8053\"")
    return nil
  }

  private static func address(of what: String) -> SettingType<String> {
    SettingType<String>.filledText("an address that begins with https:// or http://").map {
      text, location, log -> String? in
      let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) } ?? ""
      let isAddress =
        !rest.isEmpty && !rest.hasPrefix("/") && !rest.contains("?") && !rest.contains("#") && !rest.contains("@")
        && rest.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"<>\\^`{|}".utf8.contains($0) }
      if isAddress { return text.hasSuffix("/") ? String(text.dropLast()) : text }
      log.refuse(
        location,
        "\(text.quoted) is not the address of the \(what); expected one such as \"https://selectord.example.org\"")
      return nil
    }
  }

  private static let path = SettingType<String>.text.map { text, location, log -> String? in
    let isPath =
      text.isEmpty
      || text.hasPrefix("/") && !text.hasSuffix("/") && !text.contains("//") && !text.contains("..")
        && text.utf8.allSatisfy { $0.isDigit || $0.isLetter || "/-._~".utf8.contains($0) }
    if isPath { return text }
    log.refuse(
      location,
      "\(text.quoted) is not a path; expected one that begins with '/' and does not end with it, such as "
        + "\"/selectord\"")
    return nil
  }
}

/// The section as it is read.
struct HTTPDraft: Sendable {
  /// nil after an issue: everything else is still checked.
  var listen: Located<Endpoint>?
  var token: SecretSource?
  var readToken: SecretSource?
  var prefix: String
  var url: String?
  var proxies: [IPAddress]
  var watchMetrics: Bool
}

extension SettingType where Value == HTTPDraft {
  static let http = object(HTTPSettings.all) { fields, log in
    typealias Settings = HTTPSettings
    let listen = fields.value(Settings.listen, &log)
    let token = fields.value(Settings.token, &log)
    let readToken = fields.value(Settings.readToken, &log)
    let prefix = fields.value(Settings.prefix, &log)
    let url = fields.value(Settings.url, &log)
    let proxies = fields.value(Settings.proxies, &log)
    let watchMetrics = fields.value(Settings.watchMetrics, &log)
    return HTTPDraft(
      listen: listen, token: token, readToken: readToken, prefix: prefix ?? "", url: url,
      proxies: proxies ?? [],
      watchMetrics: watchMetrics ?? true)
  }.named("http")
}

extension HTTPDraft {
  /// The shortest token that nobody guesses.
  private static let shortestToken = 16

  func resolved(_ secrets: SecretResolver, _ log: inout IssueLog) -> Configuration.HTTPSettings {
    func secret(_ source: SecretSource?) -> Secret? {
      guard let source, let secret = secrets.secret(source, &log) else { return nil }
      let text = secret.reveal()
      if text.hasPrefix("sha256:") {
        let digest = text.dropFirst(7)
        if digest.utf8.count != 64 || !digest.utf8.allSatisfy(\.isHexadecimal) {
          log.refuse(source.location, "the part after sha256: (hidden) is no SHA-256; expected 64 hexadecimal digits")
        }
      } else if text.utf8.count < Self.shortestToken {
        log.refuse(
          source.location,
          "the token (hidden, \(text.utf8.count) bytes) can be guessed; expected at least \(Self.shortestToken) bytes, "
            + "as `openssl rand -hex 32` prints them")
      } else if !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
        log.refuse(
          source.location, "the token (hidden) has spaces or characters outside ASCII; a header cannot carry it")
      }
      return secret
    }
    if token == nil, let listen, !listen.value.address.isLoopback {
      log.refuse(
        listen.location,
        "without a token, anybody who reaches \(listen.value) could read and act; set 'token', or listen at 127.0.0.1")
    }
    if token == nil, let readToken {
      log.refuse(readToken.location, "'readToken' restricts nobody while there is no 'token'; set 'token' too")
    }
    return Configuration.HTTPSettings(
      listen: listen?.value ?? Endpoint(.v4(0x7F00_0001), port: 8053), token: secret(token),
      readToken: secret(readToken), prefix: prefix, url: url, proxies: proxies, watchMetrics: watchMetrics)
  }
}

extension IPAddress {
  /// 127.0.0.0/8 or ::1.
  fileprivate var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }
}

extension UInt8 {
  fileprivate var isHexadecimal: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
    default: false
    }
  }
}
