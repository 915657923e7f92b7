// Whether a record set is the one that its watch expects, however people write its values.

package import Model
internal import Phrasing

/// What a record set is held against.
package struct ExpectedRecords {
  private let expectation: Expectation
  private let type: RecordType

  package init(_ expectation: Expectation, type: RecordType) {
    self.expectation = expectation
    self.type = type
  }

  /// What is not as it should be: half a sentence; nil where everything is.
  package func complaint(about records: [TextRecord]) -> String? {
    let seen = Dictionary(records.map { (normal($0.text), $0.text) }) { first, _ in first }
    let wanted = (expectation.values ?? []) + (expectation.contains ?? [])
    let missing = wanted.withoutRepeats.filter { seen[normal($0)] == nil }
    let allowed = expectation.values.map { Set($0.map(normal)) }
    let surplus = allowed.map { allowed in seen.filter { !allowed.contains($0.key) }.map(\.value).sorted() } ?? []
    let parts = [
      missing.isEmpty ? nil : "\(Phrase.clause(missing, "is", "are")) missing",
      surplus.isEmpty ? nil : "\(Phrase.clause(surplus, "is", "are")) not expected",
    ].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ", and ")
  }

  /// The same for the same data: without final dots, in one case, digits without blanks, addresses in their shortest form. A text
  /// is what it is, within its quotation marks.
  private func normal(_ text: String) -> String {
    if type == .txt {
      let isQuoted = text.count >= 2 && text.hasPrefix("\"") && text.hasSuffix("\"")
      return isQuoted ? String(text.dropFirst().dropLast()) : text
    }
    if let address = IPAddress(text) { return address.description }
    var words = text.split(whereSeparator: \.isWhitespace).map { word in
      word.hasSuffix(".") ? String(word.dropLast()) : String(word)
    }
    // What is base64 has its own case; all digits of a key or a digest may be apart.
    if [.ds, .tlsa, .dnskey].contains(type), words.count > 4 {
      words = Array(words.prefix(3)) + [words.dropFirst(3).joined()]
    }
    let joined = words.joined(separator: " ").filter { $0 != "\"" }
    return type == .dnskey ? joined : joined.lowercased()
  }
}
