// Secrets that cannot be printed by accident.

/// A secret text, such as a webhook's URL or token. Every way of printing it gives `<hidden>`.
public struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let value: String

  public init(_ value: String) { self.value = value }

  /// The secret itself. Call this only where it is used.
  public func reveal() -> String { value }

  public var description: String { "<hidden>" }
  public var debugDescription: String { "<hidden>" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
