// Short words for durations, keys, answers: the vocabulary of all tables.

import Model
import Phrasing

extension Duration {
  /// The two largest units, as in `4m59s`, `1h30m`, `7d`; below ten seconds with a fraction where there is one.
  var shortText: String {
    let total = max(0, components.seconds)
    var left = total
    var parts: [String] = []
    for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60), ("s", 1)] {
      if left >= size { parts.append("\(left / size)\(unit)") }
      left %= size
    }
    return parts.isEmpty ? "0s" : parts.prefix(2).joined()
  }

  /// Milliseconds with one digit after the point, as in `12.3 ms`.
  var millisecondsText: String { "\(Double(microseconds / 100) / 10) ms" }
}

extension KeySummary {
  /// Type and size, as in `rsa 2048`; with what receivers heed about it.
  var shortText: String {
    if revoked { return "\(type.rawValue) revoked" }
    let size = type == .ed25519 ? type.rawValue : "\(type.rawValue) \(bits)"
    return testing ? size + " t=y" : size
  }
}

extension Timestamp {
  /// Date and time of day, as in `2026-11-23 20:00:00 UTC`.
  var tableText: String { Phrase.dateAndTime(self) }

  /// The same to the minute, for narrow columns: `2026-11-23 20:00 UTC`.
  var minuteText: String { "\(description.prefix(10)) \(timeOfDay) UTC" }
}

extension Outcome {
  /// The outcome, or why there is none.
  var shortText: String { failure?.rawValue ?? word }

  var style: Style {
    switch self {
    case .records: .plain
    case .nodata, .nxdomain: .bad
    case .failed: .notable
    }
  }
}

extension Answer {
  /// How long the answer may be kept, where it says so.
  var keptFor: Duration? {
    switch outcome {
    case .records: ttl.map { .seconds(Int64($0)) }
    case .nodata, .nxdomain: negativeTTL.map { .seconds(Int64($0)) }
    case .failed: nil
    }
  }
}

extension ViewAnswer {
  /// What the view said, in the few words of a table's cell.
  ///
  /// One outcome: the outcome and the smallest TTL. Several: how many servers gave each.
  func cell(withTTL: Bool) -> StyledText {
    if servers.isEmpty {
      guard let walkFailure else { return StyledText("-", .faint) }
      return StyledText("\(walkFailure.failure.rawValue) at \(walkFailure.zone)", .notable)
    }
    var counts: [(outcome: Outcome, count: Int)] = []
    for server in servers {
      if let index = counts.firstIndex(where: { $0.outcome == server.answer.outcome }) {
        counts[index].count += 1
      } else {
        counts.append((server.answer.outcome, 1))
      }
    }
    if counts.count > 1 {
      return counts.enumerated().reduce(into: StyledText.empty) { text, entry in
        let (outcome, count) = entry.element
        text += StyledText(entry.offset > 0 ? ", " : "") + StyledText("\(count) \(outcome.shortText)", outcome.style)
      }
    }
    var text = StyledText(counts[0].outcome.shortText, counts[0].outcome.style)
    // The servers of the key name and those of a CNAME's target give one text by different chains.
    let texts = Set(servers.lazy.filter { $0.answer.outcome == .records }.map { Set($0.answer.records) }).count
    if texts > 1 { text += StyledText(" (\(texts) texts)", .notable) }
    if counts[0].outcome.failure != nil, servers.count > 1 { text += StyledText(" (\(servers.count) servers)") }
    if withTTL, let kept = servers.compactMap(\.answer.keptFor).min() {
      text += StyledText(" ttl \(kept.shortText)", .faint)
    }
    return text
  }
}

extension CacheClock {
  /// One sentence.
  var sentence: String { sentence(time: Phrase.dateAndTime) }
}
