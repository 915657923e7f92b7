// Bytes of a record as they may be shown: nothing in them steers a terminal.

internal import Model

/// Printable ASCII as it is, every other byte as `\xHH`.
package func printable(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    if (0x20...0x7E).contains(byte) {
      text.unicodeScalars.append(UnicodeScalar(byte))
    } else {
      text += "\\x" + hexadecimal(byte)
    }
  }
}

/// The byte as two hexadecimal digits.
package func hexadecimal(_ byte: UInt8) -> String {
  byte.digits(2, radix: 16, uppercase: true)
}
