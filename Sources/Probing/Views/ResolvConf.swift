// resolv.conf(5) as far as it matters to absolute names.

import Model

/// The resolvers of a resolv.conf file and how they are asked.
///
/// `domain`, `search`, `ndots` and `sortlist` mean nothing here: key names are absolute and no addresses are looked up.
/// `edns0` is always on.
struct ResolvConf: Hashable, Sendable {
  /// At most three, as in the C library; 127.0.0.1 where none is named.
  var servers: [Endpoint]
  /// `options timeout:n`; nil where the file does not say.
  var timeout: Duration?
  /// `options attempts:n`: how often the whole list is gone through; nil where the file does not say.
  var attempts: Int?
  /// `options rotate`: each question begins at another server.
  var rotates = false
  /// `options use-vc`: TCP from the start.
  var usesTCP = false

  /// What holds where there is no file.
  static let absent = ResolvConf("")

  private static let serverLimit = 3

  /// Reads the text of a file. Lines that cannot be read are passed over, as the C library does.
  init(_ text: some StringProtocol) {
    servers = []
    for line in text.split(whereSeparator: \.isNewline) {
      guard let first = line.first, first != "#", first != ";" else { continue }
      let words = line.split { $0 == " " || $0 == "\t" }
      switch words.first {
      case "nameserver":
        guard words.count > 1, servers.count < Self.serverLimit, let address = Self.address(words[1]) else { continue }
        servers.append(Endpoint(address))
      case "options": for option in words.dropFirst() { take(option) }
      default: continue
      }
    }
    if servers.isEmpty { servers = [Endpoint(.v4(0x7F00_0001))] }
  }

  // The scope of a link-local address (`fe80::1%eth0`) is left out: an endpoint has none.
  private static func address(_ word: some StringProtocol) -> IPAddress? {
    let text = String(word.prefix { $0 != "%" })
    return IPAddress(text)
  }

  private mutating func take(_ option: some StringProtocol) {
    let parts = option.split(separator: ":", maxSplits: 1)
    let number = parts.count == 2 ? Int(parts[1]) : nil
    switch parts.first.map({ String($0) }) {
    // The limits are those of the C library (RES_MAXRETRANS, RES_MAXRETRY).
    case "timeout": timeout = number.map { .seconds(min(max($0, 1), 30)) } ?? timeout
    case "attempts": attempts = number.map { min(max($0, 1), 5) } ?? attempts
    case "rotate": rotates = true
    case "use-vc": usesTCP = true
    default: break
    }
  }
}
