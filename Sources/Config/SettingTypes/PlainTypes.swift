// The types of plain values: text, words, numbers, lists, maps.

internal import Model

extension SettingType where Value == String {
  /// Any text.
  static let text = SettingType([.init("type", "string")]) { node, location, log in
    if let text = node.string { return text }
    log.refuseShape(location, "found \(node.inWords), expected a string")
    return nil
  }

  /// A text of at least one character.
  static func filledText(_ expected: String) -> SettingType {
    SettingType([.init("type", "string"), .init("minLength", 1)]) { node, location, log in
      guard let text = node.string else {
        log.refuseShape(location, "found \(node.inWords), expected \(expected)")
        return nil
      }
      if !text.isEmpty { return text }
      log.refuseShape(location, "the string is empty; expected \(expected)")
      return nil
    }
  }

  /// What views and receivers are called: one line that shows as it is typed.
  static let label = filledText("a name").map { text, location, log -> String? in
    if text.unicodeScalars.contains(where: \.isUnseen) {
      log.refuse(location, "the name \(text.quoted) has control characters; expected one line of plain text")
      return nil
    }
    if text.first?.isWhitespace == true || text.last?.isWhitespace == true {
      log.refuse(location, "the name \(text.quoted) begins or ends with a space")
      return nil
    }
    if text.count > 64 {
      log.refuse(location, "the name has \(text.count) characters; at most 64 are allowed")
      return nil
    }
    return text
  }

  /// One of a few words.
  static func word(_ words: [String], later: [String: String] = [:]) -> SettingType {
    SettingType([.init("type", "string"), .init("enum", .init(.array(words.map { JSONNode(.string($0)) })))]) {
      node, location, log in
      if let text = node.string, words.contains(text) { return text }
      if let text = node.string, let message = later[text] {
        log.refuseShape(location, message)
        return nil
      }
      let nearest = node.string.flatMap { nearestWord(to: $0, among: words) }
      let expected = words.count == 1 ? "expected" : "expected one of"
      log.refuseShape(
        location,
        "found \(node.inWords), \(expected) \(words.joined(separator: ", "))"
          + (nearest.map { "; did you mean '\($0)'?" } ?? ""))
      return nil
    }
  }
}

extension SettingType where Value: RawRepresentable, Value.RawValue == String {
  /// One of some words of an enumeration.
  static func words(_ cases: [Value], later: [String: String] = [:]) -> SettingType {
    SettingType<String>.word(cases.map(\.rawValue), later: later).map { word, _, _ in Value(rawValue: word) }
  }

  /// One of all words of an enumeration.
  static func words(later: [String: String] = [:]) -> SettingType where Value: CaseIterable {
    words(Array(Value.allCases), later: later)
  }
}

extension SettingType where Value == Bool {
  static let flag = SettingType([.init("type", "boolean")]) { node, location, log in
    if case .boolean(let flag) = node.value { return flag }
    log.refuseShape(location, "found \(node.inWords), expected true or false")
    return nil
  }
}

extension SettingType where Value == Int {
  /// A whole number within bounds.
  static func number(_ range: ClosedRange<Int>, of what: String) -> SettingType {
    SettingType([
      .init("type", "integer"), .init("minimum", .init(integerLiteral: range.lowerBound)),
      .init("maximum", .init(integerLiteral: range.upperBound)),
    ]) { node, location, log in
      // 3.0 and 3e0 are whole numbers to JSON Schema too.
      if case .number(let text) = node.value, let number = Int(text) ?? Double(text).flatMap(Int.init(exactly:)),
        range.contains(number)
      {
        return number
      }
      log.refuseShape(
        location,
        "found \(node.inWords), expected \(what): a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
      return nil
    }
  }
}

extension SettingType {
  /// A list of values of one type; elements that cannot be read are left out, after their issue.
  static func list<Element: Sendable>(
    _ element: SettingType<Element>, of what: String, atLeast minimum: Int = 0
  ) -> SettingType where Value == [Element] {
    var schema: [JSONNode.Member] = [.init("type", "array"), .init("items", .init(.object(element.schema)))]
    if minimum > 0 { schema.append(.init("minItems", .init(integerLiteral: minimum))) }
    return SettingType(schema, definitions: element.definitions) { node, location, log in
      guard let elements = node.elements else {
        log.refuseShape(location, "found \(node.inWords), expected an array of \(what)")
        return nil
      }
      if elements.count < minimum {
        log.refuseShape(location, "the array is empty; expected \(what), at least one")
        return nil
      }
      return elements.enumerated().compactMap { index, node in
        let offset = location.offset == nil ? nil : node.offset
        return element.read(node, SourceLocation(path: location.path.appendingPath(index: index), offset: offset), &log)
      }
    }
  }

  /// An object with free keys and values of one type.
  static func map<Element: Sendable>(_ element: SettingType<Element>) -> SettingType where Value == [String: Element] {
    SettingType(
      [.init("type", "object"), .init("additionalProperties", .init(.object(element.schema)))],
      definitions: element.definitions
    ) { node, location, log in
      guard let members = node.members else {
        log.refuseShape(location, "found \(node.inWords), expected an object in braces")
        return nil
      }
      var values: [String: Element] = [:]
      for member in members {
        let offset = location.offset == nil ? nil : member.node.offset
        let inner = SourceLocation(path: location.path.appendingPath(name: member.name), offset: offset)
        values[member.name] = element.read(member.node, inner, &log)
      }
      return values
    }
  }
}
