// Rules on the key name itself.

internal import Model
internal import Phrasing

enum NameRules {
  static let all: [LookRule] = [selectorGrammar]

  private static let selectorGrammar = LookRule(
    "selector-grammar", .info, "The selector has characters that RFC 6376 does not allow, such as an underscore.",
    remedy:
      "Most receivers look up such names all the same, OpenDKIM and Rspamd among them; use letters, digits and hyphens for the next selector.",
    source: "RFC 6376, section 3.1; RFC 5321, section 4.1.2"
  ) { ruling in
    guard ruling.sorted.look.key.isKey else { return [] }
    let selector = ruling.sorted.look.key.selector
    let strange = selector.labels.filter { !$0.isSubDomain }
    guard !strange.isEmpty else { return [] }
    return [
      LookObservation(
        text:
          "The selector \(selector) is not valid by the grammar of RFC 6376, which allows letters, digits and hyphens "
          + "in each label: strict receivers may reject signatures that name it.",
        evidence: "s=\(selector)")
    ]
  }
}

extension Collection<UInt8> where Self: BidirectionalCollection {
  /// Whether a label is a `sub-domain` of RFC 5321: letters, digits and hyphens, no hyphen at either end.
  fileprivate var isSubDomain: Bool {
    let hyphen = UInt8(ascii: "-")
    return first != hyphen && last != hyphen
      && allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), hyphen:
          true
        default: false
        }
      }
  }
}
