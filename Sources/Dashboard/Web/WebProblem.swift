// What is wrong with a request: told as problem details (RFC 9457) to programs, as a page to people.

/// A request that cannot be answered: our reader's fault, or ours.
package struct WebProblem: Error, Hashable, Sendable {
  package var status: Int
  /// What was seen, what was expected, what to do.
  package var detail: String
  /// Seconds until another try is worth it.
  package var retryAfter: Int?
  /// The methods that the path has.
  package var allow: [String] = []

  package init(_ status: Int, _ detail: String, retryAfter: Int? = nil, allow: [String] = []) {
    self.status = status
    self.detail = detail
    self.retryAfter = retryAfter
    self.allow = allow
  }

  static let notFound = WebProblem(404, "There is nothing at this address.")

  /// The reason phrase of RFC 9110, section 15.
  var title: String {
    switch status {
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 415: "Unsupported Media Type"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 503: "Service Unavailable"
    default: "Internal Server Error"
    }
  }

  /// As JSON, for programs.
  var response: WebResponse {
    finish(
      WebResponse(
        status, type: "application/problem+json",
        "{\"type\":\"about:blank\",\"title\":\(title.jsonText),\"status\":\(status),\"detail\":\(detail.jsonText)}\n"))
  }

  /// Adds what the status demands.
  func finish(_ response: WebResponse) -> WebResponse {
    var response = response
    if status == 401 { response.set("WWW-Authenticate", "Bearer realm=\"selectord\"") }
    if let retryAfter { response.set("Retry-After", "\(retryAfter)") }
    if !allow.isEmpty { response.set("Allow", allow.joined(separator: ", ")) }
    return response
  }
}
