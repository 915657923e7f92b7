// States and verdicts: what a watch comes to.

/// The state of a watch.
public enum State: String, Hashable, Sendable, Codable, CaseIterable {
  /// Not asked yet.
  case pending
  /// The key is there and can be used.
  case published
  /// No key at the source.
  case missing
  /// `p=` is empty.
  case revoked
  /// A record is there that no receiver can use.
  case invalid
  /// A valid key, but not the pinned one.
  case mismatched
  /// Servers or views disagree.
  case divergent
  /// No way to tell: nobody answers, or answers do not validate.
  case unreachable
}

/// The verdict on a watch: the plugin states of Nagios.
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
  case ok, warning, critical, unknown

  /// 0 ok, 1 warning, 2 critical, 3 unknown.
  public var exitCode: Int32 {
    switch self {
    case .ok: 0
    case .warning: 1
    case .critical: 2
    case .unknown: 3
    }
  }

  /// The worse of two; critical is worse than unknown, unknown is worse than warning.
  public func worse(_ other: Verdict) -> Verdict {
    rank >= other.rank ? self : other
  }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .unknown: 2
    case .critical: 3
    }
  }

  /// The verdict that a severity alone leads to; information leaves it ok.
  public init(_ severity: Severity) {
    switch severity {
    case .info: self = .ok
    case .warning: self = .warning
    case .critical: self = .critical
    }
  }
}
