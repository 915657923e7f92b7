// What the rest of selectord asks of its memory: one protocol, so that another database can take SQLite's place.

public import Model
public import Tables

/// Takes what the monitor finds.
///
/// An implementation gives these promises:
/// - a `Change` is written whole or not at all, and survives `kill -9` and a power cut once `commit` has returned;
/// - a `Change` that says nothing new writes no row;
/// - cancelling the waiting task does not undo a change that has begun.
public protocol ChangeStore: Sendable {
  /// Writes everything that a batch of looks changes, in one transaction.
  func commit(_ change: Change) async throws(StorageError)
  /// What was last committed of one watch; nil where nothing is known of it.
  func memory(of key: KeyName) async throws(StorageError) -> WatchMemory?
  /// Ends what is no longer configured: spans and open incidents of other watches and views are closed, and their
  /// memory is dropped. History stays.
  func retire(
    keepingWatches isWatched: @escaping @Sendable (KeyName) -> Bool, views: Set<String>, at time: Timestamp
  ) async throws(StorageError)
  /// The acknowledgements that no change has taken up yet, oldest first. Cheap enough to be asked once a second.
  func pendingAcknowledgements() async throws(StorageError) -> [Acknowledgement]
}

extension ChangeStore {
  public func retire(
    keepingWatches watches: Set<KeyName>, views: Set<String>, at time: Timestamp
  ) async throws(StorageError) {
    try await retire(keepingWatches: { watches.contains($0) }, views: views, at: time)
  }
}

/// Tells what was known and seen. Readers never wait for a writer, and see a state between two changes.
public protocol HistoryReading: Sendable {
  /// What was known when the last change was committed.
  func memory() async throws(StorageError) -> StoredMemory
  /// The same with outlines of quiet watches: where the daemon goes on after a restart.
  func outlinedMemory() async throws(StorageError) -> StoredMemory
  /// When the daemon was watching, oldest first; all periods that reach beyond `since`.
  func watchingPeriods(since: Timestamp?) async throws(StorageError) -> [WatchingPeriod]
  /// The spans of one key, by first sight, oldest first; those that reach beyond `since`.
  func spans(of key: KeyName, since: Timestamp?) async throws(StorageError) -> [AnswerSpan]
  /// The spans of all watches that are current, oldest first; those of one domain, or all with nil.
  func currentSpans(ofDomain domain: DomainName?) async throws(StorageError) -> [KeyName: [AnswerSpan]]
  /// Every key that was ever watched within a domain, also those that are not any more.
  func keys(within domain: DomainName) async throws(StorageError) -> [KeyName]
  /// The records of all answers that are kept, each answer once, a page at a time: those after an answer, in the order
  /// of their numbers. The first page is after 0, and an empty one is the last.
  func records(after answer: Int64, atMost limit: Int) async throws(StorageError) -> [StoredRecords]
  /// Events, oldest first.
  func events(matching filter: EventFilter) async throws(StorageError) -> [Event]
  /// Incidents with who acknowledged them last, oldest first; only open or only closed ones, or all with nil.
  func incidents(open: Bool?) async throws(StorageError) -> [RecordedIncident]
  /// The last event of each open incident, oldest first.
  func openEvents() async throws(StorageError) -> [Event]
  /// Deliveries with their events, in the order in which they were committed.
  func deliveries(_ filter: DeliveryFilter) async throws(StorageError) -> [QueuedDelivery]
}

/// What is still to be told.
public protocol DeliveryStore: Sendable {
  /// Who has a delivery that is due, and when the next of the others will be.
  func outbox(at time: Timestamp) async throws(StorageError) -> OutboxOverview
  /// The oldest pending delivery of a receiver, due or not, and after it those that are due or were not tried yet, in
  /// the order in which they were committed.
  func queue(of receiver: String, at time: Timestamp, limit: Int) async throws(StorageError) -> [QueuedDelivery]
  /// Writes what became of deliveries.
  func update(_ deliveries: [Delivery]) async throws(StorageError)
  /// Lets everything that waits for a receiver be due at once: it is back.
  func hasten(receiver: String, at time: Timestamp) async throws(StorageError)
}

/// What nobody is to be told, for a while.
public protocol SilenceStore: Sendable {
  /// Keeps a silence; the daemon holds to it from the next event on.
  func add(_ silence: Silence) async throws(StorageError)
  /// The silences that end after a time, or all, oldest first. Cheap enough to be asked before every event.
  func silences(endingAfter time: Timestamp?) async throws(StorageError) -> [Silence]
  /// The receivers that something of these incidents was written to the outbox for, and that may have been told.
  func receiversTold(of incidents: [String]) async throws(StorageError) -> [String: Set<String>]
  /// Ends a silence now; false where it is unknown or has ended.
  func expireSilence(_ id: String, at time: Timestamp) async throws(StorageError) -> Bool
}

/// Keeps what the texts of answers are worth, in a form that only their judge reads.
public protocol JudgementStore: Sendable {
  /// The judgements that are kept of these answers, made by this version of the rules.
  func judgements(
    of answers: some Collection<JudgedAnswer> & Sendable, rules: String
  ) async throws(StorageError) -> [JudgedAnswer: [UInt8]]
  /// Keeps judgements, in one transaction. They are pruned when their answers are.
  func keep(_ judgements: [JudgedAnswer: [UInt8]], rules: String) async throws(StorageError)
  /// The number of the newest answer; 0 where there is none.
  func newestAnswer() async throws(StorageError) -> Int64
  /// The number of the last answer up to which the keys of all were compared with each other, by this version of the rules.
  func comparedAnswers(rules: String) async throws(StorageError) -> Int64
  /// Notes up to which answer they were.
  func setComparedAnswers(_ answer: Int64, rules: String) async throws(StorageError)
}

/// The whole memory of selectord.
public protocol HistoryStore: ChangeStore, HistoryReading, DeliveryStore, JudgementStore, SilenceStore {
  /// Opens the watching period of this run of the daemon.
  func beginWatching(at time: Timestamp) async throws(StorageError)
  /// Extends the watching period in place. After a silence of more than ten minutes (a suspended machine, a
  /// jump of the clock) a new period begins, so that the gap shows. Throws where the database was taken away.
  func heartbeat(at time: Timestamp) async throws(StorageError)
  /// Forgets what ended before a time: spans, closed incidents, events, finished deliveries, watching periods.
  /// What is current, open or pending stays, and so do the events that belong to it.
  func prune(before time: Timestamp) async throws(StorageError)
  /// Gives failed deliveries a new set of tries, and lets waiting ones try at once. Returns their ids.
  func requeue(_ selection: RequeueSelection, at time: Timestamp) async throws(StorageError) -> [String]
  /// Keeps an acknowledgement for the daemon to take up. False, and nothing is kept, where no such incident is open.
  func acknowledge(_ acknowledgement: Acknowledgement) async throws(StorageError) -> Bool
}

/// What the daemon knows when it starts.
public struct StoredMemory: Sendable {
  /// The watches that are held whole.
  public var watches: [KeyName: WatchMemory]
  /// The other ones, which are quiet; empty where all are held whole.
  public var quiet = QuietTable()
  /// When the daemon last watched before.
  public var lastWatched: Timestamp?
  public var zones: [DomainName: ZoneMemory]
  public var views: [String: ViewMemory]

  public init(
    watches: [KeyName: WatchMemory] = [:], zones: [DomainName: ZoneMemory] = [:], views: [String: ViewMemory] = [:]
  ) {
    self.watches = watches
    self.zones = zones
    self.views = views
  }
}

/// An incident and the event that opened it.
public struct RecordedIncident: Hashable, Sendable {
  public var incident: Incident
  /// nil where it was pruned.
  public var opening: Event?

  public init(incident: Incident, opening: Event?) {
    self.incident = incident
    self.opening = opening
  }
}

/// The records of one answer, and where they were seen.
public struct StoredRecords: Hashable, Sendable {
  /// The number of the answer in this database.
  public var answer: Int64
  public var keys: [KeyName]
  public var records: [TextRecord]

  public init(answer: Int64, keys: [KeyName], records: [TextRecord]) {
    self.answer = answer
    self.keys = keys
    self.records = records
  }
}

/// A time in which the daemon was watching.
public struct WatchingPeriod: Hashable, Sendable {
  public var began: Timestamp
  /// The last heartbeat.
  public var last: Timestamp

  public init(began: Timestamp, last: Timestamp) {
    self.began = began
    self.last = last
  }
}

/// Which events; everything that is nil or empty does not restrict.
public struct EventFilter: Hashable, Sendable {
  public var domain: DomainName?
  public var selector: DomainName?
  /// The type of a record set, whose name is `domain`.
  public var recordType: RecordType?
  /// Events about this zone are wanted beside those of domain and selector.
  public var zone: DomainName?
  public var since: Timestamp?

  public init(
    domain: DomainName? = nil, selector: DomainName? = nil, zone: DomainName? = nil, since: Timestamp? = nil
  ) {
    self.domain = domain
    self.selector = selector
    self.zone = zone
    self.since = since
  }

  /// The events of one key name.
  public init(key: KeyName, zone: DomainName? = nil, since: Timestamp? = nil) {
    self.init(domain: key.domain, selector: key.isKey ? key.selector : nil, zone: zone, since: since)
    recordType = key.isKey ? nil : key.type
  }
}

/// Which deliveries; everything that is nil or empty does not restrict.
public struct DeliveryFilter: Hashable, Sendable {
  public var statuses: [Delivery.Status]
  public var receiver: String?
  public var since: Timestamp?

  public init(statuses: [Delivery.Status] = [], receiver: String? = nil, since: Timestamp? = nil) {
    self.statuses = statuses
    self.receiver = receiver
    self.since = since
  }
}

/// Which deliveries are tried again.
public enum RequeueSelection: Hashable, Sendable {
  /// These, whether failed or waiting.
  case ids([String])
  /// All failed ones of one receiver.
  case receiver(String)
  /// All failed ones.
  case allFailed
}
