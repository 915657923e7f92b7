// What Exim's lines say of signatures. Only fixed places count: a subject, an address, an answer may hold anything.

internal import Model

enum EximFormat {
  /// Reads a line whose parts are known.
  @inline(__always) static func read(
    _ line: EximLine, isCut: Bool, wantsFlow: Bool, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    let content = line.content
    guard content.count > 2 else { return }
    switch content[0] {
    case UInt8(ascii: "D"):
      if content.hasPrefix("DKIM: d=") { EximVerdict.read(line, isCut: isCut, &memory, emit) }
    case UInt8(ascii: "<"):
      guard content[1] == UInt8(ascii: "="), content[2] == 0x20 else { return }
      if wantsFlow { flow(.arrival, line, emit) }
      memory.release(line.queueID, emit)
      if !memory.wasWhole(line.queueID), content.contains(" DKIM=") { readArrival(line, &memory, emit) }
    case UInt8(ascii: "="), UInt8(ascii: "-"), UInt8(ascii: ">"), UInt8(ascii: "*"):
      readDelivery(line, wantsFlow: wantsFlow, &memory, emit)
    case UInt8(ascii: "A"):
      if content.hasPrefix("Authentication-Results:") {
        HeaderLines.results(
          content.dropFirst(23), trust: .localUnlessListed, escapes: true, time: line.time, queueID: line.queueID,
          host: .empty, &memory,
          emit)
      }
    case UInt8(ascii: "C"):
      if wantsFlow, content.hasPrefix("Completed") { flow(.completed, line, emit) }
    default: readRejection(line, wantsFlow: wantsFlow, &memory, emit)
    }
  }

  private static func flow(
    _ step: MailFlow.Step, _ line: EximLine, skipping length: Int = 3, _ emit: (CensusEvent) -> Void
  ) {
    emit(
      .flow(MailFlow(step: step, time: line.time, queueID: line.queueID, text: line.content.dropFirst(length))))
  }

  /// `<= sender H=... S=... DKIM=example.org id=... T="..."`: one domain whose signature verified.
  private static func readArrival(_ line: EximLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) {
    guard let value = field("DKIM=", in: line.content.dropFirst(3)), !value.isEmpty else { return }
    memory.emit(
      RawSighting(domain: value, selector: .empty, result: .pass, time: line.time, kind: .exim, queueID: line.queueID),
      emit)
  }

  /// `=> address ... DKIM=example.org:s2026:example.net:s1 C="..."`: what this delivery was signed with.
  private static func readDelivery(
    _ line: EximLine, wantsFlow: Bool, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    let content = line.content
    guard content[2] == 0x20 else { return }
    let step: MailFlow.Step
    switch (content[0], content[1]) {
    case (UInt8(ascii: "="), UInt8(ascii: ">")), (UInt8(ascii: "-"), UInt8(ascii: ">")),
      (UInt8(ascii: ">"), UInt8(ascii: ">")), (UInt8(ascii: "*"), UInt8(ascii: ">")):
      step = .delivery
    case (UInt8(ascii: "="), UInt8(ascii: "=")): step = .deferral
    case (UInt8(ascii: "*"), UInt8(ascii: "*")): step = .failure
    default: return
    }
    if wantsFlow { flow(step, line, emit) }
    guard step == .delivery, content.contains(" DKIM=") else { return }
    guard var value = field("DKIM=", in: content.dropFirst(3)), !value.isEmpty else { return }
    while !value.isEmpty {
      let middle = value.index(of: UInt8(ascii: ":")) ?? value.count
      let end = value.index(of: UInt8(ascii: ":"), from: middle + 1) ?? value.count
      memory.emit(
        RawSighting(
          domain: value.slice(0, middle), selector: value.slice(middle + 1, end), result: .signed, time: line.time,
          kind: .exim, queueID: line.queueID), emit)
      value = value.dropFirst(end + 1)
    }
  }

  /// The value of a field that stands at its place: behind the address, before what strangers write (`id=`, `T="`,
  /// `C="`, `for`, `from <`). Quoted text is passed over.
  static func field(_ name: StaticString, in text: Bytes) -> Bytes? {
    var place = 0
    while place < text.count {
      let begin = place
      if text.holds(name, at: begin) {
        let start = begin + name.utf8CodeUnitCount
        return text.slice(start, text.index(of: 0x20, from: start) ?? text.count)
      }
      if begin > 0 {
        if text.holds("id=", at: begin) || text.holds("T=\"", at: begin) || text.holds("C=\"", at: begin)
          || text.holds("for ", at: begin) || text.holds("from <", at: begin)
        {
          return nil
        }
      }
      // A word ends at a blank that is not quoted, and an address in brackets may hold blanks only in quotes.
      var isQuoted = false
      while place < text.count, isQuoted || text[place] != 0x20 {
        if text[place] == UInt8(ascii: "\\") {
          place += 1
        } else if text[place] == UInt8(ascii: "\"") {
          isQuoted.toggle()
        }
        place += 1
      }
      place += 1
    }
    return nil
  }

  /// `H=... F=<...> rejected DKIM : ...` and `... temporarily rejected after DATA: ...`: an ACL names a key in its words.
  private static func readRejection(
    _ line: EximLine, wantsFlow: Bool, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    let content = line.content
    guard content[0] == UInt8(ascii: "H") || content[0] == UInt8(ascii: "F") || content[0] == UInt8(ascii: "U"),
      content[1] == UInt8(ascii: "="), let place = content.index(of: " rejected ")
    else { return }
    if wantsFlow { flow(.rejection, line, skipping: 0, emit) }
    defer { memory.release(line.queueID, emit) }
    let words = content.dropFirst(place + 10)
    let isDKIM = words.hasPrefix("DKIM")
    guard isDKIM || words.hasPrefix("after DATA") || words.hasPrefix("during MIME ACL"),
      let colon = words.index(of: UInt8(ascii: ":")), let key = KeyInWords(words.dropFirst(colon + 1))
    else { return }
    // With dkim_verbose a verdict has told it.
    if !line.queueID.isEmpty, memory.wasWhole(line.queueID) { return }
    memory.drop(line.queueID, domain: key.domain, selector: key.selector)
    let isTemporary = content.slice(place - 12, place).hasSuffix(" temporarily")
    memory.emit(
      RawSighting(
        domain: key.domain, selector: key.selector, result: isTemporary ? .temperror : .fail,
        reason: words.dropFirst(colon + 1).trimmed, time: line.time, kind: .exim, queueID: line.queueID,
        isPreliminary: true), emit)
  }
}

/// A key that the free words of an admin name: as its key name, or as `d=` and `s=`.
struct KeyInWords {
  var domain: Bytes
  var selector: Bytes

  init?(_ words: Bytes) {
    if let middle = words.index(of: "._domainkey.") {
      var begin = middle
      while begin > 0, SightedName.isAllowed(words[begin - 1]) { begin -= 1 }
      var end = middle + 12
      while end < words.count, SightedName.isAllowed(words[end]) { end += 1 }
      while end > middle + 12, words[end - 1] == UInt8(ascii: ".") { end -= 1 }
      guard begin < middle, end > middle + 12 else { return nil }
      self.init(domain: words.slice(middle + 12, end), selector: words.slice(begin, middle))
      return
    }
    guard let domain = Self.tag("d=", words), let selector = Self.tag("s=", words) else { return nil }
    self.init(domain: domain, selector: selector)
  }

  init(domain: Bytes, selector: Bytes) {
    self.domain = domain
    self.selector = selector
  }

  /// What follows a tag that begins a word, up to the end of the name.
  private static func tag(_ name: StaticString, _ words: Bytes) -> Bytes? {
    var place = 0
    while let found = words.index(of: name, from: place) {
      place = found + 2
      if found > 0, words[found - 1].isLetter || words[found - 1].isDigit || words[found - 1] == UInt8(ascii: ".") {
        continue
      }
      var end = place
      while end < words.count, SightedName.isAllowed(words[end]) { end += 1 }
      while end > place, words[end - 1] == UInt8(ascii: ".") { end -= 1 }
      if end > place { return words.slice(place, end) }
    }
    return nil
  }
}
