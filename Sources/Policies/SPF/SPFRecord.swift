// An SPF record as data: its terms, each with its place in the text.

internal import Model

/// The terms of an SPF record that keeps to the grammar (RFC 7208, section 12).
public struct SPFRecord: Hashable, Sendable {
  /// What a directive says of a client that its mechanism matches.
  public enum Qualifier: UInt8, Hashable, Sendable {
    case pass = 0x2B
    case fail = 0x2D
    case softfail = 0x7E
    case neutral = 0x3F
  }

  /// The network sizes behind a name: `/24//64`.
  public struct Prefixes: Hashable, Sendable {
    public var v4 = 32
    public var v6 = 128
    /// Whether the text has one.
    public var isWritten = false
  }

  public enum Mechanism: Hashable, Sendable {
    case all
    case include(SPFMacroString)
    /// The domain itself where there is no name.
    case a(SPFMacroString?, Prefixes)
    case mx(SPFMacroString?, Prefixes)
    case ptr(SPFMacroString?)
    case ip4(UInt32, prefix: Int)
    case ip6(high: UInt64, low: UInt64, prefix: Int)
    case exists(SPFMacroString)
  }

  /// A mechanism with its qualifier.
  public struct Directive: Hashable, Sendable {
    public var qualifier: Qualifier
    public var mechanism: Mechanism
    /// Where the term stands in the joined strings.
    public var place: Range<Int>
  }

  /// `name=value`.
  public struct Modifier: Hashable, Sendable {
    public var name: String
    public var value: SPFMacroString
    public var place: Range<Int>
  }

  /// The joined strings of the TXT record.
  public var text: [UInt8]
  public var directives: [Directive] = []
  public var redirect: Modifier?
  public var explanation: Modifier?
  /// Modifiers of other names, which are ignored (section 6).
  public var otherModifiers: [Modifier] = []

  /// The text of a term; safe for a terminal.
  public func term(_ place: Range<Int>) -> String { TextRecord(strings: [Array(text[place])]).text }

  /// Whether an `all` stands anywhere: `redirect` is then ignored (section 6.1).
  public var hasAll: Bool { directives.contains { $0.mechanism == .all } }

  /// The terms of this record that cost one of the ten lookups (section 4.6.4).
  public var costlyTerms: [Range<Int>] {
    let directives = directives.filter { $0.mechanism.isCostly }.map(\.place)
    return hasAll ? directives : directives + (redirect.map { [$0.place] } ?? [])
  }
}

extension SPFRecord.Mechanism {
  /// Whether it takes a question to DNS (section 4.6.4).
  public var isCostly: Bool {
    switch self {
    case .include, .a, .mx, .ptr, .exists: true
    case .all, .ip4, .ip6: false
    }
  }

  /// The domain-spec, where there is one.
  public var domain: SPFMacroString? {
    switch self {
    case .include(let domain), .exists(let domain): domain
    case .a(let domain, _), .mx(let domain, _), .ptr(let domain): domain
    case .all, .ip4, .ip6: nil
    }
  }
}

/// A text that may have macros in it (RFC 7208, section 7).
public struct SPFMacroString: Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case literal([UInt8])
    case macro(Macro)
  }

  /// `%{letter digits r delimiters}`.
  public struct Macro: Hashable, Sendable {
    /// In lower case.
    public var letter: UInt8
    /// How many parts are kept, from the right; all where there is no number.
    public var kept: Int?
    public var isReversed = false
    /// A dot where there is none.
    public var delimiters: [UInt8] = []
    /// A capital letter: the value is URL-escaped.
    public var isEscaped = false
  }

  public var parts: [Part] = []

  /// The text without macros; nil where there are some.
  public var literal: [UInt8]? {
    var bytes: [UInt8] = []
    for part in parts {
      guard case .literal(let piece) = part else { return nil }
      bytes += piece
    }
    return bytes
  }

  /// The letters of its macros.
  public var letters: Set<UInt8> {
    Set(
      parts.compactMap { part in
        if case .macro(let macro) = part { macro.letter } else { nil }
      })
  }
}
