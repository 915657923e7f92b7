// Which domains a configuration means by a pattern.

/// `example.org` for that domain, `*.example.org` for every one below it, `*` for all.
public struct DomainPattern: Hashable, Sendable {
  /// nil where every domain is meant.
  public let base: DomainName?
  private let isBelow: Bool

  /// nil where the text is no pattern.
  public init?(_ text: String) {
    isBelow = text.hasPrefix("*.")
    if text == "*" {
      base = nil
    } else {
      guard let base = try? DomainName(isBelow ? text.dropFirst(2) : text[...]) else { return nil }
      self.base = base
    }
  }

  public func matches(_ domain: DomainName) -> Bool {
    guard let base else { return true }
    return isBelow ? domain != base && domain.isWithin(base) : domain == base
  }
}
