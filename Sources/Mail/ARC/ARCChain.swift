// The chain of ARC sets (RFC 8617): who vouched for the message on its way.

internal import Model

/// The sets of ARC fields in a message.
public struct ARCChain: Hashable, Sendable {
  /// The highest instance (RFC 8617, section 4.2.1).
  public static let longest = 50
}
