// Whether a name fits a pattern, and what then stands in its gaps.

internal import Model

extension NamePattern {
  /// What stands in the gaps where `name` fits, together with what was `known`; nil where it does not fit.
  func match(_ name: DomainName, known: Captures = [:]) -> Captures? {
    Self.match(labels[...], name.labels.map(Array.init)[...], known)
  }

  private static func match(
    _ pattern: ArraySlice<[Part]>, _ labels: ArraySlice<[UInt8]>, _ known: Captures
  ) -> Captures? {
    guard let parts = pattern.first else { return labels.isEmpty ? known : nil }
    let rest = pattern.dropFirst()
    // Each label of the rest of the pattern takes at least one.
    guard labels.count >= pattern.count else { return nil }
    if case .gap(let name, .labels) = parts[0] {
      if let value = known[name] {
        return labels.starts(with: value) ? match(rest, labels.dropFirst(value.count), known) : nil
      }
      for count in 1...(labels.count - rest.count) {
        var captures = known
        captures[name] = Array(labels.prefix(count))
        if let found = match(rest, labels.dropFirst(count), captures) { return found }
      }
      return nil
    }
    return match(parts[...], labels[labels.startIndex][...], known) { match(rest, labels.dropFirst(), $0) }
  }

  /// Fits the parts of one label to its bytes, the longest first, until what comes behind it fits too.
  private static func match(
    _ parts: ArraySlice<Part>, _ bytes: ArraySlice<UInt8>, _ known: Captures, then: (Captures) -> Captures?
  ) -> Captures? {
    guard let part = parts.first else { return bytes.isEmpty ? then(known) : nil }
    let rest = parts.dropFirst()
    func lengths(_ range: ClosedRange<Int>, _ name: String?) -> Captures? {
      for count in range.reversed() {
        var captures = known
        if let name { captures[name] = [Array(bytes.prefix(count))] }
        if let found = match(rest, bytes.dropFirst(count), captures, then: then) { return found }
      }
      return nil
    }
    switch part {
    case .literal(let literal):
      return bytes.starts(with: literal) ? match(rest, bytes.dropFirst(literal.count), known, then: then) : nil
    case .anything:
      return lengths(0...bytes.count, nil)
    case .gap(let name, let content):
      if let value = known[name] {
        guard value.count == 1, bytes.starts(with: value[0]) else { return nil }
        return match(rest, bytes.dropFirst(value[0].count), known, then: then)
      }
      switch content {
      case .bytes(let least): return bytes.count >= least ? lengths(least...bytes.count, name) : nil
      case .digits(let least):
        let most = bytes.prefix { $0.isDigit }.count
        return most >= least ? lengths(least...most, name) : nil
      case .labels: return nil
      }
    }
  }
}
