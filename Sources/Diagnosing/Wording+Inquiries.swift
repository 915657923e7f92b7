// How a follow-up question and what came of it are written, as a line that a person can repeat.

internal import DNSSEC
internal import Judging
internal import Model
internal import Phrasing

extension Wording {
  /// The same of a follow-up question.
  static func dig(_ reply: InquiryReply, to inquiry: Inquiry) -> String {
    let options: [String] =
      switch inquiry.variant {
      case .usual: reply.answer.transport == .tcp ? ["+tcp"] : []
      case .tcp: ["+tcp"]
      case .withoutEDNS: ["+noedns"]
      case .checkingDisabled: ["+cdflag"]
      case .signed: ["+dnssec", "+cdflag"] + (reply.answer.transport == .tcp ? ["+tcp"] : [])
      case .recursive: ["+recurse"]
      }
    let result: String =
      switch reply.answer.outcome {
      case .records: Phrase.list(reply.records.filter { $0.type == inquiry.question.type }.map(data), limit: 4)
      case .nodata where inquiry.target == .parentServers && !reply.authorities.isEmpty:
        "referral to " + Phrase.list(reply.authorities.map(data))
      case .nodata: "NOERROR without \(article(inquiry.question.type)) record"
      case .nxdomain: "NXDOMAIN"
      case .failed(let failure): failure.result
      }
    let signing = inquiry.variant == .signed && reply.answer.outcome.failure == nil ? signatures(reply) : ""
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
    return (signatures.isEmpty ? ", without RRSIG" : ", \(Phrase.list(signatures, limit: 3))") + proof
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
}
