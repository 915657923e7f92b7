// The table of the keys of `mail`: where the daemon learns which selectors sign mail, and what it makes of that.

internal import Model

/// The keys of `mail`.
enum MailSettings {
  static let logs = Setting(
    "logs", SettingType<[MailLogDraft]>.list(.mailLog, of: "logs"), default: [],
    "The logs that are followed, across rotation and restarts.",
    examples: [[["file": "/var/log/exim4/mainlog"], ["journal": "opendkim.service"]]])
  static let reports = Setting(
    "reports", SettingType<[String]>.list(folder, of: "folders of reports"), default: [],
    "Folders where DMARC aggregate reports arrive: `.xml`, `.gz`, `.zip`, or mails that carry them.",
    examples: [[["directory": "/var/spool/dmarc"]]])
  static let messages = Setting(
    "messages", SettingType<[String]>.list(maildir, of: "Maildirs"), default: [],
    "Maildirs whose new messages are read for their signatures; the messages stay as they are.",
    examples: [[["maildir": "/var/mail/postmaster/Maildir"]]])
  static let learn = Setting(
    "learn", learning,
    default: ["watch": "none", "minimumMessages": 3, "domains": [], "forgetAfter": "90d", "maximum": 1000],
    "Which selectors of the mail are watched without being named in `watches`.",
    examples: [["watch": "failing"], ["watch": "all", "domains": ["*.example.org"]]])
  static let authserv = Setting(
    "authserv", SettingType<[String]>.list(SettingType<String>.filledText("an authserv-id"), of: "authserv-ids"),
    default: [],
    "The authserv-ids (RFC 8601) whose Authentication-Results are believed: those that your own servers write.",
    examples: [["mx.example.org"]])

  private static let rows: [SettingRow<MailDraft>] = [
    SettingRow(logs, \.logs) { .list($0.map(JSONNode.init)) },
    SettingRow(reports, \.reports) { .list($0.map { .members([(directory.name, .text($0))]) }) },
    SettingRow(messages, \.messages) { .list($0.map { .members([(maildirPath.name, .text($0))]) }) },
    SettingRow(learn, \.learn) { JSONNode($0, learnRows) },
    SettingRow(authserv, \.authserv) { .list($0.map(JSONNode.text)) },
  ]
  static let type = SettingType<MailDraft>.object(rows, filling: MailDraft()).named("mail")

  static func shown(_ mail: Configuration.MailSettings) -> JSONNode { JSONNode(mail, rows) }

  // MARK: sources

  static let file = Setting(
    "file", SettingType<String>.filledText("the path of a log"),
    "The path of a log file. It is followed when it is rotated.", examples: ["/var/log/exim4/mainlog"])
  static let journal = Setting(
    "journal", SettingType<String>.filledText("the name of a unit"),
    "A unit of systemd whose lines are read from the journal. Not with `file`.", examples: ["opendkim.service"])
  static let format = Setting(
    "format", SettingType<Configuration.MailSettings.LogFormat>.words(), default: "auto",
    "What the lines look like: `exim`, or `syslog` (OpenDKIM, rspamd, Amavis, OpenDMARC); `auto` finds out by the lines.",
    examples: ["exim", "auto"])
  static let directory = Setting(
    "directory", SettingType<String>.filledText("the path of a folder"), required: true,
    "The path of the folder.", examples: ["/var/spool/dmarc"])
  static let maildirPath = Setting(
    "maildir", SettingType<String>.filledText("the path of a Maildir"), required: true,
    "The path of the Maildir, which holds `new` and `cur`.", examples: ["/var/mail/postmaster/Maildir"])

  private static let folder = SettingType<String>.object([directory]) { $0.value(directory, &$1) }.named("reportFolder")
  private static let maildir = SettingType<String>.object([maildirPath]) { $0.value(maildirPath, &$1) }.named("maildir")

  // MARK: learning

  static let watch = Setting(
    "watch", SettingType<Configuration.MailSettings.Learning.Choice>.words(), default: "none",
    "`failing`: selectors whose mail fails for want of a key; `all`: every selector that mail is signed with.",
    examples: ["failing", "all"])
  static let minimumMessages = Setting(
    "minimumMessages", SettingType<Int>.number(1...1_000_000, of: "a number of messages"), default: 3,
    "How many messages a selector must have signed before `all` watches it.", examples: [3])
  static let domains = Setting(
    "domains", SettingType<[String]>.list(ReceiverSettings.pattern, of: "patterns"), default: [],
    "The signing domains that selectors are learned of: `example.org`, or `*.example.org` for all below it; none for all.",
    examples: [["example.org", "*.example.org"]])
  static let forgetAfter = Setting(
    "forgetAfter", SettingType<Duration>.duration(.seconds(86_400) ... .seconds(3650 * 86_400)), default: "90d",
    "How long a learned selector is watched after its last mail.", examples: ["90d", "30d"])
  static let maximum = Setting(
    "maximum", SettingType<Int>.number(0...1_000_000, of: "a number of watches"), default: 1000,
    "The most selectors that are watched because of mail alone, so that invented domains cannot fill the schedule.",
    examples: [1000])
  private static let learnRows: [SettingRow<Configuration.MailSettings.Learning>] = [
    SettingRow(watch, \.choice, shown: JSONNode.word),
    SettingRow(minimumMessages, \.minimumMessages, shown: JSONNode.number),
    SettingRow(domains, \.domains) { .list($0.map(JSONNode.text)) },
    SettingRow(forgetAfter, \.forgetAfter, shown: JSONNode.duration),
    SettingRow(maximum, \.maximum, shown: JSONNode.number),
  ]
  private static let learning = SettingType<Configuration.MailSettings.Learning>.object(
    learnRows, filling: Configuration.MailSettings.Learning())
}

extension SettingType where Value == MailLogDraft {
  static let mailLog = object(
    [MailSettings.file, MailSettings.journal, MailSettings.format],
    rules: [
      .init("oneOf", [["required": ["file"]], ["required": ["journal"]]])
    ]
  ) { fields, log in
    let file = fields.value(MailSettings.file, &log)
    let unit = fields.value(MailSettings.journal, &log)
    let format = fields.value(MailSettings.format, &log)
    switch (fields.has(MailSettings.file), fields.has(MailSettings.journal)) {
    case (true, true):
      log.refuseShape(
        fields.location(MailSettings.journal), "'file' and 'journal' exclude each other; keep one of them")
    case (false, false): log.refuseShape(fields.location, "a log needs one of the keys 'file' and 'journal'")
    default: break
    }
    guard let format, let source = file.map(MailLogDraft.Source.file) ?? unit.map(MailLogDraft.Source.journal) else {
      return nil
    }
    return MailLogDraft(source: source, format: format)
  }.named("mailLog")
}

typealias MailLogDraft = Configuration.MailSettings.Log

/// What `mail` says, before its paths are made whole.
typealias MailDraft = Configuration.MailSettings

extension JSONNode {
  fileprivate init(_ log: Configuration.MailSettings.Log) {
    let source: (String, JSONNode?) =
      switch log.source {
      case .file(let path): (MailSettings.file.name, .text(path))
      case .journal(let unit): (MailSettings.journal.name, .text(unit))
      }
    self = .members([source, (MailSettings.format.name, .word(log.format))])
  }
}
