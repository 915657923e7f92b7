// One request as handlers see it: read whole, decoded, without the library that brought it.

package import Model
internal import Reporting

/// A request whose path, query and body were read and decoded.
package struct WebRequest: Sendable {
  /// As it was sent: `GET`, `POST`, …
  package var method: String
  /// The parts of the path between slashes, percent-decoded, the prefix of a proxy taken off.
  package var segments: [String]
  /// The fields of the query in their order.
  package var query: FormFields
  /// Names in lower case; the values of repeated headers are joined by `, `.
  package var headers: [String: String]
  package var body: [UInt8]
  /// Who sent it: the address of the connection, or what a trusted proxy says.
  package var peer: IPAddress?
  /// Whether it came by HTTPS, as a trusted proxy says.
  package var isSecure: Bool

  package init(
    method: String = "GET", segments: [String], query: FormFields = FormFields(), headers: [String: String] = [:],
    body: [UInt8] = [], peer: IPAddress? = nil, isSecure: Bool = false
  ) {
    self.method = method
    self.segments = segments
    self.query = query
    self.headers = headers
    self.body = body
    self.peer = peer
    self.isSecure = isSecure
  }

  /// Reads the target of a request line; nil where it is no path, or holds bytes that are not UTF-8.
  package init?(method: String, target: String, prefix: String = "", headers: [String: String] = [:]) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard var path = parts.first, path.hasPrefix("/") else { return nil }
    if !prefix.isEmpty, path == prefix || path.hasPrefix(prefix + "/") { path = path.dropFirst(prefix.count) }
    var segments: [String] = []
    for part in path.split(separator: "/") {
      guard let text = PercentCoding.decode(part) else { return nil }
      segments.append(text)
    }
    guard let query = parts.count > 1 ? FormFields(parts[1]) : FormFields() else { return nil }
    self.init(method: method, segments: segments, query: query, headers: headers)
  }

  /// The value of a cookie; that of the first one where there are several.
  func cookie(_ name: String) -> String? {
    for part in (headers["cookie"] ?? "").split(separator: ";") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard pair.count == 2, pair[0].trimmingBlanks == name else { continue }
      return String(pair[1].trimmingBlanks)
    }
    return nil
  }

  /// The media type of the body without its parameters, in lower case.
  var contentType: String {
    String((headers["content-type"] ?? "").prefix { $0 != ";" }.trimmingBlanks).lowercased()
  }
}

extension Substring {
  /// Without spaces and tabs at both ends.
  var trimmingBlanks: Substring {
    var text = drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
