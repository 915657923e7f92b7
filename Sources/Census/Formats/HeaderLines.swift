// Lines that carry a header field: what a milter adds (Sendmail), what header checks log (Postfix), what an ACL writes.

internal import Mail
internal import Model

enum HeaderLines {
  /// How far a field is believed whose server is not listed.
  enum Trust {
    /// Only what a listed server says: anybody may have written it.
    case listed
    /// Written by our own software: believed unless servers are listed and this is none of them.
    case localUnlessListed
  }

  /// Where a logger or a program puts a field of its own milters, and where one that came with the mail.
  private static let places: [(before: StaticString, trust: Trust)] = [
    (" header: ", .localUnlessListed), ("milter-header ", .localUnlessListed), ("header ", .listed),
  ]

  static func read(_ line: LogLine, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void) -> Bool {
    let content = line.content
    let found = content.index(of: "Authentication-Results: ") ?? content.index(of: "Authentication-Results:")
    let name = found ?? content.index(of: "DKIM-Signature: ")
    guard var name else { return false }
    let isResults = found != nil
    var trust = Trust.listed
    if isResults, name >= 4, content.holds("ARC-", at: name - 4) {
      name -= 4
    } else if name == 0
      || name <= 80 && content.holds(": ", at: name - 2) && content.slice(0, name - 2).index(of: 0x20) == nil
    {
      // The first words of a program, perhaps behind the id of a message.
      trust = .localUnlessListed
    } else if let place = places.first(where: { content.holds($0.before, at: name - $0.before.utf8CodeUnitCount) }) {
      trust = place.trust
      if trust == .localUnlessListed,
        !content.slice(0, name).contains("Milter ") && !content.slice(0, name).contains("milter-header ")
      {
        trust = .listed
      }
    } else if isResults {
      trust = .listed
    } else {
      return false
    }
    let colon = content.index(of: UInt8(ascii: ":"), from: name) ?? content.count
    let value = content.dropFirst(colon + 1)
    let queueID = content.slice(0, content.slice(0, 40).index(of: ": ") ?? 0)
    if isResults {
      results(
        withoutTrace(value), trust: trust, escapes: true, time: line.time, queueID: queueID, host: line.host, &memory,
        emit)
    } else {
      signature(withoutTrace(value), time: line.time, queueID: queueID, &memory, emit)
    }
    return true
  }

  /// Postfix writes behind a field whence it came: ` from host[address]; from=<...> to=<...>`.
  private static func withoutTrace(_ value: Bytes) -> Bytes {
    guard let trace = value.lastIndex(of: "; from=<") else { return value }
    let before = value.slice(0, trace)
    return before.lastIndex(of: " from ").map { value.slice(0, $0) } ?? before
  }

  /// Line ends as loggers write them, `\n`, `#012` or `??`, turned to blanks.
  private static func unfolded(_ value: Bytes) -> [UInt8] {
    var bytes = value.array
    var place = 0
    while place < bytes.count {
      if bytes[place] == UInt8(ascii: "\\"), place + 1 < bytes.count,
        [UInt8(ascii: "n"), UInt8(ascii: "t"), UInt8(ascii: "r")].contains(bytes[place + 1]),
        place == 0 || bytes[place - 1] == UInt8(ascii: ";") || bytes[place - 1] == 0x29 || bytes[place - 1] == 0x20
          || place + 2 < bytes.count && (bytes[place + 2] == 0x09 || bytes[place + 2] == UInt8(ascii: "\\"))
      {
        bytes[place] = 0x20
        bytes[place + 1] = 0x20
      } else if bytes[place] == UInt8(ascii: "#"), place + 3 < bytes.count, bytes[place + 1] == 0x30,
        bytes[place + 2] == 0x31, (0x30...0x35).contains(bytes[place + 3])
      {
        for offset in 0..<4 { bytes[place + offset] = 0x20 }
      } else if bytes[place] == UInt8(ascii: "?"), place > 0,
        bytes[place - 1] == UInt8(ascii: ";") || bytes[place - 1].isBlank
      {
        bytes[place] = 0x20
      } else if bytes[place] == UInt8(ascii: "?"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "?") {
        bytes[place] = 0x20
      }
      place += 1
    }
    return bytes
  }

  /// Every `dkim=` of an Authentication-Results.
  static func results(
    _ value: Bytes, trust: Trust, escapes: Bool, time: Timestamp?, queueID: Bytes, host: Bytes,
    _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void
  ) {
    let field = AuthenticationResults(escapes ? unfolded(value) : value.array)
    let isListed = field.isFrom(memory.trustedServers)
    guard isListed || trust == .localUnlessListed && memory.trustedServers.isEmpty else {
      if field.results.contains(where: { $0.method == "dkim" }) { emit(.untrusted(server: field.server ?? "")) }
      return
    }
    for verdict in SignatureVerdict.all(in: field) {
      guard let result = verdict.result else {
        memory.unreadable(
          "Authentication-Results has dkim=\(String(verdict.word.prefix(40)).jsonQuoted()), which is no result of RFC 8601",
          emit)
        continue
      }
      Array(verdict.domain.utf8).withBytes { domain in
        Array((verdict.selector ?? "").utf8).withBytes { selector in
          Array((verdict.reason ?? "").utf8).withBytes { reason in
            memory.emitRepeatable(
              RawSighting(
                domain: domain, selector: selector, result: result, reason: reason, time: time, kind: .header,
                // The verifier may have its own line for each signature.
                queueID: queueID, isPreliminary: !queueID.isEmpty), emit)
          }
        }
      }
    }
  }

  /// A DKIM-Signature that is logged as it stands in the mail: it is there, and nobody says whether it verifies.
  static func signature(
    _ value: Bytes, time: Timestamp?, queueID: Bytes, _ memory: inout LogMemory, _ emit: (CensusEvent) -> Void,
    kind: SourceKind = .header
  ) {
    guard let field = HeaderField(Array("DKIM-Signature:".utf8)[...] + unfolded(value)[...]) else { return }
    let signature = SignatureField(field)
    guard let domain = signature.text("d"), let selector = signature.text("s") else {
      return memory.unreadable("the DKIM-Signature has no d= and s=, or was cut before them", emit)
    }
    Array(domain.utf8).withBytes { domain in
      Array(selector.utf8).withBytes { selector in
        memory.emitRepeatable(
          RawSighting(
            domain: domain, selector: selector, result: .signed, time: time, kind: kind, queueID: queueID,
            isPreliminary: true), emit)
      }
    }
  }
}
