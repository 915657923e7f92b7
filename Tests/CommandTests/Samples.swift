// Values that the goldens are made of: the story of the lost key, and what else a table must bear.

import Model
import Reporting
import Storage

@testable import selectord

enum Samples {
  static let start = Timestamp(seconds: 1_795_464_000)

  static func name(_ text: String) -> DomainName { (try? DomainName(text)) ?? .root }

  static func key(_ text: String) throws -> KeyName {
    guard let key = KeyName(keyName: try DomainName(text)) else { throw DomainNameError.empty }
    return key
  }

  static let endpoint = Endpoint(.v4(0xC000_0201))

  static func server(
    _ server: String, _ outcome: Outcome, _ text: String? = nil, ttl: UInt32? = 300, cname: [DomainName] = [],
    extendedErrors: [ExtendedError] = [], endpoint: Endpoint? = Samples.endpoint, aa: Bool = false,
    question: DomainName = .root
  ) -> ServerAnswer {
    let rcode: ResponseCode? =
      switch outcome {
      case .records, .nodata: .noError
      case .nxdomain: .nameError
      case .failed(.servfail), .failed(.bogus): .serverFailure
      case .failed(.refused): .refused
      case .failed: nil
      }
    return ServerAnswer(
      server: server, endpoint: endpoint, question: question,
      answer: Answer(
        outcome: outcome, rcode: rcode, cname: cname, records: text.map { [TextRecord($0)] } ?? [],
        ttl: outcome == .records ? ttl : nil, negativeTTL: [.nxdomain, .nodata].contains(outcome) ? ttl : nil,
        authoritative: aa, extendedErrors: extendedErrors, roundTrip: .microseconds(12_345),
        digest: Digest(high: UInt64(text?.utf8.count ?? 0), low: 0)))
  }

  static let record = "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAvWTgBTlrYpSvjSyTx4Lnb"
  static let keySummary = KeySummary(
    type: .rsa, bits: 2048, fingerprint: "SHA256:4J1l0bqC0v9cY2bYf7nqCkQ6mVvQmA0kqk8jK3QwTtE", revoked: false,
    testing: false)

  static func missing() throws -> Judgement {
    let key = try key("zendesk1._domainkey.domain.com")
    return Judgement(
      key: key, state: .missing, verdict: .critical,
      summary:
        "The key is missing: both name servers of domain.com say NXDOMAIN; google still has it, until 20:05 UTC.",
      checkedAt: start,
      views: [
        ViewAnswer(
          view: "local", isAuthoritative: false, servers: [server("127.0.0.53", .nxdomain, question: key.name)]),
        ViewAnswer(
          view: "google", isAuthoritative: false,
          servers: [server("8.8.8.8", .records, record, ttl: 299, question: key.name)]),
        ViewAnswer(
          view: "authoritative", isAuthoritative: true,
          servers: [
            server("ada.ns.cloudflare.com", .nxdomain, ttl: 1800, aa: true, question: key.name),
            server("bob.ns.cloudflare.com", .nxdomain, ttl: 1800, aa: true, question: key.name),
          ],
          delegation: Delegation(
            zone: name("domain.com"), servers: [name("ada.ns.cloudflare.com"), name("bob.ns.cloudflare.com")],
            serials: ["ada.ns.cloudflare.com": 7], negativeTTL: 1800, ttl: 172_800)),
      ],
      findings: [
        Finding(
          rule: "key-name-absent", severity: .critical, text: "The key name does not exist.",
          evidence: "NXDOMAIN from ada.ns.cloudflare.com and bob.ns.cloudflare.com",
          remedy: "Add the TXT record that the operator of the selector gives out.")
      ],
      caches: [CacheClock(view: "google", server: "8.8.8.8", holding: .key, until: start + .seconds(299))])
  }

  static func published() throws -> Judgement {
    let key = try key("s2026._domainkey.example.org")
    let views = ["local", "google"].map { view in
      ViewAnswer(
        view: view, isAuthoritative: false,
        servers: [server(view, .records, record, ttl: 3540, endpoint: nil, question: key.name)])
    }
    let authoritative = ViewAnswer(
      view: "authoritative", isAuthoritative: true,
      servers: [server("ns1.example.org", .records, record, ttl: 3600, aa: true, question: key.name)])
    return Judgement(
      key: key, state: .published, verdict: .ok, summary: "The key is published everywhere.", checkedAt: start,
      views: views + [authoritative], keySummary: keySummary,
      receivers: [
        ReceiverOpinion(receiver: "OpenDKIM", verdict: .accept, reason: "It reads the RSA key of 2048 bits."),
        ReceiverOpinion(receiver: "mox", verdict: .reject, reason: "v= is not the first tag."),
      ])
  }

  /// Names and texts of the kind that a hostile or merely foreign zone has.
  static func foreign() throws -> Judgement {
    let key = try key("s1._domainkey.xn--fsqu00a.xn--0zwm56d")
    let hostile = TextRecord(strings: [Array("v=DKIM1\u{1B}[2J\u{9B}31m; p=\u{202E}abc".utf8)])
    var answer = server("ns1.\u{1B}]0;owned\u{07}", .records, "x", aa: true, question: key.name)
    answer.answer.records = [hostile]
    answer.answer.extendedErrors = [ExtendedError(code: 22, text: "no\u{1B}[31m authority")]
    return Judgement(
      key: key, state: .divergent, verdict: .warning, summary: "Two servers\u{1B}[31m disagree\nabout the key.",
      checkedAt: start,
      views: [
        ViewAnswer(
          view: "local", isAuthoritative: false,
          servers: [server("127.0.0.53", .failed(.timeout), question: key.name)]),
        ViewAnswer(
          view: "google", isAuthoritative: false, servers: [],
          walkFailure: WalkFailure(
            zone: name("xn--0zwm56d"), failure: .lame, text: "no server of xn--0zwm56d answers with authority")),
        ViewAnswer(
          view: "authoritative", isAuthoritative: true,
          servers: [
            answer, server("ns2", .failed(.refused), aa: false, question: key.name),
            server("ns3", .nodata, cname: [name("s1.dkim.example.net")], aa: true, question: key.name),
          ]),
      ])
  }

  static func unreachable() throws -> Judgement {
    let key = try key("mail._domainkey.example.net")
    return Judgement(
      key: key, state: .unreachable, verdict: .unknown, summary: "No view reached anything.", checkedAt: start,
      views: [
        ViewAnswer(
          view: "authoritative", isAuthoritative: true,
          servers: [
            server("ns1.example.net", .failed(.timeout), question: key.name),
            server("ns2.example.net", .failed(.timeout), question: key.name),
          ])
      ])
  }

  static func all() throws -> [Judgement] { [try missing(), try published(), try foreign(), try unreachable()] }
}

extension Samples {
  static func memory() throws -> WatchMemory {
    let judgement = try missing()
    var memory = WatchMemory()
    memory.state = .missing
    memory.verdict = .critical
    memory.summary = judgement.summary
    memory.since = start - .seconds(4000)
    memory.findings = judgement.findings
    memory.caches = judgement.caches
    memory.lastGood = Event.LastGood(at: start - .seconds(4060), records: [record])
    memory.snapshot = Event.Snapshot(
      state: .missing, verdict: .critical, outcome: "nxdomain", records: [], key: nil)
    memory.openIncident = Incident(
      id: "inc_01", subject: judgement.key.description, openedAt: start - .seconds(3960), openedBy: "evt_01",
      verdict: .critical, toldAt: start - .seconds(3960))
    return memory
  }

  static func report(lastWatched: Timestamp?) throws -> StatusReport {
    var good = WatchMemory()
    good.state = .published
    good.verdict = .ok
    good.summary = "The key is published everywhere."
    good.since = start - .seconds(900_000)
    good.snapshot = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: [record], key: keySummary)
    good.suspicion = Model.Confirmation(evidence: "divergent\nbad", at: start - .seconds(10))
    var mail = WatchMemory()
    (mail.state, mail.verdict) = (.published, .ok)
    mail.summary = "The MX record set of domain.com is published: 10 mx1.domain.com."
    mail.since = start - .seconds(600_000)
    mail.snapshot = Event.Snapshot(
      state: .published, verdict: .ok, outcome: "records", records: ["10 mx1.domain.com."], key: nil)
    var down = ViewMemory()
    down.downSince = start - .seconds(600)
    return StatusReport(
      now: start, lastWatched: lastWatched,
      watches: [
        StatusReport.WatchStatus(
          key: try key("zendesk1._domainkey.domain.com"), memory: try memory(), answers: try spans().suffix(2)),
        StatusReport.WatchStatus(key: try key("s2026._domainkey.example.org"), memory: good),
        StatusReport.WatchStatus(key: try key("new._domainkey.example.net"), memory: WatchMemory()),
        StatusReport.WatchStatus(key: KeyName(recordSet: try DomainName("domain.com"), .mx), memory: mail),
      ], viewsDown: ["google": down], countsViews: true)
  }

  /// What the audits of domain.com found: one finding that is there, and one that is not there any more.
  static func findings() throws -> [FindingSpan] {
    let domain = try DomainName("domain.com")
    func span(_ rule: String, _ severity: Severity, _ text: String, from: Int64, to: Int64?) -> FindingSpan {
      FindingSpan(
        domain: domain,
        finding: Finding(
          rule: rule, severity: severity, text: text,
          evidence: "dig @192.0.2.2 domain.com SOA → no answer\ndig +tcp @192.0.2.2 domain.com SOA → no answer",
          remedy: "Set the server up for the zone, or remove it from the delegation and from the zone."),
        firstSeen: start + .seconds(from), lastSeen: to.map { start + .seconds($0) })
    }
    return [
      span("dmarc-policy-none", .warning, "Forged mail is delivered.", from: -900_000, to: -90_000),
      span(
        "server-failed-timeout", .critical, "The name server ns2.old-host.net does not answer.", from: -4000, to: nil),
    ]
  }

  static func auditReport(lastWatched: Timestamp?) throws -> StatusReport {
    func audit(_ domain: String, _ verdict: Verdict, _ score: Double, of: Double, _ grade: String?, _ summary: String)
      throws -> AuditStatus
    {
      AuditStatus(
        result: AuditResult(
          domain: try DomainName(domain), checkedAt: start - .seconds(4000), verdict: verdict, score: score, of: of,
          grade: grade, summary: summary),
        findings: domain == "domain.com" ? try findings().suffix(1) : [])
    }
    var report = StatusReport(now: start, lastWatched: lastWatched, watches: [], countsViews: true)
    report.audits = [
      try audit("example.org", .ok, 10, of: 10, "A+", "No problems found with example.org."),
      try audit(
        "domain.com", .critical, 7.2, of: 8.5, "C",
        "1 critical problem with domain.com. The name server ns2.old-host.net does not answer."),
      try audit(
        "example.net", .unknown, 4, of: 4, nil, "Too little of example.net could be asked to say whether all is well."),
    ]
    return report
  }

  static func auditEvent() throws -> Event {
    var event = Event(
      id: "evt_02", type: .auditChanged, at: start - .seconds(3700), verdict: .critical,
      summary: "1 new problem with domain.com. The name server ns2.old-host.net does not answer.")
    event.domain = try DomainName("domain.com")
    event.audit = Event.AuditNews(
      new: [try findings()[1].finding], fixed: [], same: 3, score: 7.2, of: 8.5, grade: "C", scoreBefore: 8.2,
      gradeBefore: "A")
    return event
  }

  static func spans() throws -> [AnswerSpan] {
    let key = try key("zendesk1._domainkey.domain.com")
    func span(
      _ view: String, _ server: ServerAnswer, from: Int64, to: Int64, isCurrent: Bool = false
    ) -> AnswerSpan {
      AnswerSpan(
        key: key, view: view, server: server.server, endpoint: server.endpoint, firstSeen: start + .seconds(from),
        lastSeen: start + .seconds(to), isCurrent: isCurrent, answer: server.answer)
    }
    return [
      span(
        "local", Self.server("127.0.0.53", .records, record, endpoint: Endpoint(.v4(0x7F00_0035))), from: -90_000,
        to: -4000),
      span("authoritative", Self.server("ns1.old.example", .records, record, aa: true), from: -90_000, to: -4060),
      span("authoritative", Self.server("ns2.old.example", .records, record, aa: true), from: -89_999, to: -4060),
      span(
        "authoritative", Self.server("ada.ns.cloudflare.com", .nxdomain, aa: true), from: -4000, to: 0,
        isCurrent: true),
      span(
        "authoritative", Self.server("bob.ns.cloudflare.com", .nxdomain, aa: true), from: -4000, to: 0,
        isCurrent: true),
    ]
  }

  static func event() throws -> Event {
    let key = try key("zendesk1._domainkey.domain.com")
    var event = Event(
      id: "evt_01", type: .selectorMissing, at: start - .seconds(3960), verdict: .critical,
      summary: "The key is missing: both name servers of domain.com say NXDOMAIN.")
    event.incident = "inc_01"
    event.domain = key.domain
    event.selector = key.selector
    event.name = key.name
    event.since = start - .seconds(4000)
    event.labels = ["team": "mail", "partner": "zendesk"]
    event.diagnosis = Diagnosis(
      cause: "The zone moved to other name servers, and the key was not carried over.",
      evidence: ["name servers changed from ns1.old.example to ada.ns.cloudflare.com at 18:53"],
      remedy: "Add the record to the zone at its new name servers.",
      record: "zendesk1._domainkey.domain.com. 300 IN TXT \"\(record)\"")
    return event
  }

  static func incidents() throws -> [RecordedIncident] {
    let event = try event()
    let subject = "zendesk1._domainkey.domain.com"
    func incident(_ suffix: String, _ kind: Incident.Kind, _ verdict: Verdict, at seconds: Int64) -> Incident {
      let at = start - .seconds(seconds)
      return Incident(
        id: "inc_01kawm5e5gq8f3b7y2m4n6p8\(suffix)", kind: kind, subject: subject, openedAt: at,
        openedBy: "evt_\(suffix)", verdict: verdict, toldAt: at)
    }
    var closed = incident("r0", .condition, .critical, at: 90_000)
    closed.closedAt = start - .seconds(86_000)
    closed.closedBy = "evt_r9"
    var acknowledged = incident("r1", .change, .warning, at: 4000)
    acknowledged.acknowledged = Acknowledgement(
      incident: acknowledged.id, by: "kim", note: "The partner announced the new key by phone; see ticket 4711.",
      at: start - .seconds(60))
    var change = event
    change.type = .selectorChanged
    change.verdict = .warning
    change.summary = "The key of zendesk1 was replaced by another one: RSA 2048 bits instead of RSA 1024 bits."
    var down = Event(
      id: "evt_r3", type: .viewDown, at: start, verdict: .warning, summary: "The view google answers nothing.")
    down.view = "google"
    var view = incident("r3", .condition, .warning, at: 20)
    view.subject = "view:google"
    return [
      RecordedIncident(incident: closed, opening: nil), RecordedIncident(incident: acknowledged, opening: change),
      RecordedIncident(incident: incident("r2", .condition, .critical, at: 3960), opening: event),
      RecordedIncident(incident: view, opening: down),
    ]
  }

  static func deliveries() throws -> [DeliveryItem] {
    let event = try event()
    var delivered = Delivery(id: "dlv_01", event: event.id, receiver: "postmaster", createdAt: event.at)
    delivered.status = .delivered
    delivered.attempts = 1
    delivered.nextAttemptAt = nil
    delivered.lastResult = "HTTP 200"
    var pending = Delivery(id: "dlv_02", event: event.id, receiver: "pager", createdAt: event.at)
    pending.attempts = 3
    pending.lastResult = "HTTP 503"
    pending.nextAttemptAt = start
    var failed = Delivery(id: "dlv_03", event: event.id, receiver: "old", createdAt: event.at)
    failed.status = .failed
    failed.attempts = 1
    failed.lastResult = "HTTP 410: the receiver wants nothing more"
    return [delivered, pending, failed].map { DeliveryItem(delivery: $0, event: event) }
  }
}
