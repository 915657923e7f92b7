// The section `mail` of a frozen configuration.

extension Configuration {
  /// Where the daemon learns which selectors sign mail, and what it makes of that.
  public struct MailSettings: Hashable, Sendable {
    public var logs: [Log]
    /// Folders where DMARC aggregate reports arrive.
    public var reports: [String]
    /// Maildirs.
    public var messages: [String]
    public var learn: Learning
    /// The authserv-ids whose Authentication-Results are believed.
    public var authserv: [String]

    /// One log that is followed.
    public struct Log: Hashable, Sendable {
      public var source: Source
      public var format: LogFormat

      /// Where its lines come from.
      public enum Source: Hashable, Sendable {
        case file(String)
        /// A unit of systemd.
        case journal(String)
      }
    }

    /// What the lines of a log look like.
    public enum LogFormat: String, Hashable, Sendable, CaseIterable {
      case auto, exim, syslog
    }

    /// Which selectors are watched because of mail.
    public struct Learning: Hashable, Sendable {
      public var choice: Choice
      public var minimumMessages: Int
      /// Patterns of signing domains; empty for all.
      public var domains: [String]
      public var forgetAfter: Duration
      public var maximum: Int

      public enum Choice: String, Hashable, Sendable, CaseIterable {
        case none, failing, all
      }

      public init() {
        choice = .none
        minimumMessages = 3
        domains = []
        forgetAfter = .seconds(90 * 86_400)
        maximum = 1000
      }
    }

    public init() {
      logs = []
      reports = []
      messages = []
      learn = Learning()
      authserv = []
    }

    /// Whether there is nothing to read.
    public var isEmpty: Bool { logs.isEmpty && reports.isEmpty && messages.isEmpty }

    /// The same with every path as it is found from the configuration file.
    func resolved(besides file: String) -> MailSettings {
      var settings = self
      let resolve = { ConfigurationFile.resolve($0, besides: file) }
      settings.logs = logs.map { log in
        guard case .file(let path) = log.source else { return log }
        return Log(source: .file(resolve(path)), format: log.format)
      }
      settings.reports = reports.map(resolve)
      settings.messages = messages.map(resolve)
      return settings
    }
  }
}
