// What servers said in the course of time.

/// One answer of one server of one view, to be kept as a span of history.
public struct Sighting: Hashable, Sendable {
  public var key: KeyName
  public var view: String
  public var server: String
  public var endpoint: Endpoint?
  public var answer: Answer
  public var at: Timestamp

  public init(key: KeyName, view: String, server: String, endpoint: Endpoint?, answer: Answer, at: Timestamp) {
    self.key = key
    self.view = view
    self.server = server
    self.endpoint = endpoint
    self.answer = answer
    self.at = at
  }
}

/// A span of history: one server of one view gave one answer from the first to the last time.
public struct AnswerSpan: Hashable, Sendable {
  public var key: KeyName
  public var view: String
  public var server: String
  public var endpoint: Endpoint?
  public var firstSeen: Timestamp
  public var lastSeen: Timestamp
  /// Whether this is still what the server says, as far as is known.
  public var isCurrent: Bool
  public var answer: Answer

  public init(
    key: KeyName, view: String, server: String, endpoint: Endpoint?, firstSeen: Timestamp, lastSeen: Timestamp,
    isCurrent: Bool, answer: Answer
  ) {
    self.key = key
    self.view = view
    self.server = server
    self.endpoint = endpoint
    self.firstSeen = firstSeen
    self.lastSeen = lastSeen
    self.isCurrent = isCurrent
    self.answer = answer
  }
}
