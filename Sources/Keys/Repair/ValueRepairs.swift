// Repairs of base64: white space, the other alphabet, padding.

internal import Model
internal import Syntax

let valueRepairs: [KeyRepairRow] = [
  .value("plus-decoded", "the spaces inside p= are turned back into '+'") { value in
    restoringPluses(value[...]).map { [$0] } ?? []
  },
  .value("blanks-in-key", "the white space inside p= is removed") { value in
    guard value.contains(where: \.isBlank) else { return [] }
    // A form that was decoded as a URL has a blank for each '+'.
    return [value.filter { !$0.isBlank }, value.map { $0 == 0x20 ? UInt8(ascii: "+") : $0 }]
  },
  .value("value-edges", "what surrounds the key is removed") { value in
    var slice = value.drop { !$0.isOfBase64 || $0 == UInt8(ascii: "-") }
    while let last = slice.last, !last.isOfBase64 || last == UInt8(ascii: "-") { slice.removeLast() }
    return slice.count < value.count ? [Array(slice)] : []
  },
  .value("key-twice", "the key is kept once") { value in
    let (first, second) = (value.prefix(value.count / 2), value.suffix(value.count / 2))
    return value.count >= 80 && value.count.isMultiple(of: 2) && first.elementsEqual(second) ? [Array(first)] : []
  },
  .value("hexadecimal", "the key is written in base64 instead of hexadecimal digits") { value in
    let digits = value.filter { !$0.isBlank && $0 != UInt8(ascii: ":") }
    guard digits.count >= 64, digits.count.isMultiple(of: 2) else { return [] }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return bytes.count == digits.count / 2 ? [Array(bytes.base64.utf8)] : []
  },
  .value("strays-in-key", "what is not base64 is removed from the key") { value in
    let digits = value.filter(\.isOfBase64)
    // More than a few would make one key of two.
    return (1...8).contains(value.count - digits.count) ? [digits] : []
  },
  .value("base64-alphabet", "'-' and '_' are replaced with '+' and '/'") { value in
    let others = "-_".utf8
    guard value.contains(where: others.contains) else { return [] }
    return [
      value.map { byte in
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "+")
        case UInt8(ascii: "_"): UInt8(ascii: "/")
        default: byte
        }
      }
    ]
  },
  .value("base64-padding", "the number of '=' at the end is corrected") { value in
    let digits = value.prefix { $0 != UInt8(ascii: "=") }
    guard digits.allSatisfy(\.isOfBase64), value[digits.endIndex...].allSatisfy({ $0 == UInt8(ascii: "=") }) else {
      return []
    }
    let padding = [0, nil, 2, 1][digits.count % 4]
    guard let padding, padding != value.count - digits.count else { return [] }
    return [Array(digits) + Array(repeating: UInt8(ascii: "="), count: padding)]
  },
]
