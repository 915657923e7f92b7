// JSON in and out: the objects that `status`, `history` and `incident` print, so that scripts read the same everywhere.

internal import Foundation
internal import Model

enum JSONBody {
  static let type = "application/json"

  /// A value as JSON; controls of the reading direction are written as escapes, so that no terminal obeys them.
  static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(value), as: UTF8.self)
    guard text.unicodeScalars.contains(where: \.steersTerminal) else { return text + "\n" }
    // JSON has such characters in strings only.
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      if scalar.steersTerminal {
        result += "\\u" + scalar.value.digits(4, radix: 16)
      } else {
        result.unicodeScalars.append(scalar)
      }
    } + "\n"
  }

  static func response(_ value: some Encodable, status: Int = 200) throws -> WebResponse {
    WebResponse(status, type: type, try text(value), cache: .checked)
  }

  /// Reads the body of a request.
  static func read<Value: Decodable>(_ type: Value.Type, from request: WebRequest) throws(WebProblem) -> Value {
    try request.expectJSON()
    do {
      return try JSONDecoder().decode(type, from: Data(request.body))
    } catch DecodingError.keyNotFound(let key, _) {
      throw WebProblem(422, "The body has no '\(key.stringValue)'.")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
      let place = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw WebProblem(
        422, (place.isEmpty ? "The body" : "'\(place)'") + " has a value of another type than expected.")
    } catch {
      throw WebProblem(400, "The body is not JSON.")
    }
  }
}

extension WebRequest {
  /// Throws where the body is not called JSON: a form of another site cannot call its body so.
  func expectJSON() throws(WebProblem) {
    guard contentType == "application/json" else {
      throw WebProblem(415, "Send the request with 'Content-Type: application/json'.")
    }
  }
}

/// A list with the way to its next part.
struct PageObject<Element: Encodable>: Encodable {
  var items: [Element]
  /// The value of `after` or `before` for the next page; absent on the last.
  var next: String?
}
