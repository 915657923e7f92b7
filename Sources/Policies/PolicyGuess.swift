// Tells what a text is meant as, also where it is written wrongly.

internal import Model
internal import Syntax

enum PolicyGuess {
  /// The type of a TXT record; nil where it resembles no policy.
  static func type(of bytes: [UInt8]) -> PolicyType? {
    let text = bytes[bytes.trimmingBlanks(0..<bytes.count)].drop { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }
    if resemblesSPF(text) { return .spf }
    let tags = TagList(Array(text))
    let whole = Array(text)
    if let first = tags.tags.first, whole[first.name].matchesIgnoringCase("v") {
      let version = whole[first.value]
      if version.hasPrefixIgnoringCase("dmarc") { return .dmarc }
      if version.hasPrefixIgnoringCase("sts") || version.hasPrefixIgnoringCase("mta-sts") { return .mtaSTS }
      if version.hasPrefixIgnoringCase("tlsrpt") || version.hasPrefixIgnoringCase("tls-rpt") { return .tlsRPT }
      if version.hasPrefixIgnoringCase("bimi") { return .bimi }
    }
    if text.hasPrefixIgnoringCase("dmarc1") { return .dmarc }
    // The version is missing: a policy word behind p= says what it is.
    let policies: [StaticString] = ["none", "quarantine", "reject"]
    if tags.tags.contains(where: { tag in
      whole[tag.name].matchesIgnoringCase("p") && policies.contains { whole[tag.value].matchesIgnoringCase($0) }
    }) {
      return .dmarc
    }
    return nil
  }

  private static func resemblesSPF(_ text: ArraySlice<UInt8>) -> Bool {
    let beginnings: [StaticString] = ["v=spf", "v = spf", "v=\"spf", "spf1", "spf2.0/", "v=sfp1", "vspf1"]
    if beginnings.contains(where: { text.hasPrefixIgnoringCase($0) }) { return true }
    let first = text.prefix { $0 != 0x20 }.drop { "+-~?".utf8.contains($0) }
    let terms: [StaticString] = ["ip4:", "ip6:", "include:", "exists:"]
    return terms.contains { first.hasPrefixIgnoringCase($0) }
  }

  /// Whether a text is meant as the policy file of MTA-STS: a line begins with one of its keys and a colon.
  static func isPolicyFile(_ bytes: [UInt8]) -> Bool {
    let keys: [StaticString] = ["version", "mode", "mx", "max_age"]
    return bytes.split(separator: 0x0A).prefix(20).contains { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return false }
      let name = line[..<colon].drop { $0.isBlank || $0 > 0x7F }
      let word = name.prefix { !$0.isBlank }
      return name.dropFirst(word.count).allSatisfy(\.isBlank) && keys.contains { word.matchesIgnoringCase($0) }
        && (word.matchesIgnoringCase("mx") ? line.dropFirst(colon - line.startIndex + 1).first?.isBlank == true : true)
    }
  }
}
