// Objects with known keys, and objects whose keys depend on a word in them.

extension SettingType {
  /// An object with these keys and no others.
  ///
  /// - Parameters:
  ///   - later: keys that come with a later version, and what to say about them.
  ///   - rules: what the schema says beside the keys; `make` holds to the same and notes it by `refuseShape`.
  static func object(
    _ keys: [any AnySetting], later: [String: String] = [:], rules: [JSONNode.Member] = [],
    make: @escaping @Sendable (Fields, inout IssueLog) -> Value?
  ) -> SettingType {
    SettingType(objectSchema(keys, rules), definitions: keys.flatMap(\.definitions)) { node, location, log in
      guard let members = objectMembers(node, location, &log) else { return nil }
      checkNames(members, keys, later: later, elsewhere: [:], location, &log)
      return make(Fields(members, location), &log)
    }
  }

  /// An object whose other keys depend on the word at `tag`.
  static func variants(tag: Setting<String>, _ cases: [Variant<Value>]) -> SettingType {
    let schemas = cases.map { variant in
      Definition(
        name: variant.definition,
        schema: JSONNode(
          .object(
            objectSchema(
              variant.keys, variant.rules, replacing: tag.name,
              by: [
                "description": .init(.string(tag.summary)), "const": .init(.string(variant.word)),
                "examples": [.init(.string(variant.word))],
              ]))))
    }
    let references = schemas.map { JSONNode(.object([.init("$ref", .init(.string("#/$defs/\($0.name)")))])) }
    return SettingType(
      [.init("oneOf", .init(.array(references)))],
      definitions: cases.flatMap { $0.keys.flatMap(\.definitions) } + schemas
    ) { node, location, log in
      guard let members = objectMembers(node, location, &log) else { return nil }
      let fields = Fields(members, location)
      guard fields.has(tag) else {
        log.refuseShape(location, missing(tag))
        return nil
      }
      guard let word = fields.value(tag, &log), let variant = cases.first(where: { $0.word == word }) else {
        return nil
      }
      var elsewhere: [String: String] = [:]
      var owners: [String: [String]] = [:]
      for other in cases where other.word != word {
        for key in other.keys { owners[key.name, default: []].append("'\(other.word)'") }
      }
      for (name, words) in owners {
        elsewhere[name] = "belongs to \(tag.name) \(words.joined(separator: ", ")), but this is '\(word)'"
      }
      checkNames(members, variant.keys, later: [:], elsewhere: elsewhere, location, &log)
      return variant.make(fields, &log)
    }
  }
}

/// One form of an object whose keys depend on a word.
struct Variant<Value: Sendable>: Sendable {
  var word: String
  /// The name under `$defs`.
  var definition: String
  var keys: [any AnySetting]
  var rules: [JSONNode.Member] = []
  var make: @Sendable (Fields, inout IssueLog) -> Value?
}

private func objectMembers(_ node: JSONNode, _ location: SourceLocation, _ log: inout IssueLog) -> [JSONNode.Member]? {
  if let members = node.members { return members }
  log.refuseShape(location, "found \(node.inWords), expected an object in braces")
  return nil
}

private func missing(_ key: any AnySetting) -> String {
  "the key '\(key.name)' is missing" + (key.hint.map { "; \($0)" } ?? "")
}

private func checkNames(
  _ members: [JSONNode.Member], _ keys: [any AnySetting], later: [String: String], elsewhere: [String: String],
  _ location: SourceLocation, _ log: inout IssueLog
) {
  let known = Set(keys.map(\.name))
  for member in members where !known.contains(member.name) {
    let memberLocation = SourceLocation(path: location.path.appendingPath(name: member.name), offset: member.offset)
    if let message = later[member.name] {
      log.refuseShape(memberLocation, message)
    } else if let reason = elsewhere[member.name] {
      log.refuseShape(memberLocation, "the key '\(member.name)' \(reason)")
    } else if let nearest = nearestWord(to: member.name, among: keys.map(\.name)) {
      log.refuseShape(memberLocation, "unknown key \(member.name.quoted); did you mean '\(nearest)'?")
    } else {
      let names = keys.map(\.name).filter { $0 != "$schema" }.joined(separator: ", ")
      log.refuseShape(memberLocation, "unknown key \(member.name.quoted); the keys here are: \(names)")
    }
  }
  let present = Set(members.map(\.name))
  for key in keys where key.isRequired && !present.contains(key.name) { log.refuseShape(location, missing(key)) }
}

private func objectSchema(
  _ keys: [any AnySetting], _ rules: [JSONNode.Member], replacing name: String? = nil, by schema: JSONNode? = nil
) -> [JSONNode.Member] {
  let properties = keys.map { key in
    JSONNode.Member(key.name, key.name == name ? schema ?? key.schema : key.schema)
  }
  var members: [JSONNode.Member] = [.init("type", "object"), .init("properties", .init(.object(properties)))]
  let required = keys.filter(\.isRequired).map { JSONNode(.string($0.name)) }
  if !required.isEmpty { members.append(.init("required", .init(.array(required)))) }
  return members + rules + [.init("additionalProperties", false)]
}
