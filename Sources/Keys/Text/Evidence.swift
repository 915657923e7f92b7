// How a place in a record is shown.

internal import Syntax

extension RecordReading {
  func evidence(_ range: Range<Int>) -> String { bytes.evidence(range) }
  func evidence(_ places: [Range<Int>]) -> String { bytes.evidence(places) }
  func excerpt(_ range: Range<Int>) -> String { bytes.excerpt(range) }
  func surroundings(_ position: Int) -> String { bytes.surroundings(position) }
}

/// `1 byte`, `2 bytes`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
