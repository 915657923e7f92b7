// What becomes of a delivery before anything is sent: quiet hours hold it back, and an escalation may not be needed.

internal import Foundation
internal import Model

/// What is done with a delivery now; pure, so that each case is a row of a test.
enum Disposition: Hashable, Sendable {
  case ready
  /// Later, when the quiet hours or the silence end, or nobody has acknowledged it in time.
  case held
  /// Never; says why.
  case dropped(String)
}

extension Receiver {
  /// - Parameter silences: the ids of those that are active.
  func disposition(of item: QueuedDelivery, at time: Timestamp, silences: Set<String> = []) -> Disposition {
    if item.event.type == .test { return .ready }
    // A recovery waits for the end of its silence: what was told before would stay open at the receiver for ever.
    if let silence = item.event.silencedBy {
      if silences.contains(silence) { return .held }
      if item.standing?.thread == nil { return .dropped("nobody was alerted of the incident") }
    }
    if let escalateAfter {
      let disposition = escalation(of: item, after: escalateAfter, at: time)
      if disposition != .ready { return disposition }
    }
    if let quiet, quiet.contains(time), !(quiet.criticalPasses && item.event.concernsCritical) { return .held }
    return .ready
  }

  private func escalation(of item: QueuedDelivery, after wait: Duration, at time: Timestamp) -> Disposition {
    guard let standing = item.standing else { return .dropped("there is no incident to escalate") }
    // Whoever was told of it is told of its end.
    if item.event.type.isRecovery || !standing.isOpen {
      if standing.thread == nil { return .dropped("the incident ended before it was escalated") }
      return item.event.type.isRecovery ? .ready : .dropped("the incident has ended")
    }
    if let person = standing.acknowledgedBy {
      return .dropped("\(TerminalText.line(person).cut(to: 100)) acknowledged the incident")
    }
    return time < item.event.at + wait ? .held : .ready
  }
}

extension Event {
  /// Whether it tells of something critical, or of its end.
  fileprivate var concernsCritical: Bool {
    verdict == .critical || type.isRecovery && before?.verdict == .critical
  }
}

extension QuietHours {
  /// Whether a time is within the quiet hours; in a time zone that is unknown nothing is.
  func contains(_ time: Timestamp) -> Bool {
    guard let zone = TimeZone(identifier: timeZone) else { return false }
    let offset = Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(time.seconds))))
    let local = time.seconds + offset
    let day = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let minute = Int(local - day * 86_400) / 60
    if from == to { return begins(on: day) }
    if from < to { return (from..<to).contains(minute) && begins(on: day) }
    return minute >= from && begins(on: day) || minute < to && begins(on: day - 1)
  }

  /// Whether quiet hours begin on a day, counted from Thursday, 1 January 1970.
  private func begins(on day: Int64) -> Bool {
    if days.isEmpty { return true }
    let weekdays = Day.allCases
    return days.contains(weekdays[Int(((day + 3) % 7 + 7) % 7)])
  }
}
