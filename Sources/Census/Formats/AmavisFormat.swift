// Amavis: `dkim_sd=selector:domain` in the line of a message, and one line a signature at log level 2.

internal import Model

enum AmavisFormat {
  static func read(_ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    var content = line.content
    var id = Bytes.empty
    if content.hasPrefix("("), let close = content.index(of: ") "), close <= 24, content.slice(1, close).contains("-") {
      id = content.slice(1, close)
      content = content.dropFirst(close + 2)
    } else if !line.tag.contains("amavis") {
      return false
    }
    if content.hasPrefix("dkim: ") {
      readSignature(content.dropFirst(6), id: id, line, &memory, emit)
    } else if content.contains("Passed ") || content.contains("Blocked ") || line.tag.contains("amavis") {
      // In front of it stand addresses and the id of the message, which are a stranger's: the last one is ours.
      readPairs("dkim_sd=", .pass, content, id: id, line, &memory, emit)
      readPairs("dkim_new=", .signed, content, id: id, line, &memory, emit)
    }
    return true
  }

  /// `, dkim_sd=selector:domain,selector:domain, 1388 ms`
  private static func readPairs(
    _ name: StaticString, _ result: SightingResult, _ content: Bytes, id: Bytes, _ line: LogLine,
    _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    guard let place = content.lastIndex(of: name),
      place == 0 || content[place - 1] == 0x20 || content[place - 1] == 0x2C
    else { return }
    let start = place + name.utf8CodeUnitCount
    let value = content.slice(start, content.index(of: 0x20, from: start) ?? content.count)
    for pair in value.buffer.split(separator: 0x2C, omittingEmptySubsequences: true) {
      let pair = Bytes(start: value.start + (pair.startIndex), count: pair.count)
      guard let colon = pair.index(of: UInt8(ascii: ":")) else {
        memory.unreadable("\(pair.shown) behind \(name) has no colon; expected SELECTOR:DOMAIN", emit)
        continue
      }
      memory.emitRepeatable(
        RawSighting(
          domain: pair.dropFirst(colon + 1), selector: pair.slice(0, colon), result: result, time: line.time,
          kind: .amavis, queueID: id), emit)
    }
  }

  /// `VALID Author signature by d=example.org, From: <...>, a=rsa-sha256, c=relaxed/simple, s=s2026, i=@example.org`
  private static func readSignature(
    _ words: Bytes, id: Bytes, _ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    if words.hasPrefix("signing ("), !words.hasPrefix("signing error") {
      return readSigning(words, id: id, line, &memory, emit)
    }
    let isValid = words.hasPrefix("VALID")
    guard isValid || words.hasPrefix("FAILED"), let by = words.index(of: " signature by d=") else { return }
    let rest = words.dropFirst(by + 16)
    guard let end = rest.index(of: UInt8(ascii: ",")),
      // Addresses stand between the two; a canonicalization, which stands just before, cannot stand in one.
      let before = rest.index(of: ", c=", from: end), let selector = rest.index(of: ", s=", from: before),
      let selectorEnd = rest.index(of: UInt8(ascii: ","), from: selector + 4)
    else {
      return memory.unreadable("expected d=, then c=, s= and i=, found \(rest.shown)", emit)
    }
    let detail = isValid ? nil : rest.lastIndex(of: ", ").map { rest.dropFirst($0 + 2) }
    let result: SightingResult
    if isValid {
      // Amavis takes no signature that has expired.
      result = words.slice(0, by).contains("EXPIRED") ? .policy : .pass
    } else if let detail, detail.hasPrefix("invalid") {
      result = .neutral
    } else if let detail, detail.hasPrefix("temperror") {
      result = .temperror
    } else {
      result = .fail
    }
    memory.emitRepeatable(
      RawSighting(
        domain: rest.slice(0, end), selector: rest.slice(selector + 4, selectorEnd), result: result,
        reason: detail ?? .empty, time: line.time, kind: .amavis, queueID: id, isPreliminary: true), emit)
  }

  /// `signing (author), From: <...> (...), a=>rsa-sha256, c=>relaxed/simple, d=>example.org, s=>s2026, ttl=>1814400`
  private static func readSigning(
    _ words: Bytes, id: Bytes, _ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    func value(_ name: StaticString) -> Bytes? {
      guard let place = words.lastIndex(of: name) else { return nil }
      let start = place + name.utf8CodeUnitCount
      return words.slice(start, words.index(of: UInt8(ascii: ","), from: start) ?? words.count).trimmed
    }
    guard let domain = value(", d=>"), let selector = value(", s=>") else {
      return memory.unreadable("expected d=> and s=>, found \(words.shown)", emit)
    }
    memory.emitRepeatable(
      RawSighting(
        domain: domain, selector: selector, result: .signed, time: line.time, kind: .amavis, queueID: id,
        isPreliminary: true), emit)
  }
}
