// `generic`: the event as JSON, for programs.

internal import Foundation
public import Model

/// The JSON object of the event with its keys in alphabetical order, so that equal events give equal bytes.
public struct GenericPayload: PayloadRendering {
  public init() {}

  public var contentType: String { "application/json" }

  public func body(for events: [Event], detailing: Int) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let event = events.first, events.count == 1 else { throw SeveralEvents() }
    return Array(try encoder.encode(event))
  }

  /// The contract is one event a request.
  struct SeveralEvents: Error {}
}
