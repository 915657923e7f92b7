// Selector and signing domain, and the name that they are asked under.

/// A (selector, signing domain) pair; RFC 6376 `s=` and `d=`.
public struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The selector; may have several labels (RFC 6376, section 3.1).
  public let selector: DomainName
  /// The signing domain.
  public let domain: DomainName
  /// The key name `<selector>._domainkey.<signing domain>`, the name that is asked.
  public let name: DomainName

  /// The label between selector and signing domain (RFC 6376, section 3.6.2.1).
  public static let domainKeyLabel: [UInt8] = Array("_domainkey".utf8)

  /// Joins the two; throws where the whole name would be too long for DNS.
  public init(selector: DomainName, domain: DomainName) throws(DomainNameError) {
    if selector.isRoot || domain.isRoot { throw .empty }
    self.selector = selector
    self.domain = domain
    name = try DomainName(
      labels: selector.labels.map(Array.init) + [Self.domainKeyLabel] + domain.labels.map(Array.init))
  }

  /// Splits a key name at its first `_domainkey` label; nil where there is none or a side is empty.
  public init?(keyName: DomainName) {
    let labels = keyName.labels.map(Array.init)
    guard let middle = labels.firstIndex(of: Self.domainKeyLabel), middle > 0, middle < labels.count - 1,
      let selector = try? DomainName(labels: labels[..<middle]),
      let domain = try? DomainName(labels: labels[(middle + 1)...])
    else { return nil }
    self.selector = selector
    self.domain = domain
    name = keyName
  }

  /// The key name as text.
  public var description: String { name.description }

  public static func < (left: KeyName, right: KeyName) -> Bool {
    (left.domain, left.selector) < (right.domain, right.selector)
  }
}
