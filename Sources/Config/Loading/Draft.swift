// A configuration whose shape is right, before its parts are held against each other and against the machine.

internal import Model

/// What the text of a configuration says, with the places that later messages need.
struct Draft: Sendable {
  var database = "selectord.sqlite"
  var interval = Duration.seconds(900)
  var jitter = 0.1
  var policy = MonitoringPolicy()
  var retention: Duration?
  var log = Configuration.LogSettings()
  var views: [ViewDraft] = []
  /// All names that stand in `views`, those of views with errors too.
  var viewNames: Set<String> = []
  var watches: [WatchDraft] = []
  var watchLists: [WatchListDraft] = []
  var receivers: [ReceiverDraft] = []
  var proofSecret: SecretSource?
}

struct ViewDraft: Sendable {
  var view: View
  var name: Place
  var rate: Place
}

struct WatchDraft: Sendable {
  /// nil, like other required parts of drafts, after an issue: the other parts are still checked.
  var domain: Located<DomainName>?
  var selectors: [Located<DomainName>]
  var rotation: RotationDraft?
  var settings: WatchSettings
}

struct RotationDraft: Sendable {
  var old: Located<DomainName>?
  var new: Located<DomainName>?
  /// The text of the key that has to stand at the new selector.
  var key: Located<String>?
}

struct WatchListDraft: Sendable {
  var file: Located<String>?
  var settings: WatchSettings
}

/// The keys that a watch and a watch list share.
struct WatchSettings: Sendable {
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
  var name: Located<String>?
  var format: Receiver.Format?
  var url: SecretSource?
  var secret: SecretSource?
  var headers: [String: Located<SecretSource>]
  var minimumSeverity: Severity
  var domains: [String]
  var types: [EventType]
  var allowPrivate: Bool
}
