// The table of the keys of a receiver.

internal import Model

/// The keys of a receiver.
enum ReceiverSettings {
  static let name = Setting(
    "name", SettingType<String>.label.located, required: true,
    "The name of the receiver, in `selectord alert` and in logs.",
    examples: ["postmaster"])
  static let format = Setting(
    "format", SettingType<Receiver.Format>.words(later: laterFormats), required: true,
    "`generic` sends the event as JSON, `slack` a message for an incoming webhook of Slack.",
    examples: ["generic", "slack"])
  static let url = Setting(
    "url", SettingType<SecretSource>.secret, required: true,
    "The http:// or https:// URL that events are posted to; a secret, since most of them carry a token.",
    examples: ["https://hooks.example/selectord", ["env": "SLACK_WEBHOOK"]])
  static let secret = Setting(
    "secret", SettingType<SecretSource>.secret,
    "Signs each delivery by the Standard Webhooks scheme: `whsec_` and base64, or any other text.",
    examples: [["file": "/etc/selectord/webhook-secret"], "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
  static let headers = Setting(
    "headers", SettingType<[String: Located<SecretSource>]>.map(SettingType<SecretSource>.secret.located),
    default: [:] as JSONNode,
    "More headers for each request; the values are secrets.",
    examples: [["Authorization": ["file": "/etc/selectord/token"]]])
  static let minimumSeverity = Setting(
    "minimumSeverity", SettingType<Severity>.words(), default: "warning",
    "The lowest severity that is sent; the recovery from it is sent too.", examples: ["critical"])
  static let domains = Setting(
    "domains", SettingType<[String]>.list(pattern, of: "patterns"), default: [],
    "The signing domains whose events are sent: `example.org`, or `*.example.org` for all below it; empty for all.",
    examples: [["example.org", "*.example.org"]])
  static let types = Setting(
    "types", SettingType<[EventType]>.list(SettingType<EventType>.words(), of: "event types"), default: [],
    "The types of events that are sent; empty for all.", examples: [["selector.missing", "selector.recovered"]])
  static let allowPrivate = Setting(
    "allowPrivate", SettingType<Bool>.flag, default: false,
    "Whether a loopback, private or link-local target is allowed.", examples: [true])

  static let all: [any AnySetting] = [
    name, format, url, secret, headers, minimumSeverity, domains, types, allowPrivate,
  ]

  private static let laterFormats = Dictionary(
    uniqueKeysWithValues: ["teams", "discord", "pagerduty", "alertmanager", "ntfy"].map {
      ($0, "the format '\($0)' comes with a later version; known now: generic, slack")
    })

  static let pattern = SettingType<String>.filledText("a pattern of domains").map {
    text, location, log -> String? in
    if text == "*" { return text }
    let bare = text.hasPrefix("*.") ? String(text.dropFirst(2)) : text
    do throws(InternationalNameError) {
      return (text.hasPrefix("*.") ? "*." : "") + (try InternationalName.parse(bare)).description
    } catch {
      log.refuse(location, "\(error); expected a domain such as \"example.org\", or \"*.example.org\" for all below it")
      return nil
    }
  }
}

extension SettingType where Value == ReceiverDraft {
  static let receiver = object(ReceiverSettings.all) { fields, log in
    typealias Settings = ReceiverSettings
    let name = fields.value(Settings.name, &log)
    let format = fields.value(Settings.format, &log)
    let url = fields.value(Settings.url, &log)
    let secret = fields.value(Settings.secret, &log)
    let headers = fields.value(Settings.headers, &log)
    let minimumSeverity = fields.value(Settings.minimumSeverity, &log)
    let domains = fields.value(Settings.domains, &log)
    let types = fields.value(Settings.types, &log)
    let allowPrivate = fields.value(Settings.allowPrivate, &log)
    return ReceiverDraft(
      name: name, format: format, url: url, secret: secret, headers: headers ?? [:],
      minimumSeverity: minimumSeverity ?? .warning, domains: domains ?? [], types: types ?? [],
      allowPrivate: allowPrivate ?? false)
  }.named("receiver")
}
