// OpenDKIM and dkimpy-milter: `JOB: ...` with the selector before the domain.

internal import Model

enum OpenDKIMFormat {
  /// What `dkim_sig_geterrorstr` says, and the word that OpenDKIM writes for it in Authentication-Results.
  static let errors: [(text: StaticString, result: SightingResult)] = [
    ("no signature error", .pass), ("signature verification failed", .fail), ("key not found in DNS", .permerror),
    ("key DNS query failed", .temperror), ("key DNS reply corrupt", .temperror), ("multiple keys found", .temperror),
    ("signing key too small", .policy),
  ]

  static func read(_ line: LogLine, isCut: Bool, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let content = line.content
    if line.tag.contains("dkimpy"), content.hasPrefix("DKIM: Fail ("), let close = content.index(of: 0x29) {
      // The domain alone is told.
      memory.emitRepeatable(
        RawSighting(
          domain: content.slice(12, close), selector: .empty, result: .fail, time: line.time, kind: .dkimpy), emit)
      return true
    }
    if content.hasPrefix("DKIM-Signature ") {
      return readAdded(Context(line: line, job: .empty, words: content, isCut: isCut), &memory, emit)
    }
    if let place = content.slice(0, 300).index(of: ": verification (s=") {
      return readVerification(
        Context(line: line, job: .empty, words: content.dropFirst(place + 2), isCut: isCut), &memory, emit)
    }
    guard let colon = content.slice(0, 80).index(of: ": "), colon > 0 else { return false }
    let job = content.slice(0, colon)
    guard job.index(of: 0x20) == nil else { return false }
    let words = content.dropFirst(colon + 2)
    guard words.count > 3 else { return false }
    let context = Context(line: line, job: job, words: words, isCut: isCut)
    switch words[0] {
    case UInt8(ascii: "s"): return readNamed(context, &memory, emit)
    case UInt8(ascii: "k"): return readKey(context, &memory, emit)
    case UInt8(ascii: "D"):
      if words.equals("DKIM verification successful") { return conclude(.pass, context, &memory, emit) }
      return readAdded(context, &memory, emit)
    case UInt8(ascii: "b"):
      return words.hasPrefix("bad signature data") && conclude(.fail, context, &memory, emit)
    case UInt8(ascii: "r"), UInt8(ascii: "e"): return readPython(context, &memory, emit)
    default: return words.contains(" field added (s=") && readAdded(context, &memory, emit)
    }
  }

  private struct Context {
    let line: LogLine
    let job: Bytes
    let words: Bytes
    let isCut: Bool

    func sighting(
      _ pair: (selector: Bytes, domain: Bytes), _ result: SightingResult, reason: Bytes = .empty,
      isPreliminary: Bool = false, kind: SourceKind = .opendkim
    ) -> RawSighting {
      RawSighting(
        domain: pair.domain, selector: pair.selector, result: result, reason: reason, time: line.time, kind: kind,
        queueID: job, isPreliminary: isPreliminary)
    }

    /// Hands on what is told whole, unless an earlier line of the job has told it.
    func emitWhole(_ sighting: RawSighting, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) {
      guard memory.isFirst(job: job, domain: sighting.domain, selector: sighting.selector) else { return }
      memory.emitRepeatable(sighting, emit)
    }
  }

  /// `s=..., d=...` or `s=... d=...` from a place on, up to `)`, a comma or a blank; and where it ends.
  private static func pair(_ words: Bytes, from place: Int) -> (pair: (selector: Bytes, domain: Bytes), end: Int)? {
    guard words.holds("s=", at: place) else { return nil }
    func end(_ from: Int) -> Int {
      var end = from
      while end < words.count, ![0x20, 0x2C, 0x29].contains(words[end]) { end += 1 }
      return end
    }
    let selectorEnd = end(place + 2)
    var next = selectorEnd
    while next < words.count, words[next] == 0x2C || words[next] == 0x20 { next += 1 }
    guard words.holds("d=", at: next) else { return nil }
    let domainEnd = end(next + 2)
    guard domainEnd > next + 2, selectorEnd > place + 2 else { return nil }
    return ((words.slice(place + 2, selectorEnd), words.slice(next + 2, domainEnd)), domainEnd)
  }

  /// `DKIM-Signature field added (s=s2026, d=example.org)`; `header added` in the days of dkim-filter.
  private static func readAdded(_ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let words = context.words
    guard let added = words.index(of: " added"), words.hasPrefix("DKIM-Signature ") || words.contains(" field added (")
    else { return false }
    let rest = words.dropFirst(added + 6)
    // Without the pair it is a line of an old version, or of another setting.
    guard rest.hasPrefix(" (") else { return true }
    guard let (pair, end) = pair(rest, from: 2), end < rest.count, !context.isCut else {
      memory.unreadable("expected '(s=SELECTOR, d=DOMAIN)' after 'added', found \(rest.shown)", emit)
      return true
    }
    memory.emitRepeatable(context.sighting(pair, .signed), emit)
    return true
  }

  /// `s=s2026 d=example.org SSL ...`: why a signature failed, or that it is there; `signature=... domain=...`.
  private static func readNamed(_ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let words = context.words
    if words.hasPrefix("signature=") { return readResults(context, &memory, emit) }
    guard let (pair, end) = pair(words, from: 0) else { return false }
    var rest = words.dropFirst(end).trimmed
    if rest.hasPrefix("a=") { rest = rest.dropFirst(rest.index(of: 0x20) ?? rest.count).trimmed }
    guard rest.hasPrefix("SSL") else {
      if rest.hasPrefix(":") { return true }
      memory.unreadable("expected 'SSL' behind d=, found \(rest.shown)", emit)
      return true
    }
    let reason = rest.dropFirst(3).trimmed
    if reason.isEmpty, memory.takeConcluded(job: context.job) {
      context.emitWhole(context.sighting(pair, .pass), &memory, emit)
      return true
    }
    guard !memory.wasTold(job: context.job, domain: pair.domain, selector: pair.selector) else { return true }
    memory.name(job: context.job, domain: pair.domain, selector: pair.selector)
    memory.emitRepeatable(
      context.sighting(pair, reason.isEmpty ? .signed : .fail, reason: reason, isPreliminary: true), emit)
    return true
  }

  /// `key revoked (s=..., d=...)`, `key retrieval failed (s=..., d=...): 'name' record not found`.
  private static func readKey(_ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let words = context.words
    let isRevoked = words.hasPrefix("key revoked")
    guard isRevoked || words.hasPrefix("key retrieval failed") else { return false }
    guard let open = words.index(of: "(s=") else { return true }
    guard let (pair, end) = pair(words, from: open + 1), let close = words.index(of: UInt8(ascii: ")"), from: end)
    else {
      memory.unreadable("expected '(s=SELECTOR, d=DOMAIN)', found \(words.dropFirst(open).shown)", emit)
      return true
    }
    var reason = words.dropFirst(close + 1).trimmed
    if reason.hasPrefix(":") { reason = reason.dropFirst(1).trimmed }
    // No key there is for good; a question that failed is not (RFC 6376, section 6.1.2).
    let result: SightingResult = isRevoked || reason.contains("record not found") ? .permerror : .temperror
    context.emitWhole(
      context.sighting(pair, result, reason: reason.isEmpty ? words.slice(0, open).trimmed : reason), &memory, emit)
    return true
  }

  /// `verification (s=..., d=..., 2048-bit key) succeeded`, of the test mode.
  private static func readVerification(
    _ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) -> Bool {
    let words = context.words
    guard words.hasPrefix("verification (s=") else { return false }
    guard let (pair, end) = pair(words, from: 14), let close = words.index(of: ") ", from: end) else {
      memory.unreadable("expected '(s=SELECTOR, d=DOMAIN, ...)', found \(words.shown)", emit)
      return true
    }
    let rest = words.dropFirst(close + 2)
    let hasSucceeded = rest.hasPrefix("succeeded")
    let reason = rest.index(of: ": ").map { rest.dropFirst($0 + 2) } ?? .empty
    memory.emitRepeatable(
      context.sighting(pair, hasSucceeded ? .pass : .fail, reason: hasSucceeded ? .empty : reason), emit)
    return true
  }

  /// `signature=XX domain=... selector=... result="..."; signature=...`: one piece a signature, with LogResults.
  private static func readResults(_ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool
  {
    var rest = context.words
    while let start = rest.index(of: "domain=") {
      let domain = rest.slice(start + 7, rest.index(of: 0x20, from: start) ?? rest.count)
      guard let next = rest.index(of: " selector=", from: start), let open = rest.index(of: " result=\"", from: next),
        let close = rest.index(of: UInt8(ascii: "\""), from: open + 9)
      else {
        memory.unreadable("expected selector= and result=\"...\" behind domain=, found \(rest.shown)", emit)
        return true
      }
      let text = rest.slice(open + 9, close)
      let result = errors.first { text.equals($0.text) }?.result ?? .permerror
      context.emitWhole(
        context.sighting(
          (rest.slice(next + 10, open), domain), result, reason: result == .pass ? .empty : text), &memory, emit)
      rest = rest.dropFirst(close + 1)
    }
    _ = memory.takeNamed(job: context.job)
    return true
  }

  /// The result of a job whose signature an earlier line named.
  private static func conclude(
    _ result: SightingResult, _ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) -> Bool {
    guard let (domain, selector) = memory.takeNamed(job: context.job) else {
      if result == .pass { memory.conclude(job: context.job) }
      return true
    }
    domain.withBytes { domain in
      selector.withBytes { selector in
        context.emitWhole(
          context.sighting((selector, domain), result, reason: result == .pass ? .empty : context.words), &memory, emit)
      }
    }
    return true
  }

  /// `rsa-sha256 DKIM signature added (s=... d=...)` and `... verified (...)`, of dkimpy-milter.
  private static func readPython(_ context: Context, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let words = context.words
    guard let place = words.index(of: " DKIM signature "), place <= 20 else {
      return words.contains(" field added (s=") && readAdded(context, &memory, emit)
    }
    let rest = words.dropFirst(place + 16)
    let isVerified = rest.hasPrefix("verified (")
    guard isVerified || rest.hasPrefix("added (") else { return false }
    guard let (pair, _) = pair(rest, from: isVerified ? 10 : 7) else {
      memory.unreadable("expected '(s=SELECTOR d=DOMAIN)', found \(rest.shown)", emit)
      return true
    }
    memory.emitRepeatable(context.sighting(pair, isVerified ? .pass : .signed, kind: .dkimpy), emit)
    return true
  }
}
