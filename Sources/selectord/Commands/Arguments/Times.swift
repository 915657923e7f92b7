// Times and durations of the command line.

import ArgumentParser
import Config
import Model

/// What `--since` takes: a duration back from now, or a time.
enum PointInTime: Hashable, Sendable {
  case ago(Duration)
  case at(Timestamp)

  init(_ text: String) throws {
    if let time = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") {
      self = .at(time)
    } else if let duration = try? DurationText.parse(text) {
      self = .ago(duration)
    } else {
      throw ValidationError(
        "'\(text)' is not a time; expected \(DurationText.expectation), a date such as 2026-11-01, or a time such as "
          + "2026-11-01T12:00:00Z")
    }
  }

  func before(_ now: Timestamp) -> Timestamp {
    switch self {
    case .ago(let duration): now - duration
    case .at(let time): time
    }
  }
}

/// What `--at` takes.
enum PlannedTime: Hashable, Sendable {
  case `in`(Duration)
  case at(Timestamp)

  init(_ text: String) throws {
    if let time = Timestamp(text) ?? Timestamp(text + "T00:00:00Z") {
      self = .at(time)
    } else if let duration = try? DurationText.parse(text) {
      self = .in(duration)
    } else {
      throw ValidationError(
        "'\(text)' is not a time; expected \(DurationText.expectation), a date such as 2026-12-01, or a time such as "
          + "2026-12-01T08:00:00Z")
    }
  }

  func after(_ now: Timestamp) -> Timestamp {
    switch self {
    case .in(let duration): now + duration
    case .at(let time): time
    }
  }
}

/// A duration of the command line that is not nothing.
struct PositiveDuration: Hashable, Sendable {
  let duration: Duration

  init(_ text: String) throws {
    do throws(DurationTextError) {
      duration = try DurationText.parse(text)
    } catch {
      throw ValidationError(error.description)
    }
    if duration <= .zero { throw ValidationError("'\(text)' is zero; expected \(DurationText.expectation)") }
  }
}
