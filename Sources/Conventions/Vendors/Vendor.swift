// Vendors: who signs mail for others, and by which records a domain lets them.

public import Model

/// One way of a vendor to have keys published: a set of records at selectors of the customer's domain.
public struct Vendor: Hashable, Sendable {
  /// What people call the vendor.
  public var name: String
  /// CNAME, where the vendor serves the key from its own zone, or TXT.
  public var type: RecordType
  /// The records of the set.
  public var members: [Member]
  /// What of the set must work.
  public var rule: Rule
  /// How many records the set has: more than `members` where their names cannot be told from one another.
  public var recordCount: Int
  /// A record of a set, as it really looks.
  public var example: Example
  /// Where the convention is written down.
  public var source: String
  /// What a reader should know besides; empty where nothing.
  public var note: String

  /// One record of the set.
  public struct Member: Hashable, Sendable {
    public var selector: NamePattern
    /// Where the CNAME leads; nil for TXT.
    public var target: NamePattern?
  }

  /// What of a set must work.
  public enum Rule: String, Hashable, Sendable, CaseIterable {
    /// Every record must lead to a key: the vendor signs with any of them, or will after its next rotation.
    case all
    /// Every record must be there, but only one at a time leads to a key; that the others do not is how it should be.
    case oneActive
    /// Each record stands for itself.
    case independent
  }

  /// A selector, and for a CNAME its target.
  public struct Example: Hashable, Sendable {
    public var selector: DomainName
    public var target: DomainName?
  }
}

/// A record that fits a vendor's convention.
public struct VendorMatch: Hashable, Sendable {
  public var vendor: Vendor
  /// Which of the vendor's `members` it is.
  public var member: Int
  /// What told the vendor.
  public var basis: Basis
  /// The record itself. Its target is nil where the vendor makes one up for each customer and none was seen.
  public var record: VendorRecord
  /// The other records of the set, as far as their names can be told; none where each record stands for itself.
  public var siblings: [VendorRecord]

  /// What told the vendor.
  public enum Basis: String, Hashable, Sendable {
    /// The target of the CNAME: nobody else has such names.
    case target
    /// The selector alone: others may use the same one.
    case selector
  }
}

/// A record as a vendor asks for it.
public struct VendorRecord: Hashable, Sendable {
  public var selector: DomainName
  /// The target of the CNAME; nil for TXT, and where only the vendor knows it.
  public var target: DomainName?

  public init(selector: DomainName, target: DomainName? = nil) {
    self.selector = selector
    self.target = target
  }
}
