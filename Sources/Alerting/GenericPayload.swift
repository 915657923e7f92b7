// `generic`: the event as JSON, for programs.

internal import Foundation
public import Model

/// The JSON object of the event with its keys in alphabetical order, so that equal events give equal bytes.
public struct GenericPayload: PayloadRendering {
  public init() {}

  public var contentType: String { "application/json" }

  public func body(for event: Event) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(event))
  }
}
