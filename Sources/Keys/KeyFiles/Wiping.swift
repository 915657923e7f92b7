// Overwrites what held a private key.

internal import Glibc

extension [UInt8] {
  /// Overwrites the bytes in place, and the compiler may not leave that out. Copies that Swift made elsewhere stay.
  mutating func wipe() {
    withUnsafeMutableBytes { bytes in
      if let address = bytes.baseAddress { explicit_bzero(address, bytes.count) }
    }
  }
}
