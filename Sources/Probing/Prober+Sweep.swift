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
  public func sweep(_ requests: [LookRequest]) async -> Sweep {
    let plan = plan(requests)
    async let fingerprints = check(plan.zones)
    let replies = await ask(plan.questions)
    let current = await fingerprints
    return judge(plan, replies, current)
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

  /// All questions of views that share the engine go in one burst; each DoH resolver gets its own.
  private func ask(_ parts: [Part]) async -> [Reply] {
    var bursts: [Int?: (asker: any Asking, parts: [Int])] = [:]
    for (index, part) in parts.enumerated() {
      let probe = probes[part.view]
      bursts[probe.usesEngine ? nil : part.view, default: (probe.asker, [])].parts.append(index)
    }
    return await withTaskGroup(of: [(Int, Reply)].self) { group in
      for burst in bursts.values {
        let queries = burst.parts.map { parts[$0].query }
        group.addTask { Array(zip(burst.parts, await burst.asker.ask(queries))) }
      }
      var replies = [Reply](repeating: .unchanged, count: parts.count)
      for await burst in group { for (index, reply) in burst { replies[index] = reply } }
      return replies
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

  private func judge(_ plan: Plan, _ replies: [Reply], _ current: [ZoneOfView: Int]) -> Sweep {
    /// Whether the view has answered for the key.
    struct Slot: Hashable {
      var request: Int
      var view: Int
    }
    var differing = plan.differing
    var answered: [Slot: Bool] = [:]
    for (part, reply) in zip(plan.questions, replies) {
      let slot = Slot(request: part.request, view: part.view)
      let digest = Self.digest(of: reply, to: part.query, expected: part.expected)
      if digest != part.expected { differing.insert(part.request) }
      answered[slot] = answered[slot, default: false] || !Self.failures.contains(digest)
    }
    for (request, zone, fingerprint) in plan.fingerprints {
      if let now = current[zone], now != fingerprint { differing.insert(request) }
    }
    var sweep = Sweep(differing: differing.sorted().map { plan.requests[$0].key })
    for (slot, hasAnswered) in answered {
      sweep.tallies[probes[slot.view].view.name, default: .init()].asked += 1
      if !hasAnswered { sweep.tallies[probes[slot.view].view.name, default: .init()].failed += 1 }
    }
    return sweep
  }

  /// The digests of failures without a chain.
  private static let failures = Set(
    Outcome.Failure.allCases.map { Digest.of(outcome: .failed($0), chain: [], records: []) })

  private static func digest(of reply: Reply, to query: Query, expected: Digest) -> Digest {
    switch reply {
    case .unchanged: expected
    case .message(let message, _, _): Answer(replyTo: query.question, message: message).digest
    case .failed(let failure, _, _): .of(outcome: .failed(failure), chain: [], records: [])
    }
  }
}
