// The record of the key where it does not belong: at another name, or in another copy of the zone.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

/// What was found there.
struct FoundRecord {
  /// As it belongs at the key name: a CNAME stays one.
  var records: [ResourceRecord]
  /// Who gave it.
  var reply: InquiryReply
  /// The key record, where the answer has it; nil where only the CNAME is there.
  var text: TextRecord?
}

extension DiagnosisFacts {
  /// The TXT record among the replies that looks like a key record, with the reply that gave it.
  func keyRecord(_ inquiry: Inquiry) -> (record: TextRecord, reply: InquiryReply)? {
    for reply in positive(inquiry) {
      if let record = reply.answer.records.first(where: \.looksLikeKey) { return (record, reply) }
    }
    return nil
  }

  /// The record of the key in what an inquiry brought; nil where there is none, or a CNAME that leads to something else.
  func found(_ inquiry: Inquiry) -> FoundRecord? {
    let asked = inquiry.question.name
    for reply in replies(to: inquiry) where reply.answer.outcome.failure == nil {
      let text = reply.answer.records.first(where: \.looksLikeKey)
      let ttl = max(reply.records.first { $0.owner == asked }?.ttl ?? 3600, 60)
      if let target = reply.answer.cname.first, !reply.answer.viaDNAME {
        guard target != name, text != nil || leadsToKey(target) else { continue }
        return FoundRecord(records: [alias(to: target, ttl: ttl)], reply: reply, text: text)
      }
      if let text { return FoundRecord(records: [self.text(text, ttl: ttl)], reply: reply, text: text) }
    }
    return nil
  }

  /// The questions that tell whether a CNAME which an inquiry brought leads to a key.
  func ways(from inquiry: Inquiry) -> [Inquiry] {
    guard found(inquiry) == nil else { return [] }
    return replies(to: inquiry).filter { $0.answer.outcome.failure == nil && !$0.answer.viaDNAME }
      .compactMap { $0.answer.cname.first }.withoutRepeats.filter { $0 != name }.compactMap { trail(from: $0).next }
  }

  /// Whether the target of a CNAME is one of this key.
  private func leadsToKey(_ target: DomainName) -> Bool {
    lastGood?.cname?.first == target || !Vendors.matching(selector: key.selector, target: target).isEmpty
      || trail(from: target).leadsToKey
  }

  /// Whether the name of an inquiry has what it has only by a wildcard: a name beside it gives the same.
  func isByWildcard(_ found: FoundRecord, _ inquiry: Inquiry) -> Bool {
    guard let beside = beside(inquiry) else { return false }
    return replies(to: beside).contains { reply in
      found.reply.answer.cname.first.map { reply.answer.cname.first == $0 }
        ?? (found.text.map(reply.answer.records.contains) ?? false)
    }
  }

  /// What is said of a name beside that of the inquiry, which nobody has; nil where that would leave the domain.
  func beside(_ inquiry: Inquiry) -> Inquiry? {
    guard let above = inquiry.question.name.parent, above.isWithin(registrableDomain) else { return nil }
    let labels = [Array(input.randomLabel.utf8)] + above.labels.map(Array.init)
    return (try? DomainName(labels: labels)).map { Inquiry($0, inquiry.question.type, limit: inquiry.limit) }
  }

  /// Whether the key name has no record of its own: nothing, what is no key record, or what a wildcard gives.
  var hasNoRecordOfItsOwn: Bool {
    if isAbsent { return true }
    if let target, let probe = anyName, state != .published {
      return replies(to: probe).contains { $0.answer.cname.first == target && !$0.answer.viaDNAME }
    }
    guard chain.isEmpty, !sorted.texts.isEmpty, state == .invalid || state == .revoked, recordRepair == nil else {
      return false
    }
    let texts = sorted.texts.joined()
    return texts.allSatisfy { !$0.looksLikeKey } || texts.allSatisfy(isWildcard)
  }

  /// Whether a record holds the key that was good before.
  func isFormerKey(_ record: TextRecord?) -> Bool {
    guard let key = record?.publicKey else { return false }
    return lastGood?.records.contains { TextRecord($0).publicKey == key } ?? false
  }
}

extension ResourceRecord {
  /// The text of a record of type SPF, which is laid out as TXT is (RFC 7208, section 3.1).
  var oldText: TextRecord? {
    guard type.rawValue == 99, case .other(let bytes) = data else { return nil }
    var strings: [[UInt8]] = []
    var rest = bytes[...]
    while let length = rest.popFirst() {
      guard rest.count >= length else { return nil }
      strings.append(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    return strings.isEmpty ? nil : TextRecord(strings: strings)
  }
}
