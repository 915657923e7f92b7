// What has to be told, between when and when.

import Model

/// One event that has to come, or may.
struct Expected: Sendable {
  let type: EventType
  /// What it is about: a key name, a view, a zone.
  let subject: String
  let window: ClosedRange<Moment>
  /// Whether it has to come; else it only may.
  var must: Bool
  /// Others that must have come, or not, for this one: by their index among those of the subject.
  var conditions: [Requirement]
  /// Why, for the report.
  let why: String
  /// Whether it tells of a key that nobody announced, so that somebody has to take note of it.
  var isSwap = false

  struct Requirement: Hashable, Sendable {
    let index: Int
    let came: Bool
  }
}

/// How long what takes, at most and at least.
struct Delays: Sendable {
  static let confirmAfter = 15 * Moment.second
  static let unreachableAfter = 30 * Moment.minute
  /// Silent servers, questions of a diagnosis, and what else takes seconds.
  static let work = 75 * Moment.second
  /// After our own way out is open again, until views are asked again.
  static let reopening = 90 * Moment.second
  /// What is under way when a fault ends is told all the same.
  static let afterglow = 45 * Moment.second

  let interval: Moment
  /// How many looks in a row may be spoilt by lost questions.
  let losses: Moment

  /// From the fault to the event, where three looks have to agree.
  func confirmed(_ condition: Condition) -> ClosedRange<Moment> {
    // One lost answer makes servers that differ look as if they agreed: the next sweep begins again.
    let repeats = if case .divergent = condition { losses } else { 0 as Moment }
    return Self.confirmAfter - .second...(1 + repeats) * (interval + Self.work)
  }

  /// From the end of warnings to the event: a lost answer warns like a server that fails, and the next sweep begins again.
  func over() -> ClosedRange<Moment> {
    Self.confirmAfter - .second...(1 + losses) * (interval + Self.work)
  }

  /// The same where nobody can be reached.
  func unreachable() -> ClosedRange<Moment> {
    Self.unreachableAfter - .second...interval + Self.unreachableAfter + Self.work + losses * (interval + Self.work)
  }
}
