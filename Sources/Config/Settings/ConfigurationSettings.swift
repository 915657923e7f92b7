// The table of the keys at the top of a configuration.

internal import Model

/// The keys of the whole configuration.
enum ConfigurationSettings {
  static let schema = Setting(
    "$schema", SettingType<String>.text,
    "The JSON Schema of this file, for editors that complete keys and mark errors.",
    examples: ["deploy/config.schema.json"])
  static let database = Setting(
    "database", SettingType<String>.filledText("the path of the database"),
    "The path of the SQLite database. Without this key: `/var/lib/NAME/history.sqlite` if this file is in `/etc/NAME`, "
      + "otherwise `selectord.sqlite` in the directory of this file.",
    examples: ["/var/lib/selectord/history.sqlite"])
  static let interval = Setting(
    "interval", SettingType<Duration>.duration(.seconds(1) ... .seconds(30 * 86_400)), default: "15m",
    "How often a watch without an interval of its own is checked.", examples: ["15m", "1h30m", "90s"])
  static let jitter = Setting(
    "jitter", SettingType<Double>.percentage(upTo: 50), default: "10%",
    "By how much an interval may vary, so that checks do not come in bursts.",
    examples: ["10%", "0%"])
  static let pulse = Setting(
    "pulse", SettingType<Duration?>.duration(.seconds(1) ... .seconds(86_400), orWord: "off"), default: "1m",
    "How often each zone is asked, by one question to one of its servers, whether it has changed; what changed is checked "
      + "at once. `off` leaves that to the intervals. Takes a view of the type `authoritative`.",
    examples: ["1m", "10s", "off"])
  static let notify = Setting(
    "notify", SettingType<Configuration.NotifySettings>.notify,
    "Name servers that tell at once when a zone changes, by NOTIFY (RFC 1996); without this key nobody is listened to.",
    examples: [["listen": ["192.0.2.9:5300"], "from": ["192.0.2.1", "2001:db8::/64"]]])
  static let confirm = Setting(
    "confirm", confirmation, default: ["times": 2, "after": "15s"],
    "How a change is checked again, over TCP and at other servers, before it counts and an alert is sent.",
    examples: [["times": 2, "after": "15s"]])
  static let unreachableAfter = Setting(
    "unreachableAfter", SettingType<Duration>.duration(.zero ... .seconds(30 * 86_400)), default: "30m",
    "How long a key must be unreachable before its state becomes `unreachable`.", examples: ["30m", "2h"])
  static let remindAfter = Setting(
    "remindAfter", SettingType<Duration?>.duration(.seconds(1) ... .seconds(365 * 86_400), orWord: "never"),
    default: "24h",
    "How often a reminder of an open incident is sent; `never` sends none.", examples: ["24h", "never"])
  static let acceptChangesAfter = Setting(
    "acceptChangesAfter",
    SettingType<Duration?>.duration(.seconds(1) ... .seconds(365 * 86_400), orWord: "never"), default: "7d",
    "How long the incident of an unannounced change of a key stays open, if nobody acknowledges it; `never` waits for "
      + "an acknowledgement.", examples: ["7d", "never"])
  static let retention = Setting(
    "retention", SettingType<Duration?>.duration(.seconds(60)...DurationText.maximum, orWord: "forever"),
    default: "forever", "How long history is kept; `forever` keeps every change.", examples: ["forever", "365d"])
  static let log = Setting(
    "log", logging, default: ["level": "info", "format": "auto"], "What the daemon writes to standard error.",
    examples: [["level": "notice", "format": "json"]])
  static let views = Setting(
    "views", SettingType<[ViewDraft]>.list(.view, of: "views", atLeast: 1), default: defaultViews,
    "The servers that are asked. Without this key: the resolvers of this machine (`local`), 8.8.8.8 (`google`) and the "
      + "name servers of the zones (`authoritative`).",
    examples: [[["name": "local", "type": "system"], ["name": "authoritative", "type": "authoritative"]]])
  static let watches = Setting(
    "watches", SettingType<[WatchDraft]>.list(.watch, of: "watches"), default: [],
    "The selectors to watch.", examples: [[["domain": "example.org", "selectors": ["s1", "s2"]]]])
  static let recordSets = Setting(
    "recordSets", SettingType<[RecordSetDraft]>.list(.recordSet, of: "record sets"), default: [],
    "Other records to watch in the same way: MX, NS, SPF, DMARC, and whatever else must not change unnoticed.",
    examples: [[["name": "example.org", "type": "MX", "expect": ["contains": ["10 mx1.example.org"]]]]])
  static let audits = Setting(
    "audits", SettingType<[AuditDraft]>.list(.audit, of: "audits"), default: [],
    "Domains that are audited again and again: delegation, DNSSEC, MX, SPF, DMARC and the rest; what is new and what was fixed "
      + "is reported.", examples: [[["domain": "example.org", "ignore": ["ns-one-network"]]]])
  static let watchLists = Setting(
    "watchLists", SettingType<[WatchListDraft]>.list(.watchList, of: "watch lists"), default: [],
    "Files that list further selectors.", examples: [[["file": "customers.txt.gz", "interval": "1h"]]])
  static let receivers = Setting(
    "receivers", SettingType<[ReceiverDraft]>.list(.receiver, of: "receivers"), default: [],
    "Where alerts are sent.",
    examples: [[["name": "postmaster", "format": "slack", "url": ["env": "SLACK_WEBHOOK"]]]])

  static let mail = Setting(
    "mail", MailSettings.type, default: [:] as JSONNode,
    "The mail itself: logs, reports and messages that tell which selectors are in use, and for which of them mail fails.",
    examples: [["logs": [["file": "/var/log/exim4/mainlog"]], "learn": ["watch": "failing"]]])
  static let proof = Setting(
    "proof", proving, "How the proofs of `selectord rotate verify` are signed; without this key they are not signed.",
    examples: [["secret": ["file": "/etc/selectord/proof-secret"]]])
  static let http = Setting(
    "http", SettingType<HTTPDraft>.http,
    "Pages for browsers, a JSON API and metrics for Prometheus; without this key nothing is served.",
    examples: [["listen": "127.0.0.1:8053", "token": ["file": "/etc/selectord/token"]]])

  static let rows: [SettingRow<Draft>] = [
    SettingRow(unused: schema), SettingRow(optional: database, \.database) { .text($0.configuration.database) },
    SettingRow(interval, \.configuration.interval, shown: JSONNode.duration),
    SettingRow(jitter, \.configuration.jitter, shown: JSONNode.percentage),
    SettingRow(pulse, \.configuration.pulse, shown: JSONNode.duration(or: "off")),
    SettingRow(optional: notify, \.configuration.notify) { $0.configuration.notify.map(NotifySettings.shown) },
    SettingRow(confirm, \.configuration.policy.confirmation) { JSONNode($0, confirmationRows) },
    SettingRow(unreachableAfter, \.configuration.policy.unreachableAfter, shown: JSONNode.duration),
    SettingRow(remindAfter, \.configuration.policy.remindAfter, shown: JSONNode.duration(or: "never")),
    SettingRow(acceptChangesAfter, \.configuration.policy.acceptChangesAfter, shown: JSONNode.duration(or: "never")),
    SettingRow(retention, \.configuration.retention, shown: JSONNode.duration(or: "forever")),
    SettingRow(log, \.configuration.log) { JSONNode($0, logRows) },
    SettingRow(views, \.views) { .list($0.configuration.views.map(JSONNode.init)) },
    SettingRow(watches, \.watches) { .list($0.configuration.shownWatches) },
    SettingRow(recordSets, \.recordSets) { .list($0.configuration.shownRecordSets) },
    SettingRow(audits, \.audits) { .list($0.configuration.audits.map(AuditSettings.shown)) },
    SettingRow(watchLists, \.watchLists) { .list($0.configuration.watchLists.map(JSONNode.init)) },
    SettingRow(receivers, \.receivers) { .list($0.configuration.receivers.map(JSONNode.init)) },
    SettingRow(mail, \.configuration.mail, shown: MailSettings.shown),
    SettingRow(optional: proof, \.proofSecret) { draft in
      draft.configuration.proofSecret.map { .members([(proofSecret.name, .text($0.description))]) }
    },
    SettingRow(optional: http, \.http) { $0.configuration.http.map(HTTPSettings.shown) },
  ]

  static var all: [any AnySetting] { rows.map(\.setting) }

  static let defaultViews: JSONNode = [
    ["name": "local", "type": "system"], ["name": "google", "type": "resolver", "address": "8.8.8.8"],
    ["name": "authoritative", "type": "authoritative"],
  ]

  // MARK: Sections

  static let times = Setting(
    "times", SettingType<Int>.number(0...100, of: "a number of looks"), default: 2,
    "How many more checks must agree; with 0 the first one counts.", examples: [2, 0])
  static let after = Setting(
    "after", SettingType<Duration>.duration(.milliseconds(100) ... .seconds(86_400)), default: "15s",
    "How long to wait before each of these checks.", examples: ["15s"])
  private static let confirmationRows: [SettingRow<Confirmation>] = [
    SettingRow(times, \.times, shown: JSONNode.number), SettingRow(after, \.after, shown: JSONNode.duration),
  ]
  private static let confirmation = SettingType<Confirmation>.object(
    confirmationRows, filling: Confirmation(times: 0, after: .zero))

  /// How an anomaly is confirmed.
  struct Confirmation: Sendable {
    var times: Int
    var after: Duration
  }

  static let proofSecret = Setting(
    "secret", SettingType<SecretSource>.secret, required: true,
    "The secret of the HMAC-SHA256 that signs each proof, and by which `selectord rotate check-proof` verifies it.",
    examples: [["file": "/etc/selectord/proof-secret"], ["env": "SELECTORD_PROOF_SECRET"]])
  private static let proving = SettingType<SecretSource>.object([proofSecret]) { fields, log in
    fields.value(proofSecret, &log)
  }

  static let level = Setting(
    "level", SettingType<Configuration.LogSettings.Level>.words(), default: "info", "The lowest level that is written.",
    examples: ["info", "debug"])
  static let format = Setting(
    "format", SettingType<Configuration.LogSettings.Format>.words(), default: "auto",
    "The format of a line: `auto` is `journal` under systemd, otherwise `text`.", examples: ["auto", "json"])
  private static let logRows: [SettingRow<Configuration.LogSettings>] = [
    SettingRow(level, \.level, shown: JSONNode.word), SettingRow(format, \.format, shown: JSONNode.word),
  ]
  private static let logging = SettingType<Configuration.LogSettings>.object(
    logRows, filling: Configuration.LogSettings())
}

extension SettingType where Value == Draft {
  /// The whole configuration.
  static let configuration = object(
    ConfigurationSettings.rows, filling: Draft()
  ) { fields, draft in
    let views = (fields.node(ConfigurationSettings.views) ?? ConfigurationSettings.defaultViews).elements ?? []
    draft.configuration.hasListOfReceivers = fields.has(ConfigurationSettings.receivers)
    for key in [ConfigurationSettings.pulse as any AnySetting, ConfigurationSettings.notify] where fields.has(key) {
      draft.pulses.append(fields.location(key))
    }
    draft.viewNames = Set(views.compactMap { $0[ViewSettings.name.name]?.string })
  }
}

extension MonitoringPolicy {
  fileprivate var confirmation: ConfigurationSettings.Confirmation {
    get { .init(times: confirmTimes, after: confirmAfter) }
    set { (confirmTimes, confirmAfter) = (newValue.times, newValue.after) }
  }
}
