// What an audit is told beside the domain.

public import Model
public import Policies

/// The settings of one audit.
public struct AuditOptions: Hashable, Sendable {
  /// The time of day, which signatures are held against.
  public var now: Timestamp
  /// A label that nobody uses, which shows wildcards and the proof of absence. A new one each time: caches remember.
  public var probe: DomainName
  /// The recursive view that follows names through other zones; nil where there is none: then the zones' own servers are
  /// asked.
  public var resolver: String?
  /// Selectors that are known for the domain.
  public var selectors: [DomainName]
  /// Selectors that signed mail of the domain: tried as guesses are, since a key may have been removed on purpose.
  public var likelySelectors: [DomainName]
  /// Whether this is an internet of one's own: then name servers and hosts with private addresses are right.
  public var isPrivateInternet: Bool
  /// The client that SPF is evaluated for, and whose PTR is looked at.
  public var client: SPFClient?
  /// The checks whose findings are left out, as if they had none.
  public var ignored: Set<String>
  /// The most questions that the audit may cause.
  public var questionLimit: Int

  public init(
    now: Timestamp, probe: DomainName, resolver: String? = nil, selectors: [DomainName] = [],
    likelySelectors: [DomainName] = [], isPrivateInternet: Bool = false, client: SPFClient? = nil,
    ignored: Set<String> = [],
    questionLimit: Int = 1500
  ) {
    self.now = now
    self.probe = probe
    self.resolver = resolver
    self.selectors = selectors
    self.likelySelectors = likelySelectors
    self.client = client
    self.isPrivateInternet = isPrivateInternet
    self.ignored = ignored
    self.questionLimit = questionLimit
  }
}
