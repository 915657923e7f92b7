// Private keys in whole answers: what verbs and diagnoses ask beside the daemon's looks must not travel on either.

public import Model

extension PrivateKeyRedaction {
  /// The answer to an inquiry with the digest of each private key in the key's place.
  public static func redacted(_ answer: InquiryAnswer) -> InquiryAnswer {
    var answer = answer
    for index in answer.replies.indices {
      answer.replies[index].answer.records = redacted(answer.replies[index].answer.records)
      redact(&answer.replies[index].records)
    }
    return answer
  }

  /// The look with the digest of each private key in the key's place.
  ///
  /// - Parameter digestOf: what equal answers have in common: proofs compare it with the records that are left.
  public static func redacted(
    _ look: Look, digestOf: (_ outcome: Outcome, _ chain: [DomainName], _ records: [TextRecord]) -> Digest
  ) -> Look {
    var look = look
    for view in look.views.indices {
      for server in look.views[view].servers.indices {
        let answer = look.views[view].servers[server].answer
        let records = redacted(answer.records)
        guard records != answer.records else { continue }
        look.views[view].servers[server].answer.records = records
        look.views[view].servers[server].answer.digest = digestOf(answer.outcome, answer.cname, records)
      }
    }
    return look
  }

  /// The TXT records of one name belong together: a key may be split over several of them.
  private static func redact(_ records: inout [ResourceRecord]) {
    let texts = records.indices.filter { if case .txt = records[$0].data { true } else { false } }
    for (_, indices) in Dictionary(grouping: texts, by: { records[$0].owner }) {
      let known = indices.compactMap { index in
        if case .txt(let text) = records[index].data { text } else { nil }
      }
      for (index, text) in zip(indices, redacted(known)) { records[index].data = .txt(text) }
    }
  }
}
