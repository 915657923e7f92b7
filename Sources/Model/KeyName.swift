// What is watched: the key of a selector and a signing domain, or the record set of a name and a type.

/// A (selector, signing domain) pair; RFC 6376 `s=` and `d=`. Or, where `isKey` says no, any other record set: what is asked,
/// swept, confirmed, kept and told is the same for both, and only what judges the answer is chosen by the kind.
///
/// Only the whole name is held, since there may be a million of these; selector and domain are cut out of it.
public struct KeyName: Hashable, Sendable, Comparable, CustomStringConvertible {
  /// The name that is asked: the key name `<selector>._domainkey.<signing domain>`, or that of the record set.
  public let name: DomainName
  /// The type that is asked; TXT of a key.
  public let type: RecordType
  /// How many bytes of the wire form the labels of the selector take; 0 of a record set.
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
    type = .txt
    selectorLength = UInt8(selector.wire.count - 1)
  }

  /// The same of parts that may be missing; nil then, and where the whole name would be too long for DNS.
  public init?(_ selector: DomainName?, of domain: DomainName?) {
    guard let selector, let domain, let key = try? KeyName(selector: selector, domain: domain) else { return nil }
    self = key
  }

  /// Reads what names a watch beside its domain: a type in capitals (`MX`, since `mx` may be a selector), or a selector.
  public init?(selectorOrType word: String, of domain: DomainName) {
    if let type = RecordType(inCapitals: word) {
      self.init(recordSet: domain, type)
    } else {
      self.init(try? DomainName(word), of: domain)
    }
  }

  /// The record set of a name and a type.
  public init(recordSet name: DomainName, _ type: RecordType) {
    self.name = name
    self.type = type
    selectorLength = 0
  }

  /// Splits a key name at its first `_domainkey` label; nil where there is none or a side is empty.
  public init?(keyName: DomainName) {
    let middle = keyName.labels.first { $0.elementsEqual(Self.domainKeyLabel) }
    // One byte of length stands before the label.
    guard let middle, middle.startIndex > 1, middle.endIndex < keyName.wire.count - 1 else { return nil }
    name = keyName
    type = .txt
    selectorLength = UInt8(middle.startIndex - 1)
  }

  /// Whether it is the key of a selector.
  public var isKey: Bool { selectorLength > 0 }

  /// The selector; may have several labels (RFC 6376, section 3.1). The root of a record set, which has none.
  public var selector: DomainName { DomainName(checked: name.wire.prefix(Int(selectorLength)) + [0]) }

  /// The signing domain; the name itself of a record set.
  public var domain: DomainName {
    guard isKey else { return name }
    return DomainName(checked: Array(name.wire.dropFirst(Int(selectorLength) + 1 + Self.domainKeyLabel.count)))
  }

  /// What names it beside the domain: the selector as it is to be shown, or the type of a record set in capitals.
  public func selectorOrType(_ display: (DomainName) -> String = { $0.description }) -> String {
    isKey ? display(selector) : type.description
  }

  /// What it is asked with.
  public var question: Question { Question(name, type) }

  /// The key name as text; of a record set its name and type, as in `example.org MX`.
  public var description: String { isKey ? name.description : "\(name) \(type)" }

  public static func < (left: KeyName, right: KeyName) -> Bool {
    (left.domain, left.selector, left.type.rawValue) < (right.domain, right.selector, right.type.rawValue)
  }
}
