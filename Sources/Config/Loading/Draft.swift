// A configuration whose shape is right, before its parts are held against each other and against the machine.

internal import Model

/// What the text of a configuration says, with the places that later messages need.
struct Draft: Sendable {
  /// What needs no further look; `Resolution` fills in the rest.
  var configuration = Configuration(database: "")
  /// nil for the default, which depends on where the file is.
  var database: String?
  /// Where the file says how zones tell of their changes.
  var pulses: [SourceLocation] = []
  var views: [ViewDraft] = []
  /// All names that stand in `views`, those of views with errors too.
  var viewNames: Set<String> = []
  var watches: [WatchDraft] = []
  var recordSets: [RecordSetDraft] = []
  var audits: [AuditDraft] = []
  var watchLists: [WatchListDraft] = []
  var receivers: [ReceiverDraft] = []
  var proofSecret: SecretSource?
  var http: HTTPDraft?
}

struct ViewDraft: Sendable {
  var view: View
  var name: SourceLocation
  var rate: SourceLocation
}

struct WatchDraft: Sendable {
  /// nil, like other required parts of drafts, after an issue: the other parts are still checked.
  var domain: Located<DomainName>?
  var selectors: [Located<DomainName>]
  var rotation: RotationDraft?
  var terms: WatchTermsDraft
}

struct RotationDraft: Sendable {
  var old: Located<DomainName>?
  var new: Located<DomainName>?
  /// The text of the key that has to stand at the new selector.
  var key: Located<String>?
}

struct WatchListDraft: Sendable {
  var file: Located<String>?
  var terms: WatchTermsDraft
}

/// The keys that a watch and a watch list share.
struct WatchTermsDraft: Sendable {
  /// nil for that of the whole configuration.
  var interval: Duration?
  /// nil for all.
  var views: [Located<String>]?
  var expectation: ExpectationDraft?
  var isOurs: Bool
  var labels: [String: String]
  var note: String?
}

struct ExpectationDraft: Sendable {
  var state: State?
  /// The text of the pinned key.
  var key: Located<String>?
  var fingerprint: String?
  var minimumBits: Int?
}

struct ReceiverDraft: Sendable {
  var format: Receiver.Format
  var name: Located<String>?
  var minimumSeverity = Severity.warning
  var domains: [String] = []
  var types: [EventType] = []
  var labels: [String: String] = [:]
  var groupWithin = Duration.seconds(5)
  var quiet: QuietHours?
  var escalateAfter: Duration?
  /// nil where the format has none, or after an issue.
  var url: SecretSource?
  var secret: SecretSource?
  var headers: [String: Located<SecretSource>] = [:]
  var allowPrivate = false
  var token: SecretSource?
  var user: SecretSource?
  var to: [String] = []
  var from: String?
  var encryption = Receiver.Service.Encryption.required
  var command: [String] = []
  var environment: [String: Located<SecretSource>] = [:]
  var template: SecretSource?
  var contentType: String?

  init(format: Receiver.Format) { self.format = format }
}
