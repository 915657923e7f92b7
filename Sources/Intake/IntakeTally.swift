// What was read, and what could not be: the account that is given beside a census.

internal import Census

package struct IntakeTally: Sendable {
  /// A place of a source that could not be read.
  package struct Fault: Hashable, Sendable {
    package var place: String
    /// From 1 on; 0 where there are no lines.
    package var line: Int
    package var reason: String
  }

  /// One file, folder or journal.
  package struct Place: Hashable, Sendable {
    package enum Content: Hashable, Sendable { case log, messages, reports, journal, mixed, nothing }
    package var name: String
    package var content = Content.nothing
    package var lines = 0
    package var messages = 0
    package var reports = 0
    package var sightings = 0

    mutating func add(_ content: Content) {
      self.content = self.content == .nothing || self.content == content ? content : .mixed
    }
  }

  /// How many faults are kept; all are counted.
  package static let shownFaults = 10

  package internal(set) var places: [Place] = []
  package internal(set) var faults: [Fault] = []
  package internal(set) var faultCount = 0
  /// Sources that could not be opened or read to their end.
  package internal(set) var failures: [Fault] = []
  package internal(set) var failureCount = 0
  /// Times that a logger said it left out lines, and the lines that it counted.
  package internal(set) var dropped = 0
  package internal(set) var droppedLines = 0
  /// Results of servers that are not trusted, by the server; at most 20 servers.
  package internal(set) var untrusted: [String: Int] = [:]

  package var lines: Int { places.reduce(0) { $0 + $1.lines } }
  package var messages: Int { places.reduce(0) { $0 + $1.messages } }
  package var reports: Int { places.reduce(0) { $0 + $1.reports } }
  package var sightings: Int { places.reduce(0) { $0 + $1.sightings } }

  mutating func addFault(_ place: String, _ line: UnreadableLine) {
    faultCount += 1
    if faults.count < Self.shownFaults { faults.append(Fault(place: place, line: line.line, reason: line.reason)) }
  }

  mutating func addFailure(_ place: String, _ error: IntakeError) {
    failureCount += 1
    if failures.count < 100 { failures.append(Fault(place: place, line: 0, reason: error.description)) }
  }
}
