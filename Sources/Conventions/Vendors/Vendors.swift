// Which vendor a record belongs to, and which records belong to it.

internal import Embedded
public import Model

/// The vendors that are known.
public enum Vendors {
  /// All of them, in the order of the table: of two that fit, the first one counts.
  public static let all = table.vendors
  /// What is wrong with the rows that were left out: nothing, or a test would have failed.
  static let errors = table.errors

  private static let table = VendorTable(EmbeddedFile.vendors.bytes)

  /// The vendors that a record fits.
  ///
  /// - Parameter target: Where the CNAME leads. Then at most one vendor fits: the one whose names such targets are. Nil
  ///   where no CNAME was seen: then all fit that use such a selector, the likeliest first.
  public static func matching(selector: DomainName, target: DomainName? = nil) -> [VendorMatch] {
    let matches = all.lazy.compactMap { match($0, selector, target) }
    return target == nil ? Array(matches) : Array(matches.prefix(1))
  }

  /// The selectors that are the same with every customer of a vendor, each once.
  public static let selectors: [DomainName] = {
    var seen: Set<DomainName> = []
    return all.flatMap(\.members).compactMap(\.selector.literal).filter { seen.insert($0).inserted }
  }()

  private static func match(_ vendor: Vendor, _ selector: DomainName, _ target: DomainName?) -> VendorMatch? {
    for (index, member) in vendor.members.enumerated() {
      guard var captures = member.selector.match(selector) else { continue }
      captures["selector"] = selector.labels.map(Array.init)
      if let target {
        guard let found = member.target?.match(target, known: captures) else { continue }
        captures = found
      } else if !member.selector.isTelling {
        continue
      }
      let others = vendor.rule == .independent ? [] : vendor.members.indices.filter { $0 != index }
      return VendorMatch(
        vendor: vendor, member: index, basis: target == nil ? .selector : .target,
        record: VendorRecord(selector: selector, target: target ?? member.target?.filled(captures)),
        siblings: others.compactMap { record(vendor.members[$0], captures) })
    }
    return nil
  }

  /// The record of another member, with what is known from the first.
  private static func record(_ member: Vendor.Member, _ captures: Captures) -> VendorRecord? {
    guard let selector = member.selector.filled(captures) else { return nil }
    var captures = captures
    captures["selector"] = selector.labels.map(Array.init)
    return VendorRecord(selector: selector, target: member.target?.filled(captures))
  }
}
