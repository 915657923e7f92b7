// What a key file needs beside reading: overwriting what held a private key, and base64 as records have it.

internal import Glibc

extension [UInt8] {
  /// Overwrites the bytes in place, and the compiler may not leave that out. Copies that Swift made elsewhere stay.
  mutating func wipe() {
    withUnsafeMutableBytes { bytes in
      if let address = bytes.baseAddress { explicit_bzero(address, bytes.count) }
    }
  }
}

extension Collection<UInt8> {
  /// The bytes in base64, padded.
  var base64: String { base64Unpadded + String(repeating: "=", count: (3 - count % 3) % 3) }
}
