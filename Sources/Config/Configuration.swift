// The frozen configuration: everything checked, every default in its place.

public import Model

/// What a configuration file says, with all defaults filled in.
public struct Configuration: Sendable {
  /// The path of the SQLite file.
  public var database: String
  /// How often those watches are looked at that name no interval of their own; `watches` have it filled in.
  public var interval: Duration
  /// How often each zone is asked whether it has changed; nil for never.
  public var pulse: Duration? = .seconds(60)
  /// Who may tell that a zone has changed; nil for nobody.
  public var notify: NotifySettings?
  /// The fraction of an interval by which looks are spread: 0.1 for 10 %.
  public var jitter: Double
  public var policy: MonitoringPolicy
  /// How long history is kept; nil for ever.
  public var retention: Duration?
  public var log: LogSettings
  public var views: [View]
  /// All watches without repeats: first those of the file itself, then those of each watch list.
  public var watches: [Watch]
  /// The domains that are audited, each once.
  public var audits: [Audit]
  /// Where the watches of lists come from.
  public var watchLists: [WatchList]
  public var receivers: [Receiver]
  /// Whether the file has a list of receivers, be it an empty one: then nobody forgot it.
  public var hasListOfReceivers = false
  public var mail: MailSettings
  /// What proofs of `selectord rotate verify` are signed with; nil where they are not.
  public var proofSecret: Secret?
  /// Where pages, JSON API and metrics are served; nil for nowhere.
  public var http: HTTPSettings?

  /// How the daemon talks.
  public struct LogSettings: Hashable, Sendable {
    /// The least level that is written.
    public enum Level: String, Hashable, Sendable, CaseIterable {
      case debug, info, notice, warning, error
    }

    /// How lines look.
    public enum Format: String, Hashable, Sendable, CaseIterable {
      /// `journal` where systemd listens, else `text`.
      case auto
      case text, json, journal
    }

    public var level: Level
    public var format: Format

    public init(level: Level = .info, format: Format = .auto) {
      self.level = level
      self.format = format
    }
  }

  /// What a watch says beside its key name, and a watch list of all of its watches.
  public struct WatchTerms: Hashable, Sendable {
    public var interval: Duration
    public var views: [String]?
    public var expectation: Expectation
    public var isOurs: Bool
    public var labels: [String: String]
    public var note: String?

    func watch(_ key: KeyName) -> Watch {
      Watch(
        key: key, interval: interval, views: views, expectation: expectation, labels: labels, note: note,
        isOurs: isOurs)
    }
  }

  /// A file of key names, and the terms that hold for all of them.
  public struct WatchList: Hashable, Sendable {
    /// The path, ready to be opened.
    public var file: String
    public var terms: WatchTerms
    /// Where its watches stand in `Configuration.watches`.
    public var watches: Range<Int>
  }

  /// The three views that are used where none are configured: `local`, `google`, `authoritative`.
  public static let defaultViews = [
    View(name: "local", source: .system(resolvConf: "/etc/resolv.conf")),
    View(name: "google", source: .resolver(Endpoint(.v4(0x0808_0808)), .udp)),
    View(name: "authoritative", source: .authoritative(rootHints: [], port: 53)),
  ]

  public init(
    database: String, interval: Duration = .seconds(900), jitter: Double = 0.1,
    policy: MonitoringPolicy = MonitoringPolicy(), retention: Duration? = nil,
    log: LogSettings = LogSettings(), views: [View] = Configuration.defaultViews, watches: [Watch] = [],
    audits: [Audit] = [], watchLists: [WatchList] = [], receivers: [Receiver] = [], mail: MailSettings = MailSettings(),
    proofSecret: Secret? = nil, http: HTTPSettings? = nil
  ) {
    self.database = database
    self.interval = interval
    self.jitter = jitter
    self.policy = policy
    self.retention = retention
    self.log = log
    self.views = views
    self.watches = watches
    self.audits = audits
    self.watchLists = watchLists
    self.receivers = receivers
    self.mail = mail
    self.proofSecret = proofSecret
    self.http = http
  }
}

extension Watch {
  var terms: Configuration.WatchTerms {
    .init(
      interval: interval, views: views, expectation: expectation, isOurs: isOurs, labels: labels, note: note)
  }
}
