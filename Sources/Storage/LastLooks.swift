// When each watch was last looked at in each view, in little room: the numbers of rows are small and follow each other.

internal import Model

/// The last looks of this process. An entry takes eight bytes for each view.
struct LastLooks: Sendable {
  /// The places of the views, in the order in which they came.
  private var views: [String: Int] = [:]
  /// By view, then by the row id of the watch: microseconds, 0 where there was no look.
  private var times: [ContiguousArray<Int64>] = []

  var isEmpty: Bool { times.isEmpty }

  subscript(place: WatchingState.WatchedView) -> Timestamp? {
    guard let view = views[place.view], times[view].indices.contains(Int(place.watch)),
      times[view][Int(place.watch)] != 0
    else { return nil }
    return Timestamp(microseconds: times[view][Int(place.watch)])
  }

  /// Whether a watch was looked at in any view.
  func hasSeen(_ watch: Int64) -> Bool {
    times.contains { $0.indices.contains(Int(watch)) && $0[Int(watch)] != 0 }
  }

  /// Takes up looks; of two at one place the later.
  mutating func note(_ looks: [WatchingState.WatchedView: Timestamp]) {
    for (place, time) in looks where place.watch > 0 {
      let view = views[place.view] ?? times.count
      if view == times.count {
        views[place.view] = view
        times.append([])
      }
      let watch = Int(place.watch)
      if watch >= times[view].count {
        times[view].append(contentsOf: repeatElement(0, count: watch + 1 - times[view].count))
      }
      times[view][watch] = max(times[view][watch], time.microseconds)
    }
  }
}
