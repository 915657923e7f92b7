// What unchanged answers look like, for every key, in little room.

import DNS
import Model
import Tables

/// Remembers, per key and view, which questions were asked where and the digests of what came.
///
/// The keys of a zone are asked at the same servers in the same way, and all servers say the same: what a key has of its own
/// is one digest and the number of the profile that it shares. Only a key with differing answers, or with a chain, takes
/// memory beside its place in the table.
struct SweepBaseline: Sendable {
  /// A zone that a view relies on.
  struct Zone: Hashable, Sendable {
    var view: UInt8
    var zone: DomainName
    var fingerprint: Int
  }

  /// What is known of one key.
  struct Known: Sendable {
    fileprivate var key: KeyName
    fileprivate var profile: Profile
    fileprivate var record: Record

    var zones: [Zone] { profile.zones }

    /// Whether the view was looked at, and equal answers mean that nothing has changed.
    func isLookedAt(_ view: Int) -> Bool { profile.looked.contains(UInt8(view)) }
    func isRepeatable(_ view: Int) -> Bool { !profile.unrepeatable.contains(UInt8(view)) }

    /// Calls with each question that was asked and its view; those of one view come together.
    func forEachQuery(_ body: (_ view: Int, RepeatQuery) -> Void) {
      for row in profile.rows {
        let digest = row.digest == 0 ? record.digest : record.further?.digests[Int(row.digest) - 1] ?? record.digest
        let name = row.name == 0 ? key.name : record.further?.names[Int(row.name) - 1] ?? key.name
        body(
          Int(row.view),
          RepeatQuery(
            endpoint: row.endpoint, question: Question(name, key.type), transport: row.transport, digest: digest,
            isPassedOver: row.isPassedOver))
      }
    }

    /// The questions that were asked, with their views.
    var queries: [(view: Int, query: RepeatQuery)] {
      var queries: [(view: Int, query: RepeatQuery)] = []
      forEachQuery { queries.append(($0, $1)) }
      return queries
    }
  }

  /// One question of one view; digest and name by their place among those of the key.
  fileprivate struct Row: Hashable, Sendable {
    var endpoint: Endpoint
    var digest: UInt16
    /// 0 for the key name itself.
    var name: UInt16
    var view: UInt8
    var transport: Transport
    var isPassedOver: Bool
  }

  /// How a key is asked; the same for many keys.
  fileprivate struct Profile: Hashable, Sendable {
    var rows: [Row] = []
    var zones: [Zone] = []
    var looked: [UInt8] = []
    var unrepeatable: [UInt8] = []
  }

  /// Digests beyond the first, and the names that a chain leads to.
  fileprivate final class Further: Sendable {
    let digests: [Digest]
    let names: [DomainName]

    init(digests: [Digest], names: [DomainName]) {
      self.digests = digests
      self.names = names
    }
  }

  /// What one key has of its own.
  fileprivate struct Record: Sendable {
    var digest: Digest
    var further: Further?
    var profile: UInt32
  }

  private var records = KeyTable<Record>()
  private var profiles = CountedTable<Profile>()

  /// Takes what one look saw in one view.
  mutating func remember(_ key: KeyName, view: UInt8, _ result: ProbeResult) {
    let known = known(key)
    var queries = known?.queries.filter { $0.view != Int(view) } ?? []
    queries += result.queries.map { (view: Int(view), query: $0) }
    var profile = known?.profile ?? Profile()
    profile.rows = []
    var digests: [Digest] = []
    var names: [DomainName] = []
    for (view, query) in queries {
      profile.rows.append(
        Row(
          endpoint: query.endpoint, digest: Self.place(of: query.digest, in: &digests),
          name: query.question.name == key.name ? 0 : Self.place(of: query.question.name, in: &names) + 1,
          view: UInt8(view),
          transport: query.transport, isPassedOver: query.isPassedOver))
    }
    profile.zones.removeAll { $0.view == view }
    for (zone, fingerprint) in result.zones.sorted(by: { $0.key < $1.key }) {
      profile.zones.append(Zone(view: view, zone: zone, fingerprint: fingerprint))
    }
    profile.looked = (profile.looked.filter { $0 != view } + [view]).sorted()
    profile.unrepeatable.removeAll { $0 == view }
    if !result.isRepeatable || result.queries.isEmpty { profile.unrepeatable.append(view) }
    profile.unrepeatable.sort()

    let isPlain = digests.count <= 1 && names.isEmpty
    let number = profiles.add(profile)
    if let old = records[key]?.profile { profiles.release(old) }
    records.put(
      Record(
        digest: digests.first ?? Digest(high: 0, low: 0),
        further: isPlain ? nil : Further(digests: Array(digests.dropFirst()), names: names), profile: number),
      for: key)
  }

  private static func place<Value: Hashable>(of value: Value, in list: inout [Value]) -> UInt16 {
    if let place = list.firstIndex(of: value) { return UInt16(place) }
    list.append(value)
    return UInt16(list.count - 1)
  }

  /// What is known of a key; nil where it was never looked at.
  func known(_ key: KeyName) -> Known? {
    records[key].flatMap { record in
      profiles[record.profile].map { Known(key: key, profile: $0, record: record) }
    }
  }

  /// Forgets all keys but these.
  mutating func forget(keeping isKept: (KeyName) -> Bool) {
    for (key, record) in records where !isKept(key) { profiles.release(record.profile) }
    records.filter { key, _ in isKept(key) }
  }

  /// How many different profiles are held.
  var profileCount: Int { profiles.count }
}
