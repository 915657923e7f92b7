// The lines of a policy file of MTA-STS.

internal import Model
internal import Phrasing
internal import Syntax

struct MTASTSReading: Sendable {
  /// `key: value`, with the places of both.
  struct Field: Hashable, Sendable {
    var line: Int
    var name: Range<Int>
    var value: Range<Int>
  }

  let bytes: [UInt8]
  private(set) var fields: [Field] = []
  /// Lines without a colon.
  private(set) var strays: [(line: Int, place: Range<Int>)] = []

  /// Keys that MTA-STS does not define, with a name or value that no key may have.
  var malformedExtensions: [Field] {
    otherFields.filter { !TagReading.isExtensionName(bytes[$0.name]) || $0.value.isEmpty }
  }

  /// The fields of keys that MTA-STS does not define.
  var otherFields: [Field] {
    let known: [StaticString] = ["version", "mode", "max_age", "mx"]
    return fields.filter { field in !known.contains { bytes[field.name].matches($0) } }
  }

  /// The longest file that senders must take (RFC 8461, section 3.3).
  static let longest = 65_536

  init(_ file: [UInt8]) {
    bytes = file
    guard file.count <= Self.longest else { return }
    var start = 0
    var line = 0
    while start < bytes.count {
      line += 1
      let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
      let place = bytes.trimmingBlanks(start..<end)
      if let colon = bytes[place].firstIndex(of: UInt8(ascii: ":")) {
        fields.append(
          Field(
            line: line, name: bytes.trimmingBlanks(place.lowerBound..<colon),
            value: bytes.trimmingBlanks((colon + 1)..<place.upperBound)))
      } else if !place.isEmpty {
        strays.append((line, place))
      }
      start = end + 1
    }
  }

  /// The fields of this name; the first counts, but for `mx`.
  func fields(_ name: StaticString) -> [Field] { fields.filter { bytes[$0.name].matches(name) } }

  func value(_ name: StaticString) -> ArraySlice<UInt8>? { fields(name).first.map { bytes[$0.value] } }

  var mode: MTASTSPolicy.Mode? {
    value("mode").flatMap { MTASTSPolicy.Mode(rawValue: String(decoding: $0, as: UTF8.self)) }
  }

  /// At most a year (section 3.2).
  var maxAge: Int? {
    guard let value = value("max_age"), (1...10).contains(value.count), value.allSatisfy(\.isDigit) else { return nil }
    let seconds = value.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    return seconds <= 31_557_600 ? seconds : nil
  }

  var wrongPatterns: [Field] { fields("mx").filter { MTASTSPolicy.Pattern(bytes[$0.value]) == nil } }

  /// The policy, where senders can use it.
  var policy: MTASTSPolicy? {
    guard bytes.count <= Self.longest, value("version")?.matches("STSv1") == true, let mode, let maxAge, strays.isEmpty,
      malformedExtensions.isEmpty
    else { return nil }
    let patterns = fields("mx").compactMap { MTASTSPolicy.Pattern(bytes[$0.value]) }
    guard wrongPatterns.isEmpty, mode == .none || !patterns.isEmpty else { return nil }
    return MTASTSPolicy(mode: mode, maxAge: maxAge, patterns: patterns)
  }

  var gist: String {
    guard let policy else { return "MTA-STS policy" }
    return "MTA-STS policy with mode \(policy.mode.rawValue) and \(Phrase.count(policy.patterns.count, "MX pattern"))"
  }

  /// A field as evidence: its line and text.
  func evidence(_ field: Field) -> String {
    "line \(field.line): '\(bytes.excerpt(field.name.lowerBound..<max(field.value.upperBound, field.name.upperBound + 1)))'"
  }

  func evidence(_ fields: [Field]) -> String { Phrase.list(fields.map(evidence), limit: 4) }

  var tags: [PolicyTag] {
    fields.map { PolicyTag(bytes[$0.name], bytes[$0.value], meaning(of: $0)) }
  }

  private func meaning(of field: Field) -> String {
    let value = bytes[field.value]
    let text = printable(value)
    switch printable(bytes[field.name]) {
    case "version": return value.matches("STSv1") ? "This is a policy of MTA-STS." : "Not the version STSv1."
    case "mode":
      switch mode {
      case .enforce: return "Senders must not deliver to a host that is not listed or has no valid certificate."
      case .testing: return "Senders report what would fail, and deliver all the same."
      case .some(.none): return "Senders act as if there were no policy."
      case nil: return "None of enforce, testing and none."
      }
    case "max_age":
      return maxAge.map { "Senders keep the policy for \(Phrase.duration(.seconds(Int64($0))))." }
        ?? "No number of seconds up to one year."
    case "mx":
      guard let pattern = MTASTSPolicy.Pattern(value) else { return "No host name." }
      return pattern.isWildcard
        ? "Hosts with one label before \(pattern.name) may take the mail." : "The host \(text) may take the mail."
    default: return "MTA-STS does not define it; senders ignore it."
    }
  }
}
