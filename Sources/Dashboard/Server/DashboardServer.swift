// The HTTP server: turns what Hummingbird brings into a WebRequest and sends what the site answers, within bounds.

internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import Logging
package import Model
internal import NIOCore
internal import ServiceLifecycle

/// Serves a site at one address until the task is cancelled or shut down.
package struct DashboardServer: Sendable {
  package var site: Site
  package var listen: Endpoint
  /// Whose word on the address of a reader is believed.
  package var proxies: [IPAddress]

  /// Connections at a time; more wait in the queue of the system.
  private static let mostConnections = 512
  /// A connection that is silent for this long is closed.
  private static let idleTimeout = TimeAmount.seconds(60)
  /// Open pages are written to this often, or they would be closed as silent.
  private static let beat = Duration.seconds(20)
  /// All header fields of a request together, and the number of them.
  private static let mostHeaderBytes = 16_384
  private static let mostHeaders = 100

  package init(site: Site, listen: Endpoint, proxies: [IPAddress]) {
    self.site = site
    self.listen = listen
    self.proxies = proxies
  }

  /// Serves; throws where the address cannot be listened at.
  package func run() async throws {
    let quiet = Logger(label: "http") { _ in SwiftLogNoOpLogHandler() }
    let server = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [IdleStateHandler(writeTimeout: Self.idleTimeout), ConnectionGuard()],
        idleTimeout: Self.idleTimeout,
        httpDecoderConfiguration: .init(
          maxHeaderFieldSize: Self.mostHeaderBytes, maxHeaderListSize: Self.mostHeaderBytes,
          maxHeaderFieldCount: Self.mostHeaders)))
    let application = Application(
      responder: SiteResponder(site: site, proxies: proxies), server: server,
      configuration: .init(
        address: .hostname(listen.address.description, port: Int(listen.port)), backlog: 1024,
        availableConnectionsDelegate: .maximum(Self.mostConnections, logger: quiet)), logger: quiet)
    let announcements = site.announcements
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await application.run() }
      group.addTask {
        while true {
          try await Task.sleep(for: Self.beat)
          announcements.beat()
        }
      }
      defer { group.cancelAll() }
      try await withGracefulShutdownHandler {
        _ = try await group.next()
      } onGracefulShutdown: {
        announcements.close()
      }
    }
  }
}

/// What is known of a connection.
struct ConnectionContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address at the other end.
  let peer: IPAddress?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    peer = source.channel.remoteAddress?.ipAddress.flatMap { IPAddress($0) }
  }
}

/// Reads a request whole, lets the site answer, and gives the answer back.
private struct SiteResponder: HTTPResponder {
  typealias Context = ConnectionContext

  let site: Site
  let proxies: [IPAddress]

  let room = BodyRoom()

  func respond(to request: Request, context: ConnectionContext) async throws -> Response {
    var request = request
    let headers = Self.headers(of: request)
    guard
      var asked = WebRequest(
        method: request.method.rawValue, target: request.head.path ?? "", prefix: site.settings.prefix,
        headers: headers)
    else {
      return send(
        WebProblem(400, "The address is no path, or has an escape that is not UTF-8.").response, isHead: false)
    }
    asked.peer = context.peer
    if let peer = context.peer, proxies.contains(peer) {
      // The last address is the one that the proxy itself has seen.
      let forwarded = headers["x-forwarded-for"]?.split(separator: ",").last.map { $0.trimmingBlanks }
      asked.peer = forwarded.flatMap { IPAddress($0) } ?? peer
      asked.isSecure = headers["x-forwarded-proto"]?.lowercased() == "https"
    }
    if request.method == .post || headers["content-length"] ?? "0" != "0" || headers["transfer-encoding"] != nil {
      let limit = BodyRoom.limit(of: asked)
      guard room.enter(limit) else {
        let detail = "Other messages are being read. Try again in a few seconds."
        return send(WebProblem(503, detail, retryAfter: 5).response, isHead: false)
      }
      defer { room.leave(limit) }
      let length = headers["content-length"].flatMap { Int($0) } ?? 0
      guard length <= limit, let body = try? await request.collectBody(upTo: limit) else {
        return send(
          WebProblem(413, "The body is too long; at most \(limit) bytes are read.").response, isHead: false)
      }
      asked.body = Array(body.readableBytesView)
    }
    return send(await site.respond(to: asked), isHead: request.method == .head)
  }

  private static func headers(of request: Request) -> [String: String] {
    var headers = Dictionary(
      request.headers.map { ($0.name.rawName.lowercased(), $0.value) },
      uniquingKeysWith: { "\($0), \($1)" })
    // Several Cookie fields are one list (RFC 6265, section 5.4, and RFC 9113).
    headers["host"] = request.head.authority ?? headers["host"]
    return headers
  }

  private func send(_ answer: WebResponse, isHead: Bool) -> Response {
    var fields = HTTPFields()
    for (name, value) in answer.headers {
      if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
    }
    let body: ResponseBody
    switch answer.body {
    case .bytes(let bytes) where isHead || answer.status == 304:
      body = ResponseBody(contentLength: answer.status == 304 ? nil : bytes.count) { try await $0.finish(nil) }
    case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .stream where isHead: body = ResponseBody()
    case .stream(let pieces):
      body = ResponseBody { writer in
        for await piece in pieces { try await writer.write(ByteBuffer(string: piece)) }
        try await writer.finish(nil)
      }
    }
    return Response(status: .init(code: answer.status), headers: fields, body: body)
  }
}
