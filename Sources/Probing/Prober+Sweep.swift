// The sweep: what was asked before is asked again in one burst, and only what differs is named.

import DNS
public import Model
import Synchronization

/// What a sweep found.
public struct Sweep: Hashable, Sendable {
  /// The keys that need another look: an answer or a delegation differs, or they were never looked at. In the order of the
  /// requests.
  public var differing: [KeyName]
  /// By the name of the view.
  public var tallies: [String: Tally]

  /// How a view fared as a whole.
  public struct Tally: Hashable, Sendable {
    /// The keys that were asked in this view.
    public var asked: Int
    /// Those for which no server of the view gave a usable answer.
    public var failed: Int

    public init(asked: Int = 0, failed: Int = 0) {
      self.asked = asked
      self.failed = failed
    }
  }

  public init(differing: [KeyName] = [], tallies: [String: Tally] = [:]) {
    self.differing = differing
    self.tallies = tallies
  }
}

extension Prober {
  /// How many zones are checked at a time.
  private static let zoneLimit = 256
  /// How long a delegation counts as just checked.
  private static let zoneLife = Duration.seconds(2)

  /// Asks again what the last look saw.
  ///
  /// The servers of each zone are asked for each key; the parent of each zone is asked once whether it still delegates to the
  /// same servers, whatever the TTL: who asks with an empty cache sees a new delegation at once.
  ///
  /// - Parameter found: called with each differing key as soon as it is known, once each; servers that are known to be silent
  ///   do not delay it.
  public func sweep(_ requests: [LookRequest], found: (@Sendable (KeyName) -> Void)? = nil) async -> Sweep {
    let plan = plan(requests)
    var judge = Verdicts(plan: plan, found: found)
    async let fingerprints = check(plan.zones)
    await ask(plan.questions) { judge.take($0) }
    judge.take(await fingerprints)
    return Sweep(
      differing: judge.differing.sorted().map { requests[$0].key }, tallies: judge.tallies(of: probes.map(\.view.name)))
  }

  // MARK: what to ask

  /// One question of a sweep and whose it is.
  private struct Part: Sendable {
    var request: Int
    var view: Int
    var expected: Digest
    var query: Query
  }

  private struct Plan: Sendable {
    var requests: [LookRequest]
    var differing: Set<Int> = []
    var questions: [Part] = []
    var zones: Set<ZoneOfView> = []
    /// What the zones of each request looked like.
    var fingerprints: [(request: Int, zone: ZoneOfView, fingerprint: Int)] = []
  }

  private func plan(_ requests: [LookRequest]) -> Plan {
    memory.withLock { memory in
      var plan = Plan(requests: requests)
      for (index, request) in requests.enumerated() {
        let views = views(of: request)
        guard let known = memory.known(request.key), views.allSatisfy({ known.seen.contains(UInt8($0)) }) else {
          plan.differing.insert(index)
          continue
        }
        if views.contains(where: { known.unrepeatable.contains(UInt8($0)) }) { plan.differing.insert(index) }
        for entry in known.entries where views.contains(Int(entry.view)) {
          let expected = memory.expected(entry, of: request.key)
          if let query = probes[Int(entry.view)].question(expected) {
            plan.questions.append(
              Part(request: index, view: Int(entry.view), expected: entry.digest, query: query))
          } else {
            plan.differing.insert(index)
          }
        }
        for zone in known.zones where views.contains(Int(zone.view)) {
          let zoneOfView = ZoneOfView(view: zone.view, zone: memory.zone(zone.zone))
          plan.zones.insert(zoneOfView)
          plan.fingerprints.append((index, zoneOfView, zone.fingerprint))
        }
      }
      return plan
    }
  }

  // MARK: asking

  /// What goes in one burst.
  private enum Burst: Hashable {
    /// All views that share the engine.
    case engine
    /// The same, to servers that did not answer the last time either: they would hold up the others.
    case silent
    /// One DoH resolver.
    case view(Int)
  }

  private func ask(_ parts: [Part], receive: ([(part: Part, reply: Reply)]) -> Void) async {
    let bursts = Dictionary(grouping: parts) { part -> Burst in
      guard probes[part.view].usesEngine else { return .view(part.view) }
      return Self.silences.contains(part.expected) ? .silent : .engine
    }
    await withTaskGroup(of: [(part: Part, reply: Reply)].self) { group in
      for parts in bursts.values {
        guard let asker = parts.first.map({ probes[$0.view].asker }) else { continue }
        group.addTask {
          let replies = await asker.ask(parts.map(\.query))
          return zip(parts, replies).map { (part: $0, reply: $1) }
        }
      }
      for await burst in group { receive(burst) }
    }
  }

  /// The fingerprints of the zones as they are now, parents before children.
  private func check(_ zones: Set<ZoneOfView>) async -> [ZoneOfView: Int] {
    let now = clock()
    var result: [ZoneOfView: Int] = [:]
    let byDepth = Dictionary(grouping: zones) { $0.zone.labels.count }.sorted { $0.key < $1.key }
    for (_, zones) in byDepth {
      let due = zones.filter { zone in
        guard let checked = checkedZones.withLock({ $0[zone] }), checked.at + Self.zoneLife > now else { return true }
        result[zone] = checked.fingerprint
        return false
      }
      let fingerprints = await boundedMap(due, limit: Self.zoneLimit) { zone in
        await self.probes[Int(zone.view)].fingerprint(of: zone.zone)
      }
      checkedZones.withLock { checked in
        for (zone, fingerprint) in zip(due, fingerprints) { checked[zone] = (fingerprint, now) }
      }
      for (zone, fingerprint) in zip(due, fingerprints) { result[zone] = fingerprint }
    }
    checkedZones.withLock { checked in
      if checked.count > 2 * zones.count + 1024 { checked = checked.filter { $0.value.at + Self.zoneLife > now } }
    }
    return result
  }

  // MARK: judging

  /// What the replies amount to, in whatever order they come.
  private struct Verdicts {
    /// One view of one request.
    private struct Slot: Hashable {
      var request: Int
      var view: Int
    }

    let plan: Plan
    let found: (@Sendable (KeyName) -> Void)?
    private(set) var differing: Set<Int> = []
    /// Whether the view has a usable answer for the key.
    private var answered: [Slot: Bool] = [:]

    init(plan: Plan, found: (@Sendable (KeyName) -> Void)?) {
      self.plan = plan
      self.found = found
      for request in plan.differing { differs(request) }
    }

    private mutating func differs(_ request: Int) {
      if differing.insert(request).inserted { found?(plan.requests[request].key) }
    }

    mutating func take(_ replies: [(part: Part, reply: Reply)]) {
      for (part, reply) in replies {
        let digest = Prober.digest(of: reply, to: part.query, expected: part.expected)
        if digest != part.expected { differs(part.request) }
        let slot = Slot(request: part.request, view: part.view)
        answered[slot] = answered[slot, default: false] || !Prober.failures.contains(digest)
      }
    }

    mutating func take(_ current: [ZoneOfView: Int]) {
      for (request, zone, fingerprint) in plan.fingerprints {
        if let now = current[zone], now != fingerprint { differs(request) }
      }
    }

    func tallies(of views: [String]) -> [String: Sweep.Tally] {
      answered.reduce(into: [:]) { tallies, entry in
        tallies[views[entry.key.view], default: .init()].asked += 1
        if !entry.value { tallies[views[entry.key.view], default: .init()].failed += 1 }
      }
    }
  }

  /// The digests of failures without a chain.
  private static let failures = digests(of: Outcome.Failure.allCases)
  /// Those of servers that say nothing.
  private static let silences = digests(of: [.timeout, .unreachable])

  private static func digests(of failures: [Outcome.Failure]) -> Set<Digest> {
    Set(failures.map { Digest.of(outcome: .failed($0), chain: [], records: []) })
  }

  private static func digest(of reply: Reply, to query: Query, expected: Digest) -> Digest {
    switch reply {
    case .unchanged: expected
    case .message(let message, _, _): Answer(replyTo: query.question, message: message).digest
    case .failed(let failure, _, _): .of(outcome: .failed(failure), chain: [], records: [])
    }
  }
}
