// The table of the keys at the top of a configuration.

internal import Model

/// The keys of the whole configuration.
enum ConfigurationKeys {
  static let schema = Key(
    "$schema", Kind<String>.text, "The JSON Schema of this file, for editors that complete and check as one types.",
    examples: ["deploy/config.schema.json"])
  static let database = Key(
    "database", Kind<String>.filledText("the path of the database"), default: "selectord.sqlite",
    "The path of the SQLite database; a relative path begins at the folder of this file.",
    examples: ["/var/lib/selectord/history.sqlite"])
  static let interval = Key(
    "interval", Kind<Duration>.duration(.seconds(1) ... .seconds(30 * 86_400)), default: "15m",
    "How often every watch is looked at that names no interval of its own.", examples: ["15m", "1h30m", "90s"])
  static let jitter = Key(
    "jitter", Kind<Double>.percentage(upTo: 50), default: "10%",
    "The share of an interval by which looks are spread, so that they do not come in bursts.",
    examples: ["10%", "0%"])
  static let confirm = Key(
    "confirm", confirmation, default: ["times": 2, "after": "15s"],
    "How an anomaly is asked again, over TCP and other servers, before a state changes and anybody is told.",
    examples: [["times": 2, "after": "15s"]])
  static let unreachableAfter = Key(
    "unreachableAfter", Kind<Duration>.duration(.zero ... .seconds(30 * 86_400)), default: "30m",
    "How long a watch must be out of reach before its state becomes `unreachable`.", examples: ["30m", "2h"])
  static let remindAfter = Key(
    "remindAfter", Kind<Duration?>.duration(.seconds(1) ... .seconds(365 * 86_400), orWord: "never"), default: "24h",
    "How often an incident that is still open is told again; `never` tells once.", examples: ["24h", "never"])
  static let acceptChangesAfter = Key(
    "acceptChangesAfter",
    Kind<Duration?>.duration(.seconds(1) ... .seconds(365 * 86_400), orWord: "never"), default: "7d",
    "How long the incident of a key that changed without an announcement stays open, if nobody acknowledges it; "
      + "`never` waits for an acknowledgement.", examples: ["7d", "never"])
  static let retention = Key(
    "retention", Kind<Duration?>.duration(.seconds(60)...DurationText.maximum, orWord: "forever"),
    default: "forever", "How long history is kept; `forever` keeps every change.", examples: ["forever", "365d"])
  static let log = Key(
    "log", logging, default: ["level": "info", "format": "auto"], "What the daemon writes to standard error.",
    examples: [["level": "notice", "format": "json"]])
  static let views = Key(
    "views", Kind<[ViewDraft]>.list(.view, of: "views", atLeast: 1), default: defaultViews,
    "The places that every question is put to. Without this key they are the system's resolvers (`local`), 8.8.8.8 "
      + "(`google`) and the zones' own servers (`authoritative`).",
    examples: [[["name": "local", "type": "system"], ["name": "authoritative", "type": "authoritative"]]])
  static let watches = Key(
    "watches", Kind<[WatchDraft]>.list(.watch, of: "watches"), default: [],
    "The selectors that are monitored.", examples: [[["domain": "example.org", "selectors": ["s1", "s2"]]]])
  static let watchLists = Key(
    "watchLists", Kind<[WatchListDraft]>.list(.watchList, of: "watch lists"), default: [],
    "Files that list further selectors.", examples: [[["file": "customers.txt.gz", "interval": "1h"]]])
  static let receivers = Key(
    "receivers", Kind<[ReceiverDraft]>.list(.receiver, of: "receivers"), default: [],
    "Where events are told.",
    examples: [[["name": "postmaster", "format": "slack", "url": ["env": "SLACK_WEBHOOK"]]]])

  static let proof = Key(
    "proof", proving, "How the proofs of `selectord rotate verify` are signed; without this key they are not.",
    examples: [["secret": ["file": "/etc/selectord/proof-secret"]]])

  static let all: [any AnyKey] = [
    schema, database, interval, jitter, confirm, unreachableAfter, remindAfter, acceptChangesAfter, retention, log,
    views, watches,
    watchLists, receivers, proof,
  ]

  /// Keys that the design knows and this version does not.
  static let later = [
    "http": "the section 'http' is not built yet in this version (pages, JSON API and metrics come later); remove it"
  ]

  static let defaultViews: JSONNode = [
    ["name": "local", "type": "system"], ["name": "google", "type": "resolver", "address": "8.8.8.8"],
    ["name": "authoritative", "type": "authoritative"],
  ]

  // MARK: Sections

  static let times = Key(
    "times", Kind<Int>.number(0...100, of: "a number of looks"), default: 2,
    "How many further looks must agree; 0 believes the first.", examples: [2, 0])
  static let after = Key(
    "after", Kind<Duration>.duration(.milliseconds(100) ... .seconds(86_400)), default: "15s",
    "How long after an anomaly, and after each confirming look, it is asked again.", examples: ["15s"])
  private static let confirmation = Kind<Confirmation>.object([times, after]) { fields, log in
    Confirmation(times: fields.value(times, &log) ?? 0, after: fields.value(after, &log) ?? .zero)
  }

  static let proofSecret = Key(
    "secret", Kind<SecretSource>.secret, required: true,
    "The secret of the HMAC-SHA256 that signs each proof, and that `selectord rotate check-proof` verifies it by.",
    examples: [["file": "/etc/selectord/proof-secret"], ["env": "SELECTORD_PROOF_SECRET"]])
  private static let proving = Kind<SecretSource>.object([proofSecret]) { fields, log in
    fields.value(proofSecret, &log)
  }

  struct Confirmation: Sendable {
    var times: Int
    var after: Duration
  }

  static let level = Key(
    "level", Kind<Configuration.LogSettings.Level>.words(), default: "info", "The least level that is written.",
    examples: ["info", "debug"])
  static let format = Key(
    "format", Kind<Configuration.LogSettings.Format>.words(), default: "auto",
    "How lines look: `auto` is `journal` where systemd listens, else `text`.", examples: ["auto", "json"])
  private static let logging = Kind<Configuration.LogSettings>.object([level, format]) { fields, log in
    Configuration.LogSettings(
      level: fields.value(level, &log) ?? .info, format: fields.value(format, &log) ?? .auto)
  }
}

extension Kind where Value == Draft {
  /// The whole configuration.
  static let configuration = object(ConfigurationKeys.all, later: ConfigurationKeys.later) { fields, log in
    typealias Keys = ConfigurationKeys
    _ = fields.value(Keys.schema, &log)
    var draft = Draft()
    // What is nil here was refused: the draft goes on, so that everything else is checked too.
    draft.database = fields.value(Keys.database, &log) ?? ""
    draft.interval = fields.value(Keys.interval, &log) ?? draft.interval
    draft.jitter = fields.value(Keys.jitter, &log) ?? 0
    if let confirm = fields.value(Keys.confirm, &log) {
      draft.policy.confirmTimes = confirm.times
      draft.policy.confirmAfter = confirm.after
    }
    draft.policy.unreachableAfter = fields.value(Keys.unreachableAfter, &log) ?? .zero
    draft.policy.remindAfter = fields.value(Keys.remindAfter, &log) ?? nil
    draft.policy.acceptChangesAfter = fields.value(Keys.acceptChangesAfter, &log) ?? nil
    draft.retention = fields.value(Keys.retention, &log) ?? nil
    draft.log = fields.value(Keys.log, &log) ?? draft.log
    draft.views = fields.value(Keys.views, &log) ?? []
    let viewNodes = (fields.node(Keys.views) ?? Keys.defaultViews).elements ?? []
    draft.viewNames = Set(viewNodes.compactMap { $0[ViewKeys.name.name]?.string })
    draft.watches = fields.value(Keys.watches, &log) ?? []
    draft.watchLists = fields.value(Keys.watchLists, &log) ?? []
    draft.receivers = fields.value(Keys.receivers, &log) ?? []
    draft.proofSecret = fields.value(Keys.proof, &log)
    return draft
  }
}
