// What signatures and proofs came with answers of a zone that fails validation.

internal import DNSSEC
internal import Judging
internal import Model
internal import Phrasing

/// An answer that a validating resolver would have to vouch for, with what came to prove it.
struct SignedAnswer {
  let reply: InquiryReply
  /// The zone whose servers gave it.
  let zone: DomainName
  /// The types that have to be signed, each at its owner.
  private let subjects: [(owner: DomainName, type: RecordType)]
  /// Nothing has to be signed but what is said to be absent.
  let isDenial: Bool
  private let proofs: [ResourceRecord]
  private let signatures: [ZoneSignature]

  /// Nil where no answer came, or nothing of it is of this zone.
  init?(_ reply: InquiryReply, to inquiry: Inquiry, zone: DomainName) {
    guard reply.answer.outcome.failure == nil else { return nil }
    self.reply = reply
    self.zone = zone
    let all = reply.records + reply.authorities
    signatures = all.compactMap(ZoneSignature.init)
    proofs = all.filter(\.type.isProof)
    // What a chain leads to may be another zone's.
    let positive = reply.records.filter { $0.owner == inquiry.question.name && $0.type != .rrsig }
    isDenial = positive.isEmpty && reply.answer.cname.isEmpty
    let shown = isDenial ? reply.authorities.filter { $0.type == .soa || $0.type.isProof } : positive
    subjects = shown.map { ($0.owner, $0.type) }
    guard !subjects.isEmpty || isDenial else { return nil }
  }

  /// The signatures of what has to be signed.
  var relevant: [ZoneSignature] {
    signatures.filter { signature in subjects.contains { $0.owner == signature.owner && $0.type == signature.covered } }
  }

  /// Whether something that has to be signed has no signature.
  var isUnsigned: Bool {
    // Before an unsigned denial its SOA record is missing just as much.
    isDenial && subjects.isEmpty
      || subjects.filter { !$0.type.isProof }.contains { subject in
        !relevant.contains { $0.owner == subject.owner && $0.covered == subject.type }
      }
  }

  /// Whether there should be a proof that a name does not exist, and none is signed.
  var lacksProof: Bool {
    let isExpanded = relevant.contains { $0.owner.labels.count > Int($0.labels) && !$0.covered.isProof }
    guard isDenial || isExpanded else { return false }
    let proved = proofs.filter { proof in
      signatures.contains { $0.owner == proof.owner && $0.covered == proof.type }
    }
    return proved.isEmpty
  }
}

extension DiagnosisFacts {
  /// The question for what stands at a name, and for its signatures.
  func signed(_ name: DomainName, _ type: RecordType = .txt) -> Inquiry {
    Inquiry(name, type, variant: .signed, limit: 3)
  }

  /// The names on the way to the key that have to be signed: its own, and the end of its chain.
  var signedNames: [DomainName] {
    ([name] + sorted.sources.map(\.server.question)).withoutRepeats.prefix(3).map(\.self)
  }

  /// What came with the answers at those names.
  var signedAnswers: [SignedAnswer] {
    signedNames.flatMap { name -> [SignedAnswer] in
      let inquiry = signed(name)
      guard let answer = answer(to: inquiry) else { return [] }
      let seen = sorted.sources.first { $0.server.question == name && $0.isAuthoritative }?.server.zone
      let zone = answer.zone ?? seen ?? zone
      return answer.replies.compactMap { SignedAnswer($0, to: inquiry, zone: zone) }
    }
  }
}
