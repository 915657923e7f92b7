// A change from one selector to another that is under way, as a watch carries it.

/// A signer is about to change from one selector to another.
public struct Rotation: Hashable, Sendable {
  /// The key that is in use.
  public var old: KeyName
  /// The key that comes.
  public var new: KeyName
  /// The fingerprint of the key that has to stand at the new selector, as in `KeySummary.fingerprint`; nil for any.
  public var fingerprint: String?

  public init(old: KeyName, new: KeyName, fingerprint: String? = nil) {
    self.old = old
    self.new = new
    self.fingerprint = fingerprint
  }
}
