// From an event to the body of a request: one file a format, one row in the table.

public import Model

/// Turns events into what one kind of receiver understands.
public protocol PayloadRendering: Sendable {
  /// The media type of the body.
  var contentType: String { get }
  /// The body for an event, as it is; `Payload` sees to its size.
  func body(for event: Event) throws -> [UInt8]
}

extension Receiver.Format {
  /// The table of formats.
  public var renderer: any PayloadRendering {
    switch self {
    case .generic: GenericPayload()
    case .slack: SlackPayload()
    }
  }
}

/// Makes bodies that a receiver accepts.
public enum Payload {
  /// Receivers may refuse a longer body (Standard Webhooks).
  public static let maximumBytes = 20_000

  /// The body for an event; a long event is shortened step by step until it fits.
  public static func body(for event: Event, in format: Receiver.Format) throws -> [UInt8] {
    let renderer = format.renderer
    var body = try renderer.body(for: event)
    for limits in EventLimits.steps where body.count > maximumBytes {
      body = try renderer.body(for: event.shortened(to: limits))
    }
    return body
  }
}
