// What a busy resolver has in its cache for one key name, over the whole time: somebody asks for it all day long, so that an
// entry is fetched again as soon as it has expired.

import Model

/// One piece of time in which a resolver gives the same answer.
struct CacheSpan: Hashable, Sendable {
  let from: Moment
  let until: Moment
  /// nil where it gives SERVFAIL.
  let content: Content?
  /// Whether the answer is past its end.
  let isStale: Bool
  /// How long an entry is kept; it is fetched again and again from `from` on.
  let ttl: Moment

  /// What is left of the entry, in seconds.
  func ttl(at moment: Moment) -> UInt32 {
    isStale ? 30 : UInt32((ttl - (moment - from) % ttl + .second - 1) / .second)
  }
}

/// The pieces of one resolver and watch.
struct CacheTimeline: Sendable {
  private(set) var spans: [CacheSpan] = []

  init(_ facts: Facts, _ source: SourceTimeline, watch: Int, resolver: Int, end: Moment) {
    let internet = facts.internet
    let zone = internet.zones[internet.places[watch].zone]
    let losses = facts.losses(of: resolver)
    let who = (Int64(resolver), Int64(watch))
    var now = -internet.chance.below(zone.ttl, 10, who.0, who.1)
    var last: Content?
    while now < end {
      let nextLoss = losses.first { $0 > now } ?? .max
      if losses.contains(now) { last = nil }
      let piece = source.at(now)
      let contents = piece.contents
      if contents.isEmpty {
        // It tries again every few seconds until one of the servers answers.
        let back = source.spans[source.index(at: now)...].first { !$0.contents.isEmpty }?.from ?? .max
        let until = min(nextLoss, back < end ? back + internet.chance.below(10 * .second, 11, who.0, who.1, now) : .max)
        let held = internet.resolvers[resolver].servesStale ? last : nil
        spans.append(CacheSpan(from: now, until: until, content: held, isStale: held != nil, ttl: 30 * .second))
        now = until
      } else {
        let content = contents[Int(internet.chance.below(Int64(contents.count), 12, who.0, who.1, now))]
        let ttl = content == .absent ? zone.negativeTTL : zone.ttl
        // Where all servers say the same, so will the fetches to come.
        let fetches = contents.count > 1 || piece.until >= end ? 1 : max(1, (piece.until - now + ttl - 1) / ttl)
        let until = min(nextLoss, contents.count == 1 && piece.until >= end ? .max : now + fetches * ttl)
        spans.append(CacheSpan(from: now, until: until, content: content, isStale: false, ttl: ttl))
        last = content
        now = until
      }
    }
  }

  func at(_ moment: Moment) -> CacheSpan {
    var (low, high) = (0, spans.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if spans[middle].from <= moment { low = middle } else { high = middle - 1 }
    }
    return spans[low]
  }

  /// The pieces that touch this time.
  func spans(from: Moment, until: Moment) -> [CacheSpan] { spans.filter { $0.from < until && $0.until > from } }
}
