// What the dashboard asks of the daemon: read models, and the few things that people may do.

package import Auditing
package import Mail
package import Model
package import Reporting

/// Where pages, API and metrics have their answers from. The daemon stands behind it with its memory and its database.
package protocol DashboardSource: Sendable {
  /// Whether the daemon does its work.
  func health() async -> HealthReport
  /// Everything that is counted and measured; with a series for each watch where that is wanted.
  func metrics(withWatches: Bool) async -> MetricsReport
  /// A page of watches; of those with a label, as in `team=mail`, where one is given.
  func watches(_ query: WatchQuery, label: String?) async throws -> WatchList
  /// Everything about one watch since a time; nil where it is not watched.
  func watch(_ key: KeyName, since: Timestamp) async throws -> WatchReport?
  /// Events, newest first, each with the number that a further page begins after.
  func events(_ query: EventQuery) async throws -> [(number: Int64, event: Event)]
  /// Incidents, newest first.
  func incidents(_ query: IncidentQuery) async throws -> [IncidentItem]
  /// Deliveries, newest first.
  func deliveries(_ query: DeliveryQuery) async throws -> [(number: Int64, item: DeliveryItem)]
  /// What the daemon is, and what it was told to do.
  func about() async throws -> AboutReport
  /// False where no such incident is open.
  func acknowledge(incident: String, by author: String, note: String) async throws -> Bool
  /// False where no such delivery is pending or failed.
  func retry(delivery: String) async throws -> Bool
  /// Everything about one domain; nil where nothing is known of it.
  func domain(_ name: DomainName) async throws -> DomainReport?
  /// The silences that end after a time, or all, oldest first.
  func silences(endingAfter time: Timestamp?) async throws -> [Silence]
  /// Keeps a silence from now on; gives it with its id.
  func silence(_ matchers: Silence.Matchers, by author: String, reason: String, until end: Timestamp) async throws
    -> Silence
  /// Ends a silence now; false where it is unknown or has ended.
  func endSilence(_ id: String) async throws -> Bool
  /// Looks at a watch as soon as its servers may be asked; false where it is not watched.
  func checkNow(_ key: KeyName) async -> Bool
  /// Verifies a message with the keys of now, and those of the history.
  func verify(_ message: [UInt8]) async throws -> MessageVerification
  /// Begins an audit, where none was begun within the last minute.
  func beginAudit(of domain: DomainName) async throws
  /// The audit that runs or was made last; nil where there is none.
  func audit(of domain: DomainName) async throws -> AuditState?
}

/// What is known of the audit of a domain.
package struct AuditState: Sendable {
  /// The newest report; nil where there is none yet.
  package var report: AuditReport?
  /// When the audit that runs now was asked for; nil where none runs.
  package var runningSince: Timestamp?

  package init(report: AuditReport? = nil, runningSince: Timestamp? = nil) {
    self.report = report
    self.runningSince = runningSince
  }
}

/// Everything about one domain.
package struct DomainReport: Sendable {
  package var domain: DomainName
  /// Keys and record sets of the domain and below it, the worst first.
  package var rows: [WatchRow]
  /// How many there are by verdict.
  package var counts: [Verdict: Int]
  /// What is known beside the watches.
  package var report: StatusReport
  package var delegation: ZoneMemory?
  /// Changes of the name servers, newest first.
  package var delegationChanges: [Event] = []
  package var rotations: [RotationItem] = []
  /// Who signs as this domain.
  package var census: [CensusItem] = []
  package var audit: AuditState?
  /// Newest first.
  package var events: [Event] = []
  /// Those that hold for the domain now.
  package var silences: [Silence] = []

  package init(
    domain: DomainName, rows: [WatchRow], counts: [Verdict: Int], report: StatusReport, delegation: ZoneMemory?
  ) {
    self.domain = domain
    self.rows = rows
    self.counts = counts
    self.report = report
    self.delegation = delegation
  }
}

/// A change from one selector to another that is under way.
package struct RotationItem: Sendable {
  package var old: KeyName
  package var new: KeyName
  /// What was told of it last.
  package var event: Event?

  package init(old: KeyName, new: KeyName, event: Event?) {
    self.old = old
    self.new = new
    self.event = event
  }
}

/// Whether the daemon does its work.
package struct HealthReport: Hashable, Sendable {
  /// Whether the loop of the monitor turns.
  package var isAlive: Bool
  /// What keeps the daemon from its work, a sentence each; empty where it does it.
  package var reasons: [String]

  package init(isAlive: Bool, reasons: [String]) {
    self.isAlive = isAlive
    self.reasons = reasons
  }
}

/// A page of watches.
package struct WatchList: Sendable {
  package var rows: [WatchRow]
  /// Where the next page begins; nil where this is the last.
  package var next: String?
  /// How many there are by verdict, whichever verdicts were asked for.
  package var counts: [Verdict: Int]
  /// What is known beside the watches: when the daemon watched, which views are down.
  package var report: StatusReport
  /// How many watches are configured or learned.
  package var configured: Int
  /// The labels that watches have, as in `team=mail`.
  package var labels: [String]

  package init(
    rows: [WatchRow], next: String?, counts: [Verdict: Int], report: StatusReport, configured: Int, labels: [String]
  ) {
    self.rows = rows
    self.next = next
    self.counts = counts
    self.report = report
    self.configured = configured
    self.labels = labels
  }
}

/// One watch in a list.
package struct WatchRow: Sendable {
  package var status: StatusReport.WatchStatus
  /// What the configuration says; nil where it says nothing any more.
  package var watch: Watch?
  package var nextLook: Timestamp?
  /// What each server said in the last days.
  package var strips: [StripSpan]

  package init(status: StatusReport.WatchStatus, watch: Watch?, nextLook: Timestamp?, strips: [StripSpan]) {
    self.status = status
    self.watch = watch
    self.nextLook = nextLook
    self.strips = strips
  }

  package var key: KeyName { status.key }
  package var memory: WatchMemory { status.memory }
}

/// Everything about one watch.
package struct WatchReport: Sendable {
  package var row: WatchRow
  package var report: StatusReport
  /// Oldest first.
  package var spans: [AnswerSpan]
  /// When the daemon watched, oldest first; the last one is now.
  package var periods: [(from: Timestamp, to: Timestamp)]
  /// Of the key and its zone, oldest first.
  package var events: [Event]
  /// Newest first.
  package var incidents: [IncidentItem]
  package var deliveries: [DeliveryItem]
  package var delegation: ZoneMemory?
  /// What the mail here says of the key.
  package var use: Event.Use?
  /// Those that hold for it now.
  package var silences: [Silence] = []

  package init(
    row: WatchRow, report: StatusReport, spans: [AnswerSpan], periods: [(from: Timestamp, to: Timestamp)],
    events: [Event], incidents: [IncidentItem], deliveries: [DeliveryItem], delegation: ZoneMemory?, use: Event.Use?
  ) {
    self.row = row
    self.report = report
    self.spans = spans
    self.periods = periods
    self.events = events
    self.incidents = incidents
    self.deliveries = deliveries
    self.delegation = delegation
    self.use = use
  }
}

/// What the daemon is, and what it was told to do.
package struct AboutReport: Sendable {
  package var startedAt: Timestamp
  package var watches: Int
  /// By name: what is asked, and since when it is down.
  package var views: [(name: String, source: String, downSince: Timestamp?)]
  /// Names and formats.
  package var receivers: [(name: String, format: String)]
  /// As `config show` prints it, with secrets hidden.
  package var configuration: String
  package var database: String
  package var databaseBytes: Int

  package init(
    startedAt: Timestamp, watches: Int, views: [(name: String, source: String, downSince: Timestamp?)],
    receivers: [(name: String, format: String)], configuration: String, database: String, databaseBytes: Int
  ) {
    self.startedAt = startedAt
    self.watches = watches
    self.views = views
    self.receivers = receivers
    self.configuration = configuration
    self.database = database
    self.databaseBytes = databaseBytes
  }
}
