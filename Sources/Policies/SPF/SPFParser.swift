// Reads SPF records by the grammar of RFC 7208, section 12, and keeps every fault with its place.

internal import Model
internal import Syntax

extension SPFRecord {
  /// Whether a text is an SPF record: its version section is exactly `v=spf1` (RFC 7208, section 4.5).
  public static func isVersionOne(_ text: [UInt8]) -> Bool {
    text.hasPrefixIgnoringCase("v=spf1") && (text.count == 6 || text[6] == 0x20)
  }

  /// Reads a text that `isVersionOne`. With errors, the record holds the terms that are right.
  public static func read(_ text: [UInt8]) -> (record: SPFRecord, errors: [SPFSyntaxError]) {
    var parser = SPFParser(text)
    parser.readTerms()
    return (parser.record, parser.errors)
  }
}

/// The terms of one record, one after the other.
struct SPFParser {
  private(set) var record: SPFRecord
  private(set) var errors: [SPFSyntaxError] = []
  private let text: [UInt8]

  init(_ text: [UInt8]) {
    self.text = text
    record = SPFRecord(text: text)
  }

  mutating func readTerms() {
    var start = min(6, text.count)
    while start < text.count {
      guard text[start] != 0x20 else {
        start += 1
        continue
      }
      let end = text[start...].firstIndex(of: 0x20) ?? text.count
      readTerm(start..<end)
      start = end
    }
  }

  private mutating func readTerm(_ term: Range<Int>) {
    do throws(SPFSyntaxError) {
      if let place = term.first(where: { !(0x21...0x7E).contains(text[$0]) }) {
        throw SPFSyntaxError(
          kind: text[place].isBlank ? .separator : .character, term: term, place: place..<(place + 1))
      }
      if let name = modifierName(term) {
        try readModifier(name, term)
      } else {
        try readDirective(term)
      }
    } catch {
      errors.append(error)
    }
  }

  // MARK: - Modifiers

  /// `name = ALPHA *(ALPHA / DIGIT / "-" / "_" / ".")` before an equals sign.
  private func modifierName(_ term: Range<Int>) -> Range<Int>? {
    guard text[term.lowerBound].isLetter,
      let end = term.first(where: { byte in
        let byte = text[byte]
        return !(byte.isLetter || byte.isDigit || byte == 0x2D || byte == 0x5F || byte == 0x2E)
      }), text[end] == UInt8(ascii: "=")
    else { return nil }
    return term.lowerBound..<end
  }

  private mutating func readModifier(_ name: Range<Int>, _ term: Range<Int>) throws(SPFSyntaxError) {
    let value = (name.upperBound + 1)..<term.upperBound
    let word = String(decoding: text[name].map(\.lowered), as: UTF8.self)
    guard word == "redirect" || word == "exp" else {
      let string = try SPFMacroReader(text, value, term: term, allows: .names).read()
      record.otherModifiers.append(SPFRecord.Modifier(name: word, value: string, place: term))
      return
    }
    let modifier = SPFRecord.Modifier(name: word, value: try domain(value, term), place: term)
    let known = word == "exp" ? record.explanation : record.redirect
    if known != nil { throw SPFSyntaxError(kind: .repeatedModifier, term: term, place: name) }
    if word == "exp" { record.explanation = modifier } else { record.redirect = modifier }
  }

  // MARK: - Directives

  private mutating func readDirective(_ term: Range<Int>) throws(SPFSyntaxError) {
    let written = SPFRecord.Qualifier(rawValue: text[term.lowerBound])
    let start = term.lowerBound + (written == nil ? 0 : 1)
    let nameEnd =
      text[start..<term.upperBound].firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }
      ?? term.upperBound
    let name = start..<nameEnd
    let rest = nameEnd..<term.upperBound
    let mechanism = try mechanism(name, rest, term)
    record.directives.append(
      SPFRecord.Directive(qualifier: written ?? .pass, mechanism: mechanism, place: term))
  }

  private func mechanism(
    _ name: Range<Int>, _ rest: Range<Int>, _ term: Range<Int>
  ) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
    switch String(decoding: text[name].map(\.lowered), as: UTF8.self) {
    case "all":
      if !rest.isEmpty { throw SPFSyntaxError(kind: .unexpectedArgument, term: term, place: rest) }
      return .all
    case "include": return .include(try neededDomain(rest, term))
    case "exists": return .exists(try neededDomain(rest, term))
    case "ptr":
      return .ptr(rest.isEmpty ? nil : try neededDomain(rest, term))
    case "a":
      let (domain, prefixes) = try domainAndPrefixes(rest, term)
      return .a(domain, prefixes)
    case "mx":
      let (domain, prefixes) = try domainAndPrefixes(rest, term)
      return .mx(domain, prefixes)
    case "ip4": return try ip4(rest, term)
    case "ip6": return try ip6(rest, term)
    case "redirect", "exp":
      throw SPFSyntaxError(kind: .modifierColon, term: term, place: name)
    default: throw SPFSyntaxError(kind: .unknownMechanism, term: term, place: name.isEmpty ? term : name)
    }
  }

  private func neededDomain(_ rest: Range<Int>, _ term: Range<Int>) throws(SPFSyntaxError) -> SPFMacroString {
    guard let first = rest.first else { throw SPFSyntaxError(kind: .missingArgument, term: term, place: term) }
    guard text[first] == UInt8(ascii: ":") else {
      throw SPFSyntaxError(kind: .unexpectedArgument, term: term, place: rest)
    }
    return try domain(rest.dropFirst(), term)
  }

  private func domain(_ place: Range<Int>, _ term: Range<Int>) throws(SPFSyntaxError) -> SPFMacroString {
    if place.isEmpty { throw SPFSyntaxError(kind: .missingArgument, term: term, place: term) }
    let string = try SPFMacroReader(text, place, term: term, allows: .names).read()
    guard Self.endsAsDomain(string) else { throw SPFSyntaxError(kind: .domain, term: term, place: place) }
    return string
  }

  /// `domain-end = ( "." toplabel [ "." ] ) / macro-expand`.
  private static func endsAsDomain(_ string: SPFMacroString) -> Bool {
    guard case .literal(var bytes) = string.parts.last else { return true }
    // `%%`, `%_` and `%-` are macro-expand as well, but no name ends so.
    if bytes.last == UInt8(ascii: ".") { bytes.removeLast() }
    guard let dot = bytes.lastIndex(of: UInt8(ascii: ".")) else { return false }
    let label = bytes[(dot + 1)...]
    return !label.isEmpty && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D }
      && label.first != 0x2D && label.last != 0x2D && !label.allSatisfy(\.isDigit)
  }

  // MARK: - Networks

  /// `[ ":" domain-spec ] [ ip4-cidr-length ] [ "/" ip6-cidr-length ]`; a slash may stand inside the name too.
  private func domainAndPrefixes(
    _ rest: Range<Int>, _ term: Range<Int>
  ) throws(SPFSyntaxError) -> (SPFMacroString?, SPFRecord.Prefixes) {
    let (head, prefixes) = try prefixes(rest, term)
    guard let first = head.first else { return (nil, prefixes) }
    guard text[first] == UInt8(ascii: ":") else {
      // What stands there begins with a slash: a size that is no number.
      throw SPFSyntaxError(kind: .ip4Prefix, term: term, place: head)
    }
    do throws(SPFSyntaxError) {
      return (try domain(head.dropFirst(), term), prefixes)
    } catch {
      // `a:example.org/33x`: the size is at fault, not the name.
      guard error.kind == .domain, let slash = text[head].lastIndex(of: UInt8(ascii: "/")),
        (try? domain((first + 1)..<slash, term)) != nil
      else { throw error }
      throw SPFSyntaxError(kind: .ip4Prefix, term: term, place: slash..<head.upperBound)
    }
  }

  /// Takes the sizes from the end.
  private func prefixes(
    _ rest: Range<Int>, _ term: Range<Int>
  ) throws(SPFSyntaxError) -> (Range<Int>, SPFRecord.Prefixes) {
    var prefixes = SPFRecord.Prefixes()
    var end = rest.upperBound
    func slash(before end: Int) -> Int? {
      guard let slash = text[rest.lowerBound..<end].lastIndex(of: UInt8(ascii: "/")),
        slash + 1 < end, text[(slash + 1)..<end].allSatisfy(\.isDigit)
      else { return nil }
      return slash
    }
    guard let last = slash(before: end) else { return (rest, prefixes) }
    prefixes.isWritten = true
    if last > rest.lowerBound, text[last - 1] == UInt8(ascii: "/") {
      prefixes.v6 = try number((last + 1)..<end, atMost: 128, .ip6Prefix, term)
      end = last - 1
      guard let other = slash(before: end), other == rest.lowerBound || text[other - 1] != UInt8(ascii: "/") else {
        return (rest.lowerBound..<end, prefixes)
      }
      prefixes.v4 = try number((other + 1)..<end, atMost: 32, .ip4Prefix, term)
      end = other
    } else {
      prefixes.v4 = try number((last + 1)..<end, atMost: 32, .ip4Prefix, term)
      end = last
    }
    return (rest.lowerBound..<end, prefixes)
  }

  /// A number without zeros before it.
  private func number(
    _ place: Range<Int>, atMost limit: Int, _ kind: SPFSyntaxError.Kind, _ term: Range<Int>
  ) throws(SPFSyntaxError) -> Int {
    let digits = text[place]
    guard (1...3).contains(digits.count), digits.allSatisfy(\.isDigit), digits.count == 1 || digits.first != 0x30,
      case let value = digits.reduce(0, { $0 * 10 + Int($1 - 0x30) }), value <= limit
    else { throw SPFSyntaxError(kind: kind, term: term, place: place) }
    return value
  }

  private func ip4(_ rest: Range<Int>, _ term: Range<Int>) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
    let (address, size) = try network(rest, term)
    guard case .v4(let bits)? = IPAddress(String(decoding: text[address], as: UTF8.self)) else {
      throw SPFSyntaxError(kind: .ip4Address, term: term, place: address)
    }
    return .ip4(
      bits,
      prefix: try size.map { (place) throws(SPFSyntaxError) in try number(place, atMost: 32, .ip4Prefix, term) } ?? 32)
  }

  private func ip6(_ rest: Range<Int>, _ term: Range<Int>) throws(SPFSyntaxError) -> SPFRecord.Mechanism {
    let (address, size) = try network(rest, term)
    guard case .v6(let high, let low)? = IPAddress(String(decoding: text[address], as: UTF8.self)) else {
      throw SPFSyntaxError(kind: .ip6Address, term: term, place: address)
    }
    let prefix =
      try size.map { (place) throws(SPFSyntaxError) in try number(place, atMost: 128, .ip6Prefix, term) } ?? 128
    return .ip6(high: high, low: low, prefix: prefix)
  }

  /// The address behind the colon, and the digits behind its slash.
  private func network(
    _ rest: Range<Int>, _ term: Range<Int>
  ) throws(SPFSyntaxError) -> (address: Range<Int>, size: Range<Int>?) {
    guard let first = rest.first, text[first] == UInt8(ascii: ":"), rest.count > 1 else {
      throw SPFSyntaxError(kind: .missingArgument, term: term, place: term)
    }
    let start = first + 1
    guard let slash = text[start..<rest.upperBound].firstIndex(of: UInt8(ascii: "/")) else {
      return (start..<rest.upperBound, nil)
    }
    return (start..<slash, (slash + 1)..<rest.upperBound)
  }
}
