// Views over the scripted internet, and their answers as lines of text.

import HTTPClient
import Model
import Probing

/// Refuses every request: for tests that ask no DoH resolver.
struct NoHTTP: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    throw .unreachable("no HTTP in this test")
  }
}

extension Internet {
  /// The authoritative view that begins at 10.0.0.1.
  static let authoritative = View(
    name: "authoritative", source: .authoritative(rootHints: [.v4(0x0A00_0001)], port: 53))

  func prober(
    _ views: [View] = [Internet.authoritative], http: any HTTPTransport = NoHTTP(), hasIPv6: Bool = true
  ) -> Prober {
    Prober(
      views: views, engine: self, http: http, clock: { self.now }, elapsed: { self.now - Timestamp(microseconds: 0) },
      hasIPv6: { hasIPv6 }, pause: { _ in })
  }

  /// What the authoritative view says about `s1` of `example.test`, or of another domain.
  func look(_ domain: String = "example.test", hasIPv6: Bool = true) async throws -> ViewAnswer {
    let looks = await prober(hasIPv6: hasIPv6).look(at: [.init(key: try key(domain))])
    return looks[0].views[0]
  }
}

/// The key name of `s1`, or of another selector.
func key(_ domain: String = "example.test", selector: String = "s1") throws -> KeyName {
  try KeyName(selector: DomainName(selector), domain: DomainName(domain))
}

extension ViewAnswer {
  /// One line a server: name, address (of an authoritative one), zone, outcome, chain, records.
  var lines: [String] {
    servers.map { server in
      var words = [server.server]
      if let endpoint = server.endpoint, isAuthoritative { words.append(endpoint.description) }
      if let zone = server.zone { words.append("in \(zone)") }
      words.append(server.answer.outcome.description)
      words += server.answer.cname.map { "-> \($0)" }
      words += server.answer.records.map { "'\($0.text)'" }
      return words.joined(separator: " ")
    }
  }
}
