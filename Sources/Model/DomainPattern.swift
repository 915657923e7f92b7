// Which domains a configuration means by a pattern.

/// `example.org` for that domain, `*.example.org` for every one below it, `*` for all.
public struct DomainPattern: Hashable, Sendable {
  public enum Extent: Hashable, Sendable {
    case all
    case exactly(DomainName)
    case below(DomainName)
  }

  public let extent: Extent

  public init(_ extent: Extent) { self.extent = extent }

  /// nil where the text is no pattern.
  public init?(_ text: String) {
    if text == "*" {
      extent = .all
      return
    }
    let isBelow = text.hasPrefix("*.")
    guard let name = try? DomainName(isBelow ? text.dropFirst(2) : text[...]) else { return nil }
    extent = isBelow ? .below(name) : .exactly(name)
  }

  /// The domain that is named; nil for all.
  public var base: DomainName? {
    switch extent {
    case .all: nil
    case .exactly(let name), .below(let name): name
    }
  }

  public func matches(_ domain: DomainName) -> Bool {
    switch extent {
    case .all: true
    case .exactly(let name): domain == name
    case .below(let name): domain != name && domain.isWithin(name)
    }
  }
}
