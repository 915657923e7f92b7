// `generic`: the event as JSON, for programs.

internal import Foundation
internal import HTTPClient
internal import Model

/// The JSON object of the event with its keys in alphabetical order, so that equal events give equal bytes.
struct GenericFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    .http([.json(envelope.receiver.url.reveal(), try Self.body(message))])
  }

  /// The contract is one event a request.
  static func body(_ message: Message) throws -> [UInt8] {
    guard let event = message.events.first, message.events.count == 1 else { throw SeveralEvents() }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(event))
  }

  struct SeveralEvents: Error {}
}
