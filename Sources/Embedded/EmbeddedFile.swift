// The files that are part of the program: a table that people edit as text is found at run time without a path.

internal import CEmbedded

/// A file of this package, linked into the program.
public enum EmbeddedFile: Sendable {
  /// `Sources/Keys/Data/known-primes.tsv`.
  case knownPrimes
  /// `Sources/Keys/Data/published-keys.tsv`.
  case publishedKeys
  /// `Sources/Conventions/Data/vendors.tsv`.
  case vendors
  /// `Sources/Conventions/Data/hosts.tsv`.
  case hosts

  /// All of its bytes.
  public var bytes: [UInt8] {
    let file =
      switch self {
      case .knownPrimes: embedded_known_primes()
      case .publishedKeys: embedded_published_keys()
      case .vendors: embedded_vendors()
      case .hosts: embedded_hosts()
      }
    return Array(UnsafeBufferPointer(start: file.start, count: file.count))
  }
}
