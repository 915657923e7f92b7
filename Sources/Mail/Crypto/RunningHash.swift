// A running hash by OpenSSL, which uses what the processor has for it.

internal import COpenSSL

/// The hashes of signatures.
public enum HashAlgorithm: Hashable, Sendable {
  case sha1, sha256

  /// How many bytes the hash has.
  public var size: Int { self == .sha1 ? 20 : 32 }

  var method: OpaquePointer? { self == .sha1 ? EVP_sha1() : EVP_sha256() }
}

/// Takes bytes and gives their hash. A handle of OpenSSL that ends with its owner.
final class RunningHash {
  let algorithm: HashAlgorithm
  private let context: OpaquePointer

  /// Begins a hash; nil where OpenSSL is configured without it.
  init?(_ algorithm: HashAlgorithm) {
    guard let context = EVP_MD_CTX_new() else { return nil }
    guard EVP_DigestInit_ex(context, algorithm.method, nil) == 1 else {
      EVP_MD_CTX_free(context)
      return nil
    }
    self.algorithm = algorithm
    self.context = context
  }

  /// The same hash, to be continued another way.
  convenience init?(copying other: RunningHash) {
    self.init(other.algorithm)
    guard EVP_MD_CTX_copy_ex(context, other.context) == 1 else { return nil }
  }

  deinit { EVP_MD_CTX_free(context) }

  func take(_ bytes: UnsafeRawBufferPointer) {
    if bytes.count > 0 { _ = EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }
  }

  /// Ends the hash.
  func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: algorithm.size)
    _ = EVP_DigestFinal_ex(context, &hash, nil)
    return hash
  }

  /// The hash of some bytes.
  static func hash(_ bytes: some Collection<UInt8>, _ algorithm: HashAlgorithm) -> [UInt8] {
    guard let digest = RunningHash(algorithm) else { return [] }
    if bytes.withContiguousStorageIfAvailable({ digest.take(UnsafeRawBufferPointer($0)) }) == nil {
      Array(bytes).withUnsafeBytes { digest.take($0) }
    }
    return digest.finish()
  }
}
