// The frozen configuration: everything checked, every default in its place.

public import Model

/// What a configuration file says, with all defaults filled in.
public struct Configuration: Sendable {
  /// The path of the SQLite file.
  public var database: String
  /// The fraction of an interval by which looks are spread: 0.1 for 10 %.
  public var jitter: Double
  public var policy: MonitoringPolicy
  /// How long history is kept; nil for ever.
  public var retention: Duration?
  public var log: LogSettings
  public var views: [View]
  /// All watches, those of watch lists too, without repeats.
  public var watches: [Watch]
  public var receivers: [Receiver]

  /// How the daemon talks.
  public struct LogSettings: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable, CaseIterable {
      case debug, info, notice, warning, error
    }

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

  /// The three views that are used where none are configured: `local`, `google`, `authoritative`.
  public static let defaultViews = [
    View(name: "local", source: .system(resolvConf: "/etc/resolv.conf")),
    View(name: "google", source: .resolver(Endpoint(.v4(0x0808_0808)), .udp)),
    View(name: "authoritative", source: .authoritative(rootHints: [], port: 53)),
  ]

  public init(
    database: String, jitter: Double = 0.1, policy: MonitoringPolicy = MonitoringPolicy(), retention: Duration? = nil,
    log: LogSettings = LogSettings(), views: [View] = Configuration.defaultViews, watches: [Watch] = [],
    receivers: [Receiver] = []
  ) {
    self.database = database
    self.jitter = jitter
    self.policy = policy
    self.retention = retention
    self.log = log
    self.views = views
    self.watches = watches
    self.receivers = receivers
  }
}
