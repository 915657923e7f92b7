// `DKIM: d=example.org s=s2026 c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]`: one line a signature.

internal import Model

enum EximVerdict {
  /// The texts in the brackets, and the word that Exim itself writes for them in Authentication-Results.
  static let texts: [(text: StaticString, result: SightingResult)] = [
    ("[verification succeeded]", .pass),
    ("[not verified]", .none),
    ("[invalid - public key record (currently?) unavailable]", .temperror),
    ("[invalid - overlong public key record]", .permerror),
    ("[invalid - syntax error in public key record]", .neutral),
    ("[invalid - signature tag missing or invalid]", .neutral),
    ("[invalid - unsupported DKIM version]", .neutral),
    ("[invalid - unspecified problem]", .permerror),
    ("[verification failed - body hash mismatch (body probably modified in transit)]", .fail),
    ("[verification failed - signature did not verify (headers probably modified in transit)]", .fail),
    ("[verification failed - signature invalid (key too short)]", .fail),
    ("[verification failed - unspecified reason]", .fail),
    ("[failed key import]", .neutral),
  ]

  /// What an ACL may set a status to; Exim tells such a result as `policy`.
  private static let statuses: [StaticString] = ["fail", "invalid", "none", "pass"]

  static func read(_ line: EximLine, isCut: Bool, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) {
    let content = line.content
    let domainStart = 8
    guard let domainEnd = content.index(of: 0x20, from: domainStart), content.holds(" s=", at: domainEnd) else {
      return memory.unreadable("the line ends before s=; expected: DKIM: d=DOMAIN s=SELECTOR ... [RESULT]", emit)
    }
    guard let selectorEnd = content.index(of: 0x20, from: domainEnd + 3) else {
      return memory.unreadable("the line ends behind s=; expected: DKIM: d=DOMAIN s=SELECTOR ... [RESULT]", emit)
    }
    let domain = content.slice(domainStart, domainEnd)
    let selector = content.slice(domainEnd + 3, selectorEnd)
    // Exim's own mark for a tag that the signature lacks.
    if domain.equals("<UNSET>") || selector.equals("<UNSET>") { return }
    guard !isCut, let verdict = verdict(content.dropFirst(selectorEnd)) else {
      let seen = content.dropFirst(max(selectorEnd, content.count - 100))
      return memory.unreadable(
        "the line ends in \(seen.trimmed.text.jsonQuoted()); expected a result in brackets, as in [verification succeeded]",
        emit)
    }
    let sighting = RawSighting(
      domain: domain, selector: selector, result: verdict.result, reason: verdict.reason, time: line.time,
      kind: .exim, queueID: line.queueID)
    if verdict.isPreliminary, !line.queueID.isEmpty { return memory.hold(sighting, emit) }
    memory.drop(line.queueID, domain: domain, selector: selector)
    memory.rememberWhole(line.queueID)
    memory.emit(sighting, emit)
  }

  /// The brackets at the end of the line. What stands before them may hold brackets too: `i=` has any local part.
  @inline(__always) private static func verdict(
    _ rest: Bytes
  ) -> (result: SightingResult, reason: Bytes, isPreliminary: Bool)? {
    if rest.hasSuffix("[verification succeeded]") { return (.pass, .empty, false) }
    let rest = rest.trimmed
    guard rest.count > 2, rest[rest.count - 1] == UInt8(ascii: "]") else { return nil }
    for (text, result) in texts where rest.hasSuffix(text) {
      let inside = rest.slice(rest.count - text.utf8CodeUnitCount + 1, rest.count - 1)
      let reason = inside.index(of: " - ").map { inside.dropFirst($0 + 3) } ?? (result == .pass ? .empty : inside)
      return (result, reason, rest.hasSuffix("[failed key import]"))
    }
    // `[fail - hash too weak]`: the words of an ACL, which may hold brackets themselves.
    var place = rest.count - 1
    while place > 0 {
      place -= 1
      guard rest[place] == UInt8(ascii: "["), place > 0, rest[place - 1] == 0x20 else { continue }
      let inside = rest.slice(place + 1, rest.count - 1)
      for status in statuses where inside.hasPrefix(status) && inside.holds(" - ", at: status.utf8CodeUnitCount) {
        return (.policy, inside, false)
      }
    }
    return nil
  }
}
