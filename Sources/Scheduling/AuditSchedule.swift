// When each domain is audited next. Pure: time comes in as the time that has passed, which no clock change can move.

public import Model

/// Audits by the time when they are due, few of them at once.
///
/// An audit takes some hundred questions: those of many domains are spread over the interval, whatever the time at which the
/// daemon starts.
public struct AuditSchedule: Sendable {
  /// What is known of a domain when it is taken up.
  public struct Entry: Hashable, Sendable {
    public var interval: Duration
    /// How long ago the last audit was; nil where there was none.
    public var sinceLast: Duration?

    public init(interval: Duration, sinceLast: Duration?) {
      self.interval = interval
      self.sinceLast = sinceLast
    }
  }

  private struct Place {
    var interval: Duration
    var dueAt: Duration
    var isRunning = false
  }

  /// The first audits of several domains are so far apart.
  private static let distance = Duration.seconds(20)
  /// No further audit waits longer than this.
  private static let longestConfirmation = Duration.seconds(300)

  private let limit: Int
  private let random: @Sendable () -> Double
  private var places: [DomainName: Place] = [:]

  /// - Parameters:
  ///   - limit: how many audits run side by side.
  ///   - random: a source of numbers in 0..<1.
  public init(limit: Int = 2, random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }) {
    self.limit = limit
    self.random = random
  }

  /// Takes up a set of domains. Known ones keep their time, unless a shorter interval brings it forward.
  public mutating func replace(with entries: [DomainName: Entry], at now: Duration) {
    let old = places
    let new = entries.keys.filter { old[$0] == nil }.count
    places = [:]
    for (domain, entry) in entries {
      var place = old[domain] ?? Place(interval: entry.interval, dueAt: first(entry, among: new, at: now))
      place.interval = entry.interval
      place.dueAt = min(place.dueAt, now + entry.interval)
      places[domain] = place
    }
  }

  private func first(_ entry: Entry, among count: Int, at now: Duration) -> Duration {
    let spread = min(entry.interval, Self.distance * (count - 1)) * random()
    let rest = entry.sinceLast.map { entry.interval - max(.zero, $0) } ?? .zero
    return now + max(rest, spread)
  }

  /// Hands out a domain that is due, the longest waiting first, while fewer than the limit are under way. Each comes back by
  /// `finish`.
  public mutating func next(at now: Duration) -> DomainName? {
    guard places.values.count(where: \.isRunning) < limit else { return nil }
    let due = places.filter { !$0.value.isRunning && $0.value.dueAt <= now }
    guard let domain = due.min(by: { ($0.value.dueAt, $0.key) < ($1.value.dueAt, $1.key) })?.key else { return nil }
    places[domain]?.isRunning = true
    return domain
  }

  /// When the next domain is due; nil where none waits.
  public var nextDue: Duration? { places.values.lazy.filter { !$0.isRunning }.map(\.dueAt).min() }

  /// Takes a domain back after its audit. Intervals are shortened by up to a tenth, so that audits drift apart.
  ///
  /// - Parameter soon: whether a further audit has to confirm what this one showed.
  public mutating func finish(_ domain: DomainName, soon: Bool, at now: Duration) {
    guard var place = places[domain] else { return }
    place.isRunning = false
    place.dueAt =
      now + (soon ? min(Self.longestConfirmation, place.interval / 4) : place.interval * (1 - 0.1 * random()))
    places[domain] = place
  }
}
