// What every server of a zone would have answered, over the whole time: pieces in which nothing changes.

import Model

/// One piece of time in which the servers of the zone say the same.
struct SourceSpan: Hashable, Sendable {
  var from: Moment
  var until: Moment
  let host: Int
  /// What each server of the host says, in their order.
  let said: [Said]

  /// What those say that answer, repeats left out.
  var contents: [Content] {
    said.compactMap(\.content).reduce(into: []) { found, content in
      if !found.contains(content) { found.append(content) }
    }
  }
}

/// The pieces of one watch, in order and without gaps.
struct SourceTimeline: Sendable {
  private(set) var spans: [SourceSpan] = []

  init(_ facts: Facts, watch: Int) {
    let zone = facts.internet.places[watch].zone
    let moments = [Moment.min / 2] + facts.sourceChanges(of: watch).filter { $0 < .max } + [.max]
    for (from, until) in zip(moments, moments.dropFirst()) {
      let host = facts.host(of: zone, at: from)
      let said = facts.internet.hosts[host].map { facts.said(by: $0, of: watch, at: from) }
      if let last = spans.last, last.host == host, last.said == said {
        spans[spans.count - 1].until = until
      } else {
        spans.append(SourceSpan(from: from, until: until, host: host, said: said))
      }
    }
  }

  /// The index of the piece that holds the moment.
  func index(at moment: Moment) -> Int {
    var (low, high) = (0, spans.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if spans[middle].from <= moment { low = middle } else { high = middle - 1 }
    }
    return low
  }

  func at(_ moment: Moment) -> SourceSpan { spans[index(at: moment)] }
}
