// One request, one response: finds the route, asks who is there, lets the route answer, says what is wrong.

package import Model
internal import Crypto
internal import Synchronization

/// Everything that answers requests, without the server that brings them.
package final class Site: Sendable {
  package let source: any DashboardSource
  package let settings: Settings
  let sessions = Sessions()
  let announcements = Announcements()
  let now: @Sendable () -> Timestamp
  private let currentAccess: Mutex<Access>

  /// What does not change while the server runs.
  package struct Settings: Sendable {
    /// The version of selectord.
    package var version: String
    /// What a proxy puts before every path.
    package var prefix: String
    package var watchMetrics: Bool
    /// How a name is shown: internationalized, where it is.
    package var display: @Sendable (DomainName) -> String
    /// Reads a name as people type it; nil where it is none.
    package var read: @Sendable (String) -> DomainName?

    package init(
      version: String, prefix: String = "", watchMetrics: Bool = true,
      display: @escaping @Sendable (DomainName) -> String = { $0.description },
      read: @escaping @Sendable (String) -> DomainName? = { try? DomainName($0.lowercased()) }
    ) {
      self.version = version
      self.prefix = prefix
      self.watchMetrics = watchMetrics
      self.display = display
      self.read = read
    }
  }

  package init(
    source: any DashboardSource, settings: Settings, access: Access, now: @escaping @Sendable () -> Timestamp
  ) {
    self.source = source
    self.settings = settings
    self.now = now
    currentAccess = Mutex(access)
  }

  /// Whether everybody on this machine may read and act, and nobody else.
  package var isOpen: Bool { access.isOpen }

  var access: Access { currentAccess.withLock { $0 } }

  /// Takes up other tokens; who has logged in with the old ones has to do so again.
  package func replace(_ access: Access) {
    currentAccess.withLock { $0 = access }
    sessions.closeAll()
  }

  /// Something has changed that pages show.
  package func announce() { announcements.announce() }

  /// Answers one request.
  package func respond(to request: WebRequest) async -> WebResponse {
    let isAPI = request.segments.first == "api"
    do throws(WebProblem) {
      let (route, parameters) = try Routes.find(request)
      let visitor = try admit(request, to: route)
      let call = Call(site: self, request: request, parameters: parameters, visitor: visitor)
      return checked(try await answer(call, by: route), for: request)
    } catch {
      return show(error, to: request, isAPI: isAPI)
    }
  }

  private func answer(_ call: Call, by route: Route) async throws(WebProblem) -> WebResponse {
    do {
      return try await route.handle(call)
    } catch let problem as WebProblem {
      throw problem
    } catch {
      // Our own memory cannot be read or written: the message says what to do.
      throw WebProblem(503, "\(error)", retryAfter: 30)
    }
  }

  // MARK: Who is there

  private func admit(_ request: WebRequest, to route: Route) throws(WebProblem) -> Visitor {
    if access.isOpen, !request.isForLoopback, route.right > .health {
      throw WebProblem(
        421,
        "This server knows itself as localhost only, and was asked for another host. Set a token in the section http of the "
          + "configuration to reach it by other names.")
    }
    let visitor = try visitor(of: request)
    if visitor.right < route.right {
      throw visitor.right == .health
        ? WebProblem(401, "This needs a token: send it as 'Authorization: Bearer', or log in.")
        : WebProblem(403, "This token may read, but not act.")
    }
    if route.method == "POST", !visitor.hasBearer, !request.isFromHere {
      throw WebProblem(403, "The request comes from a page of another site.")
    }
    return visitor
  }

  private func visitor(of request: WebRequest) throws(WebProblem) -> Visitor {
    if let token = request.bearer {
      let address = request.peer?.description ?? ""
      if let wait = sessions.wait(of: address, at: now()) {
        throw WebProblem(429, "Too many wrong tokens came from this address; try again later.", retryAfter: wait)
      }
      let right = access.isOpen ? Right.act : access.right(of: token)
      sessions.note(address, isRight: right > .health, at: now())
      if right == .health { throw WebProblem(401, "The token is not one of this daemon's.") }
      return Visitor(right: right, hasBearer: true)
    }
    let cookie = request.cookie(Self.cookieName)
    if access.isOpen { return Visitor(right: .act, cookie: cookie) }
    return Visitor(right: cookie.map { sessions.right(of: $0, at: now()) } ?? .health, cookie: cookie)
  }

  static let cookieName = "selectord"

  // MARK: What goes back

  /// Marks what may be kept, and says nothing twice.
  private func checked(_ response: WebResponse, for request: WebRequest) -> WebResponse {
    guard response.status == 200, response["Cache-Control"] == WebResponse.Cache.checked.rawValue,
      case .bytes(let bytes) = response.body
    else { return response }
    var response = response
    let digest = SHA256.hash(data: bytes).prefix(12).map { $0.digits(2, radix: 16) }.joined()
    let tag = "\"\(digest)\""
    response.set("ETag", tag)
    let known = (request.headers["if-none-match"] ?? "").split(separator: ",").map {
      let tag = $0.trimmingBlanks
      return tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
    }
    if known.contains(where: { $0 == tag || $0 == "*" }), request.method != "POST" {
      response.status = 304
      response.body = .bytes([])
    }
    return response
  }

  private func show(_ problem: WebProblem, to request: WebRequest, isAPI: Bool) -> WebResponse {
    // Programs read problem details; a browser asks for HTML.
    let wantsPage = !isAPI && (request.headers["accept"] ?? "").contains("text/html")
    return wantsPage ? OtherPages.problem(problem, to: request, of: self) : problem.response
  }
}
