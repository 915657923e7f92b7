// What is the case with one watch, by the facts alone: the state table of the design, written down a second time.

import Model

/// What anybody would have to say of a watch who knew everything.
enum Condition: Hashable, Sendable, CustomStringConvertible {
  /// All servers that answer have this usable key.
  case good(Content)
  /// No server answers; what was the case before still is, as long as a cache holds it.
  case held
  case missing, revoked, invalid(Content), mismatched(Content)
  /// The servers differ; with what they have.
  case divergent([Content])
  case unreachable

  var isGood: Bool { if case .good = self { true } else { false } }

  /// The key, where all is well.
  var content: Content? { if case .good(let content) = self { content } else { nil } }

  /// What a fault is told as.
  var type: EventType {
    switch self {
    case .good, .held: .selectorChanged
    case .missing: .selectorMissing
    case .revoked: .selectorRevoked
    case .invalid: .selectorInvalid
    case .mismatched: .selectorMismatched
    case .divergent: .selectorDivergent
    case .unreachable: .selectorUnreachable
    }
  }

  var description: String {
    switch self {
    case .good(let content): "published, \(content)"
    case .held: "held by caches"
    case .missing: "missing"
    case .revoked: "revoked"
    case .invalid(let content): "invalid, \(content)"
    case .mismatched(let content): "mismatched, \(content)"
    case .divergent(let contents): "divergent, \(contents.map(\.description).joined(separator: " and "))"
    case .unreachable: "unreachable"
    }
  }
}

/// What warns of a key that is published.
enum Warning: Hashable, Sendable {
  /// A server fails so.
  case server(Outcome.Failure)
  /// No server answers.
  case sourceDown
  /// A resolver gets no answer for the key, or has an expired one.
  case resolver(String)
  case weakKey

  /// Whether it may end as it began, so that it is told late: nobody can be reached, as against answers that are wrong.
  var isFailureToReach: Bool { self != .weakKey && self != .server(.lame) }
  /// Whether the zone's own servers show it.
  var isOfSource: Bool { if case .resolver = self { false } else { true } }
}

/// One piece of time in which all of it stays the same.
struct Situation: Hashable, Sendable {
  var from: Moment
  var until: Moment
  let condition: Condition
  let warnings: Set<Warning>
  /// Whether it can be known: not where the one cache that may hold the key cannot be asked.
  var isSure = true
}

/// Makes the situations of one watch out of what its servers would have answered.
struct Situations {
  private(set) var all: [Situation] = []

  init(_ world: World, watch: Int) {
    let pinned = world.internet.places[watch].isPinned ? world.internet.places[watch].content : nil
    let views = world.internet.resolvers.map(\.view)
    let outages = views.map(world.facts.outages(ofView:))
    for span in world.sources[watch].spans {
      let (from, until) = (max(0, span.from), min(span.until, world.end))
      guard from < until else { continue }
      var moments: Set<Moment> = [from, until]
      // What caches have matters where the source is silent.
      if span.contents.isEmpty {
        for (resolver, view) in views.indices.map({ ($0, outages[$0]) }) {
          let cached = world.caches[resolver][watch].spans(from: from, until: until)
          moments.formUnion(cached.flatMap { [$0.from, $0.until] })
          moments.formUnion(view.flatMap { [$0.lowerBound, $0.upperBound] })
        }
      }
      let sorted = moments.filter { $0 >= from && $0 <= until }.sorted()
      for (start, end) in zip(sorted, sorted.dropFirst()) {
        add(world.situation(of: watch, span, start, end, pinned: pinned))
      }
    }
  }

  private mutating func add(_ situation: Situation) {
    if let last = all.last, last.condition == situation.condition, last.warnings == situation.warnings,
      last.isSure == situation.isSure
    {
      all[all.count - 1].until = situation.until
    } else {
      all.append(situation)
    }
  }
}

extension World {
  fileprivate func situation(
    of watch: Int, _ span: SourceSpan, _ from: Moment, _ until: Moment, pinned: Content?
  ) -> Situation {
    var warnings = Set(span.said.compactMap(\.failure).map(Warning.server))
    let condition: Condition
    var isSure = true
    let contents = span.contents
    if contents.isEmpty {
      warnings.insert(.sourceDown)
      let reachable = internet.resolvers.indices.filter {
        facts.failure(ofView: internet.resolvers[$0].view, at: from) == nil
      }
      let cached = reachable.map { (internet.resolvers[$0].view, caches[$0][watch].at(from)) }
      for (view, cache) in cached where cache.content == nil || cache.isStale { warnings.insert(.resolver(view)) }
      let held = cached.compactMap(\.1.content)
      // What caches hold is what is warned of, also while they cannot be asked.
      let texts = held + internet.resolvers.indices.compactMap { caches[$0][watch].at(from).content }
      if case .weak? = texts.first(where: \.isKey) { warnings.insert(.weakKey) }
      isSure = !internet.resolvers.indices.contains { caches[$0][watch].at(from).content != nil }
      condition = held.isEmpty && facts.failure(ofView: Internet.authoritative, at: from) == nil ? .unreachable : .held
    } else if contents.count > 1 {
      condition = .divergent(contents.sorted { $0.number < $1.number })
    } else {
      switch contents[0] {
      case .absent: condition = .missing
      case .revoked: condition = .revoked
      case .damaged: condition = .invalid(contents[0])
      case .key, .weak:
        condition = pinned == nil || pinned == contents[0] ? .good(contents[0]) : .mismatched(contents[0])
      }
      if case .weak = contents[0] { warnings.insert(.weakKey) }
    }
    return Situation(
      from: from, until: until, condition: condition, warnings: warnings, isSure: isSure || condition != .unreachable)
  }
}
