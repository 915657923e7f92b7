// One event of each type, as the monitor makes them; and the doubles that the tests of delivery share.

import HTTPClient
import Model
import Synchronization
import Testing

@testable import Alerting

func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_795_464_000 + seconds) }

private func dns(_ text: String) throws -> DomainName { try DomainName(text) }

private let goodRecord = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"
private let goodKey = KeySummary(
  type: .rsa, bits: 2048, fingerprint: "SHA256:3Lr1n5uH0VZb6C1wqv0o2Wm8vN7yE4Kx9aT5sQpRjUc", revoked: false,
  testing: false)
private let newKey = KeySummary(
  type: .ed25519, bits: 256, fingerprint: "SHA256:Qx7d2mJk8sVwP0rTzB4nC6yHfLgE1uAoI5tWvXqMh9Y", revoked: false,
  testing: true)

extension Event {
  private static let published = Snapshot(
    state: .published, verdict: .ok, outcome: "records", records: [goodRecord], key: goodKey)

  /// A transition of the watch zendesk1.
  private static func transition(_ type: EventType, to state: State, _ outcome: String, _ summary: String) throws
    -> Event
  {
    var event = Event(
      id: "evt_01kar0000000000000000000", type: type, at: time(3600), verdict: .critical, summary: summary)
    event.incident = "inc_01kar0000000000000000000"
    event.domain = try dns("domain.com")
    event.selector = try dns("zendesk1")
    event.name = try dns("zendesk1._domainkey.domain.com")
    event.since = time(3570)
    event.lastGood = LastGood(at: time(3510), records: [goodRecord])
    event.before = published
    event.after = Snapshot(state: state, verdict: .critical, outcome: outcome, records: [], key: nil)
    return event
  }

  /// A zone that moved and lost keys: the change of its name servers, and one event a key.
  static func loss(of selectors: [String], at time: Timestamp = time(3600)) throws -> [Event] {
    var moved = try sample(.delegationChanged)
    let template = try sample(.selectorMissing)
    moved.delegation = template.delegation
    return [moved]
      + (try selectors.enumerated().map { number, selector in
        var event = template
        event.id = "evt_01kar000000000000000000\(100 + number)"
        event.incident = "inc_01kar000000000000000000\(100 + number)"
        event.at = time
        event.selector = try dns(selector)
        event.name = try dns("\(selector)._domainkey.domain.com")
        event.summary = "The key \(selector)._domainkey.domain.com is missing: no name server has it."
        event.diagnosis?.record = "\(selector)._domainkey.domain.com. 300 IN TXT \"\(goodRecord)\""
        return event
      })
  }

  static func sample(_ type: EventType) throws -> Event {
    switch type {
    case .selectorMissing:
      var event = try transition(
        type, to: .missing, "nxdomain", "The key zendesk1._domainkey.domain.com is missing: no name server has it.")
      event.delegation = DelegationChange(
        zone: try dns("domain.com"), at: time(0), before: [try dns("ns1.old-host.net"), try dns("ns2.old-host.net")],
        after: [try dns("dora.ns.cloudflare.com"), try dns("rick.ns.cloudflare.com")])
      event.caches = [
        CacheClock(view: "google", server: "8.8.8.8", holding: .key, until: time(6000)),
        CacheClock(view: "local", server: "local", holding: .key, until: time(90_000)),
      ]
      event.findings = [
        Finding(
          rule: "key-name-absent", severity: .critical, text: "The key name does not exist.",
          evidence: "dora.ns.cloudflare.com (192.0.2.1): NXDOMAIN", remedy: "Publish the record."),
        Finding(rule: "note", severity: .info, text: "Nothing to see.", evidence: "", remedy: ""),
      ]
      event.diagnosis = Diagnosis(
        cause: "The zone moved to other name servers, and the record was not carried over.",
        evidence: ["4 of 4 servers answer NXDOMAIN", "the name servers changed 1 h before"],
        remedy: "Add the record at dora.ns.cloudflare.com.",
        record: "zendesk1._domainkey.domain.com. 300 IN TXT \"\(goodRecord)\"")
      event.labels = ["team": "mail", "customer": "A & B <c>"]
      event.note = "ask Kim *first*"
      return event
    case .selectorChanged:
      var event = try transition(
        type, to: .published, "records",
        "The key of zendesk1._domainkey.domain.com was replaced by another one, and nothing announced that.")
      event.verdict = .warning
      event.after = Snapshot(
        state: .published, verdict: .warning, outcome: "records", records: ["v=DKIM1; k=ed25519; t=y; p=abc"],
        key: newKey)
      event.caches = [CacheClock(view: "google", server: "8.8.8.8", holding: .oldText, until: time(3900))]
      return event
    case .selectorRevoked:
      var event = try transition(type, to: .revoked, "records", "The key is revoked: p= is empty.")
      event.after?.records = ["v=DKIM1; p="]
      event.reminder = true
      return event
    case .selectorInvalid:
      var event = try transition(type, to: .invalid, "records", "No receiver can use the record.")
      event.after?.records = ["v=DKIM1; p=MIIB <script>"]
      return event
    case .selectorMismatched:
      var event = try transition(type, to: .mismatched, "records", "Another key than the expected one is published.")
      event.after?.key = newKey
      return event
    case .selectorDivergent:
      var event = try transition(type, to: .divergent, "divergent", "1 of 4 servers has no key.")
      event.verdict = .warning
      return event
    case .selectorDegraded:
      var event = try transition(
        type, to: .published, "records", "The key is published, but one of two name servers does not answer.")
      event.verdict = .warning
      event.after = published
      event.findings = [
        Finding(
          rule: "server-silent", severity: .warning, text: "One name server of the zone does not answer.",
          evidence: "ns2.old-host.net (192.0.2.2): no answer within 6 s", remedy: "Check ns2.old-host.net.")
      ]
      return event
    case .selectorUnreachable:
      var event = try transition(type, to: .unreachable, "failed", "No server of domain.com answers.")
      event.after?.failure = .timeout
      event.verdict = .unknown
      return event
    case .selectorRecovered:
      var event = try transition(type, to: .published, "records", "The key is published again, the same as before.")
      event.verdict = .ok
      event.before = Snapshot(state: .missing, verdict: .critical, outcome: "nxdomain", records: [], key: nil)
      event.after = published
      event.caches = [CacheClock(view: "google", server: "8.8.8.8", holding: .absence, until: time(3960))]
      return event
    case .signatureFailing:
      var event = try transition(
        type, to: .missing, "nxdomain",
        "Mail signed with zendesk1._domainkey.domain.com fails here: the key is missing.")
      event.before = nil
      event.lastGood = nil
      event.use = Use(messages7d: 2380, failing7d: 12, lastSeen: time(3590), dmarcPolicy: "reject")
      return event
    case .selectorDiscovered:
      var event = try transition(
        type, to: .published, "records",
        "Mail of domain.com is signed with the selector zendesk1, which nobody watches.")
      event.verdict = .warning
      event.before = nil
      event.after = published
      event.lastGood = nil
      event.use = Use(messages7d: 1, failing7d: 0, lastSeen: time(3590))
      return event
    case .selectorSilent:
      var event = try transition(
        type, to: .published, "records",
        "No mail has been signed with this key for 12 days; before that, there were never more than 3 days between two "
          + "messages.")
      event.verdict = .warning
      event.before = nil
      event.after = published
      event.lastGood = nil
      event.use = Use(messages7d: 0, failing7d: 0, lastSeen: time(-12 * 86_400))
      return event
    case .delegationChanged:
      var event = Event(
        id: "evt_2", type: type, at: time(60), verdict: .warning, summary: "domain.com has other name servers.")
      event.zone = try dns("domain.com")
      event.delegation = DelegationChange(
        zone: try dns("domain.com"), at: time(60), before: [try dns("ns1.old-host.net")], after: [])
      return event
    case .viewDown, .viewRecovered:
      let isDown = type == .viewDown
      var event = Event(
        id: "evt_3", type: type, at: time(60), verdict: isDown ? .unknown : .ok,
        summary: isDown ? "All 40 watches fail in this view." : "The view answers again.")
      event.view = "google"
      event.incident = "inc_3"
      event.since = time(30)
      return event
    case .recordMissing, .recordChanged, .recordDivergent, .recordUnreachable, .recordDegraded, .recordRecovered:
      return try recordSet(type)
    case .auditChanged: return try audit()
    case .rotationReady, .rotationBlocked, .rotationTooEarly: return try rotation(type)
    case .test:
      return Event(id: "evt_4", type: type, at: time(0), verdict: .ok, summary: "This is a test.")
    }
  }
}

extension Event {
  /// What becomes of the MX records of domain.com.
  private static func recordSet(_ type: EventType) throws -> Event {
    let former = ["10 mx1.domain.com.", "20 mx2.domain.com."]
    let (state, outcome, records, summary): (State, String, [String], String) =
      switch type {
      case .recordMissing:
        (
          .missing, "nodata", [],
          "The MX record set is missing: both name servers of domain.com say that there is no MX record."
        )
      case .recordChanged:
        (
          .published, "records", ["10 mx.example.net."],
          "The MX record set of domain.com has changed: it is now 10 mx.example.net."
        )
      case .recordDivergent: (.divergent, "divergent", former, "The name servers of domain.com contradict each other.")
      case .recordUnreachable:
        (.unreachable, "failed", [], "The MX record set cannot be retrieved: no name server of domain.com answers.")
      default: (.published, "records", former, "The MX record set of domain.com is published.")
      }
    var event = try transition(type, to: state, outcome, summary)
    (event.selector, event.name, event.recordType) = (nil, try dns("domain.com"), "MX")
    event.verdict =
      switch type {
      case .recordMissing, .recordUnreachable: .critical
      case .recordRecovered: .ok
      default: .warning
      }
    event.lastGood = LastGood(at: time(3510), records: former)
    event.before = Snapshot(state: .published, verdict: .ok, outcome: "records", records: former, key: nil)
    event.after?.records = records
    if type == .recordMissing {
      event.diagnosis = Diagnosis(
        cause: "The MX record set of domain.com was removed from the zone domain.com.",
        evidence: ["dig +norecurse @192.0.2.1 domain.com MX → NOERROR without an MX record"],
        remedy: "Add the records below to the zone domain.com.",
        record: "domain.com. 3600 IN MX 10 mx1.domain.com.\ndomain.com. 3600 IN MX 20 mx2.domain.com.")
    }
    if type == .recordUnreachable { event.after?.failure = .timeout }
    if type == .recordRecovered {
      event.before = Snapshot(state: .missing, verdict: .critical, outcome: "nodata", records: [], key: nil)
    }
    return event
  }

  /// An event in which everything is as long as a hostile zone can make it.
  static func monster(_ text: String = "&\"<") throws -> Event {
    var event = try Event.sample(.selectorMissing)
    let long = String(repeating: text, count: 4000 / text.count)
    event.summary = long
    event.note = long
    event.lastGood?.records = Array(repeating: long, count: 20)
    event.before?.records = Array(repeating: long, count: 20)
    event.after?.records = Array(repeating: long, count: 20)
    event.findings = Array(
      repeating: Finding(rule: "r", severity: .critical, text: long, evidence: long, remedy: long), count: 40)
    event.caches = Array(
      repeating: CacheClock(view: "google", server: "8.8.8.8", holding: .key, until: time(0)), count: 40)
    event.diagnosis = Diagnosis(
      cause: long, evidence: Array(repeating: long, count: 40), remedy: long, record: event.diagnosis?.record)
    event.labels = Dictionary(uniqueKeysWithValues: (0..<40).map { ("label\($0)", long) })
    let names = try (0..<40).map { try DomainName("ns\($0).example") }
    event.delegation?.before = names
    event.delegation?.after = names
    return event
  }
}

extension Event {
  /// An audit of domain.com that found two things, and misses one.
  private static func audit() throws -> Event {
    var event = Event(
      id: "evt_5", type: .auditChanged, at: time(3600), verdict: .critical,
      summary: "2 new problems with domain.com; 1 problem was fixed. The signatures of the zone have expired.")
    event.domain = try dns("domain.com")
    event.since = time(3300)
    event.audit = AuditNews(
      new: [
        Finding(
          rule: "rrsig-expired", severity: .critical, text: "The signatures of the zone have expired.",
          evidence: "dig +dnssec @192.0.2.1 domain.com SOA → RRSIG until 2026-11-23 <20:00> UTC",
          remedy: "Make the signer run again now."),
        Finding(
          rule: "server-failed-timeout", severity: .warning, text: "The name server ns2.old-host.net does not answer.",
          evidence: "dig @192.0.2.2 domain.com SOA → no answer\ndig +tcp @192.0.2.2 domain.com SOA → no answer",
          remedy: "Set the server up for the zone, or remove it from the delegation and from the zone."),
      ],
      fixed: [
        Finding(
          rule: "dmarc-policy-none", severity: .warning, text: "Forged mail is delivered: the policy is p=none.",
          evidence: "_dmarc.domain.com TXT: p=none", remedy: "Publish p=reject.")
      ],
      same: 3, score: 7.2, of: 10, grade: "C", scoreBefore: 8.7, gradeBefore: "B")
    event.labels = ["team": "mail"]
    return event
  }

  /// The rotation from s1 to s2.
  private static func rotation(_ type: EventType) throws -> Event {
    let isReady = type == .rotationReady
    let summary =
      switch type {
      case .rotationReady: "The signer may switch from s1 to s2."
      case .rotationBlocked: "The signer must not switch to s2: DNS has another key than the expected one."
      default: "The key s1 is missing before s2 is ready: mail that is signed with it cannot be verified."
      }
    var event = Event(
      id: "evt_5", type: type, at: time(60), verdict: isReady ? .ok : type == .rotationBlocked ? .warning : .critical,
      summary: summary)
    event.domain = try dns("domain.com")
    event.selector = try dns(type == .rotationTooEarly ? "s1" : "s2")
    event.name = try dns("\(type == .rotationTooEarly ? "s1" : "s2")._domainkey.domain.com")
    event.since = time(30)
    event.diagnosis = Diagnosis(
      cause: summary, evidence: ["dig +norecurse @192.0.2.1 s2._domainkey.domain.com TXT → NXDOMAIN"],
      remedy: isReady ? "Switch, and keep s1 until 2026-11-30 20:01:00 UTC." : "Publish the record.")
    return event
  }
}

/// A receiver with what its format needs.
func receiver(
  _ name: String = "hook", _ format: Receiver.Format = .generic, secret: String? = nil,
  minimumSeverity: Severity = .warning, domains: [String] = [], types: [EventType] = []
) -> Receiver {
  let url =
    switch format {
    case .slack: "https://hooks.slack.com/services/T/B/\(name)"
    case .pagerduty: "https://events.pagerduty.com/v2/enqueue"
    case .ntfy: "https://ntfy.example/\(name)"
    case .email: "smtp://mail.example:587"
    default: "https://\(name).example/path"
    }
  let service =
    switch format {
    case .email: Receiver.Service(to: ["postmaster@example.net", "night@example.net"], from: "selectord@example.net")
    case .exec: Receiver.Service(command: ["/bin/cat"])
    case .template: Receiver.Service(template: templateText)
    default: Receiver.Service(token: Secret("tok-123456"), user: Secret("usr-123456"), to: ["!room:example.org"])
    }
  return Receiver(
    name: name, format: format, url: Secret(url), secret: secret.map { Secret($0) },
    minimumSeverity: minimumSeverity, domains: domains, types: types, service: service)
}

/// The template of the documentation.
let templateText = """
  {"title": "{{headline}}", "since": "{{since}}", "color": "#{{color}}",
   "parts": [{{#sections}}{"name": "{{title}}", "text": "{{text}}"}{{^last()}}, {{/last()}}{{/sections}}]}
  """

/// An outbox in memory.
final class MemoryOutbox: OutboxStore {
  struct Broken: Error {}
  private struct State {
    var items: [QueuedDelivery] = []
    var isBroken = false
  }
  private let state = Mutex(State())

  var deliveries: [Delivery] { state.withLock { $0.items.map(\.delivery) } }
  func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

  func add(_ id: String, to receiver: String, at time: Timestamp) {
    add(Event(id: "evt_" + id, type: .test, at: time, verdict: .ok, summary: id), as: id, to: receiver, at: time)
  }

  func add(
    _ event: Event, as id: String, to receiver: String, at time: Timestamp, dueAt: Timestamp? = nil,
    standing: QueuedDelivery.Standing? = nil
  ) {
    var delivery = Delivery(id: id, event: event.id, receiver: receiver, createdAt: time)
    if let dueAt { delivery.nextAttemptAt = dueAt }
    state.withLock { $0.items.append(QueuedDelivery(delivery: delivery, event: event, standing: standing)) }
  }

  /// The silences that are active.
  let silences = Mutex(Set<String>())

  func activeSilences(at time: Timestamp) async throws -> Set<String> { silences.withLock { $0 } }

  private func pending() throws -> [QueuedDelivery] {
    try state.withLock { state in
      if state.isBroken { throw Broken() }
      return state.items.filter { $0.delivery.status == .pending }
    }
  }

  func outbox(at time: Timestamp) async throws -> OutboxOverview {
    let pending = try pending().map(\.delivery)
    var due: [String] = []
    for delivery in pending where delivery.isDue(at: time) && !due.contains(delivery.receiver) {
      due.append(delivery.receiver)
    }
    return OutboxOverview(
      dueReceivers: due, nextDueAt: pending.filter { !$0.isDue(at: time) }.compactMap(\.nextAttemptAt).min())
  }

  func queue(of receiver: String, at time: Timestamp, limit: Int) async throws -> [QueuedDelivery] {
    let mine = try pending().filter { $0.delivery.receiver == receiver }
    return Array(
      mine.enumerated().filter {
        $0 == 0 || $1.delivery.isDue(at: time) || $1.delivery.attempts == 0
      }.map(\.element).prefix(limit))
  }

  func update(_ deliveries: [Delivery]) async throws {
    try state.withLock { state in
      if state.isBroken { throw Broken() }
      for delivery in deliveries {
        guard let index = state.items.firstIndex(where: { $0.delivery.id == delivery.id }) else { continue }
        state.items[index].delivery = delivery
      }
    }
  }

  func hasten(receiver: String, at time: Timestamp) async throws {
    let waiting = try pending().map(\.delivery).filter { $0.receiver == receiver }
    try await update(
      waiting.map {
        var delivery = $0
        delivery.nextAttemptAt = min(delivery.nextAttemptAt ?? time, time)
        return delivery
      })
  }
}

/// Receivers that do as they are told; keeps what came.
final class ScriptedReceivers: HTTPTransport, MailTransport {
  typealias Script = @Sendable (HTTPRequest) async throws(HTTPError) -> HTTPResponse
  private let script: Script
  private let received = Mutex<[HTTPRequest]>([])

  init(_ script: @escaping Script) { self.script = script }

  var requests: [HTTPRequest] { received.withLock { $0 } }
  var ids: [String] { requests.compactMap { $0["webhook-id"] } }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    received.withLock { $0.append(request) }
    return try await script(request)
  }

  private let mails = Mutex<[MailSubmission]>([])
  var submissions: [MailSubmission] { mails.withLock { $0 } }

  func send(_ submission: MailSubmission) async throws(HTTPError) -> MailResponse {
    mails.withLock { $0.append(submission) }
    return MailResponse(code: 250)
  }
}

extension HTTPRequest {
  subscript(name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// A clock that moves only when it is told.
final class ManualClock: Sendable {
  private let current = Mutex(time(0))
  var now: Timestamp { current.withLock { $0 } }
  func advance(_ seconds: Int64) { current.withLock { $0 = $0 + .seconds(seconds) } }
  func set(_ time: Timestamp) { current.withLock { $0 = time } }
}
