// What is to be asked of one key name.

/// One key that is to be looked at.
public struct LookRequest: Hashable, Sendable {
  public var key: KeyName
  /// The names of the views that are asked; nil for all.
  public var views: [String]?
  /// Asks again with more care: the delegation of the zone is asked anew, and what is not there is asked over TCP too.
  public var isConfirming: Bool

  public init(key: KeyName, views: [String]? = nil, isConfirming: Bool = false) {
    self.key = key
    self.views = views
    self.isConfirming = isConfirming
  }
}
