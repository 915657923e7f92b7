// A scenario as data: who is asked, what is said when, and what must follow. The language is described in
// Tests/Fixtures/scenarios/README.md.

import Diagnosing
import Judging
import Model

struct Scenario: Sendable {
  var file = ""
  var title = ""
  var watches: [Watch] = []
  var policy = MonitoringPolicy()
  /// Key records by the names that the scenario gives them.
  var keys = ScenarioKeys.usual
  var steps: [ScenarioStep] = []
}

/// One moment: what changes in the world, whether it is looked at, and what is expected of that.
struct ScenarioStep: Sendable {
  enum Moment: Hashable, Sendable {
    case at(Timestamp)
    /// When the last look asked to be looked at again.
    case again
  }

  var moment: Moment
  /// Only time passes; nobody is asked.
  var isTick = false
  var changes: [WorldChange] = []
  var expectations: [ScenarioExpectation] = []

  var isNamed: Bool {
    expectations.contains { if case .named = $0.kind { true } else { false } }
  }
}

/// What changes in the scripted world; everything else stays as it was.
enum WorldChange: Sendable {
  /// The servers of the watched zone; nil as name for the domain of each watch.
  case zone(DomainName?, [ScriptedServer])
  /// The servers of the zone that a CNAME leads to, and the name that they are asked for.
  case target(DomainName, asked: DomainName, [ScriptedServer])
  case resolver(view: String, [Endpoint])
  case removeView(String)
  case serials([String: UInt32])
  case walkEnds(DomainName, Outcome.Failure, isIntercepted: Bool)
  case walkReaches
  /// Who (server, view or address) says what, and of which domain only.
  case says([String], ScriptedAnswer, domain: DomainName?)
  /// What a follow-up question brings.
  case found(ScriptedFinding)
  case lastUnchanged(Timestamp)
  /// What a sweep saw at a server just before the look.
  case swept(server: String, ScriptedAnswer)
  case expectation(Expectation)
  /// What the control question of a view shows; nil for an answer.
  case control(String, Outcome.Failure?)
}

struct ScriptedServer: Hashable, Sendable {
  var name: String
  var endpoint: Endpoint?
}

/// The reply to follow-up questions of one name and type.
struct ScriptedFinding: Hashable, Sendable {
  var question: Question
  /// `parent`, the name of a view, or the name of a server that is asked by name; nil for the zone's own servers.
  var place: String?
  var variant = Inquiry.Variant.usual
  var outcome: Outcome
  var cname: [DomainName] = []
  var records: [ResourceRecord] = []
  /// What comes beside the records: signatures, and the authority section.
  var proofs: [ResourceRecord] = []
}

/// An answer without its digest.
struct ScriptedAnswer: Hashable, Sendable {
  var outcome: Outcome = .nxdomain
  /// Names of keys.
  var keys: [String] = []
  var ttl: UInt32?
  var negativeTTL: UInt32?
  var cname: [DomainName] = []
  var viaDNAME = false
  var authoritative: Bool?
  var authenticated = false
  var truncated = false
  var transport = Transport.udp
  var errors: [ExtendedError] = []
  var dropsEDNS = false
  var isSilentOverUDP = false
}

struct ScenarioExpectation: Sendable {
  enum Kind: Sendable {
    case judged(State, Verdict)
    case state(State, Verdict?)
    case finding(String, Severity?, count: Int?)
    case noFinding(String)
    case noFindings
    case event(EventType, Verdict, reminder: Bool)
    case again(Duration?)
    case cache(view: String, CacheClock.Holding, Timestamp)
    case noCaches
    case summary(String)
    case cause(String)
    case diagnosed(String, Diagnosis.Certainty?)
    case explained(String, Diagnosis.Certainty?)
    case evidence(String)
    case remedy(String)
    /// The cause that the verb `diagnose` would name, whether or not there is an event.
    case named(String, Diagnosis.Certainty?)
    case record(String?)
    case incident(isOpen: Bool)
    case since(Timestamp)
    case lastGood(Timestamp)
    case before(State)
    case keepsSightings(Bool)
    case viewDown(String, Bool)
  }

  var kind: Kind
  var line: Int
}
