// When the servers of a zone are checked one by one: now and then, since no sweep shows an old copy of the zone or signatures
// that have expired while the key is the same everywhere.

internal import Model

/// Checks each zone every six hours, not all zones at once. Not stored: a restart spreads them anew.
struct ZoneCheckups: Sendable {
  static let interval = Duration.seconds(6 * 3600)

  /// When a zone is due.
  private var due: [DomainName: Timestamp] = [:]
  /// Zones of which a watch is about to be looked at for that.
  private var requested: Set<DomainName> = []

  /// Whether a watch of this zone has to be looked at; true once for each time that it is due.
  mutating func wants(_ zone: DomainName, at now: Timestamp) -> Bool {
    guard let due = due[zone] else {
      self.due[zone] = Self.first(zone, now)
      return false
    }
    return due <= now && requested.insert(zone).inserted
  }

  /// Whether this look is the one; the next is due after the interval.
  mutating func take(_ zone: DomainName, at now: Timestamp) -> Bool {
    guard let due = due[zone] else {
      self.due[zone] = Self.first(zone, now)
      return false
    }
    guard due <= now else { return false }
    self.due[zone] = now + Self.interval
    requested.remove(zone)
    return true
  }

  /// Some time within the interval: another for each zone.
  private static func first(_ zone: DomainName, _ now: Timestamp) -> Timestamp {
    let hash = zone.description.utf8.reduce(5381 as UInt64) { $0 &* 33 ^ UInt64($1) }
    return now + .seconds(Int64(hash % UInt64(interval.components.seconds)))
  }
}
