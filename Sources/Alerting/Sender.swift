// One event to one receiver, once: rendered, signed and sent.

public import HTTPClient
public import Model

/// Sends events to receivers; keeps nothing.
public struct Sender: Sendable {
  private let http: any HTTPTransport
  private let now: @Sendable () -> Timestamp

  public init(http: any HTTPTransport, now: @escaping @Sendable () -> Timestamp) {
    self.http = http
    self.now = now
  }

  /// Makes one try. `id` is the delivery's and stays the same over all tries.
  public func send(_ event: Event, id: String, to receiver: Receiver) async -> TryResult {
    let request: HTTPRequest
    do {
      request = try self.request(event, id: id, to: receiver)
    } catch is WebhookSignature.BadSecret {
      return TryResult(
        .refused, "the secret begins with whsec_, but no base64 follows; correct it in the configuration")
    } catch {
      return TryResult(.refused, "the event cannot be written as \(receiver.format.rawValue): \(error)")
    }
    do {
      return TryResult(try await http.send(request), at: now())
    } catch {
      return TryResult(error)
    }
  }

  /// Sends a `test` event now, past the outbox, as `alert test` does.
  public func sendTest(to receiver: Receiver, identifiers: IdentifierSource = IdentifierSource()) async -> TryResult {
    let time = now()
    let event = Event(
      id: identifiers.event(at: time), type: .test, at: time, verdict: .ok,
      summary: "selectord can tell the receiver \(receiver.name); this is a test, nothing is wrong")
    return await send(event, id: identifiers.delivery(at: time), to: receiver)
  }

  /// The request of one try.
  func request(_ event: Event, id: String, to receiver: Receiver) throws -> HTTPRequest {
    let body = try Payload.body(for: event, in: receiver.format)
    let timestamp = now().seconds
    var headers = [
      HTTPRequest.Header("content-type", receiver.format.renderer.contentType),
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
