// A setting bound to the property that holds its value: one row reads it, documents it and shows it again.

/// A setting, the property of `Root` that it fills, and how `config show` prints it.
struct SettingRow<Root: Sendable>: Sendable {
  let setting: any AnySetting
  /// Fills the property; leaves it alone where there is neither value nor default, and after an issue.
  let fill: @Sendable (Fields, inout Root, inout IssueLog) -> Void
  /// nil where nothing is printed.
  let shown: @Sendable (Root) -> JSONNode?

  /// A setting that is printed as its value alone says.
  init<Value: Sendable>(
    _ setting: Setting<Value>, _ property: any WritableKeyPath<Root, Value> & Sendable,
    shown: @escaping @Sendable (Value) -> JSONNode?
  ) {
    self.init(setting, property, shownFrom: { shown($0[keyPath: property]) })
  }

  /// A setting whose value is settled later: it is printed from what came of it.
  init<Value: Sendable>(
    _ setting: Setting<Value>, _ property: any WritableKeyPath<Root, Value> & Sendable,
    shownFrom shown: @escaping @Sendable (Root) -> JSONNode?
  ) {
    self.setting = setting
    self.shown = shown
    fill = { fields, root, log in
      if let value = fields.value(setting, &log) { root[keyPath: property] = value }
    }
  }

  /// The same for a setting that may be absent.
  init<Value: Sendable>(
    optional setting: Setting<Value>, _ property: any WritableKeyPath<Root, Value?> & Sendable,
    shownFrom shown: @escaping @Sendable (Root) -> JSONNode?
  ) {
    self.setting = setting
    self.shown = shown
    fill = { fields, root, log in
      if let value = fields.value(setting, &log) { root[keyPath: property] = value }
    }
  }

  /// A setting that is checked and not kept.
  init<Value: Sendable>(unused setting: Setting<Value>) {
    self.setting = setting
    fill = { fields, _, log in _ = fields.value(setting, &log) }
    shown = { _ in nil }
  }
}

extension SettingType {
  /// An object that fills the properties of a value; `finish` sees to what no single row can say.
  static func object(
    _ rows: [SettingRow<Value>], filling start: Value, later: [String: String] = [:],
    finish: @escaping @Sendable (Fields, inout Value) -> Void = { _, _ in }
  ) -> SettingType {
    object(rows.map(\.setting), later: later) { fields, log in
      var value = start
      // What is refused stays as it was: the reading goes on, so that everything else is checked too.
      for row in rows { row.fill(fields, &value, &log) }
      finish(fields, &value)
      return value
    }
  }
}

extension JSONNode {
  /// An object with a member for each row that is printed.
  init<Root>(_ root: Root, _ rows: [SettingRow<Root>]) {
    self = .members(rows.map { ($0.setting.name, $0.shown(root)) })
  }

  /// An object of the members that are there.
  static func members(_ members: [(String, JSONNode?)]) -> JSONNode {
    JSONNode(.object(members.compactMap { name, node in node.map { Member(name, $0) } }))
  }

  static func text(_ text: String) -> JSONNode { JSONNode(.string(text)) }
  static func number(_ number: Int) -> JSONNode { JSONNode(integerLiteral: number) }
  static func list(_ nodes: [JSONNode]) -> JSONNode { JSONNode(.array(nodes)) }
  static func duration(_ duration: Duration) -> JSONNode { .text(DurationText.print(duration)) }

  /// A duration, or the word that stands for none.
  static func duration(or word: String) -> @Sendable (Duration?) -> JSONNode? {
    { $0.map(JSONNode.duration) ?? .text(word) }
  }

  static func word<Word: RawRepresentable<String>>(_ word: Word) -> JSONNode { .text(word.rawValue) }
}
