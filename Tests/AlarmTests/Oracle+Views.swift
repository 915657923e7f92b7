// The oracle for views and delegations: what has to be told beside the watches.

import Model

extension Oracle {
  /// A view that is out of reach for some minutes is told once; a moment of it never is.
  static func views(_ world: World) -> [Expected] {
    var expected: [Expected] = []
    for view in world.internet.views.map(\.name) {
      var own: [Expected] = []
      for outage in world.facts.outages(ofView: view) {
        let length = outage.upperBound - outage.lowerBound
        guard length > Delays.confirmAfter, outage.lowerBound < world.end else { continue }
        let down = outage.lowerBound + Delays.confirmAfter...outage.lowerBound + 2 * .minute
        let isLong = length > 2 * .minute
        own.append(
          Expected(
            type: .viewDown, subject: view,
            window: isLong ? down : down.lowerBound...outage.upperBound + Delays.afterglow, must: isLong,
            conditions: [], why: "the view is out of reach until \(outage.upperBound.clock)"))
        own.append(
          Expected(
            type: .viewRecovered, subject: view,
            window: outage.upperBound...outage.upperBound + Delays.reopening + Delays.afterglow, must: true,
            conditions: [.init(index: own.count - 1, came: true)], why: "the view is back"))
      }
      expected += own
    }
    return expected
  }

  /// A zone that moves is told once, whoever watches it.
  static func delegations(_ world: World) -> [Expected] {
    world.internet.zones.indices.flatMap { zone -> [Expected] in
      let place = world.internet.zones[zone]
      let moves = world.facts.all.filter { if case .zoneIsAt(zone, _) = $0.what { true } else { false } }
      let interval = place.watches.map { world.internet.places[$0].interval }.min() ?? 0
      let open = gaps(world.facts.outages(ofView: Internet.authoritative), end: world.end)
      return moves.map { move in
        // The first time in which it can be seen for long enough.
        let seen = open.map { $0.clamped(to: min(move.from, $0.upperBound)..<max($0.upperBound, move.from)) }
          .first { $0.upperBound - $0.lowerBound > interval + Delays.work }
        let latest = (seen?.lowerBound ?? world.end) + interval + Delays.work
        return Expected(
          type: .delegationChanged, subject: place.name.description, window: move.from...max(latest, move.from),
          must: seen != nil && latest < world.end, conditions: [], why: "the zone moves")
      }
    }
  }
}
