// A dictionary whose entries end and whose size is bounded.

import Model

/// Values by key, each until a point in time; at most `limit` of them.
struct ExpiringTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var entries: [Key: (value: Value, expires: Timestamp)] = [:]
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var count: Int { entries.count }

  /// The value, where it has not ended.
  func value(_ key: Key, at now: Timestamp) -> Value? {
    guard let entry = entries[key], entry.expires > now else { return nil }
    return entry.value
  }

  mutating func store(_ value: Value, for key: Key, until expires: Timestamp, now: Timestamp) {
    if entries.count >= limit, entries[key] == nil { makeRoom(at: now) }
    entries[key] = (value, expires)
  }

  mutating func remove(_ key: Key) { entries[key] = nil }

  // Half of the entries go when nothing has ended, so that the cost is spread over many insertions.
  private mutating func makeRoom(at now: Timestamp) {
    entries = entries.filter { $0.value.expires > now }
    guard entries.count >= limit else { return }
    for key in Array(entries.keys.prefix(entries.count / 2 + 1)) { entries[key] = nil }
  }
}
