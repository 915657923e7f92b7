// Words that findings, summaries and diagnoses share: lists, servers, times, and lines that a person can repeat.

internal import DNSSEC
internal import Model

enum Wording {
  /// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is counted.
  static func list(_ items: [String], limit: Int = 6) -> String {
    if items.count > limit {
      return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
    }
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The names of the sources, repeats left out.
  static func names(_ sources: [Source]) -> String {
    list(sources.map(\.name).withoutRepeats)
  }

  /// The names of servers.
  static func names(_ servers: [DomainName]) -> String { list(servers.map(\.description)) }

  /// The verb for so many sources; one name counts once, whatever its addresses.
  static func agreeing(_ sources: [Source], _ one: String, _ many: String) -> String {
    sources.map(\.name).withoutRepeats.count == 1 ? one : many
  }

  /// `1 watch`, `3 watches`.
  static func watches(_ number: Int) -> String { number == 1 ? "1 watch" : "\(number) watches" }

  /// A failure as what a server does.
  static func deed(_ failure: Outcome.Failure) -> String {
    switch failure {
    case .timeout: "does not answer in time"
    case .servfail: "answers SERVFAIL"
    case .refused: "answers REFUSED"
    case .lame: "answers without authority"
    case .malformed: "answers with what breaks the protocol"
    case .unreachable: "cannot be reached"
    case .bogus: "answers SERVFAIL, and the key only with checking disabled"
    }
  }

  /// `15:02 UTC`, with the date where that is another day than `now`.
  static func time(_ time: Timestamp, now: Timestamp) -> String {
    let day = time.description.prefix(10)
    return (day == now.description.prefix(10) ? "" : "\(day) ") + "\(time.timeOfDay) UTC"
  }

  /// `45 s`, `12 min`, `3 h`, `2 days`: whole units, rounded.
  static func duration(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\((seconds + 30) / 60) min"
    case ..<172_800: return "\((seconds + 1800) / 3600) h"
    default: return "\((seconds + 43_200) / 86_400) days"
    }
  }

  /// What a person types to see the same, and what it said.
  static func dig(_ source: Source) -> String { source.server.repeatable(isAuthoritative: source.isAuthoritative) }

  /// The same of a follow-up question.
  static func dig(_ reply: InquiryReply, to inquiry: Inquiry) -> String {
    let options: [String] =
      switch inquiry.manner {
      case .usual: reply.answer.transport == .tcp ? ["+tcp"] : []
      case .tcp: ["+tcp"]
      case .withoutEDNS: ["+noedns"]
      case .checkingDisabled: ["+cdflag"]
      case .signed: ["+dnssec", "+cdflag"] + (reply.answer.transport == .tcp ? ["+tcp"] : [])
      }
    let result: String =
      switch reply.answer.outcome {
      case .records: list(reply.records.filter { $0.type == inquiry.question.type }.map(data), limit: 4)
      case .nodata where inquiry.place == .parentServers && !reply.authorities.isEmpty:
        "referral to " + list(reply.authorities.map(data))
      case .nodata: "NOERROR without \(article(inquiry.question.type)) record"
      case .nxdomain: "NXDOMAIN"
      case .failed(let failure): failure.result
      }
    let signing = inquiry.manner == .signed && reply.answer.outcome.failure == nil ? signatures(reply) : ""
    return inquiry.question.command(
      at: reply.server, endpoint: reply.endpoint, recurses: reply.isRecursive, options: options
    ).map { "\($0) → \(reply.answer.result(result))\(signing)" } ?? "\(reply.server) → no address"
  }

  /// What came with an answer to a question for signatures.
  private static func signatures(_ reply: InquiryReply) -> String {
    let all = reply.records + reply.authorities
    let signatures = all.compactMap(ZoneSignature.init).map { signature in
      "RRSIG \(signature.covered) (key tag \(signature.keyTag), until \(Timestamp(seconds: Int64(signature.expiration))))"
    }.withoutRepeats
    let isDenial = reply.answer.outcome == .nxdomain || reply.answer.outcome == .nodata
    let proof = isDenial ? (all.contains { $0.type.isProof } ? ", with" : ", without") + " NSEC or NSEC3" : ""
    return (signatures.isEmpty ? ", without RRSIG" : ", \(list(signatures, limit: 3))") + proof
  }

  private static func article(_ type: RecordType) -> String {
    let text = type.description
    return ("AMS".contains(text.prefix(1)) && text != "SOA" && text != "SRV" ? "an " : "a ") + text
  }

  /// A record's data for people.
  static func data(_ record: ResourceRecord) -> String {
    switch record.data {
    case .a(let address): "\(address)"
    case .ns(let name), .cname(let name), .dname(let name): "\(name)"
    case .soa(let start): "serial \(start.serial)"
    case .txt(let text): text.excerpt
    case .other:
      ZoneKey(record).map { "DNSKEY, key tag \($0.keyTag), algorithm \($0.algorithm)" }
        ?? "\(record.type) \(shortened(record.dataText))"
    }
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 96 ? text : "\(text.prefix(60))…\(text.suffix(24))"
  }

  /// The dig-able lines of several sources.
  static func evidence(_ sources: [Source], limit: Int = 8) -> String {
    let lines = sources.prefix(limit).map(dig)
    let rest = sources.count > limit ? ["and \(sources.count - limit) more that say the like"] : []
    return (lines + rest).joined(separator: "\n")
  }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of its first place.
  var withoutRepeats: [Element] {
    var met: Set<Element> = []
    return filter { met.insert($0).inserted }
  }
}
