// Reads the sources of `mail` as they grow: what they give is written with how far they were read, and handed on.

internal import Census
internal import Config
internal import Intake
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage
internal import Synchronization

/// The section `mail` that is in force.
final class MailConfiguration: Sendable {
  private let value: Mutex<Configuration.MailSettings>

  init(_ settings: Configuration.MailSettings) { value = Mutex(settings) }

  var settings: Configuration.MailSettings { value.withLock { $0 } }
  func replace(with settings: Configuration.MailSettings) { value.withLock { $0 = settings } }
}

/// Follows logs, and takes reports and messages as they arrive.
struct MailFollower: Service {
  var configuration: MailConfiguration
  var store: any MailStore
  var monitor: Monitor
  var clock: Clocks
  var logger: Logger

  /// How often sources are looked at that give no notice of a change.
  private static let pollInterval = Duration.seconds(2)
  /// How long after a notice: what comes at once is read at once.
  private static let noticeInterval = Duration.milliseconds(200)

  func run() async throws {
    await cancelWhenGracefulShutdown { await follow() }
  }

  private func follow() async {
    var settings = configuration.settings
    var sources = await open(settings)
    var notices = FileEvents(folders: settings.folders)
    var nextLook = Duration.zero
    while !Task.isCancelled {
      if configuration.settings != settings {
        settings = configuration.settings
        sources = await open(settings)
        notices = FileEvents(folders: settings.folders)
        nextLook = .zero
      }
      if clock.elapsed() >= nextLook || notices?.take() ?? false {
        nextLook = clock.elapsed() + Self.pollInterval
        for source in sources { await source.read() }
      }
      try? await Task.sleep(for: Self.noticeInterval)
    }
  }

  private func open(_ settings: Configuration.MailSettings) async -> [any MailSource] {
    let intake = MailIntake(
      store: store, monitor: monitor, clock: clock, logger: logger, learning: settings.learn,
      trusted: settings.authserv.map { $0.lowercased() })
    var sources: [any MailSource] = []
    for log in settings.logs {
      switch log.source {
      case .file(let path): sources.append(FollowedLog(path: path, format: .init(log.format), intake: intake))
      case .journal(let unit): sources.append(FollowedJournal(unit: unit, format: .init(log.format), intake: intake))
      }
    }
    sources += settings.reports.map { FollowedFolder(reports: $0, intake: intake) }
    sources += settings.messages.map { FollowedFolder(maildir: $0, intake: intake) }
    return sources
  }
}

extension LogReader.Options.Format {
  /// As the configuration names it.
  init(_ format: Configuration.MailSettings.LogFormat) {
    switch format {
    case .auto: self = .auto
    case .exim: self = .exim
    case .syslog: self = .syslog
    }
  }
}

extension Configuration.MailSettings {
  /// The folders in which something changes when there is something to read.
  fileprivate var folders: [String] {
    let logs = logs.compactMap { log -> String? in
      guard case .file(let path) = log.source, let cut = path.lastIndex(of: "/") else { return nil }
      return cut == path.startIndex ? "/" : String(path[..<cut])
    }
    return logs + reports + messages.flatMap { [$0 + "/new", $0 + "/cur"] }
  }
}
