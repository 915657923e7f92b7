// Spellings: the record stands at the key name as somebody mistyped it.

internal import Judging
internal import Model
internal import Phrasing

extension PlacementCauses {
  static let domainKeyMisspelt = row(
    "domainkey-misspelt", "The record is below a label that is almost _domainkey.",
    remedy: "Create the record again with the label _domainkey, with its underscore and in the singular."
  ) { facts in
    let spellings = [
      "domainkey", "_domainkeys", "domainkeys", "_domain-key", "_domain_key", "-domainkey", "__domainkey", "_dkim",
      "dkim", "_domain", "_domainkey_", "_dominkey", "_domaikey", "_domainke", "_domankey", "_domainky", "_domiankey",
      "_damainkey", "_domain._key", "domain-key",
    ]
    return spellings.map { spelling in
      Place(
        labels(facts.key.selector) + spelling.split(separator: ".").map { Array($0.utf8) }, facts.domain,
        "was created below \(spelling) instead of _domainkey")
    }
  }

  static let selectorMisspelt = row(
    "selector-misspelt", "The record is at a selector that is spelled almost the same.",
    remedy: "Create the record with the selector of the signature (s=), letter by letter.",
    places: { facts in places(Selector(facts).spellings, facts) },
    furtherPlaces: { facts in places(Selector(facts).slips, facts) })

  private static func places(_ spellings: [Selector.Spelling], _ facts: DiagnosisFacts) -> [Place?] {
    spellings.map { spelling in
      Place(
        spelling.labels + [KeyName.domainKeyLabel], facts.domain,
        "was created for selector \(spelling.text) instead of \(facts.key.selector)", certainty: spelling.certainty)
    }
  }
}

/// A selector, and what people type for it.
private struct Selector {
  struct Spelling {
    var labels: [[UInt8]]
    /// How sure it is that this was meant for the selector.
    var certainty: Diagnosis.Certainty

    /// As in a name.
    var text: String { (try? DomainName(labels: labels))?.description ?? "" }
  }

  let labels: [[UInt8]]
  let domain: [[UInt8]]

  init(_ facts: DiagnosisFacts) {
    labels = facts.key.selector.labels.map(Array.init)
    domain = facts.domain.labels.map(Array.init)
  }

  private var bytes: [UInt8] { Array(labels.joined(separator: [UInt8(ascii: ".")])) }

  private func spelling(_ text: [UInt8], _ certainty: Diagnosis.Certainty) -> Spelling? {
    let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
    guard !parts.contains([]), text != bytes else { return nil }
    return Spelling(labels: parts, certainty: certainty)
  }

  private func spelling(_ text: String, _ certainty: Diagnosis.Certainty) -> Spelling? {
    spelling(Array(text.utf8), certainty)
  }

  /// Other separators, letters that look alike, and what was entered too much or too little.
  var spellings: [Spelling] {
    let text = String(decoding: bytes, as: UTF8.self)
    let alike = [
      text.replacing("-", with: "_"), text.replacing("_", with: "-"), text.replacing("-", with: ""),
      text.replacing("_", with: ""), text.replacing("-", with: "."), text.replacing("_", with: "."),
      text.replacing(".", with: ""), text.replacing(".", with: "_"), text.replacing("1", with: "l"),
      text.replacing("1", with: "i"), text.replacing("l", with: "1"), text.replacing("0", with: "o"),
      text.replacing("o", with: "0"), text + "-", "_" + text, text + "_", " " + text, text + " ",
      "s=" + text, "\"" + text,
    ].map { spelling($0, .likely) }
    return (alike + numbered(text)).compactMap(\.self) + withTooMuch
  }

  /// `s1` for `s-1`, and the other way round; the next selector may well be one of its own.
  private func numbered(_ text: String) -> [Spelling?] {
    let digits = text.reversed().prefix { $0.isNumber }.count
    guard digits > 0, digits < text.count else {
      return [spelling(text + "1", .possible), spelling(text + "s", .possible)]
        + (text.hasSuffix("s") ? [spelling(String(text.dropLast()), .possible)] : [])
    }
    let (stem, number) = (text.dropLast(digits), text.suffix(digits))
    return ["-", "_", ".", "0", "s"].map { spelling("\(stem)\($0)\(number)", .likely) }
      + (number == "1" ? [spelling(String(stem), .possible)] : [])
  }

  /// The domain, or `_domainkey`, as a part of the selector; and a selector that was asked with one of them in it.
  private var withTooMuch: [Spelling] {
    var spellings = [Spelling(labels: labels + domain, certainty: .certain)]
    for tail in [[KeyName.domainKeyLabel] + domain, domain, [KeyName.domainKeyLabel], Array(domain.prefix(1))]
    where labels.count > tail.count && labels.suffix(tail.count).elementsEqual(tail) {
      spellings.append(Spelling(labels: labels.dropLast(tail.count).map(\.self), certainty: .certain))
    }
    return spellings
  }

  private static let vowels = Array("aeiou".utf8)

  /// One letter left out, doubled, in the place of the next, or another vowel; of a short selector that would be any
  /// other one.
  var slips: [Spelling] {
    let text = bytes
    guard (4...24).contains(text.count) else { return [] }
    var slips: [[UInt8]] = []
    for index in text.indices {
      var slip = text
      if index > 0 {
        slip.swapAt(index - 1, index)
        slips.append(slip)
        slip = text
      }
      // Another number is another selector.
      guard !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(text[index]) else { continue }
      slip.remove(at: index)
      slips.append(slip)
      slip = text
      slip.insert(text[index], at: index)
      slips.append(slip)
      guard Self.vowels.contains(text[index]) else { continue }
      for vowel in Self.vowels where vowel != text[index] {
        slip = text
        slip[index] = vowel
        slips.append(slip)
      }
    }
    return slips.withoutRepeats.compactMap { spelling($0, .likely) }
  }
}
