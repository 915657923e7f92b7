// Patterns of names: what a vendor's selectors and targets look like.

public import Model

/// A name with gaps, as in `<selector>-<domain>._domainkey.<tenant>.onmicrosoft.com`.
///
/// Labels are compared as data. A gap stands inside one label, but for the last kind:
///
/// | gap | stands for |
/// |---|---|
/// | `<name>` | one byte or more |
/// | `<name?>` | any number of bytes, also none |
/// | `<name#>`, `<name#5>` | digits; at least five of them |
/// | `<name+>` | one label or more |
/// | `*` | as `<name?>`, but what it stood for is not kept |
///
/// A gap that stands twice stands for the same both times.
public struct NamePattern: Hashable, Sendable, CustomStringConvertible {
  /// The pattern as it was written.
  public let description: String
  let labels: [[Part]]

  /// What a label is made of.
  enum Part: Hashable, Sendable {
    case literal([UInt8])
    case gap(name: String, Content)
    case anything
  }

  /// What may stand in a gap.
  enum Content: Hashable, Sendable {
    case bytes(atLeast: Int)
    case digits(atLeast: Int)
    case labels
  }

  /// Reads a pattern; nil where it is none.
  public init?(_ text: some StringProtocol) {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false).map { Self.parts(Array($0.utf8)[...]) }
    var result: [[Part]] = []
    for label in labels {
      guard let label, !label.isEmpty else { return nil }
      result.append(label)
    }
    description = String(text)
    self.labels = result
  }

  private static func parts(_ label: ArraySlice<UInt8>) -> [Part]? {
    var parts: [Part] = []
    var rest = label
    while let first = rest.first {
      switch first {
      case UInt8(ascii: "*"):
        parts.append(.anything)
        rest = rest.dropFirst()
      case UInt8(ascii: "<"):
        guard let end = rest.firstIndex(of: UInt8(ascii: ">")), let gap = gap(rest[rest.startIndex + 1..<end])
        else { return nil }
        if case .gap(_, .labels) = gap, rest.startIndex != label.startIndex || end != label.endIndex - 1 { return nil }
        parts.append(gap)
        rest = rest[(end + 1)...]
      default:
        let literal = rest.prefix { !"<*".utf8.contains($0) }
        parts.append(.literal(literal.map(\.lowered)))
        rest = rest.dropFirst(literal.count)
      }
    }
    return parts
  }

  private static func gap(_ text: ArraySlice<UInt8>) -> Part? {
    let name = String(decoding: text.prefix { $0.isLower || $0.isDigit }, as: UTF8.self)
    guard !name.isEmpty else { return nil }
    switch String(decoding: text.dropFirst(name.utf8.count), as: UTF8.self) {
    case "": return .gap(name: name, .bytes(atLeast: 1))
    case "?": return .gap(name: name, .bytes(atLeast: 0))
    case "+": return .gap(name: name, .labels)
    case "#": return .gap(name: name, .digits(atLeast: 1))
    case let kind where kind.hasPrefix("#"):
      guard let count = Int(kind.dropFirst()) else { return nil }
      return .gap(name: name, .digits(atLeast: count))
    default: return nil
    }
  }

  /// The name, where the pattern has no gaps.
  public var literal: DomainName? { filled(Captures()) }

  /// Whether a name that fits tells much: three bytes of it are given, or all but digits.
  var isTelling: Bool {
    let literals = labels.joined().reduce(0) { if case .literal(let bytes) = $1 { $0 + bytes.count } else { $0 } }
    let isFree = labels.joined().contains { part in
      switch part {
      case .literal, .gap(_, .digits): false
      case .anything, .gap: true
      }
    }
    return literals >= (isFree ? 3 : 1)
  }

  /// The name that comes about when the gaps are filled; nil where one is not known, or the name would be none.
  func filled(_ captures: Captures) -> DomainName? {
    var labels: [[UInt8]] = []
    for parts in self.labels {
      if case .gap(let name, .labels) = parts[0] {
        guard let value = captures[name] else { return nil }
        labels += value
        continue
      }
      var label: [UInt8] = []
      for part in parts {
        switch part {
        case .literal(let bytes): label += bytes
        case .anything: return nil
        case .gap(let name, _):
          guard let value = captures[name], value.count == 1 else { return nil }
          label += value[0]
        }
      }
      labels.append(label)
    }
    return try? DomainName(labels: labels)
  }
}

/// What stood in the gaps: labels, by the gap's name.
typealias Captures = [String: [[UInt8]]]
