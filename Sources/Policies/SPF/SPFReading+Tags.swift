// What each term of an SPF record means, in plain words.

internal import Model
internal import Phrasing
internal import Syntax

extension SPFReading {
  var tags: [PolicyTag] {
    guard isVersionOne else { return [] }
    let version = PolicyTag(bytes[0..<1], bytes[2..<6], "This is an SPF record.")
    let directives = record.directives.map { (place: $0.place, tag: tag(of: $0)) }
    let modifiers = ([record.redirect, record.explanation].compactMap(\.self) + record.otherModifiers).map {
      (place: $0.place, tag: tag(of: $0))
    }
    return [version] + (directives + modifiers).sorted { $0.place.lowerBound < $1.place.lowerBound }.map(\.tag)
  }

  private func tag(of directive: SPFRecord.Directive) -> PolicyTag {
    let term = bytes[directive.place]
    let end = term.firstIndex { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") } ?? term.endIndex
    let value = term[end...].first == UInt8(ascii: ":") ? term[(end + 1)...] : term[end...]
    return PolicyTag(term[..<end], value, meaning(of: directive))
  }

  private func tag(of modifier: SPFRecord.Modifier) -> PolicyTag {
    let value = bytes[modifier.place].dropFirst(modifier.name.utf8.count + 1)
    let name = TextRecord(strings: [Array(value)]).text
    let meaning =
      switch modifier.name {
      case "redirect" where record.hasAll: "No effect, since the record has 'all'."
      case "redirect": "If nothing matches, the SPF record of \(name) decides."
      case "exp": "A receiver that refuses mail may quote the TXT record of \(name) as the reason."
      default: "SPF does not define it; receivers ignore it."
      }
    return PolicyTag(modifier.name.utf8, value, meaning)
  }

  private func meaning(of directive: SPFRecord.Directive) -> String {
    let result = directive.qualifier.clause
    func name(_ domain: SPFMacroString?) -> String {
      guard domain != nil else { return "the domain itself" }
      let term = bytes[directive.place]
      let start = term.firstIndex(of: UInt8(ascii: ":")).map { $0 + 1 } ?? term.startIndex
      var end = term.endIndex
      if let (_, size) = directive.mechanism.sized, size.isWritten {
        end = term.lastIndex(of: UInt8(ascii: "/")) ?? end
        while end > start, bytes[end - 1].isDigit || bytes[end - 1] == UInt8(ascii: "/") {
          // `/24//64`: both sizes go, digits of the name stay.
          guard let slash = term[start..<end].lastIndex(of: UInt8(ascii: "/")),
            term[(slash + 1)..<end].allSatisfy(\.isDigit)
          else { break }
          end = slash
        }
      }
      return TextRecord(strings: [Array(term[start..<end])]).text
    }
    switch directive.mechanism {
    case .all:
      switch directive.qualifier {
      case .pass: return "All other mail passes: anybody may send."
      case .fail: return "All other mail fails: receivers may refuse it."
      case .softfail: return "All other mail softfails: receivers should accept it, and may mark it as suspicious."
      case .neutral: return "Nothing is said about other mail."
      }
    case .ip4, .ip6:
      guard let network = SPFNetwork(directive.mechanism) else { return "" }
      let (first, last) = network.bounds
      return first == last ? "Mail from \(first) \(result)." : "Mail from \(first) to \(last) \(result)."
    case .include(let domain): return "Mail that passes the SPF record of \(name(domain)) \(result)."
    case .a(let domain, let prefixes):
      return "Mail from the addresses of \(name(domain))\(around(prefixes)) \(result)."
    case .mx(let domain, let prefixes):
      return "Mail from the MX hosts of \(name(domain))\(around(prefixes)) \(result)."
    case .exists(let domain): return "Mail \(result) if the name \(name(domain)) has an A record."
    case .ptr(let domain):
      return "Mail from hosts whose reverse name is \(name(domain)), or below it, \(result)."
    }
  }

  private func around(_ prefixes: SPFRecord.Prefixes) -> String {
    guard prefixes.isWritten else { return "" }
    let sizes = [
      prefixes.v4 < 32 ? "/\(prefixes.v4) of IPv4" : nil, prefixes.v6 < 128 ? "/\(prefixes.v6) of IPv6" : nil,
    ]
    let shown = Phrase.list(sizes.compactMap(\.self))
    return shown.isEmpty ? "" : " and the networks around them (\(shown))"
  }
}

extension SPFRecord.Mechanism {
  /// Name and sizes of `a` and `mx`.
  var sized: (SPFMacroString?, SPFRecord.Prefixes)? {
    switch self {
    case .a(let domain, let prefixes), .mx(let domain, let prefixes): (domain, prefixes)
    default: nil
    }
  }
}

extension SPFRecord.Qualifier {
  /// What becomes of mail that matches.
  var clause: String {
    switch self {
    case .pass: "passes"
    case .fail: "fails"
    case .softfail: "softfails"
    case .neutral: "gets no judgement"
    }
  }
}
