// A sighting while it is still bytes of a line: what the readers hand on, so that a line that repeats a known pair costs
// no allocation.

package import Model

/// A sighting whose texts are stretches of the line that it was read from; valid as long as the call that hands it on.
package struct RawSighting {
  package var domain: Bytes
  /// Empty where the source does not tell it.
  package var selector: Bytes
  package var result: SightingResult
  package var reason: Bytes = .empty
  package var time: Timestamp?
  package var until: Timestamp?
  package var kind: SourceKind
  /// Empty where there is none.
  package var queueID: Bytes = .empty
  package var messages = 1
  package var isPreliminary = false

  /// The longest reason that is kept, in bytes.
  private static let longestReason = 512

  /// Whether both name the same key.
  func isOfSamePair(as other: RawSighting) -> Bool {
    domain.buffer.elementsEqual(other.domain.buffer) && selector.buffer.elementsEqual(other.selector.buffer)
  }

  /// The sighting as a value; throws what is wrong with the names.
  package func sighting() throws(NameFault) -> MailSighting {
    MailSighting(
      domain: try SightedName.domain(domain), selector: selector.isEmpty ? nil : try SightedName.selector(selector),
      result: result, reason: reason.isEmpty ? nil : reason.slice(0, Self.longestReason).text, time: time, until: until,
      kind: kind, queueID: queueID.isEmpty ? nil : queueID.text, messages: messages, isPreliminary: isPreliminary)
  }
}
