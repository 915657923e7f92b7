// The text of a first configuration. JSON has no comments: notes say where each watch comes from.

import Config
import Model

/// What `init` writes.
struct InitialConfiguration {
  /// The path of the JSON Schema, for editors; nil where there is none on this machine.
  var schema: String?
  var keys: [InitialKey]
  /// nil for the default ones.
  var views: [View]?
  /// Where alerts are sent.
  var webhook: String?
  var day: String

  /// The format of the messages that a URL takes.
  static func format(ofWebhook url: String) -> String {
    url.lowercased().hasPrefix("https://hooks.slack.com/") ? "slack" : "generic"
  }

  var text: String {
    var members: [String] = []
    if let schema { members.append("\"$schema\": \(schema.jsonQuoted())") }
    if let views { members.append(Self.list("views", views.map(Self.text))) }
    members.append(Self.list("watches", watches))
    // An empty list says that it is meant so, which `config check` takes note of.
    members.append(Self.list("receivers", webhook.map { [Self.receiver($0)] } ?? []))
    return "{\n" + members.map { "  " + $0 }.joined(separator: ",\n") + "\n}\n"
  }

  /// One watch for the keys of a domain that come from one place.
  private var watches: [String] {
    var groups: [(domain: DomainName, origin: String, selectors: [DomainName])] = []
    for key in keys.sorted(by: { $0.key < $1.key }) where key.decision == .watch {
      if let index = groups.firstIndex(where: { $0.domain == key.key.domain && $0.origin == key.origin }) {
        groups[index].selectors.append(key.key.selector)
      } else {
        groups.append((key.key.domain, key.origin, [key.key.selector]))
      }
    }
    return groups.map { group in
      let selectors = group.selectors.map { InternationalName.display($0).jsonQuoted() }.joined(separator: ", ")
      return """
        {
              "domain": \(InternationalName.display(group.domain).jsonQuoted()),
              "selectors": [\(selectors)],
              "note": \("\(group.origin); added by selectord init on \(day)".jsonQuoted())
            }
        """
    }
  }

  private static func list(_ name: String, _ items: [String]) -> String {
    items.isEmpty ? "\"\(name)\": []" : "\"\(name)\": [\n    \(items.joined(separator: ",\n    "))\n  ]"
  }

  private static func receiver(_ url: String) -> String {
    object([("name", "alerts"), ("format", format(ofWebhook: url)), ("url", url)])
  }

  private static func text(of view: View) -> String {
    let name = ("name", view.name)
    switch view.source {
    case .system: return object([name, ("type", "system")])
    case .resolver(let endpoint, let transport):
      return object(
        [name, ("type", "resolver"), ("address", endpoint.description)]
          + (transport == .tcp ? [("transport", "tcp")] : []))
    case .https(let url): return object([name, ("type", "resolver"), ("url", url)])
    case .authoritative: return object([name, ("type", "authoritative")])
    }
  }

  private static func object(_ members: [(String, String)]) -> String {
    "{" + members.map { "\"\($0)\": \($1.jsonQuoted())" }.joined(separator: ", ") + "}"
  }
}
