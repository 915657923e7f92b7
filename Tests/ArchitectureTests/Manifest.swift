// Reads the targets of Package.swift from its source: what a target may import is told there, and nowhere else.

import TestSupport

/// What Package.swift says of the project's targets.
struct Manifest: Sendable {
  enum Kind: String {
    case stage, tests, target, executableTarget, systemLibrary
  }

  struct Target: Sendable, CustomStringConvertible {
    var kind: Kind
    var name: String
    /// Targets, and products of other packages, as modules that may be imported.
    var dependencies: [String]
    /// The folder; nil where it is the one that the name says.
    var path: String?

    var description: String { name }
  }

  /// A place that this reader does not understand.
  struct Unreadable: Error, CustomStringConvertible {
    var description: String
  }

  /// In the order of the file.
  var targets: [Target] = []

  init(_ source: String) throws(Unreadable) {
    var scanner = Scanner(source)
    var products: [String: String] = [:]
    while let word = scanner.nextWord() {
      if word == "let", let name = scanner.nextWord(), scanner.skip("="), scanner.skip("Target.Dependency.product") {
        products[name] = try Self.text("name", in: scanner.arguments(), of: name)
      } else if let kind = Kind(rawValue: word), scanner.peek() == "(" {
        let arguments = scanner.arguments()
        // The functions `stage` and `tests` themselves, with parameters where calls have values.
        guard arguments.first?.value.first == "\"" else { continue }
        let name = try Self.text(arguments[0].label ?? "", in: arguments, of: word)
        let list = arguments.dropFirst().first {
          $0.label == "dependencies" || $0.label == nil && $0.value.hasPrefix("[")
        }
        let dependencies = try Self.elements(of: list?.value ?? "[]", in: name, products: products)
        let path = arguments.first { $0.label == "path" }?.value.dropFirst().dropLast()
        targets.append(Target(kind: kind, name: name, dependencies: dependencies, path: path.map(String.init)))
      }
    }
  }

  subscript(name: String) -> Target? { targets.first { $0.name == name } }

  private static func text(
    _ label: String, in arguments: [Scanner.Argument], of what: String
  ) throws(Unreadable) -> String {
    guard let value = arguments.first(where: { $0.label ?? "" == label })?.value, value.first == "\"" else {
      throw Unreadable(description: "Package.swift: expected a text as \(label) of \(what)")
    }
    return String(value.dropFirst().dropLast())
  }

  /// The elements of a list: texts, and the names of products.
  private static func elements(
    of list: String, in target: String, products: [String: String]
  ) throws(Unreadable) -> [String] {
    guard list.hasPrefix("["), list.hasSuffix("]") else {
      throw Unreadable(description: "Package.swift: expected a list as dependencies of \(target), found \(list)")
    }
    var elements: [String] = []
    for word in list.dropFirst().dropLast().split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
      if word.hasPrefix("\"") {
        elements.append(String(word.dropFirst().dropLast()))
      } else if let product = products[String(word)] {
        elements.append(product)
      } else {
        throw Unreadable(description: "Package.swift: \(word) among the dependencies of \(target) is no product")
      }
    }
    return elements
  }
}

/// Words and balanced brackets of Swift's own text.
private struct Scanner {
  struct Argument {
    var label: String?
    var value: String
  }

  private let characters: [Character]
  private var index = 0

  init(_ source: String) {
    characters = Array(
      source.split(separator: "\n", omittingEmptySubsequences: false).map { codeWithoutComment($0) }
        .joined(separator: "\n"))
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || character == "_"
  }

  func peek() -> Character? { index < characters.count ? characters[index] : nil }

  mutating func nextWord() -> String? {
    while let character = peek(), !Self.isWord(character) {
      if character == "\"" { skipLiteral() } else { index += 1 }
    }
    let start = index
    while let character = peek(), Self.isWord(character) { index += 1 }
    return start < index ? String(characters[start..<index]) : nil
  }

  private mutating func skipLiteral() {
    index += 1
    while let character = peek(), character != "\"" { index += character == "\\" ? 2 : 1 }
    index += 1
  }

  /// Passes over white space and a text; stays where it is if something else comes.
  mutating func skip(_ text: String) -> Bool {
    let start = index
    while let character = peek(), character.isWhitespace { index += 1 }
    guard characters[index...].starts(with: text) else {
      index = start
      return false
    }
    index += text.count
    return true
  }

  /// The arguments of a call, whose opening parenthesis comes next.
  mutating func arguments() -> [Argument] {
    var arguments: [Argument] = []
    var depth = 0
    var start = index + 1
    while let character = peek() {
      if character == "\"" {
        skipLiteral()
        continue
      }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if depth == 0 || depth == 1 && character == "," {
        if let argument = Self.argument(characters[start..<index]) { arguments.append(argument) }
        start = index + 1
      }
      index += 1
      if depth == 0 { break }
    }
    return arguments
  }

  /// `label: value` or `value`; nil where there is none.
  private static func argument(_ text: ArraySlice<Character>) -> Argument? {
    let trimmed = text.drop { $0.isWhitespace }
    let label = trimmed.prefix { isWord($0) }
    let rest = trimmed[label.endIndex...]
    let value = !label.isEmpty && rest.first == ":" ? rest.dropFirst().drop { $0.isWhitespace } : trimmed
    let end = value.lastIndex { !$0.isWhitespace }
    guard let end else { return nil }
    return Argument(
      label: value.startIndex == trimmed.startIndex ? nil : String(label), value: String(value[...end]))
  }
}
