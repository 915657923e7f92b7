// Where the domain that somebody registered begins: the public suffix list, by libpsl.

import CPsl
public import Model

extension DomainName {
  /// The registrable domain that this name belongs to: the public suffix and one label more, as `example.co.uk` of
  /// `mail.example.co.uk`. Nil for a public suffix itself, and for the root.
  ///
  /// By the list that libpsl was built with, or the file on the disk where that is newer. A suffix that the list does not
  /// know has one label (publicsuffix.org, the rule `*`).
  public var registrableDomain: DomainName? {
    guard !isRoot, let list = PublicSuffixes.list.pointer else { return nil }
    // What libpsl gives is a pointer into the name that it was given.
    let found = description.withCString { name in psl_registrable_domain(list, name).map { String(cString: $0) } }
    return found.flatMap { try? DomainName($0) }
  }
}

extension DomainName {
  /// The domain that a registry has given out: as `registrableDomain`, but by the suffixes of registries alone, and not those of
  /// companies that give out names below their own, as `cloudfront.net`.
  public var registeredDomain: DomainName? {
    guard let list = PublicSuffixes.list.pointer else { return nil }
    var name = self
    while let above = name.parent, !above.isRoot {
      // A name that the list does not know has a suffix of one label.
      if above.description.withCString({ psl_is_public_suffix2(list, $0, PSL_TYPE_ICANN) }) == 1 { return name }
      name = above
    }
    return nil
  }
}

/// The list, loaded once and never changed.
private enum PublicSuffixes {
  /// libpsl only reads a list that it has loaded.
  struct List: @unchecked Sendable {
    let pointer: OpaquePointer?
  }

  static let list = List(pointer: psl_latest(nil))
}
