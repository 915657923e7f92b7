// The sweep: what was asked before is asked again in one burst, and only what differs is named.

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

  /// Takes a differing key, with the answer that shows it where one does.
  public typealias FoundDifference = @Sendable (KeyName, SweepDifference?) -> Void

  /// Asks again what the last look saw.
  ///
  /// The servers of each zone are asked for each key; the parent of each zone is asked once whether it still delegates to the
  /// same servers, whatever the TTL: who asks with an empty cache sees a new delegation at once.
  ///
  /// - Parameter found: called with each differing key as soon as one answer shows that it is one, once each, perhaps on
  ///   another thread: neither a silent view nor a slow server delays it.
  public func sweep(_ requests: [LookRequest], found: FoundDifference? = nil) async -> Sweep {
    let plan = plan(requests)
    let run = SweepRun(plan, views: probes.map(\.view.name), found: found)
    async let zones: Void = check(plan.zones) { run.take($0, fingerprint: $1) }
    await ask(plan.bursts, run)
    await zones
    return run.sweep()
  }

  private func plan(_ requests: [LookRequest]) -> SweepPlan {
    baseline.withLock { baseline in
      var plan = SweepPlan(keys: requests.map(\.key))
      // Requests mostly mean the same views.
      var (wanted, views) = (requests.first?.views, requests.first.map(views(of:)) ?? [])
      for (index, request) in requests.enumerated() {
        if request.views != wanted { (wanted, views) = (request.views, self.views(of: request)) }
        guard let known = baseline.known(request.key), views.allSatisfy(known.isLookedAt) else {
          plan.differing.insert(index)
          continue
        }
        if !views.allSatisfy(known.isRepeatable) { plan.differing.insert(index) }
        var last = -1
        known.forEachQuery { view, expected in
          guard views.contains(view) else { return }
          guard let query = probes[view].query(repeating: expected) else {
            plan.differing.insert(index)
            return
          }
          if view != last { plan.slots.append(UInt8(view)) }
          last = view
          plan.add(
            query,
            SweepMark(
              request: Int32(index), slot: Int32(plan.slots.count - 1), isPassedOver: expected.isPassedOver),
            view: view, usesEngine: probes[view].usesEngine, atMost: requests.count)
        }
        for zone in known.zones where views.contains(Int(zone.view)) {
          plan.zones[ZoneOfView(view: zone.view, zone: zone.zone), default: []].append((index, zone.fingerprint))
        }
      }
      return plan
    }
  }

  /// Asks in one burst what goes through the engine, and beside it each DoH resolver.
  private func ask(_ bursts: [SweepBurst], _ run: SweepRun) async {
    await withTaskGroup(of: Void.self) { group in
      for burst in bursts {
        group.addTask {
          let replies = await self.probes[burst.view].asker.ask(burst.queries) { index, reply in
            run.take(reply, to: index, of: burst)
          }
          run.takeUnchanged(replies, to: burst)
        }
      }
    }
  }

  /// The fingerprints of the zones as they are now, parents before children.
  private func check(
    _ zones: [ZoneOfView: [(request: Int, fingerprint: Int)]],
    _ checked: @escaping @Sendable (ZoneOfView, Int?) -> Void
  ) async {
    let now = elapsed()
    let byDepth = Dictionary(grouping: zones.keys) { $0.zone.labels.count }.sorted { $0.key < $1.key }
    for (_, zones) in byDepth {
      let due = checkedZones.withLock { known in
        zones.filter { zone in
          guard let last = known[zone], last.at + Self.zoneLife > now else { return true }
          checked(zone, last.fingerprint)
          return false
        }
      }
      _ = await boundedMap(due, limit: Self.zoneLimit) { zone in
        let fingerprint = await self.probes[Int(zone.view)].fingerprint(of: zone.zone)
        self.checkedZones.withLock { $0[zone] = (fingerprint, now) }
        checked(zone, fingerprint)
      }
    }
    checkedZones.withLock { known in
      if known.count > 2 * zones.count + 1024 { known = known.filter { $0.value.at + Self.zoneLife > now } }
    }
  }
}
