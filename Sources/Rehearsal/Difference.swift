// How what a future server holds differs from what is served now.

public import Model

/// What would become of a record set.
public enum Difference: String, Hashable, Sendable, Codable, CaseIterable {
  case equal
  /// The same records with another TTL.
  case ttl
  /// A CNAME in the place of the text that it leads to, or the other way round.
  case flattened
  /// Records that are not served now.
  case additional
  case missing
  /// Other records.
  case different
  /// The future server does not serve the zone.
  case unserved
  /// The future server, or every present one, does not answer.
  case unanswered

  public var verdict: Verdict {
    switch self {
    case .equal: .ok
    case .ttl, .flattened, .additional: .warning
    case .missing, .different, .unserved: .critical
    case .unanswered: .unknown
    }
  }

  /// The worse of two.
  func worse(_ other: Difference) -> Difference {
    verdict == other.verdict ? self : verdict.worse(other.verdict) == verdict ? self : other
  }
}

extension Difference {
  /// Compares what is served now with what a future server holds.
  ///
  /// - Parameter texts: The texts that a CNAME target leads to; nil where they are not known.
  init(current: Content, future: Content, purpose: Purpose, texts: (DomainName) -> [TextRecord]?) {
    switch (current, future) {
    case (.silent, _), (.unserved, _), (_, .silent): self = .unanswered
    case (_, .unserved): self = .unserved
    case (.absent, .absent): self = .equal
    case (.absent, _): self = .additional
    case (_, .absent): self = .missing
    case (.delegated(let one, _), .delegated(let other, _)):
      self = one == other && current.meaning == future.meaning ? Self(ttls: current, future) : .different
    case (.delegated, _), (_, .delegated): self = .different
    case (.records, .records):
      let (now, then) = (current.meaning, future.meaning)
      if now == then {
        self = Self(ttls: current, future)
      } else if Self.isFlattened(current, future, texts) {
        self = .flattened
      } else if now.isSubset(of: then), !Self.breaks(future, purpose) {
        self = .additional
      } else {
        self = .different
      }
    }
  }

  private init(ttls current: Content, _ future: Content) { self = current.ttl == future.ttl ? .equal : .ttl }

  private static func isFlattened(
    _ current: Content, _ future: Content, _ texts: (DomainName) -> [TextRecord]?
  ) -> Bool {
    func joined(_ content: Content) -> Set<[UInt8]>? {
      if let alias = content.alias { return texts(alias).map { Set($0.map(\.joined)) } }
      return Set(content.records.compactMap { if case .txt(let text) = $0.data { text.joined } else { nil } })
    }
    guard (current.alias == nil) != (future.alias == nil), let now = joined(current), let then = joined(future) else {
      return false
    }
    return !now.isEmpty && now == then
  }

  /// Whether more records than now spoil those that are right: of keys and policies there may be one.
  private static func breaks(_ future: Content, _ purpose: Purpose) -> Bool {
    let texts = future.records.compactMap { if case .txt(let text) = $0.data { text.joined } else { nil } }
    if purpose == .key { return texts.count > 1 }
    guard let version = purpose.version else { return false }
    return texts.count { $0.starts(with: version.utf8) } > 1
  }
}
