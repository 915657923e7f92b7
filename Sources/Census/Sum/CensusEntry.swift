// What the census holds of one pair.

package import Model

/// The sightings of one pair, summed.
package struct CensusEntry: Hashable, Sendable {
  /// Who told of it, and how often.
  package struct Source: Hashable, Sendable {
    package var kind: SourceKind
    /// The file, folder or journal; an index into the census's sources.
    package var place: Int
    package var messages: Int

    package init(kind: SourceKind, place: Int, messages: Int) {
      self.kind = kind
      self.place = place
      self.messages = messages
    }
  }

  package let domain: DomainName
  /// nil for sightings whose source told the domain alone.
  package let selector: DomainName?
  package internal(set) var results = ResultCounts()
  package internal(set) var firstSeen: Timestamp?
  package internal(set) var lastSeen: Timestamp?
  /// The first source stands here and not in a list: nearly every pair has one, and it is touched with every sighting.
  private var firstSource: Source?
  private var otherSources: [Source] = []
  /// Failures for want of a key: "public key record (currently?) unavailable" and its like.
  package internal(set) var withoutKey = 0

  static let mostSources = 64

  init(domain: DomainName, selector: DomainName?) {
    self.domain = domain
    self.selector = selector
  }

  package var messages: Int { results.total }

  /// At most `mostSources`; what comes from others is in the counts.
  package var sources: [Source] { firstSource.map { [$0] + otherSources } ?? [] }

  /// Counts messages of a source.
  @inline(__always) mutating func count(_ messages: Int, of kind: SourceKind, place: Int) {
    guard let first = firstSource else {
      firstSource = Source(kind: kind, place: place, messages: messages)
      return
    }
    if first.place == place, first.kind == kind {
      firstSource?.messages += messages
    } else {
      countOther(messages, kind, place)
    }
  }

  @inline(never) private mutating func countOther(_ messages: Int, _ kind: SourceKind, _ place: Int) {
    if let index = otherSources.firstIndex(where: { $0.place == place && $0.kind == kind }) {
      otherSources[index].messages += messages
    } else if otherSources.count + 1 < Self.mostSources {
      otherSources.append(Source(kind: kind, place: place, messages: messages))
    }
  }

  /// Selector and domain together; nil where the selector is unknown.
  package var key: KeyName? { KeyName(selector, of: domain) }

  /// How the key is used: `isPublished` is what DNS says, where it was asked.
  package func use(at now: Timestamp, isPublished: Bool? = nil) -> KeyUse {
    let isGhost = withoutKey > 0 && results[.pass] == 0 && withoutKey == messages
    if isPublished == false || isPublished == nil && isGhost { return .ghost }
    guard let lastSeen else { return .unknown }
    return now - lastSeen > KeyUse.activeSpan ? .dormant : .active
  }
}

/// What the census says of a key.
package enum KeyUse: String, CaseIterable, Hashable, Sendable {
  /// Mail was signed with it in the last 30 days.
  case active
  /// The last mail is older.
  case dormant
  /// Mail is signed with it, and DNS has no key.
  case ghost
  /// No source says when.
  case unknown

  package static let activeSpan = Duration.seconds(30 * 86_400)
}

/// How many messages had which result.
package struct ResultCounts: Hashable, Sendable {
  private var counts = SIMD8<Int64>(repeating: 0)

  package init() {}

  package subscript(result: SightingResult) -> Int { Int(counts[result.index]) }
  package var total: Int { Int(counts.wrappedSum()) }

  @inline(__always) mutating func add(_ messages: Int, _ result: SightingResult) {
    counts[result.index] &+= Int64(messages)
  }
}
