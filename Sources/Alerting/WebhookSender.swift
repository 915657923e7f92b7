// One message to one receiver, once: rendered, signed and sent.

public import HTTPClient
public import Model

/// Sends events to receivers; keeps nothing.
public struct WebhookSender: Sendable {
  private let http: any HTTPTransport
  private let now: @Sendable () -> Timestamp
  private let display: NameDisplay
  private let withhold: @Sendable (String) -> String

  /// - Parameters:
  ///   - display: writes a domain name as people read it.
  ///   - withhold: takes out of a text what must never leave this machine, such as a private key.
  public init(
    http: any HTTPTransport, now: @escaping @Sendable () -> Timestamp,
    display: @escaping NameDisplay = { $0.description }, withhold: @escaping @Sendable (String) -> String = { $0 }
  ) {
    self.http = http
    self.now = now
    self.display = display
    self.withhold = withhold
  }

  /// Makes one try. `id` stays the same over all tries of the same events.
  public func send(_ events: [Event], id: String, to receiver: Receiver) async -> AttemptResult {
    let request: HTTPRequest
    do {
      request = try self.request(events, id: id, to: receiver)
    } catch is WebhookSignature.BadSecret {
      return AttemptResult(
        .refused, "the secret after whsec_ is not base64; correct it in the configuration")
    } catch {
      return AttemptResult(.refused, "the event cannot be written as \(receiver.format.rawValue): \(error)")
    }
    do {
      return AttemptResult(try await http.send(request), at: now())
    } catch {
      return AttemptResult(error)
    }
  }

  /// Sends a `test` event now, past the outbox, as `alert test` does.
  public func sendTest(to receiver: Receiver, identifiers: IdentifierSource = IdentifierSource()) async -> AttemptResult
  {
    let time = now()
    let event = Event(
      id: identifiers.event(at: time), type: .test, at: time, verdict: .ok,
      summary: "This is a test of the receiver \(receiver.name); nothing is wrong.")
    return await send([event], id: identifiers.delivery(at: time), to: receiver)
  }

  /// The request of one try.
  func request(_ events: [Event], id: String, to receiver: Receiver) throws -> HTTPRequest {
    let renderer = receiver.format.renderer(display: display)
    let body = try Payload.body(for: events.map { $0.mappingTexts(withhold) }, by: renderer)
    let timestamp = now().seconds
    var headers = [
      HTTPRequest.Header("content-type", renderer.contentType),
      HTTPRequest.Header("webhook-id", id), HTTPRequest.Header("webhook-timestamp", String(timestamp)),
    ]
    if let secret = receiver.secret {
      let signature = try WebhookSignature.header(id: id, timestamp: timestamp, body: body, secret: secret)
      headers.append(HTTPRequest.Header("webhook-signature", signature))
    }
    // What is configured comes last and takes the place of ours.
    for (name, value) in receiver.headers.sorted(by: { $0.key < $1.key }) {
      headers.removeAll { $0.name.lowercased() == name.lowercased() }
      headers.append(HTTPRequest.Header(name, value.reveal()))
    }
    return HTTPRequest(
      .post, receiver.url.reveal(), headers: headers, body: body, timeout: .seconds(20),
      allowsPrivateAddresses: receiver.allowPrivate)
  }
}
