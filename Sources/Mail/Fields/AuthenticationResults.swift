// Authentication-Results (RFC 8601) and ARC-Authentication-Results (RFC 8617, section 4.1.1): what a server found.

internal import Model

/// What one server says of a message. Anybody can write such a field: only that of an `authserv-id` of one's own counts.
public struct AuthenticationResults: Hashable, Sendable {
  /// One method's result: `dkim=pass (…) reason="…" header.d=example.org`.
  public struct Result: Hashable, Sendable {
    /// The method in lower case, as in `dkim`.
    public var method: String
    /// The result word in lower case, as in `pass`.
    public var result: String
    /// The text of `reason=`.
    public var reason: String?
    /// The comments behind the result, without their parentheses.
    public var comments: [String]
    /// `header.d=…` and its like, in their order.
    public var properties: [Property]

    /// The value of a property, as in `value("header", "d")`.
    public func value(_ type: String, _ name: String) -> String? {
      properties.first { $0.type == type && $0.name == name }?.value
    }
  }

  /// `ptype.property=value` (RFC 8601, section 2.2).
  public struct Property: Hashable, Sendable {
    /// In lower case: `smtp`, `header`, `body`, `policy`.
    public var type: String
    /// In lower case.
    public var name: String
    public var value: String
  }

  /// Who says so, in lower case; nil where the field does not tell.
  public var server: String?
  /// `i=` of ARC.
  public var instance: Int?
  /// The results in their order; empty for `none`.
  public var results: [Result]
  /// What could not be read, at most ten pieces; the rest is there all the same.
  public var unread: [String]

  /// Reads the value of a field, folded or not.
  public init(_ value: some Sequence<UInt8>) {
    var reader = ResultsReader(MailToken.tokens(of: value))
    self = reader.read()
  }

  init(server: String?, instance: Int?, results: [Result], unread: [String]) {
    self.server = server
    self.instance = instance
    self.results = results
    self.unread = unread
  }

  /// Whether one of these servers says so; names are compared without case.
  public func isFrom(_ trusted: some Sequence<String>) -> Bool {
    guard let server else { return false }
    return trusted.contains { $0.utf8.elementsEqual(server.utf8) { $0.lowered == $1.lowered } }
  }

  /// What all fields of a header say that come from trusted servers, from the top down.
  public static func trusted(_ servers: [String], in header: MessageHeader) -> [AuthenticationResults] {
    header.fields(named: "Authentication-Results").map { AuthenticationResults($0.rawValue) }
      .filter { $0.isFrom(servers) }
  }
}

/// Puts tokens together to results.
private struct ResultsReader {
  private let tokens: [MailToken]
  private var position = 0
  private var unread: [String] = []

  init(_ tokens: [MailToken]) { self.tokens = tokens }

  mutating func read() -> AuthenticationResults {
    var clauses = tokens.split(separator: .special(UInt8(ascii: ";")), omittingEmptySubsequences: false)[...]
    var instance: Int?
    if let first = clauses.first, let clause = Assignments(first), clause.pairs.count == 1, clause.pairs[0].key == "i" {
      instance = Int(clause.pairs[0].value)
      clauses = clauses.dropFirst()
    }
    var server: String?
    if let first = clauses.first, !first.contains(.special(UInt8(ascii: "="))) {
      // The version may follow behind a blank.
      let name = first.drop { $0 == .blank || $0.isComment }.prefix { $0 != .blank && !$0.isComment }
      server = name.isEmpty ? nil : name.map(\.text).joined().utf8.loweredText
      clauses = clauses.dropFirst()
    }
    var results: [AuthenticationResults.Result] = []
    for clause in clauses {
      let words = clause.filter { $0.word != nil || $0.isSpecial }
      if words.isEmpty || words.count == 1 && words[0].word?.utf8.loweredText == "none" { continue }
      guard let result = Self.result(clause) else {
        note(clause)
        continue
      }
      results.append(result)
      if results.count == Self.most { break }
    }
    return AuthenticationResults(server: server, instance: instance, results: results, unread: unread)
  }

  /// More results than any server writes.
  private static let most = 1000

  private mutating func note(_ clause: ArraySlice<MailToken>) {
    if unread.count < 10 {
      unread.append(String(clause.map(\.text).filter { !$0.isEmpty }.joined(separator: " ").prefix(80)))
    }
  }

  private static func result(_ clause: ArraySlice<MailToken>) -> AuthenticationResults.Result? {
    guard let assignments = Assignments(clause), let first = assignments.pairs.first,
      !first.key.contains("."), !first.value.isEmpty
    else { return nil }
    // A version may follow the method: dkim/1.
    let method = first.key.split(separator: "/", maxSplits: 1).first.map(String.init) ?? first.key
    var result = AuthenticationResults.Result(
      method: method, result: first.value.utf8.loweredText, reason: nil, comments: assignments.comments, properties: [])
    for (key, value) in assignments.pairs.dropFirst() {
      if key == "reason" {
        result.reason = result.reason ?? value
        continue
      }
      let parts = key.split(separator: ".", maxSplits: 1)
      guard parts.count == 2 else { continue }
      result.properties.append(.init(type: String(parts[0]), name: String(parts[1]), value: value))
    }
    return result
  }
}

/// The `key=value` pairs of one clause. Values are words up to the next blank, as they stand; servers write addresses,
/// base64 and encoded words there without quotes.
private struct Assignments {
  var pairs: [(key: String, value: String)] = []
  var comments: [String] = []

  init?(_ clause: ArraySlice<MailToken>) {
    var rest = clause
    /// What stands before the `=` that is awaited.
    var key = ""
    while let token = rest.popFirst() {
      switch token {
      case .comment(let text): comments.append(text)
      case .blank: break
      case .special(UInt8(ascii: "=")):
        if key.isEmpty { return nil }
        pairs.append((key.utf8.loweredText, Self.value(&rest)))
        key = ""
      case .special(let byte) where byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/"):
        key += String(UnicodeScalar(byte))
      case .special: break
      case .word(let text), .quoted(let text):
        // A second word without `=` begins a new key; blanks around the dot of a property mean nothing.
        key = key.hasSuffix(".") || key.hasSuffix("/") ? key + text : text
      }
    }
    if pairs.isEmpty { return nil }
  }

  /// Up to the next blank or comment; blanks directly behind the `=` are passed over.
  private static func value(_ rest: inout ArraySlice<MailToken>) -> String {
    while rest.first == .blank || rest.first?.isComment == true { rest.removeFirst() }
    var value = ""
    while let token = rest.first {
      switch token {
      case .word(let text), .quoted(let text): value += text
      case .special(let byte): value.unicodeScalars.append(UnicodeScalar(byte))
      case .blank, .comment: return value
      }
      rest.removeFirst()
    }
    return value
  }
}
