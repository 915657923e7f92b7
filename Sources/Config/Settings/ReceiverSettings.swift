// The tables of the keys of a receiver: those of all, those of what is asked by URL, and those of each format.

internal import Model

/// The keys of a receiver.
enum ReceiverSettings {
  static let name = Setting(
    "name", SettingType<String>.label.located, required: true,
    "The name of the receiver, in `selectord alert` and in logs.",
    examples: ["postmaster"])
  static let format = Setting(
    "format", SettingType<String>.word(Receiver.Format.allCases.map(\.rawValue)), required: true,
    "Which service it is, or `generic` (the event as JSON), `email`, `exec` (a program) or `template` (a body of your own).",
    examples: ["generic", "slack"])
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
  static let labels = Setting(
    "labels", SettingType<[String: String]>.map(SettingType<String>.text), default: [:] as JSONNode,
    "The labels that a watch must have for its events to be sent; empty for all.", examples: [["team": "mail"]])
  static let groupWithin = Setting(
    "groupWithin", SettingType<Duration>.duration(.zero ... .seconds(600)), default: "5s",
    "How long an alert waits for others of the same fault, to be sent with them in one message.",
    examples: ["5s", "1m"])
  static let quiet = Setting(
    "quiet", QuietSettings.type, "The hours in which nothing is sent; it is sent when they end.",
    examples: [["from": "22:00", "to": "07:00", "timeZone": "Europe/Berlin"]])
  static let escalateAfter = Setting(
    "escalateAfter", SettingType<Duration>.duration(.seconds(1) ... .seconds(6 * 3600)),
    "Makes it a second receiver: an alert is sent only if nobody has acknowledged its incident for so long, and it has not "
      + "ended.", examples: ["15m", "1h"])

  // MARK: What is asked by URL

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
  static let allowPrivate = Setting(
    "allowPrivate", SettingType<Bool>.flag, default: false,
    "Whether a loopback, private or link-local target is allowed.", examples: [true])

  // MARK: What single formats need

  static let token = Setting(
    "token", SettingType<SecretSource>.secret, required: true,
    hint: "the service shows it where you make the application or bot",
    "The token by which the service knows selectord.", examples: [["env": "ALERT_TOKEN"]])
  static let optionalToken = Setting(
    "token", SettingType<SecretSource>.secret, "An access token (`tk_…`), if the topic needs one.",
    examples: [["env": "NTFY_TOKEN"]])
  static let routingKey = Setting(
    "routingKey", SettingType<SecretSource>.secret, required: true,
    hint: "copy the integration key of an 'Events API v2' integration of the service in PagerDuty",
    "The integration key of an Events API v2 integration.", examples: [["env": "PAGERDUTY_KEY"]])
  static let pushoverUser = Setting(
    "user", SettingType<SecretSource>.secret, required: true,
    hint: "Pushover shows the user key at the top of its first page", "The key of a user or a group.",
    examples: [["env": "PUSHOVER_USER"]])
  static let room = Setting(
    "room", SettingType<String>.filledText("the id of a room"), required: true,
    hint: "the settings of the room show it under 'Advanced'",
    "The id of the room, such as `!abc:example.org`; the user of the token must be in it.",
    examples: ["!abcdef:example.org"])
  static let chat = Setting(
    "chat", SettingType<String>.filledText("the id of a chat"), required: true,
    hint: "write to the bot, then look for chat.id in what its method getUpdates returns",
    "The id of the chat, such as `-1001234567890`, or the `@name` of a channel.", examples: ["-1001234567890"])
  static let mailURL = Setting(
    "url", SettingType<SecretSource>.secret, required: true,
    "The SMTP server: `smtp://host:587` (STARTTLS) or `smtps://host:465`.", examples: ["smtps://mail.example.net"])
  static let mailUser = Setting(
    "user", SettingType<SecretSource>.secret, "The user name at the SMTP server, if it wants one.",
    examples: ["selectord"])
  static let password = Setting(
    "password", SettingType<SecretSource>.secret, "The password at the SMTP server.",
    examples: [["env": "SMTP_PASSWORD"]])
  static let encryption = Setting(
    "encryption", SettingType<Receiver.Service.Encryption>.words(), default: "required",
    "With `smtp://`: `required` sends nothing without STARTTLS, `optional` uses it if the server has it, `none` never.",
    examples: ["optional"])
  static let from = Setting(
    "from", mailbox, required: true, "The mail address of the sender.", examples: ["selectord@example.net"])
  static let to = Setting(
    "to", SettingType<[String]>.list(mailbox, of: "mail addresses", atLeast: 1), required: true,
    "The mail addresses of the recipients.", examples: [["postmaster@example.net"]])
  static let command = Setting(
    "command",
    SettingType<[String]>.list(.filledText("a program or an argument"), of: "a program and its arguments", atLeast: 1),
    required: true, "The absolute path of a program, and its arguments. There is no shell.",
    examples: [["/usr/local/bin/tell", "--queue", "dns"]])
  static let environment = Setting(
    "environment", SettingType<[String: Located<SecretSource>]>.map(SettingType<SecretSource>.secret.located),
    default: [:] as JSONNode, "Variables for its environment; the values are secrets.",
    examples: [["API_TOKEN": ["file": "/etc/selectord/token"]]])
  static let template = Setting(
    "template", SettingType<SecretSource>.secret, required: true,
    "The Mustache template of the body: the text itself, or `{\"file\": \"PATH\"}`.",
    examples: ["{\"text\": \"{{headline}}\"}", ["file": "ticket.mustache"]])
  static let contentType = Setting(
    "contentType", SettingType<String>.filledText("a media type"), default: "application/json",
    "The media type of the body; values are escaped as it demands (JSON, HTML and XML, or not at all).",
    examples: ["text/plain; charset=utf-8"])

  static func url(default fallback: JSONNode) -> Setting<SecretSource> {
    Setting(
      "url", SettingType<SecretSource>.secret, default: fallback, "The URL of the service, if it is another one.",
      examples: [fallback])
  }
  static let pushoverURL = url(default: "https://api.pushover.net/1/messages.json")
  static let telegramURL = url(default: "https://api.telegram.org")
  static let pagerdutyURL = url(default: "https://events.pagerduty.com/v2/enqueue")

  static let common: [any AnySetting] = [
    name, format, minimumSeverity, domains, types, labels, groupWithin, quiet, escalateAfter,
  ]
  static let request: [any AnySetting] = [secret, headers, allowPrivate]

  /// What a format has beside the common keys.
  static func own(_ format: Receiver.Format) -> [any AnySetting] {
    switch format {
    case .generic, .slack, .teams, .discord, .googlechat, .alertmanager: [url] + request
    case .ntfy: [url, optionalToken] + request
    case .gotify: [url, token] + request
    case .pushover: [pushoverURL, token, pushoverUser] + request
    case .matrix: [url, token, room] + request
    case .telegram: [telegramURL, token, chat] + request
    case .pagerduty: [pagerdutyURL, routingKey] + request
    case .email: [mailURL, mailUser, password, encryption, from, to, allowPrivate]
    case .exec: [command, environment]
    case .template: [url, template, contentType] + request
    }
  }

  /// Every key, for documentation and tests.
  static let all: [any AnySetting] =
    common + [url] + request + [
      token, optionalToken, routingKey, pushoverUser, room, chat, mailURL, mailUser, password, encryption, from, to,
      command, environment, template, contentType, pushoverURL, telegramURL, pagerdutyURL,
    ]

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

  /// A mail address of plain ASCII.
  static let mailbox = SettingType<String>.filledText("a mail address").map { text, location, log -> String? in
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    let isPlain = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"<>,;:\"()[]\\".utf8.contains($0) }
    if isPlain, parts.count == 2, !parts[0].isEmpty, (try? DomainName(parts[1])).map({ !$0.labels.isEmpty }) ?? false {
      return text
    }
    log.refuse(location, "\(text.quoted) is not a mail address; expected one such as \"postmaster@example.net\"")
    return nil
  }
}

/// The keys of quiet hours.
enum QuietSettings {
  static let from = Setting(
    "from", time, required: true, "When the quiet hours begin, by the clock of `timeZone`.", examples: ["22:00"])
  static let to = Setting(
    "to", time, required: true, "When they end; an earlier time is on the next day.", examples: ["07:00"])
  static let days = Setting(
    "days", SettingType<[QuietHours.Day]>.list(SettingType<QuietHours.Day>.words(), of: "days of the week"),
    default: [],
    "The days on which they begin; empty for every day.", examples: [["saturday", "sunday"]])
  static let timeZone = Setting(
    "timeZone", SettingType<String>.filledText("a time zone").map(zone), default: "UTC",
    "The time zone, by its name in the time zone database.", examples: ["Europe/Berlin"])
  static let criticalPasses = Setting(
    "criticalPasses", SettingType<Bool>.flag, default: true, "Whether critical alerts are sent all the same.",
    examples: [false])

  static let all: [any AnySetting] = [from, to, days, timeZone, criticalPasses]

  static let type = SettingType<QuietHours>.object(all) { fields, log in
    let from = fields.value(from, &log)
    let to = fields.value(to, &log)
    let days = fields.value(days, &log)
    let zone = fields.value(timeZone, &log)
    let passes = fields.value(criticalPasses, &log)
    guard let from, let to, let days, let zone, let passes else { return nil }
    return QuietHours(from: from, to: to, days: Set(days), timeZone: zone, criticalPasses: passes)
  }

  /// `22:00` in minutes.
  private static let time = SettingType<Int>(
    [.init("type", "string"), .init("pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
  ) { node, location, log in
    let digits = node.string.map { Array($0.utf8) } ?? []
    let isForm = digits.count == 5 && digits[2] == 0x3A && [0, 1, 3, 4].allSatisfy { digits[$0].isDigit }
    let numbers = isForm ? (node.string ?? "").split(separator: ":").compactMap { Int($0) } : []
    guard numbers.count == 2, numbers[0] < 24, numbers[1] < 60 else {
      log.refuseShape(location, "found \(node.inWords), expected a time of the day from \"00:00\" to \"23:59\"")
      return nil
    }
    return numbers[0] * 60 + numbers[1]
  }

  @Sendable private static func zone(_ text: String, _ location: SourceLocation, _ log: inout IssueLog) -> String? {
    if TimeZoneName.isKnown(text) { return text }
    log.refuse(
      location, "\(text.quoted) is not a known time zone; expected a name such as \"Europe/Berlin\" or \"UTC\"")
    return nil
  }
}

extension SettingType where Value == ReceiverDraft {
  static let receiver = variants(
    tag: ReceiverSettings.format,
    Receiver.Format.allCases.map { format in
      let own = ReceiverSettings.own(format)
      return Variant(
        word: format.rawValue, definition: "\(format.rawValue)Receiver", keys: ReceiverSettings.common + own
      ) { fields, log in
        draft(format, Set(own.map(\.name)), fields, &log)
      }
    })

  private static func draft(
    _ format: Receiver.Format, _ own: Set<String>, _ fields: Fields, _ log: inout IssueLog
  ) -> ReceiverDraft {
    typealias Settings = ReceiverSettings
    var draft = ReceiverDraft(format: format)
    draft.name = fields.value(Settings.name, &log)
    draft.minimumSeverity = fields.value(Settings.minimumSeverity, &log) ?? .warning
    draft.domains = fields.value(Settings.domains, &log) ?? []
    draft.types = fields.value(Settings.types, &log) ?? []
    draft.labels = fields.value(Settings.labels, &log) ?? [:]
    draft.groupWithin = fields.value(Settings.groupWithin, &log) ?? .seconds(5)
    if fields.has(Settings.quiet) { draft.quiet = fields.value(Settings.quiet, &log) }
    if fields.has(Settings.escalateAfter) { draft.escalateAfter = fields.value(Settings.escalateAfter, &log) }
    if own.contains(Settings.url.name) {
      let url =
        switch format {
        case .pushover: Settings.pushoverURL
        case .telegram: Settings.telegramURL
        case .pagerduty: Settings.pagerdutyURL
        case .email: Settings.mailURL
        default: Settings.url
        }
      draft.url = fields.value(url, &log)
    }
    if own.contains(Settings.secret.name) {
      draft.secret = fields.value(Settings.secret, &log)
      draft.headers = fields.value(Settings.headers, &log) ?? [:]
    }
    if own.contains(Settings.allowPrivate.name) {
      draft.allowPrivate = fields.value(Settings.allowPrivate, &log) ?? false
    }
    switch format {
    case .generic, .slack, .teams, .discord, .googlechat, .alertmanager: break
    case .ntfy: draft.token = fields.value(Settings.optionalToken, &log)
    case .gotify: draft.token = fields.value(Settings.token, &log)
    case .pushover:
      draft.token = fields.value(Settings.token, &log)
      draft.user = fields.value(Settings.pushoverUser, &log)
    case .matrix:
      draft.token = fields.value(Settings.token, &log)
      draft.to = [fields.value(Settings.room, &log)].compactMap(\.self)
    case .telegram:
      draft.token = fields.value(Settings.token, &log)
      draft.to = [fields.value(Settings.chat, &log)].compactMap(\.self)
    case .pagerduty: draft.token = fields.value(Settings.routingKey, &log)
    case .email:
      draft.user = fields.value(Settings.mailUser, &log)
      draft.token = fields.value(Settings.password, &log)
      draft.encryption = fields.value(Settings.encryption, &log) ?? .required
      draft.from = fields.value(Settings.from, &log)
      draft.to = fields.value(Settings.to, &log) ?? []
    case .exec:
      draft.command = fields.value(Settings.command, &log) ?? []
      draft.environment = fields.value(Settings.environment, &log) ?? [:]
      if let program = draft.command.first, !program.hasPrefix("/") {
        log.refuse(
          fields.location(Settings.command),
          "\(program.quoted) is not an absolute path; expected the program with its folder, such as \"/usr/local/bin/tell\""
        )
      }
    case .template:
      draft.template = fields.value(Settings.template, &log)
      draft.contentType = fields.value(Settings.contentType, &log)
    }
    return draft
  }
}
