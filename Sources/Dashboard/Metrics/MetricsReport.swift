// What the daemon counts and measures, before it is written for Prometheus.

package import Model

/// Everything that `/metrics` shows.
package struct MetricsReport: Sendable {
  package var version = ""
  /// When the daemon was started.
  package var startedAt = Timestamp(seconds: 0)
  package var process = Process()
  package var reload = Reload()
  package var monitor = Monitor()
  package var watches = Watches()
  /// By name: whether the view answers.
  package var views: [String: Bool] = [:]
  package var questions = Questions()
  package var pulse = Pulse()
  /// Events since the start by type.
  package var events: [EventType: Int] = [:]
  /// Deliveries since the start by receiver.
  package var receivers: [String: Deliveries] = [:]
  /// A sample for each watch; nil where there are too many, or none are wanted.
  package var samples: [Sample]?

  package init() {}

  /// The process itself.
  package struct Process: Sendable {
    package var residentBytes = 0
    package var processorSeconds = 0.0
    package var openFiles = 0
    package init() {}
  }

  /// The last reload of the configuration; the start counts as one.
  package struct Reload: Sendable {
    package var isSuccessful = true
    package var succeededAt = Timestamp(seconds: 0)
    package init() {}
  }

  /// The loop of the monitor, and the database.
  package struct Monitor: Sendable {
    package var sinceLastTurn = Duration.zero
    package var canWrite = true
    package var lastHeartbeat: Timestamp?
    package var databaseBytes = 0
    package init() {}
  }

  /// The watches, counted.
  package struct Watches: Sendable {
    package var verdicts: [Verdict: Int] = [:]
    package var states: [State: Int] = [:]
    /// How many watches have a finding of a rule.
    package var findings: [Rule: Int] = [:]
    /// How many incidents are open.
    package var openIncidents: [Verdict: Int] = [:]
    package init() {}

    package struct Rule: Hashable, Sendable {
      package var id: String
      package var severity: Severity
      package init(id: String, severity: Severity) {
        self.id = id
        self.severity = severity
      }
    }
  }

  /// What the engine did since the start.
  package struct Questions: Sendable {
    package var asked: UInt64 = 0
    package var answered: UInt64 = 0
    package var unchanged: UInt64 = 0
    package var failed: UInt64 = 0
    package var sent: UInt64 = 0
    package var timeouts: UInt64 = 0
    package var retries: UInt64 = 0
    package var tcp: UInt64 = 0
    package var discarded: UInt64 = 0
    package init() {}
  }

  /// How zones are asked whether they have changed, and who tells unasked.
  package struct Pulse: Sendable {
    package var zones = 0
    package var questions: UInt64 = 0
    package var changes: UInt64 = 0
    package var keys: UInt64 = 0
    package var notices: UInt64 = 0
    package var refusedNotices: UInt64 = 0
    package init() {}
  }

  /// Deliveries to one receiver.
  package struct Deliveries: Hashable, Sendable {
    /// Tries, whatever came of them.
    package var tries = 0
    package var delivered = 0
    package var failedTries = 0
    package var givenUp = 0
    package init() {}
  }

  /// One watch.
  package struct Sample: Hashable, Sendable {
    package var key: KeyName
    package var verdict: Verdict
    package var state: State
    package var keyType: KeySummary.KeyType?
    package var keyBits: Int?
    /// When the state began to be seen.
    package var since: Timestamp?

    package init(
      key: KeyName, verdict: Verdict, state: State, keyType: KeySummary.KeyType?, keyBits: Int?, since: Timestamp?
    ) {
      self.key = key
      self.verdict = verdict
      self.state = state
      self.keyType = keyType
      self.keyBits = keyBits
      self.since = since
    }
  }
}
