// The JSON Schema of the configuration, made from the tables that the decoder reads by.

/// The JSON Schema (draft 2020-12) of configuration files.
public enum ConfigurationSchema {
  /// What `selectord config schema` prints and `deploy/config.schema.json` holds.
  public static let text: String = document.text() + "\n"

  static let document: JSONNode = {
    let type = SettingType<Draft>.configuration
    var definitions: [JSONNode.Member] = []
    for definition in type.definitions where !definitions.contains(where: { $0.name == definition.name }) {
      definitions.append(.init(definition.name, definition.schema))
    }
    let head: [JSONNode.Member] = [
      .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
      .init("$id", "urn:selectord:configuration:1"),
      .init("title", "selectord configuration"),
      .init("description", "What selectord watches, which servers it asks, and whom it alerts."),
    ]
    return JSONNode(.object(head + type.schema + [.init("$defs", .init(.object(definitions)))]))
  }()
}
