// rspamd: the symbols of the line that it writes for each task, and what its DKIM modules say of keys.

internal import Model

enum RspamdFormat {
  /// Symbols whose options are `domain:s=selector`.
  static let symbols: [(name: StaticString, result: SightingResult)] = [
    ("R_DKIM_ALLOW", .pass), ("R_DKIM_REJECT", .fail), ("R_DKIM_PERMFAIL", .permerror), ("R_DKIM_TEMPFAIL", .temperror),
    ("DKIM_SIGNED", .signed),
  ]
  /// The signs of DKIM_TRACE's options, `domain:+`.
  private static let traces: [(sign: UInt8, result: SightingResult)] = [
    (UInt8(ascii: "+"), .pass), (UInt8(ascii: "-"), .fail), (UInt8(ascii: "~"), .permerror),
    (UInt8(ascii: "?"), .temperror),
  ]

  static func read(_ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let content = line.content
    // `<tag>; module; function: text`, with the number of a process before it in a file of rspamd's own.
    guard let (tag, words) = parts(content) else {
      guard content.hasPrefix("id: <") || content.hasPrefix("(default: ") else { return false }
      readTask(line, task: .empty, content, &memory, emit)
      return true
    }
    // `loaded message; id: <...>; queue-id: <...>; size: ...`: the id of the message is a stranger's text.
    if words.contains("loaded message; id: <"), let place = words.lastIndex(of: "; queue-id: <"),
      let end = words.index(of: UInt8(ascii: ">"), from: place)
    {
      memory.rspamdTasks.name(tag, words.slice(place + 13, end))
      return true
    }
    if words.contains("_DKIM_") || words.contains("DKIM_TRACE") || words.contains("DKIM_SIGNED") {
      if let task = words.index(of: "id: <"), task <= 80 {
        readTask(line, task: tag, words.dropFirst(task), &memory, emit)
        return true
      }
    }
    if words.contains("dkim") || words.contains("_domainkey") || words.contains("public key for ")
      || words.contains("; d=")
    {
      readModule(line, task: tag, words, &memory, emit)
    }
    return true
  }

  /// The id of the task and what follows it; nil where the line is not of rspamd's form.
  private static func parts(_ content: Bytes) -> (tag: Bytes, words: Bytes)? {
    var rest = content
    if rest.hasPrefix("#") {
      // `#1234(normal) `
      guard let close = rest.index(of: ") "), close < 40 else { return nil }
      rest = rest.dropFirst(close + 2)
    } else if rest.hasPrefix("("), let close = rest.index(of: ") "), close < 20, rest.holds("<", at: close + 2) {
      rest = rest.dropFirst(close + 2)
    }
    if rest.hasPrefix("<") {
      guard let close = rest.index(of: ">; "), close <= 40 else { return nil }
      return (rest.slice(1, close), rest.dropFirst(close + 3))
    }
    return rest.hasPrefix("; ") ? (.empty, rest.dropFirst(2)) : nil
  }

  /// `id: <...>, qid: <...>, ..., (default: F (no action): [0.10/15.00] [SYMBOL(0.00){option;},...]), ...`
  private static func readTask(
    _ line: LogLine, task: Bytes, _ words: Bytes, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    var queueID = Bytes.empty
    var place = 0
    // The id of the message is a stranger's text; blanks cannot stand in it.
    if words.hasPrefix("id: <"), let end = words.index(of: 0x20, from: 5) { place = end }
    while place + 1 < words.count, words[place] == 0x20, words[place + 1] == 0x20 { place += 1 }
    if words.holds(" qid: <", at: place), let end = words.index(of: UInt8(ascii: ">"), from: place + 7) {
      queueID = words.slice(place + 7, end)
      place = end
    }
    guard let metric = words.index(of: "(default: ", from: place) ?? words.index(of: ": [", from: place),
      let open = words.index(of: "] [", from: metric)
    else { return }
    var sighted = Symbols(list: words.dropFirst(open + 3))
    let base = RawSighting(
      domain: .empty, selector: .empty, result: .none, time: line.time, kind: .rspamd,
      queueID: memory.rspamdTasks.isJoined(task, queueID) ? queueID : task)
    var named: [Bytes] = []
    var found: [RawSighting] = []
    var traced: [(domain: Bytes, result: SightingResult)] = []
    while let (name, options) = sighted.next() {
      if name.equals("DKIM_TRACE") {
        for option in options.pieces {
          guard let colon = option.lastIndex(of: UInt8(ascii: ":")), colon + 1 < option.count,
            let trace = traces.first(where: { $0.sign == option[colon + 1] })
          else { continue }
          traced.append((option.slice(0, colon), trace.result))
        }
      } else if let symbol = symbols.first(where: { name.equals($0.name) }) {
        for option in options.pieces {
          if option.equals("...") { continue }
          var sighting = base
          let colon = option.index(of: ":s=")
          sighting.domain = option.slice(0, colon ?? option.count)
          guard let colon else {
            if option.contains(".") { traced.append((sighting.domain, symbol.result)) }
            continue
          }
          let selector = option.dropFirst(colon + 3)
          sighting.selector = selector.slice(0, selector.index(of: UInt8(ascii: ":")) ?? selector.count)
          sighting.result = symbol.result
          if symbol.result != .signed { named.append(sighting.domain) }
          found.append(sighting)
        }
      }
    }
    // What is signed here may be verified here too; it is one signature.
    let verified = found.filter { $0.result != .signed }
    for sighting in found {
      if sighting.result == .signed, verified.contains(where: { $0.isOfSamePair(as: sighting) }) { continue }
      memory.emitRepeatable(sighting, emit)
    }
    // The trace tells every domain once more, without its selector.
    for (domain, result) in traced where !named.contains(where: { $0.buffer.elementsEqual(domain.buffer) }) {
      var sighting = base
      sighting.domain = domain
      sighting.result = result
      named.append(domain)
      memory.emitRepeatable(sighting, emit)
    }
    if sighted.isBroken, named.isEmpty || sighted.isBrokenInSymbol {
      memory.unreadable("the list of symbols ends too early; expected SYMBOL(0.00){domain:s=selector;}", emit)
    }
  }

  /// What a module says of one key; the line of the task tells the result once more.
  private static func readModule(
    _ line: LogLine, task: Bytes, _ words: Bytes, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    func send(_ key: KeyInWords, _ result: SightingResult, reason: Bytes) {
      memory.rspamdTasks.id(ofModuleLine: task).withBytes { id in
        memory.emitRepeatable(
          RawSighting(
            domain: key.domain, selector: key.selector, result: result, reason: reason.trimmed, time: line.time,
            kind: .rspamd, queueID: id, isPreliminary: true), emit)
      }
    }
    if let place = words.index(of: "cannot get key for domain ") {
      let rest = words.dropFirst(place + 26)
      let end = rest.index(of: ": ") ?? rest.count
      guard let key = KeyInWords(rest.slice(0, end)) else {
        return memory.unreadable("expected a key name behind 'cannot get key for domain', found \(rest.shown)", emit)
      }
      let reason = rest.dropFirst(end + 2)
      let isForGood =
        reason.contains("revoked") || reason.contains("key type") || reason.contains("DKIM key")
        || reason.contains("invalid")
        || reason.contains("cannot ")
      send(key, isForGood ? .permerror : .temperror, reason: reason)
    } else if let place = words.index(of: "dns request to ") {
      let rest = words.dropFirst(place + 15)
      let end = rest.index(of: " failed") ?? rest.count
      guard let key = KeyInWords(rest.slice(0, end)) else { return }
      let reason = rest.dropFirst(rest.index(of: ": ").map { $0 + 2 } ?? end)
      send(key, .temperror, reason: reason)
    } else if let place = words.index(of: "public key for ") {
      var rest = words.dropFirst(place + 15)
      if rest.hasPrefix("domain ") { rest = rest.dropFirst(7) }
      let end = rest.index(of: 0x20) ?? rest.count
      guard let slash = rest.slice(0, end).index(of: UInt8(ascii: "/")) else { return }
      // Our own signer: it signs all the same, or leaves it and says so.
      if rest.contains("skip signing") { return }
      send(
        KeyInWords(domain: rest.slice(0, slash), selector: rest.slice(slash + 1, end)), .signed,
        reason: rest.dropFirst(end))
    } else if words.contains("bh value mismatch") || words.contains("bh length mismatch")
      || words.contains("verification failure") || words.contains("verify failed"),
      let domain = words.index(of: "; d="), let selector = words.index(of: "; s=", from: domain)
    {
      // A DKIM-Signature of the stranger may follow: the first of each counts.
      let end = words.index(of: UInt8(ascii: ";"), from: selector + 4) ?? words.count
      guard words.contains("dkim: ") else { return }
      let begin = words.index(of: ": ").map { $0 + 2 } ?? 0
      send(
        KeyInWords(domain: words.slice(domain + 4, selector), selector: words.slice(selector + 4, end)), .fail,
        reason: words.slice(begin, words.index(of: UInt8(ascii: ";"), from: begin) ?? domain))
    }
  }
}

/// Walks through `NAME(0.00){option;option;},NAME(...)...]`; brackets instead of braces where it is a header's form.
private struct Symbols {
  private var rest: Bytes
  /// Whether the list ended before its bracket did, and whether that was in the options of a symbol of DKIM.
  private(set) var isBroken = false
  private(set) var isBrokenInSymbol = false

  init(list: Bytes) { rest = list }

  struct Options {
    let bytes: Bytes
    /// The options; `;` ends each, or a comma where brackets hold them.
    var pieces: [Bytes] {
      var pieces: [Bytes] = []
      var start = 0
      for place in 0...bytes.count {
        guard place == bytes.count || bytes[place] == UInt8(ascii: ";") || bytes[place] == UInt8(ascii: ",") else {
          continue
        }
        let piece = bytes.slice(start, place).trimmed
        if !piece.isEmpty { pieces.append(piece) }
        start = place + 1
      }
      return pieces
    }
  }

  mutating func next() -> (name: Bytes, options: Options)? {
    while rest.count > 0, rest[0] == 0x2C || rest[0].isBlank || rest[0] == UInt8(ascii: ";") {
      rest = rest.dropFirst(1)
    }
    var end = 0
    while end < rest.count, rest[end].isLetter || rest[end].isDigit || rest[end] == 0x5F || rest[end] == 0x2D {
      end += 1
    }
    let name = rest.slice(0, end)
    guard end > 0 else {
      isBroken = rest.isEmpty
      return nil
    }
    rest = rest.dropFirst(end)
    if rest.hasPrefix("(") {
      guard let close = rest.index(of: UInt8(ascii: ")")) else { return broken(name) }
      rest = rest.dropFirst(close + 1)
    }
    guard rest.count > 0, rest[0] == UInt8(ascii: "{") || rest[0] == UInt8(ascii: "[") else {
      if rest.isEmpty { return broken(name) }
      return (name, Options(bytes: .empty))
    }
    let closing = rest[0] == UInt8(ascii: "{") ? UInt8(ascii: "}") : UInt8(ascii: "]")
    // An option may hold a closing brace; the real one is followed by a comma or the end of the list.
    var close = 1
    while close < rest.count {
      guard rest[close] == closing else {
        close += 1
        continue
      }
      if close + 1 == rest.count || rest[close + 1] == 0x2C || rest[close + 1] == 0x5D || rest[close + 1] == 0x3B {
        break
      }
      close += 1
    }
    guard close < rest.count else { return broken(name) }
    let options = Options(bytes: rest.slice(1, close))
    rest = rest.dropFirst(close + 1)
    return (name, options)
  }

  private mutating func broken(_ name: Bytes) -> (name: Bytes, options: Options)? {
    isBroken = true
    isBrokenInSymbol = name.contains("DKIM")
    rest = .empty
    return nil
  }
}
