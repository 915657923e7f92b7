// Who says what, where servers or views contradict each other.

internal import Model
internal import Phrasing

extension Wording {
  /// `The name servers of example.org`; of both zones where a chain leads into another.
  package static func whoDisagrees(_ sorted: SortedLook) -> String {
    let zones = sorted.answering.compactMap(\.server.zone).withoutRepeats
    return "The name servers of \(Phrase.list((zones.isEmpty ? [sorted.zone] : zones).map(\.description)))"
  }

  /// Who says what: `ns1 (192.0.2.1) has the key "…", ns2 (192.0.2.2) says NXDOMAIN`.
  package static func camps(of sorted: SortedLook) -> String {
    var camps: [String] = []
    for text in sorted.texts {
      let sources = sorted.with.filter { $0.answer.says(text) }
      let key = sorted.judgement(of: text)
      let isUsable = key.state == .published || !sorted.look.key.isKey
      let worth = isUsable ? "the \(sorted.noun)" : "a record that is \(key.state.rawValue),"
      let shown =
        sorted.texts.count == 1 && isUsable
        ? "" : " " + text.map { $0.excerpt(of: sorted.look.key.type) }.joined(separator: " and ")
      camps.append("\(Phrase.clause(sources.map(\.name), "has", "have")) \(worth)\(shown)")
    }
    for outcome in [Outcome.nxdomain, .nodata] {
      let sources = sorted.without.filter { $0.answer.outcome == outcome }
      if !sources.isEmpty {
        camps.append(
          "\(Phrase.clause(sources.map(\.name), "says", "say")) "
            + (outcome == .nxdomain ? "NXDOMAIN" : "that there is no \(sorted.recordNoun)"))
      }
    }
    return camps.joined(separator: "; ")
  }
}
