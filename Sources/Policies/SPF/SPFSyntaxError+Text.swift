// What a fault in an SPF record is called, and what fixes it.

internal import Model
internal import Syntax

extension SPFSyntaxError {
  /// One sentence.
  func text(in bytes: [UInt8]) -> String {
    let term = "The term '\(bytes.excerpt(term))'"
    let what =
      switch kind {
      case .character: "\(term) has a byte that is not printable ASCII"
      case .separator: "Two terms are separated by a tab or a line break, not by a space"
      case .unknownMechanism:
        bytes[self.term].contains(UInt8(ascii: "=")) || place == self.term
          ? "\(term) is no mechanism and no modifier of SPF"
          : "SPF has no mechanism '\(bytes.excerpt(place))'"
      case .modifierColon: "\(term) has ':' where '=' is needed"
      case .unexpectedArgument: "\(term) has something behind its name that does not belong there"
      case .missingArgument: "\(term) has nothing behind its name"
      case .ip4Address: "'\(bytes.excerpt(place))' is no IPv4 address"
      case .ip6Address: "'\(bytes.excerpt(place))' is no IPv6 address"
      case .ip4Prefix: "'\(bytes.excerpt(place))' is no size of an IPv4 network"
      case .ip6Prefix: "'\(bytes.excerpt(place))' is no size of an IPv6 network"
      case .domain: "'\(bytes.excerpt(place))' is no full domain name"
      case .percent: "\(term) has a '%' that begins no macro"
      case .macro: "'\(bytes.excerpt(place))' is no macro"
      case .macroLetter: "'\(bytes.excerpt(place))' is no macro letter that may be used here"
      case .repeatedModifier: "The modifier '\(bytes.excerpt(place))' appears twice"
      }
    return what + "; receivers give up with permerror."
  }

  /// What to do.
  func remedy(in bytes: [UInt8]) -> String {
    switch kind {
    case .character: return "Write names as A-labels (xn--…), and retype the term: such bytes come from copied text."
    case .separator: return "Put one space between the terms."
    case .unknownMechanism: return unknownMechanismRemedy(bytes)
    case .modifierColon: return "Write redirect=<domain> or exp=<domain>, with an equals sign."
    case .unexpectedArgument:
      return bytes[term].hasPrefixIgnoringCase("include") || bytes[term].hasPrefixIgnoringCase("exists")
        ? "Write a colon and the name, as in include:example.net, without a network size."
        : "Remove what follows the name, or put a space before it."
    case .missingArgument:
      return "Write what belongs behind the name, without a space: include:<domain>, ip4:<address>."
    case .ip4Address:
      if bytes[place].contains(UInt8(ascii: ":")) { return "Write ip6: before an IPv6 address." }
      if bytes[place].last.map({ ",;".utf8.contains($0) }) == true {
        return "Remove the '\(bytes.excerpt(place.suffix(1)))'."
      }
      if bytes[place].contains(where: { "+-~?".utf8.contains($0) }) {
        return "Put a space between the address and the next term."
      }
      if bytes[place].contains(where: \.isLetter) {
        return "Write a: before a host name, or its IPv4 address behind ip4:."
      }
      return "Write four numbers from 0 to 255 with dots between them, without zeros before them."
    case .ip6Address:
      if !bytes[place].contains(UInt8(ascii: ":")), bytes[place].contains(UInt8(ascii: ".")) {
        return "Write ip4: before an IPv4 address."
      }
      return "Write an IPv6 address such as 2001:db8::1, without brackets."
    case .ip4Prefix: return "Write a number from 0 to 32 behind the slash, without zeros before it."
    case .ip6Prefix: return "Write a number from 0 to 128 behind the slash, without zeros before it."
    case .domain:
      return "Write the whole domain name, such as _spf.example.net; it must end in a top-level domain or a macro."
    case .percent: return "Write %% for a percent sign, or a macro such as %{i}."
    case .macro: return "Write a macro such as %{i} or %{d2}: a letter, then a number from 1 up, then r and delimiters."
    case .macroLetter:
      return "Use one of the letters s, l, o, d, i, p, v and h; c, r and t are for the text of exp= only."
    case .repeatedModifier: return "Keep one of the two."
    }
  }

  private func unknownMechanismRemedy(_ bytes: [UInt8]) -> String {
    let name = String(decoding: bytes[place].map(\.lowered), as: UTF8.self)
    let likely: [String: String] = [
      "ipv4": "ip4", "ip": "ip4", "ipv6": "ip6", "inlcude": "include", "includes": "include", "incl": "include",
      "host": "a", "aaaa": "a", "domain": "include", "txt": "include", "cname": "include",
    ]
    let known = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"]
    let near =
      name.utf8.count > 20 ? nil : known.first { $0.count > 2 && editDistance(Array(name.utf8), Array($0.utf8)) == 1 }
    if let word = likely[name] ?? near { return "Write '\(word)' in place of '\(bytes.excerpt(place))'." }
    if bytes[place].allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }), !place.isEmpty {
      return "Write ip4: before the address."
    }
    return "Remove the term, or write one of all, include:, a, mx, ip4:, ip6:, exists: and ptr."
  }
}
