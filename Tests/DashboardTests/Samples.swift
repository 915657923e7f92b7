// A lost key, a good key and one whose zone is an attacker's.

import Auditing
import Dashboard
import Foundation
import Model
import Reporting
import Synchronization

enum Samples {
  static let hostile = "\"><script>alert(1)</script>\u{202E}\u{1B}[2J'\u{301} onload=x"

  static func key(_ name: String) throws -> KeyName {
    guard let key = KeyName(keyName: try DomainName(name)) else { throw DomainNameError.empty }
    return key
  }

  static let goodRecord =
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvmBLrRzDAvKdcZkdNGhWWeZ4EwHDh7DaIKkFTiLm2sFk9DJk"

  static func lost(_ text: String = "the record") throws -> WatchMemory {
    var memory = WatchMemory()
    memory.state = .missing
    memory.verdict = .critical
    memory.summary = "No authoritative server has the key."
    memory.since = moment - .seconds(3900)
    memory.changedAt = moment - .seconds(3900)
    memory.lastGood = Event.LastGood(at: moment - .seconds(4000), records: [goodRecord])
    memory.zone = try DomainName("domain.com")
    memory.findings = [
      Finding(
        rule: "key-name-absent", severity: .critical, text: "The key name does not exist.",
        evidence: "ns1.example.net (192.0.2.1): NXDOMAIN\nseen: \(text)", remedy: "Add the record again.")
    ]
    var diagnosis = Diagnosis(
      cause: "The zone moved to other name servers and the record was not carried over.",
      evidence: ["dig NS domain.com", "ns1.cloudflare.example."], remedy: "Add this record at Cloudflare.",
      record: "zendesk1._domainkey.domain.com. 300 IN TXT \"\(goodRecord)\"")
    diagnosis.certainty = .certain
    diagnosis.reasoning = "The old servers still have it."
    memory.explanation = WatchMemory.Explanation(diagnosis: diagnosis)
    memory.caches = [
      CacheClock(view: "google", server: "google", holding: .key, until: moment + .seconds(600))
    ]
    return memory
  }

  static func good(_ text: String = goodRecord) -> WatchMemory {
    var memory = WatchMemory()
    memory.state = .published
    memory.verdict = .ok
    memory.summary = "The key is published."
    memory.since = moment - .seconds(86_400 * 30)
    memory.changedAt = memory.since
    memory.snapshot = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: [text],
      key: KeySummary(type: .rsa, bits: 2048, fingerprint: "SHA256:abc", revoked: false, testing: false))
    return memory
  }

  static func row(_ name: String, _ memory: WatchMemory) throws -> WatchRow {
    let key = try key(name)
    let strips = ["authoritative", "google"].map { view in
      StripSpan(
        view: view, server: view, firstSeen: moment - .seconds(86_400 * 3), lastSeen: nil,
        outcome: memory.state == .missing ? .nxdomain : .records, answer: 1)
    }
    return WatchRow(
      status: .init(key: key, memory: memory),
      watch: Watch(key: key, interval: .seconds(900), labels: ["team": "mail"], note: "of the help desk"),
      nextLook: moment + .seconds(240), strips: strips)
  }

  static func event(_ type: EventType, _ name: String, _ summary: String) throws -> Event {
    let key = try key(name)
    var event = Event(id: "evt_1", type: type, at: moment - .seconds(3900), verdict: .critical, summary: summary)
    event.domain = key.domain
    event.selector = key.selector
    event.name = key.name
    event.before = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: ["v=DKIM1; k=rsa; p=AAAA"], key: nil)
    event.after = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: ["v=DKIM1; t=y; k=rsa; p=BBBB"], key: nil)
    return event
  }

  static func span(_ name: String, _ view: String, _ server: String, _ outcome: Outcome, _ text: String?, from: Int64)
    throws -> AnswerSpan
  {
    let answer = Answer(
      outcome: outcome, records: text.map { [TextRecord($0)] } ?? [], ttl: 300, transport: .udp,
      roundTrip: .milliseconds(12), digest: Digest(high: UInt64(from), low: 0))
    return AnswerSpan(
      key: try key(name), view: view, server: server, endpoint: nil, firstSeen: moment - .seconds(from),
      lastSeen: moment, isCurrent: true, answer: answer)
  }

  /// A domain with all that can be told of one.
  private static func addDomain(to source: FakeSource, _ text: String, _ rows: [WatchRow]) throws {
    let name = try DomainName("domain.com")
    let silence = Silence(
      id: "sil_1", matchers: Silence.Matchers(domain: "domain.com", labels: ["team": text]), by: text,
      reason: "the zone moves: \(text)", createdAt: moment - .seconds(600), expiresAt: moment + .seconds(6600))
    source.silenceList.withLock { $0 = [silence] }
    var domain = DomainReport(
      domain: name, rows: rows, counts: [.critical: 1], report: makeReport(),
      delegation: ZoneMemory(
        delegation: Delegation(zone: name, servers: [try DomainName("ns1.example.net")]),
        firstSeen: moment - .seconds(90_000)))
    var change = try event(.delegationChanged, "zendesk1._domainkey.domain.com", "The name servers changed: \(text)")
    (change.selector, change.name, change.before, change.after) = (nil, nil, nil, nil)
    change.zone = name
    domain.delegationChanges = [change]
    domain.events = [change]
    let (old, new) = (try key("zendesk1._domainkey.domain.com"), try key("zendesk2._domainkey.domain.com"))
    domain.rotations = [RotationItem(old: old, new: new, event: try event(.rotationReady, old.name.description, text))]
    domain.census = [
      CensusItem(
        selector: old.selector, firstSeen: moment - .seconds(900_000), lastSeen: moment - .seconds(60),
        results: ["pass": 790, "fail": 2, text: 20]),
      CensusItem(
        selector: try DomainName("ghost"), firstSeen: moment - .seconds(9000), lastSeen: moment,
        results: ["permerror": 3]),
    ]
    domain.silences = [silence]
    let report = try audit(of: name, text)
    domain.audit = AuditState(report: report)
    source.domains.withLock { $0 = [name: domain] }
    source.audits.withLock { $0 = [name: AuditState(report: report)] }
  }

  /// A report as JSON has it.
  private static func audit(of name: DomainName, _ text: String) throws -> AuditReport {
    let evidence = String(decoding: try JSONEncoder().encode("v=spf1 include:a.example -all\n" + text), as: UTF8.self)
    let json = """
      {"domain": "\(name)", "verdict": "warning", "score": 8.5, "of": 10, "grade": "B", "checkedAt": "2026-11-23T19:00:00Z",
       "summary": "1 warning.", "scheme": 1, "role": "active", "records": {"ns": [], "mx": ["10 mx.domain.com."], "spf": \(evidence)},
       "effort": {"questions": 90, "limit": 1500, "rounds": 5, "cut": false},
       "sections": [
        {"id": "spf", "title": "SPF", "score": 4, "of": 10, "good": [], "unknown": [], "findings": [
         {"rule": "spf-too-many-lookups", "severity": "warning", "text": "SPF takes 12 lookups.", "evidence": \(evidence),
          "remedy": "Remove an include.", "points": 1.5},
         {"rule": "spf-long", "severity": "info", "text": "SPF is long.", "evidence": "", "remedy": "", "points": 0}]},
        {"id": "mx", "title": "MX", "score": 10, "of": 10, "good": ["Mail is taken by mx.domain.com."], "unknown": [], "findings": []},
        {"id": "dkim", "title": "DKIM", "score": 10, "of": 10, "good": [], "unknown": [\(evidence)], "findings": []}]}
      """
    return try JSONDecoder().decode(AuditReport.self, from: Data(json.utf8))
  }

  /// A source with all of it; `text` is what others may write.
  static func source(_ text: String = "the record") throws -> FakeSource {
    let source = FakeSource()
    let name = "zendesk1._domainkey.domain.com"
    let lost = try row(name, try lost(text))
    let good = try row("s1._domainkey.example.org", good())
    source.list.withLock {
      $0 = WatchList(
        rows: [lost, good], next: "3 example.org s1", counts: [.critical: 1, .ok: 1], report: makeReport(),
        configured: 3,
        labels: ["team=mail"])
    }
    let opening = try? event(.selectorMissing, name, "zendesk1._domainkey.domain.com is missing: \(text)")
    var incident = Incident(
      id: "inc_1", subject: name, openedAt: moment - .seconds(3900), openedBy: "evt_1", verdict: .critical,
      toldAt: moment - .seconds(3900))
    source.incidentList.withLock { $0 = [IncidentItem(incident: incident, opening: opening)] }
    incident.acknowledged = Acknowledgement(incident: "inc_1", by: text, note: text, at: moment - .seconds(60))
    var delivery = Delivery(id: "dlv_1", event: "evt_1", receiver: "postmaster", createdAt: moment - .seconds(3900))
    delivery.attempts = 2
    delivery.lastResult = "HTTP 500: \(text)"
    delivery.status = .failed
    let item = opening.map { DeliveryItem(delivery: delivery, event: $0) }
    source.deliveryList.withLock { $0 = item.map { [$0] } ?? [] }
    source.eventList.withLock { $0 = opening.map { [$0] } ?? [] }
    let report = WatchReport(
      row: lost, report: makeReport(),
      spans: [
        try span(name, "authoritative", "ns1.example.net", .nxdomain, nil, from: 3900),
        try span(name, "google", "google", .records, text, from: 86_400),
        try span(name, "local", text, .failed(.timeout), nil, from: 600),
      ],
      periods: [
        (moment - .seconds(500_000), moment - .seconds(100_000)), (moment - .seconds(90_000), moment), (moment, moment),
      ],
      events: opening.map { [$0] } ?? [], incidents: [IncidentItem(incident: incident, opening: opening)],
      deliveries: item.map { [$0] } ?? [],
      delegation: ZoneMemory(
        delegation: Delegation(zone: try DomainName("domain.com"), servers: [try DomainName("ns1.example.net")]),
        firstSeen: moment),
      use: Event.Use(messages7d: 812, failing7d: 20, lastSeen: moment - .seconds(60)))
    let goodReport = WatchReport(
      row: good, report: makeReport(), spans: [], periods: [(moment, moment)], events: [], incidents: [],
      deliveries: [],
      delegation: nil, use: nil)
    source.reports.withLock { $0 = [lost.key: report, good.key: goodReport] }
    try addDomain(to: source, text, [lost])
    return source
  }
}
