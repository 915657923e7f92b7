// Selector and signing domain, and the name that they are asked under.

/// A (selector, signing domain) pair; RFC 6376 `s=` and `d=`.
///
/// Only the whole name is held, since there may be a million of these; selector and domain are cut out of it.
public struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The key name `<selector>._domainkey.<signing domain>`, the name that is asked.
  public let name: DomainName
  /// How many bytes of the wire form the labels of the selector take.
  private let selectorLength: UInt8

  /// The label between selector and signing domain (RFC 6376, section 3.6.2.1).
  public static let domainKeyLabel: [UInt8] = Array("_domainkey".utf8)

  /// Joins the two; throws where the whole name would be too long for DNS.
  public init(selector: DomainName, domain: DomainName) throws(DomainNameError) {
    if selector.isRoot || domain.isRoot { throw .empty }
    let length = selector.wire.count + Self.domainKeyLabel.count + domain.wire.count
    if length > 255 { throw .nameTooLong(length) }
    var wire: [UInt8] = []
    wire.reserveCapacity(length)
    wire += selector.wire.dropLast()
    wire.append(UInt8(Self.domainKeyLabel.count))
    wire += Self.domainKeyLabel
    wire += domain.wire
    name = DomainName(checked: wire)
    selectorLength = UInt8(selector.wire.count - 1)
  }

  /// Splits a key name at its first `_domainkey` label; nil where there is none or a side is empty.
  public init?(keyName: DomainName) {
    let middle = keyName.labels.first { $0.elementsEqual(Self.domainKeyLabel) }
    // One byte of length stands before the label.
    guard let middle, middle.startIndex > 1, middle.endIndex < keyName.wire.count - 1 else { return nil }
    name = keyName
    selectorLength = UInt8(middle.startIndex - 1)
  }

  /// The selector; may have several labels (RFC 6376, section 3.1).
  public var selector: DomainName { DomainName(checked: name.wire.prefix(Int(selectorLength)) + [0]) }

  /// The signing domain.
  public var domain: DomainName {
    DomainName(checked: Array(name.wire.dropFirst(Int(selectorLength) + 1 + Self.domainKeyLabel.count)))
  }

  /// The key name as text.
  public var description: String { name.description }

  public static func < (left: KeyName, right: KeyName) -> Bool {
    (left.domain, left.selector) < (right.domain, right.selector)
  }
}
