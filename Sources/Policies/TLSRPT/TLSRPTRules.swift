// The rules on TLS-RPT records, and what their tags mean.

internal import Model
internal import Phrasing
internal import Syntax

let tlsRPTRules: [PolicyRule<TagReading>] = [
  PolicyRule(
    "tls-rpt-several", .warning, .invalid,
    summary: "There are several TLS-RPT records at one name; senders act as if there were none.",
    remedy: "Keep one record, and delete the others.",
    source: "RFC 8460, section 3",
    { reading in
      guard reading.policies.count > 1 else { return nil }
      return Observation(Phrase.list(reading.policies.map(reading.shown), limit: 3))
    }),
  PolicyRule(
    "tls-rpt-version-malformed", .warning, .invalid,
    summary: "The record does not begin with exactly v=TLSRPTv1, so senders ignore it.",
    remedy: "Begin the record with v=TLSRPTv1; as it is written here.",
    source: "RFC 8460, section 3",
    { reading in reading.isVersionRight ? nil : Observation(reading.beginning) }),
  PolicyRule(
    "tls-rpt-rua-missing", .warning, .invalid,
    summary: "The record has no address for reports (rua=).",
    remedy: "Add rua=mailto:… or rua=https://….",
    source: "RFC 8460, section 3",
    { reading in
      guard reading.isVersionRight, reading.reportAddresses.isEmpty else { return nil }
      return Observation(reading.beginning)
    }),
  PolicyRule(
    "tls-rpt-rua-malformed", .warning, .invalid,
    summary: "A report address is neither a mailto: nor an https: URI.",
    remedy: "Write mailto: and a mailbox, or https:// and a URL, with commas between several.",
    source: "RFC 8460, section 3",
    { reading in
      let places = reading.reportAddresses.filter { !$0.isUsable }.map(\.place)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "tls-rpt-tag-repeated", .warning,
    summary: "A tag of the TLS-RPT record appears twice; some senders read only one of them.",
    remedy: "Keep one of them; several addresses stand in one rua=, with commas between them.",
    source: "RFC 8460, section 3",
    { reading in
      let places = reading.repeats.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "tls-rpt-tag-malformed", .warning, .invalid,
    summary: "A part of the TLS-RPT record is not a tag of the form name=value.",
    remedy: "Write the record as v=TLSRPTv1; rua=mailto:…, with one semicolon between two tags.",
    source: "RFC 8460, section 3",
    { reading in
      let places = reading.isVersionRight ? reading.malformedParts : reading.tags.strays
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "tls-rpt-tag-unknown", .info,
    summary: "The record has a tag that TLS-RPT does not define; senders ignore it.",
    remedy: "Remove the tag if it is a typo.",
    source: "RFC 8460, section 3",
    { reading in
      let places = reading.unknownTags(["v", "rua"])
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
]

extension TagReading {
  /// The addresses of `rua`.
  var reportAddresses: [ReportAddress] { tag("rua").map { ReportAddress.list(bytes, $0.value) } ?? [] }

  var tlsRPTTags: [PolicyTag] {
    told { name, _ in
      switch name {
      case "v": return isVersionRight ? "This is a TLS-RPT record." : "Not the version TLSRPTv1: senders ignore it."
      case "rua":
        let names = reportAddresses.compactMap { address -> String? in
          switch address.form {
          case .mail(let mailbox, .some): mailbox
          case .https(let url): url
          case .mail, .other: nil
          }
        }
        return names.isEmpty
          ? "No address that reports can go to."
          : "Daily reports on TLS problems of senders go to \(Phrase.list(names))."
      default: return "TLS-RPT does not define it; senders ignore it."
      }
    }
  }
}
