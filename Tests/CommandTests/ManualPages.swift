// Makes the manual pages from what the program says of itself: its help and its configuration schema.

import Foundation

/// The text of a manual page in the man(7) macros.
struct ManualPage {
  private(set) var text: String

  init(_ title: String, section: Int, version: String) {
    text = ".\\\" Made from the program's own help; Tests/CommandTests holds the two together.\n"
    text += ".TH \(Self.escaped(title.uppercased())) \(section) \"\" \"\(version)\"\n"
  }

  mutating func heading(_ title: String) { text += ".SH \(Self.escaped(title.uppercased()))\n" }
  mutating func subheading(_ title: String) { text += ".SS \"\(Self.escaped(title))\"\n" }

  mutating func item(_ tag: String, _ body: String) {
    text += ".TP\n\\fB\(Self.escaped(tag))\\fR\n"
    paragraphs(body)
  }

  mutating func indented(_ body: (inout ManualPage) -> Void) {
    text += ".RS\n"
    body(&self)
    text += ".RE\n"
  }

  /// Paragraphs with empty lines between; lines that begin with blanks stand as they are, a line of capitals is a title.
  mutating func paragraphs(_ body: String) {
    var isVerbatim = false
    for line in body.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  ") != isVerbatim {
        isVerbatim.toggle()
        text += isVerbatim ? ".PP\n.nf\n.RS 2\n" : ".RE\n.fi\n"
      }
      if line.isEmpty {
        text += ".PP\n"
      } else if line == "EXAMPLES" {
        text += "Examples:\n"
      } else {
        text += Self.escaped(String(line.drop { $0 == " " })) + "\n"
      }
    }
    if isVerbatim { text += ".RE\n.fi\n" }
  }

  /// Backslashes, hyphens and quotes mean something to roff, and so do points and apostrophes that begin a line.
  static func escaped(_ text: String) -> String {
    let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("\"", with: "\\(dq")
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }
}

/// What `--experimental-dump-help` tells of a command.
struct CommandHelp: Decodable {
  var commandName: String
  var abstract: String?
  var discussion: String?
  var subcommands: [CommandHelp]?
  var arguments: [Argument]?

  struct Argument: Decodable {
    var kind: String
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var defaultValue: String?
    var allValues: [String]?
    var shouldDisplay: Bool

    struct Name: Decodable {
      var kind: String
      var name: String
    }

    /// As it is typed: `-o, --output <format>`.
    var tag: String {
      guard kind != "positional" else { return "<\(valueName ?? "")>" }
      let names = (names ?? []).sorted { $0.kind > $1.kind }.map { ($0.kind == "long" ? "--" : "-") + $0.name }
      return names.joined(separator: ", ") + (kind == "option" ? " <\(valueName ?? "")>" : "")
    }

    var body: String {
      var notes: [String] = []
      if let allValues { notes.append("values: " + allValues.joined(separator: ", ")) }
      if let defaultValue { notes.append("default: " + defaultValue) }
      return (abstract ?? "") + (notes.isEmpty ? "" : " (\(notes.joined(separator: "; ")))")
    }
  }

  static func read(_ dump: String) throws -> CommandHelp {
    struct Dump: Decodable { var command: CommandHelp }
    return try JSONDecoder().decode(Dump.self, from: Data(dump.utf8)).command
  }
}

enum ManualPages {
  /// selectord(1).
  static func commands(_ root: CommandHelp, usage: ([String]) -> String, version: String) -> String {
    var page = ManualPage("selectord", section: 1, version: version)
    page.heading("Name")
    page.paragraphs("selectord - \(root.abstract ?? "")")
    page.heading("Synopsis")
    let verbs = verbs(of: root, path: [])
    page.paragraphs(verbs.flatMap { usage($0.path).split(separator: "\n") }.map { "  " + $0 }.joined(separator: "\n"))
    page.heading("Description")
    page.paragraphs(root.discussion ?? "")
    page.heading("Commands")
    for verb in verbs {
      page.subheading((["selectord"] + verb.path).joined(separator: " "))
      page.paragraphs([verb.help.abstract, verb.help.discussion].compactMap(\.self).joined(separator: "\n\n"))
      for argument in verb.help.arguments ?? [] where argument.shouldDisplay && !isShared(argument) {
        page.item(argument.tag, argument.body)
      }
    }
    page.heading("Environment")
    page.item("SELECTORD_CONFIG", "The configuration file, where --config names none.")
    page.item("NO_COLOR", "Where it is set and not empty, nothing is coloured; --color outranks it.")
    page.item("COLUMNS", "The width that tables are made for; else that of the terminal.")
    page.heading("Files")
    page.item("./config.json, /etc/selectord/config.json", "The configuration, where none is named.")
    page.heading("See also")
    page.paragraphs("selectord.json(5)")
    return page.text
  }

  private static func isShared(_ argument: CommandHelp.Argument) -> Bool {
    argument.names?.contains { ["help", "version"].contains($0.name) } ?? false
  }

  private static func verbs(of command: CommandHelp, path: [String]) -> [(path: [String], help: CommandHelp)] {
    (command.subcommands ?? []).filter { $0.commandName != "help" }.flatMap { verb in
      let path = path + [verb.commandName]
      let below = verbs(of: verb, path: path)
      return below.isEmpty ? [(path, verb)] : below
    }
  }

  /// selectord.json(5).
  static func configuration(schema: String, example: String, version: String) throws -> String {
    let document = try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any] ?? [:]
    var page = ManualPage("selectord.json", section: 5, version: version)
    page.heading("Name")
    page.paragraphs("selectord.json - the configuration of selectord")
    page.heading("Description")
    page.paragraphs(
      """
      \(document["description"] as? String ?? "")

      The file is JSON. Unknown keys are refused. Durations are written as 90s, 15m, 1h30m or 7d. A secret is a string, \
      {"env": "NAME"} or {"file": "PATH"}. 'selectord config check' tells everything that is wrong with a file; \
      'selectord config schema' prints its JSON Schema.
      """)
    page.heading("Keys")
    describe(document, in: schema, depth: 1, on: &page)
    for (name, definition) in ordered(document["$defs"] as? [String: Any] ?? [:], in: schema, depth: 1) {
      guard definition["properties"] != nil else { continue }
      page.heading(title(ofDefinition: name))
      describe(
        definition, in: String(schema.split(separator: "\"\(name)\": {", maxSplits: 1).last ?? ""), depth: 2, on: &page)
    }
    page.heading("Example")
    page.paragraphs(example.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
    page.heading("See also")
    page.paragraphs("selectord(1)")
    return page.text
  }

  private static func describe(_ schema: [String: Any], in text: String, depth: Int, on page: inout ManualPage) {
    for (name, property) in ordered(schema["properties"] as? [String: Any] ?? [:], in: text, depth: depth) {
      var body = property["description"] as? String ?? ""
      var notes: [String] = []
      if let words = property["enum"] as? [String] { notes.append("values: " + words.joined(separator: ", ")) }
      if property["properties"] == nil, let value = property["default"], !(value is [Any]) {
        notes.append("default: \(value)")
      }
      if !notes.isEmpty { body += " (\(notes.joined(separator: "; ")))" }
      page.item(name, body)
      guard property["properties"] != nil else { continue }
      page.indented { describe(property, in: text, depth: depth + 2, on: &$0) }
    }
  }

  /// In the order of the text: a dictionary has none.
  private static func ordered(
    _ members: [String: Any], in text: String, depth: Int
  ) -> [(name: String, value: [String: Any])] {
    let indentation = "\n" + String(repeating: "  ", count: depth + 1)
    var found: [(place: String.Index, name: String, value: [String: Any])] = []
    for (name, value) in members {
      guard let value = value as? [String: Any] else { continue }
      found.append((text.range(of: "\(indentation)\"\(name)\":")?.lowerBound ?? text.endIndex, name, value))
    }
    return found.sorted { ($0.place, $0.name) < ($1.place, $1.name) }.map { ($0.name, $0.value) }
  }

  /// `systemView` as `System view`.
  private static func title(ofDefinition name: String) -> String {
    name.reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
  }
}
