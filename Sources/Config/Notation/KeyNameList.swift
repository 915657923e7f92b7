// Lists of key names: a domain with its selectors, or one key name a line, with notes and labels, and `#` comments.

public import Model

/// A key name of a list, with what its line says of it.
public struct ListedKey: Hashable, Sendable {
  public var key: KeyName
  /// That of `note=`.
  public var note: String?
  /// Every other `name=value`.
  public var labels: [String: String]

  public init(key: KeyName, note: String? = nil, labels: [String: String] = [:]) {
    self.key = key
    self.note = note
    self.labels = labels
  }
}

/// Reads the lists that watch lists and `check --input` share.
public enum KeyNameList {
  /// The longest line that is read, in bytes; a key name has at most 255, and U-labels and escapes take more.
  public static let longestLine = 4096

  /// What one line holds, without its line break: a key name for each selector, or why there is none. Nothing for a
  /// blank line and a comment.
  public static func entries(on line: some Collection<UInt8>) -> [Result<ListedKey, KeyNameLineError>] {
    do throws(KeyNameLineError) {
      guard let line = try ListLine(line) else { return [] }
      if line.words.count == 1 {
        let key = try keyName(line.words[0])
        return [.success(ListedKey(key: key, note: line.note, labels: line.labels))]
      }
      let domain = try signingDomain(line.words[0])
      return line.words.dropFirst().map { selector in
        Result { () throws(KeyNameLineError) in
          ListedKey(
            key: try keyName(domain, typed: line.words[0], selector: selector), note: line.note, labels: line.labels)
        }
      }
    } catch {
      return [.failure(error)]
    }
  }

  /// Reads one key name such as `s1._domainkey.example.org`.
  public static func keyName(_ typed: String) throws(KeyNameLineError) -> KeyName {
    let name = try domainName(typed)
    if let key = KeyName(keyName: name) { return key }
    throw KeyNameLineError(
      "\(typed.quoted) is not a key name; expected 'domain selector', or a name such as s1._domainkey.example.org")
  }

  /// Joins a signing domain and a selector as people type them.
  public static func keyName(domain: String, selector: String) throws(KeyNameLineError) -> KeyName {
    try keyName(try signingDomain(domain), typed: domain, selector: selector)
  }

  private static func keyName(
    _ domain: DomainName, typed: String, selector: String
  ) throws(KeyNameLineError) -> KeyName {
    if !typed.contains("."), selector.contains(".") {
      throw KeyNameLineError(
        "\(typed.quoted) has no dot and \(selector.quoted) has one: the domain comes first; did you mean "
          + "'\(selector) \(typed)'?")
    }
    let selectorName = try self.selector(selector)
    do throws(DomainNameError) {
      return try KeyName(selector: selectorName, domain: domain)
    } catch {
      throw KeyNameLineError("\(typed.quoted) and \(selector.quoted) do not make a key name: \(error)")
    }
  }

  /// Reads a signing domain as people type it.
  public static func signingDomain(_ typed: String) throws(KeyNameLineError) -> DomainName {
    // Most names need no closer look: an address ends in a digit or has colons.
    let mayBeAddress = typed.utf8.last.map { $0.isDigit } ?? false || typed.utf8.contains(0x3A)
    if mayBeAddress, IPAddress(typed) != nil {
      throw KeyNameLineError("\(typed.quoted) is an IP address; expected a signing domain")
    }
    return try part(typed, "a signing domain such as example.org")
  }

  /// Reads any name as people type it.
  static func name(_ typed: String) throws(KeyNameLineError) -> DomainName {
    let name = try domainName(typed)
    if name.isRoot {
      throw KeyNameLineError("\(typed.quoted) is the root of the DNS; expected a name such as example.org")
    }
    return name
  }

  /// Reads a selector as people type it; it may have several labels (RFC 6376, section 3.1).
  public static func selector(_ typed: String) throws(KeyNameLineError) -> DomainName {
    try part(typed, "a selector such as s1")
  }

  /// Reads one side of a key name.
  private static func part(_ typed: String, _ expected: String) throws(KeyNameLineError) -> DomainName {
    let name = try domainName(typed)
    if name.isRoot { throw KeyNameLineError("\(typed.quoted) is the root of the DNS; expected \(expected)") }
    if name.labels.contains(where: { $0.elementsEqual(KeyName.domainKeyLabel) }) {
      throw KeyNameLineError("\(typed.quoted) contains the label _domainkey; expected only \(expected)")
    }
    return name
  }

  private static func domainName(_ typed: String) throws(KeyNameLineError) -> DomainName {
    do throws(InternationalNameError) {
      return try InternationalName.parse(typed)
    } catch {
      throw KeyNameLineError(error.description)
    }
  }

  /// Reads a list line by line and hands on what each holds: its key names, or why there is none.
  ///
  /// A file may be compressed by gzip, whatever its name is. `-` is the standard input, which is read as it comes.
  /// Blank lines and comments are counted, but not handed on. `body` returns false to end the reading.
  public static func read(
    path: String, _ body: (_ line: Int, _ entry: Result<ListedKey, KeyNameLineError>) -> Bool
  ) throws(KeyNameListError) {
    let reader = try ListBytes(path: path)
    var splitter = LineSplitter()
    while let bytes = try reader.next() {
      let goesOn = splitter.feed(bytes) { line, content in hand(line, content, to: body) }
      if !goesOn { return }
    }
    splitter.finish { line, content in hand(line, content, to: body) }
  }

  private static func hand(
    _ line: Int, _ content: ArraySlice<UInt8>, to body: (Int, Result<ListedKey, KeyNameLineError>) -> Bool
  ) -> Bool {
    entries(on: content).allSatisfy { body(line, $0) }
  }
}

/// Why a line holds no key name.
public struct KeyNameLineError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen, and what was expected.
  public let description: String

  init(_ description: String) { self.description = description }
}

/// Why a list cannot be read on.
public struct KeyNameListError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What the system or zlib says.
  public let description: String
}

/// Cuts bytes into lines; a byte order mark at the beginning counts for nothing.
struct LineSplitter {
  private var line = 1
  /// The beginning of a line whose end has not come; of a line that is too long, one byte more than is allowed.
  private var rest: [UInt8] = []

  /// Hands on every line that is complete; false where `body` has had enough.
  mutating func feed(_ bytes: [UInt8], _ body: (Int, ArraySlice<UInt8>) -> Bool) -> Bool {
    var start = 0
    while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
      let goesOn: Bool
      if rest.isEmpty {
        goesOn = body(line, withoutMark(bytes[start..<end]))
      } else {
        keep(bytes[start..<end])
        goesOn = body(line, withoutMark(rest[...]))
        rest = []
      }
      if !goesOn { return false }
      line += 1
      start = end + 1
    }
    keep(bytes[start...])
    return true
  }

  /// Hands on the last line, where no line break follows it.
  mutating func finish(_ body: (Int, ArraySlice<UInt8>) -> Bool) {
    if !rest.isEmpty { _ = body(line, withoutMark(rest[...])) }
    rest = []
  }

  private mutating func keep(_ bytes: ArraySlice<UInt8>) {
    rest += bytes.prefix(max(0, KeyNameList.longestLine + 1 - rest.count))
  }

  private func withoutMark(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    line == 1 && content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content
  }
}
