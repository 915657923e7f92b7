// What unchanged answers look like, for every key, in little room.

import DNS
import Model

/// Remembers, per key and view, which questions were asked where and the digests of what came.
///
/// Endpoints, names and zones are held once and numbered: 10,000 keys over three views take a few megabytes.
struct SweepMemory: Sendable {
  /// One question of one view.
  struct Entry: Hashable, Sendable {
    var digest: Digest
    var endpoint: UInt32
    /// 0 for the key name itself, else the number of another name plus one.
    var question: UInt32
    var view: UInt8
    var transport: Transport
  }

  /// A zone that a view relies on.
  struct Zone: Hashable, Sendable {
    var view: UInt8
    var zone: UInt32
    var fingerprint: Int
  }

  struct Known: Sendable {
    var entries: [Entry] = []
    var zones: [Zone] = []
    /// The views that were looked at, and those whose look has to be repeated whole.
    var seen: Set<UInt8> = []
    var unrepeatable: Set<UInt8> = []
  }

  private var endpoints = Interned<Endpoint>()
  private var names = Interned<DomainName>()
  private var known: [KeyName: Known] = [:]

  /// Takes what one look saw in one view.
  mutating func remember(_ key: KeyName, view: UInt8, _ sight: Sight) {
    var known = self.known[key] ?? Known()
    known.entries.removeAll { $0.view == view }
    known.zones.removeAll { $0.view == view }
    for expected in sight.expected {
      known.entries.append(
        Entry(
          digest: expected.digest, endpoint: endpoints.number(of: expected.endpoint),
          question: expected.question == key.name ? 0 : names.number(of: expected.question) + 1, view: view,
          transport: expected.transport))
    }
    for (zone, fingerprint) in sight.zones {
      known.zones.append(Zone(view: view, zone: names.number(of: zone), fingerprint: fingerprint))
    }
    known.seen.insert(view)
    if sight.isRepeatable, !sight.expected.isEmpty {
      known.unrepeatable.remove(view)
    } else {
      known.unrepeatable.insert(view)
    }
    self.known[key] = known
  }

  /// What is known of a key; nil where it was never looked at.
  func known(_ key: KeyName) -> Known? { known[key] }

  func expected(_ entry: Entry, of key: KeyName) -> Sight.Expected {
    Sight.Expected(
      endpoint: endpoints[entry.endpoint], question: entry.question == 0 ? key.name : names[entry.question - 1],
      transport: entry.transport, digest: entry.digest)
  }

  func zone(_ number: UInt32) -> DomainName { names[number] }

  /// Forgets all keys but these.
  mutating func forget(except keys: Set<KeyName>) { known = known.filter { keys.contains($0.key) } }
}

/// Values that are held once and stand elsewhere as numbers.
private struct Interned<Value: Hashable & Sendable>: Sendable {
  private var numbers: [Value: UInt32] = [:]
  private var values: [Value] = []

  mutating func number(of value: Value) -> UInt32 {
    if let number = numbers[value] { return number }
    let number = UInt32(values.count)
    numbers[value] = number
    values.append(value)
    return number
  }

  subscript(number: UInt32) -> Value { values[Int(number)] }
}
