// Views as the command line names them: `--view local`, `--view 8.8.8.8`, `--view https://…`.

public import Model

/// Reads the text of `--view`.
public enum ViewSpecification {
  /// The view that a text names.
  ///
  /// The name of a configured view comes first, so that its settings hold; then `local`, `authoritative`, the address of
  /// a resolver with or without a port, and the `https://` URL of a DoH resolver (RFC 8484).
  public static func parse(
    _ text: String, configured: [View] = Configuration.defaultViews
  ) throws(ViewSpecificationError) -> View {
    if let view = configured.first(where: { $0.name == text }) { return view }
    if let view = Configuration.defaultViews.first(where: { $0.name == text && $0.name != "google" }) { return view }
    if let endpoint = Endpoint(text) { return View(name: endpoint.description, source: .resolver(endpoint, .udp)) }
    if text.lowercased().hasPrefix("https://") {
      if let reason = WebAddress.fault(of: text, schemes: ["https"]) {
        throw ViewSpecificationError(description: "\(text.quoted) \(reason)")
      }
      return View(name: text, source: .https(url: text))
    }
    if text.lowercased().hasPrefix("http://") {
      throw ViewSpecificationError(
        description: "\(text.quoted) is not encrypted; the URL of a DoH resolver begins with https://")
    }
    let names = configured.map(\.name) + ["local", "authoritative"]
    let hint = nearestWord(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""
    throw ViewSpecificationError(
      description: "\(text.quoted) is not a view; expected 'local', 'authoritative', the name of a configured view, an "
        + "address such as 8.8.8.8, 127.0.0.1:5301 or [2001:db8::1]:53, or an https:// URL\(hint)")
  }
}

/// Why a text names no view.
public struct ViewSpecificationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen, and what was expected.
  public let description: String
}
