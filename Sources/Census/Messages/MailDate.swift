// Dates of mail (RFC 5322, section 3.3), as `Received` and `Date` have them.

package import Model

package enum MailDate {
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let zones: [String: Int64] = [
    "ut": 0, "gmt": 0, "utc": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8,
    "pdt": -7,
  ]

  /// Reads `Fri, 20 Nov 2026 08:00:01 +0100 (CET)`; nil where the bytes are no date.
  package static func parse(_ value: some Sequence<UInt8>) -> Timestamp? {
    var words = Array(value).split { $0.isBlank || $0 == UInt8(ascii: ",") }
      .prefix(8).map { String(decoding: $0.map(\.lowered), as: UTF8.self) }[...]
    if let first = words.first, first.utf8.first?.isLetter == true { words = words.dropFirst() }
    guard words.count >= 4 else { return nil }
    let parts = Array(words)
    guard let day = Int64(parts[0]), let month = months.firstIndex(of: String(parts[1].prefix(3))),
      var year = Int64(parts[2])
    else { return nil }
    // Years of two and three digits (section 4.3).
    if year < 50 { year += 2000 } else if year < 1000 { year += 1900 }
    let clock = parts[3].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard year < 10_000, Civil.isDate(year, Int64(month) + 1, day), (2...3).contains(clock.count),
      let hour = clock[0], let minute = clock[1], (0..<24).contains(hour), (0..<60).contains(minute),
      let second = clock.count == 3 ? clock[2] : 0, (0...60).contains(second)
    else { return nil }
    var offset: Int64 = 0
    if parts.count > 4 {
      let zone = Array(parts[4].utf8)
      offset = zone.withBytes { $0.zone(0)?.offset } ?? (zones[parts[4]] ?? 0) * 3600
    }
    return Timestamp(
      seconds: Civil.day(year, Int64(month) + 1, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
  }
}
