// One response, before the library sends it, with what every response says for the safety of its reader.

/// A status, headers and a body.
package struct WebResponse: Sendable {
  /// What is sent.
  package enum Body: Sendable {
    case bytes([UInt8])
    /// Pieces as they come, for as long as the reader stays.
    case stream(AsyncStream<String>)
  }

  package var status: Int
  package private(set) var headers: [(name: String, value: String)]
  package var body: Body

  package init(_ status: Int = 200, type: String, _ text: String, cache: Cache = .never) {
    self.init(status, type: type, body: .bytes(Array(text.utf8)), cache: cache)
  }

  package init(_ status: Int = 200, type: String, body: Body, cache: Cache = .never) {
    self.status = status
    self.body = body
    headers = [("Content-Type", type), ("Cache-Control", cache.rawValue)] + Self.safety
  }

  /// Sends the reader somewhere else by GET.
  package static func redirect(to location: String) -> WebResponse {
    var response = WebResponse(303, type: "text/plain; charset=utf-8", "see \(location)\n")
    response.set("Location", location)
    return response
  }

  /// Who may keep a response, and for how long.
  package enum Cache: String, Sendable {
    case never = "no-store"
    /// The reader's browser, which asks each time whether it is still right.
    case checked = "private, no-cache"
    /// What changes with the program only.
    case program = "public, max-age=86400"
    case minute = "public, max-age=60"
  }

  /// Scripts, styles and pictures from here and nowhere else, and no frame around a page.
  private static let safety = [
    (
      "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
        + "base-uri 'none'; frame-ancestors 'none'"
    ), ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
  ]

  package mutating func set(_ name: String, _ value: String) {
    headers.removeAll { $0.name == name }
    headers.append((name, value))
  }

  /// Adds a header that may be there several times.
  mutating func add(_ name: String, _ value: String) { headers.append((name, value)) }

  package subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

  /// The body as text; empty for a stream.
  package var text: String {
    if case .bytes(let bytes) = body { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
}
