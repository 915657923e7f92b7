// One message to one receiver, once: written, signed and sent.

public import HTTPClient
public import Model

/// Tells receivers of events; keeps nothing.
public struct MessageSender: Sendable {
  private let transport: any HTTPTransport & MailTransport
  private let now: @Sendable () -> Timestamp
  private let display: NameDisplay
  private let withhold: @Sendable (String) -> String
  private let link: @Sendable (Event) -> String?

  /// - Parameters:
  ///   - display: writes a domain name as people read it.
  ///   - withhold: takes out of a text what must never leave this machine, such as a private key.
  ///   - link: where a browser shows an event.
  public init(
    transport: any HTTPTransport & MailTransport, now: @escaping @Sendable () -> Timestamp,
    display: @escaping NameDisplay = { $0.description }, withhold: @escaping @Sendable (String) -> String = { $0 },
    link: @escaping @Sendable (Event) -> String? = { _ in nil }
  ) {
    self.transport = transport
    self.now = now
    self.display = display
    self.withhold = withhold
    self.link = link
  }

  /// Makes one try. `id` stays the same over all tries of the same deliveries.
  public func send(_ items: [QueuedDelivery], id: String, to receiver: Receiver) async -> AttemptResult {
    let dispatch: Dispatch
    do {
      dispatch = try self.dispatch(items, id: id, to: receiver)
    } catch is WebhookSignature.BadSecret {
      return AttemptResult(.refused, "the secret after whsec_ is not base64; correct it in the configuration")
    } catch {
      return AttemptResult(.refused, "the event cannot be written as \(receiver.format.rawValue): \(error)")
    }
    var result = await carryOut(dispatch, for: receiver)
    result.text = receiver.withoutSecrets(result.text)
    return result
  }

  private func carryOut(_ dispatch: Dispatch, for receiver: Receiver) async -> AttemptResult {
    switch dispatch {
    case .program(let call): return AttemptResult(await ProgramRunner.run(call))
    case .mail(let submission):
      do {
        return AttemptResult(try await transport.send(submission))
      } catch {
        return AttemptResult(error)
      }
    case .http(let requests):
      var last = AttemptResult(.refused, "there is nothing to send")
      for request in requests {
        do {
          last = receiver.format.format.result(try await transport.send(request), at: now())
        } catch {
          last = AttemptResult(error)
        }
        if last.kind != .accepted { break }
      }
      return last
    }
  }

  /// Sends a `test` event now, past the outbox, as `alert test` does.
  public func sendTest(to receiver: Receiver, identifiers: IdentifierSource = IdentifierSource()) async -> AttemptResult
  {
    let time = now()
    let event = Event(
      id: identifiers.event(at: time), type: .test, at: time, verdict: .ok,
      summary: "This is a test of the receiver \(receiver.name); nothing is wrong.")
    let delivery = Delivery(
      id: identifiers.delivery(at: time), event: event.id, receiver: receiver.name, createdAt: time)
    return await send([QueuedDelivery(delivery: delivery, event: event)], id: delivery.id, to: receiver)
  }

  /// What one try does; events are shortened step by step until the service takes them.
  func dispatch(_ items: [QueuedDelivery], id: String, to receiver: Receiver) throws -> Dispatch {
    let format = receiver.format.format
    let envelope = Envelope(receiver: receiver, id: id, at: now())
    let items = items.map { item in
      var item = item
      item.event = item.event.mappingTexts(withhold)
      return item
    }
    func message(_ items: [QueuedDelivery], _ detailing: Int) -> Message {
      Message(items, detailing: detailing, display: display, link: link)
    }
    var dispatch = try format.dispatch(message(items, 20), envelope)
    for limits in EventLimits.steps where dispatch.bytes > format.maximumBytes {
      let shortened = items.map { item in
        var item = item
        item.event = item.event.shortened(to: limits)
        return item
      }
      dispatch = try format.dispatch(message(shortened, limits.items), envelope)
    }
    guard case .http(let requests) = dispatch else { return dispatch }
    return .http(try requests.map { try completed($0, envelope) })
  }

  /// A request with what every receiver gets: ids, signature, the headers of the configuration.
  private func completed(_ request: HTTPRequest, _ envelope: Envelope) throws -> HTTPRequest {
    let receiver = envelope.receiver
    let timestamp = envelope.at.seconds
    var request = request
    request.headers += [
      HTTPRequest.Header("webhook-id", envelope.id), HTTPRequest.Header("webhook-timestamp", String(timestamp)),
    ]
    if let secret = receiver.secret {
      let signature = try WebhookSignature.header(
        id: envelope.id, timestamp: timestamp, body: request.body, secret: secret)
      request.headers.append(HTTPRequest.Header("webhook-signature", signature))
    }
    // What is configured comes last and takes the place of ours.
    for (name, value) in receiver.headers.sorted(by: { $0.key < $1.key }) {
      request.headers.removeAll { $0.name.lowercased() == name.lowercased() }
      request.headers.append(HTTPRequest.Header(name, value.reveal()))
    }
    request.timeout = .seconds(20)
    request.allowsPrivateAddresses = receiver.allowPrivate
    return request
  }
}

extension Receiver {
  /// A text that a service may have written, without what only it and we should know.
  func withoutSecrets(_ text: String) -> String {
    var secrets = [url, secret, service.token, service.user].compactMap { $0?.reveal() }
    secrets += headers.values.map { $0.reveal() } + service.environment.values.map { $0.reveal() }
    // Tokens in a path or a query.
    secrets += url.reveal().split { "/?&=#".contains($0) }.dropFirst(2).map(String.init)
    return secrets.filter { $0.utf8.count >= 6 }.sorted { $0.utf8.count > $1.utf8.count }
      .reduce(text) { $0.replacing($1, with: "<hidden>") }
  }
}

extension Event {
  /// What to do: what the diagnosis says; without one, what the worst findings say.
  var remedy: String? {
    if let diagnosis { return diagnosis.remedy }
    let remedies = (findings ?? audit?.new ?? []).filter { $0.severity > .info && !$0.remedy.isEmpty }
      .sorted { $0.severity > $1.severity }.map(\.remedy)
    return remedies.isEmpty || type.isRecovery ? nil : remedies.first
  }
}
