// From events to the body of a request: one file a format, one row in the table.

public import Model

/// Turns events into what one kind of receiver understands.
public protocol PayloadRendering: Sendable {
  /// The media type of the body.
  var contentType: String { get }
  /// The body for the events of one message, as they are; `Payload` sees to its size. `detailing` is how many events
  /// are told in all detail.
  func body(for events: [Event], detailing: Int) throws -> [UInt8]
}

extension Receiver.Format {
  /// Whether people read it, who want one message a fault; programs get every event by itself.
  public var mergesEvents: Bool {
    switch self {
    case .generic: false
    case .slack: true
    }
  }

  /// The table of formats. `display` writes a domain name as people read it.
  public func renderer(display: @escaping NameDisplay) -> any PayloadRendering {
    switch self {
    case .generic: GenericPayload()
    case .slack: SlackPayload(display: display)
    }
  }
}

/// Writes a domain name as people read it.
public typealias NameDisplay = @Sendable (DomainName) -> String

/// Makes bodies that a receiver accepts.
public enum Payload {
  /// Receivers may refuse a longer body (Standard Webhooks).
  public static let maximumBytes = 20_000

  /// The body for the events of one message; a long one is shortened step by step until it fits.
  public static func body(for events: [Event], by renderer: any PayloadRendering) throws -> [UInt8] {
    var body = try renderer.body(for: events, detailing: 20)
    for limits in EventLimits.steps where body.count > maximumBytes {
      body = try renderer.body(for: events.map { $0.shortened(to: limits) }, detailing: limits.items)
    }
    return body
  }
}
