// Repairs of characters that a person does not see, or takes for others.

internal import Model
internal import Syntax

let characterRepairs: [KeyRepairRow] = [
  .text("unseen-characters", "invisible characters are removed") { text in
    text.replacing(unseen, inDamagedText: [[0xA0]: " "], else: { $0 < 0x20 && !$0.isBlank || $0 == 0x7F ? "" : nil })
  },
  .text("typographic-characters", "typographic characters are replaced with plain ones") { text in
    text.replacing(
      typographic,
      inDamagedText: [[0x93]: "\"", [0x94]: "\"", [0x84]: "\"", [0x91]: "'", [0x92]: "'", [0x96]: "-", [0x97]: "-"],
      else: { _ in nil })
  },
  .text("look-alikes", "letters of other alphabets are replaced with the Latin ones they look like") { text in
    text.replacing(lookAlikes, inDamagedText: [:], else: { _ in nil })
  },
]

/// Byte order marks, zero-width characters, blanks of other widths; also a byte order mark that was encoded twice.
private let unseen: [[UInt8]: String] = {
  var table: [[UInt8]: String] = ["ï»¿".bytes: "", "Â\u{A0}".bytes: " "]
  let nothing: [ClosedRange<UInt32>] = [
    0x80...0x9F, 0xAD...0xAD, 0x34F...0x34F, 0x61C...0x61C, 0x180E...0x180E, 0x200B...0x200F, 0x202A...0x202E,
    0x2060...0x206F, 0xFE00...0xFE0F, 0xFEFF...0xFEFF,
  ]
  let blanks: [ClosedRange<UInt32>] = [
    0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F, 0x205F...0x205F, 0x3000...0x3000,
  ]
  for (ranges, text) in [(nothing, ""), (blanks, " ")] {
    for scalar in ranges.joined().compactMap(Unicode.Scalar.init) { table[String(scalar).bytes] = text }
  }
  return table
}()

private let typographic: [[UInt8]: String] = {
  var table: [[UInt8]: String] = [:]
  for (characters, text) in [
    ("“”„‟«»″", "\""), ("‘’‚‛′", "'"), ("‐‑‒–—―−", "-"), (";؛", ";"), ("꞉∶", ":"), ("＝﹦", "="),
  ] {
    for scalar in characters.unicodeScalars { table[String(scalar).bytes] = text }
  }
  // The full-width forms of ASCII.
  for code in UInt32(0x21)...0x7E {
    if let wide = Unicode.Scalar(code + 0xFEE0), let plain = Unicode.Scalar(code) {
      table[String(wide).bytes] = String(plain)
    }
  }
  return table
}()

/// Cyrillic and Greek letters that look like Latin ones.
private let lookAlikes: [[UInt8]: String] = {
  let pairs = zip("АВЕІЈКМНОРСТУХЅаеіјорсухѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEIJKMHOPCTYXSaeijopcyxsABEZHIKMNOPTYXo")
  return Dictionary(uniqueKeysWithValues: pairs.map { (String($0).bytes, String($1)) })
}()

extension String {
  fileprivate var bytes: [UInt8] { Array(utf8) }
}

extension [UInt8] {
  /// Replaces sequences by texts, the longest first; nil where none stands in it.
  ///
  /// - Parameters:
  ///   - single: for single bytes, where the text is not UTF-8 and must have had another encoding.
  ///   - other: for bytes that are no part of a sequence.
  fileprivate func replacing(
    _ sequences: [[UInt8]: String], inDamagedText single: [[UInt8]: String], else other: (UInt8) -> String?
  ) -> [UInt8]? {
    let isDamaged = String(validating: self, as: UTF8.self) == nil
    var result: [UInt8] = []
    var isChanged = false
    var position = startIndex
    next: while position < endIndex {
      if self[position] >= 0x80 {
        for length in [6, 4, 3, 2] where position + length <= endIndex {
          if let text = sequences[Array(self[position..<position + length])] {
            result += text.utf8
            position += length
            isChanged = true
            continue next
          }
        }
      }
      let byte = self[position]
      if let text = (isDamaged ? single[[byte]] : nil) ?? other(byte) {
        result += text.utf8
        isChanged = true
      } else {
        result.append(byte)
      }
      position += 1
    }
    return isChanged ? result : nil
  }
}
