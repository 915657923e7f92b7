// The rules on BIMI assertion records, and what their tags mean.

internal import Model
internal import Phrasing
internal import Syntax

let bimiRules: [PolicyRule<TagReading>] = [
  PolicyRule(
    "bimi-several", .warning, .invalid,
    summary: "There are several BIMI records at one name; receivers show no logo.",
    remedy: "Keep one record, and delete the others.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Discovery",
    { reading in
      guard reading.policies.count > 1 else { return nil }
      return Observation(Phrase.list(reading.policies.map(reading.shown), limit: 3))
    }),
  PolicyRule(
    "bimi-version-malformed", .warning, .invalid,
    summary: "The record does not begin with exactly v=BIMI1, so receivers ignore it.",
    remedy: "Begin the record with v=BIMI1; in capitals.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in reading.isVersionRight ? nil : Observation(reading.beginning) }),
  PolicyRule(
    "bimi-logo-missing", .warning,
    summary: "The record has no l= with the location of the logo.",
    remedy: "Add l=https://… with the URL of the SVG file, or 'l=; a=;' to decline.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      guard reading.isVersionRight else { return nil }
      // With evidence alone the logo is taken from there.
      if reading.value("a")?.isEmpty == false { return nil }
      return reading.tag("l") == nil ? Observation(reading.beginning) : nil
    }),
  PolicyRule(
    "bimi-location-invalid", .warning, .invalid,
    summary: "A location is no https: URL, so receivers do not fetch it.",
    remedy: "Write a whole URL that begins with https://.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      let places = [reading.tag("l"), reading.tag("a")].compactMap(\.self).filter { tag in
        let value = reading.bytes[tag.value]
        return !value.isEmpty && !reading.isHTTPS(value)
      }.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "bimi-tag-repeated", .warning, .invalid,
    summary: "A tag of the BIMI record appears twice.",
    remedy: "Keep one of them.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      let places = reading.repeats.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "bimi-tag-malformed", .warning, .invalid,
    summary: "A part of the BIMI record is not a tag: it has no '='.",
    remedy: "Write the record as v=BIMI1; l=https://…; a=https://….",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      let places = reading.tags.strays
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "bimi-value-invalid", .warning, .invalid,
    summary: "avp= or lps= has a value that BIMI does not define.",
    remedy: "Write avp=brand or avp=personal, and in lps= local parts of letters, digits and hyphens.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      let places = reading.wrongBIMIValues
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "bimi-evidence-absent", .info,
    summary: "The record has no certificate (a=); Gmail and Apple Mail show no logo without one.",
    remedy: "Get a mark certificate (VMC or CMC), and add a=https://… with the URL of its PEM file.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      guard reading.isVersionRight, reading.value("l")?.isEmpty == false, reading.value("a")?.isEmpty ?? true else {
        return nil
      }
      return Observation(reading.beginning)
    }),
  PolicyRule(
    "bimi-tag-unknown", .info,
    summary: "The record has a tag that BIMI does not define; receivers ignore it.",
    remedy: "Remove the tag if it is a typo.",
    source: "draft-brand-indicators-for-message-identification, Assertion Record Definition",
    { reading in
      let places = reading.unknownTags(["v", "l", "a", "avp", "lps", "s"])
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
]

extension TagReading {
  func isHTTPS(_ value: ArraySlice<UInt8>) -> Bool {
    value.hasPrefixIgnoringCase("https://") && value.count > 8 && value.allSatisfy { (0x21...0x7E).contains($0) }
      && value.dropFirst(8).first.map { $0.isLetter || $0.isDigit } == true
  }

  /// Whether the domain says that it wants no logo.
  var declinesLogo: Bool { value("l")?.isEmpty == true && value("a")?.isEmpty ?? true }

  var bimiGist: String { declinesLogo ? "BIMI record that declines a logo" : "BIMI record" }

  var wrongBIMIValues: [Range<Int>] {
    var places: [Range<Int>] = []
    if let tag = tag("avp"),
      !["brand", "personal"].contains(String(decoding: bytes[tag.value].map(\.lowered), as: UTF8.self))
    {
      places.append(tag.spec)
    }
    if let tag = tag("lps") {
      let isRight = bytes[tag.value].split(separator: UInt8(ascii: ",")).allSatisfy { part in
        part.drop(while: \.isBlank).reversed().drop(while: \.isBlank).allSatisfy {
          $0.isLetter || $0.isDigit || $0 == 0x2D
        }
      }
      if !isRight { places.append(tag.spec) }
    }
    return places
  }

  var bimiTags: [PolicyTag] {
    told { name, tag in
      let value = bytes[tag.value]
      switch name {
      case "v": return isVersionRight ? "This is a BIMI record." : "Not the version BIMI1: receivers ignore it."
      case "l":
        if value.isEmpty {
          return declinesLogo ? "The domain wants no logo to be shown." : "The certificate holds the logo."
        }
        return "The logo is at this URL."
      case "a":
        return value.isEmpty ? "There is no certificate of the logo." : "The certificate of the logo is at this URL."
      case "avp":
        return value.matchesIgnoringCase("personal")
          ? "Receivers should prefer a picture of the person to the logo."
          : "Receivers should show the logo of the brand."
      case "lps": return "Mail from local parts that begin so has a logo of its own, under a selector of that name."
      case "s": return "The selector of the record."
      default: return "BIMI does not define it; receivers ignore it."
      }
    }
  }
}
