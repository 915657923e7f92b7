// How a place in a text is shown: its offset and the piece of text, safe for a terminal.

internal import Model

extension [UInt8] {
  /// A place as in `offset 12: 'k=RSA'`. Offsets count the bytes of the text from 0.
  package func evidence(_ range: Range<Int>) -> String {
    "offset \(range.lowerBound): '\(excerpt(range))'"
  }

  /// As `evidence`, for several places, the first few of them.
  package func evidence(_ places: [Range<Int>]) -> String {
    let shown = places.prefix(4).map { evidence($0) }.joined(separator: ", ")
    return places.count > 4 ? shown + " and \(places.count - 4) more" : shown
  }

  /// A piece of the text, at most 60 bytes: from both ends where it is longer.
  package func excerpt(_ range: Range<Int>) -> String {
    guard range.count > 60 else { return printable(self[range]) }
    return printable(self[range].prefix(40)) + "…" + printable(self[range].suffix(16))
  }

  /// The text around one byte.
  package func surroundings(_ position: Int) -> String {
    let range = Swift.max(0, position - 12)..<Swift.min(count, position + 13)
    return "offset \(position): '\(printable(self[range]))'"
  }
}
