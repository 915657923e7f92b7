// One selector: why it is as it is and what fixes it, then who says what, then what happened.

internal import Keys
internal import Model
internal import Phrasing
internal import Reporting

enum WatchPage {
  static let routes: [Route] = [
    Route("GET", "/watch/{domain}/{selector}", .read, show),
    Route("POST", "/watch/{domain}/{selector}/check", .act, checkNow),
  ]

  /// The periods that can be chosen, in days.
  private static let periods: [(value: String, label: String)] = [
    ("1d", "1 day"), ("7d", "7 days"), ("30d", "30 days"), ("365d", "1 year"),
  ]

  @Sendable private static func checkNow(_ call: Call) async throws -> WebResponse {
    _ = try call.form()
    try await call.checkNow()
    return .redirect(to: call.site.path(to: try call.key()))
  }

  @Sendable private static func show(_ call: Call) async throws -> WebResponse {
    let since = try call.since(days: 7)
    let report = try await call.watch(since: since)
    var parts = Parts(report: report, call: call, since: since)
    let name = call.site.settings.display(report.row.key.name)
    let chosen = call.request.query.all("since").first ?? "7d"
    parts.fields["periods"] = periods.map { period -> Fields in
      ["value": Shown(period.value), "label": Shown(period.label), "isChosen": period.value == chosen]
    }
    parts.fill()
    return Page(call: call, title: name, place: .overview).response("watch", parts.fields)
  }
}

/// The parts of the page.
private struct Parts {
  let report: WatchReport
  let call: Call
  let since: Timestamp
  var fields: Fields = [:]

  private var memory: WatchMemory { report.row.memory }
  private var key: KeyName { report.row.key }
  private var now: Timestamp { call.now }

  init(report: WatchReport, call: Call, since: Timestamp) {
    self.report = report
    self.call = call
    self.since = since
  }

  mutating func fill() {
    fillHead()
    fillDiagnosis()
    fillKey()
    fields["findings"] = memory.findings.map(finding)
    fields["hasFindings"] = !memory.findings.isEmpty
    fillViews()
    fillTimeline()
    fields["events"] = report.events.reversed().prefix(50).map { EventFields(call: call).fields($0, withName: false) }
    fields["hasEvents"] = !report.events.isEmpty
    fields["incidents"] = report.incidents.map { ListPages.incident($0, call) }
    fields["hasIncidents"] = !report.incidents.isEmpty
    fields["deliveries"] = report.deliveries.map { ListPages.delivery($0, call) }
    fields["hasDeliveries"] = !report.deliveries.isEmpty
  }

  private mutating func fillHead() {
    let display = call.site.settings.display
    let verdict = report.report.verdict(of: report.row.status)
    fields["mark"] = verdict.fields(word: memory.state.rawValue)
    fields["verdict"] = Shown(verdict.rawValue)
    fields["name"] = Shown(display(key.name))
    fields["plainName"] = Shown(key.name.description)
    fields["domain"] = Shown(display(key.domain))
    fields["domainLink"] = Shown(call.site.path(to: key.domain))
    fields["summary"] = Shown(memory.summary(report.report.policy))
    fields["checkLink"] = Shown(call.site.path(to: key) + "/check")
    let selector = key.isKey ? "&selector=\(PercentCoding.encode(key.selector.description))" : ""
    fields["silenceLink"] = Shown(
      call.site.path("/silences?domain=\(PercentCoding.encode(key.domain.description))\(selector)"))
    fields["silences"] = report.silences.map { SilencePage.fields($0, call) }
    fields["troubles"] = report.report.troubles.map { ["text": Shown($0)] as Fields }
    if let time = report.row.status.since { fields["since"] = time.fields(now: now) }
    if let time = report.row.nextLook { fields["nextCheck"] = time.fields(now: now) }
    guard let watch = report.row.watch else { return }
    fields["interval"] = Shown(Phrase.exactDuration(seconds: watch.interval.components.seconds))
    fields["note"] = watch.note.map { Shown($0) }
    fields["labels"] = watch.labels.sorted { $0.key < $1.key }.map {
      ["text": Shown("\($0.key)=\($0.value)")] as Fields
    }
    fields["isLearned"] = watch.isLearned
    if let use = report.use {
      fields["use"] = Shown(
        "\(Phrase.count(use.messages7d, "message")) in the last 7 days \(Phrase.agreeing(use.messages7d, "was", "were")) "
          + "signed with it, \(use.failing7d) of them failed; the last one came "
          + "\(Phrase.duration(now - use.lastSeen)) ago.")
    }
  }

  private mutating func fillDiagnosis() {
    let time: (Timestamp) -> String = { [now] in Phrase.time($0, now: now) }
    fields["caches"] = memory.caches.map { ["text": Shown($0.sentence(time: time))] as Fields }
    guard let diagnosis = memory.explanation?.diagnosis else { return }
    var part: Fields = [
      "cause": Shown(diagnosis.cause), "remedy": Shown(diagnosis.remedy),
      "evidence": diagnosis.evidence.flatMap(lines), "hasEvidence": !diagnosis.evidence.isEmpty,
      "alternatives": (diagnosis.alternatives ?? []).map { ["text": Shown("\($0.cause) (\($0.certainty.rawValue))")] },
      "hasAlternatives": diagnosis.alternatives?.isEmpty == false,
      "clocks": (diagnosis.timeline?.sentences(at: now, time: time) ?? []).map { ["text": Shown($0)] as Fields },
    ]
    part["certainty"] = diagnosis.certainty.map { Shown($0.rawValue) }
    part["reasoning"] = diagnosis.reasoning.map { Shown($0) }
    part["instructions"] = diagnosis.instructions.map { ["lines": lines($0)] as Fields }
    part["record"] = diagnosis.record.map { ["lines": lines($0)] as Fields }
    fields["diagnosis"] = part
  }

  private mutating func fillKey() {
    let records = memory.snapshot?.records ?? []
    fields["records"] = records.map { ["text": Self.shortened($0)] as Fields }
    if let key = memory.snapshot?.key {
      fields["key"] =
        [
          "words": Shown(key.words), "fingerprint": Shown(key.fingerprint), "testing": key.testing,
        ] as Fields
    }
    if memory.state != .published, let good = memory.lastGood {
      fields["lastGood"] =
        [
          "at": good.at.fields(now: now),
          "records": good.records.map { ["text": Shown(TextRecord($0).zoneFileText)] as Fields },
        ] as Fields
    }
    // What is long is no key: judging it would cost the reader of a page more than it tells.
    guard !records.isEmpty, records.allSatisfy({ $0.utf8.count < 16_384 }) else { return }
    let opinions = KeyJudge.judge(records.map { TextRecord($0) }).receivers
    fields["receivers"] = opinions.map { opinion -> Fields in
      [
        "name": Shown(opinion.receiver), "word": Shown(opinion.verdict.rawValue), "reason": Shown(opinion.reason),
        "isAccepting": opinion.verdict == .accept,
      ]
    }
    fields["acceptance"] = Shown("\(opinions.acceptances) of \(opinions.count) receivers accept it.")
    fields["hasReceivers"] = !opinions.isEmpty
  }

  private func finding(_ finding: Finding) -> Fields {
    [
      "mark": Verdict(finding.severity).fields(word: finding.severity.rawValue), "text": Shown(finding.text),
      "evidence": lines(finding.evidence), "hasEvidence": !finding.evidence.isEmpty, "remedy": Shown(finding.remedy),
      "rule": Shown(finding.rule),
    ]
  }

  /// The longest text of a key that receivers use is shorter; what is longer is cut.
  private static let longestRecord = 1200

  private static func shortened(_ record: String) -> Shown {
    let count = record.unicodeScalars.count
    if count <= longestRecord { return Shown(record) }
    let beginning = String(String.UnicodeScalarView(record.unicodeScalars.prefix(longestRecord)))
    return Shown("\(beginning)… (\(count) characters)")
  }

  private func lines(_ text: String) -> [Fields] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { ["text": Shown($0)] }
  }

  // MARK: Who says what

  private mutating func fillViews() {
    let current = report.spans.filter(\.isCurrent)
    let groups = Dictionary(grouping: current, by: \.view).sorted { $0.key < $1.key }
    fields["views"] = groups.map { view, spans -> Fields in
      [
        "view": Shown(view),
        "servers": spans.sorted { $0.server < $1.server }.map(server),
      ]
    }
    fields["hasViews"] = !groups.isEmpty
    if let delegation = report.delegation {
      fields["zone"] = Shown(call.site.settings.display(delegation.delegation.zone))
      fields["nameServers"] = Shown(Phrase.names(delegation.delegation.servers))
      if let change = delegation.lastChange {
        fields["delegationChange"] = Shown(
          "The name servers changed from \(Phrase.names(change.before)) to \(Phrase.names(change.after)), first seen at "
            + Phrase.dateAndTime(change.at) + ".")
      }
    }
  }

  private func server(_ span: AnswerSpan) -> Fields {
    let answer = span.answer
    var fields: Fields = [
      "server": Shown(span.server), "outcome": Shown(answer.outcome.failure?.rawValue ?? answer.outcome.word),
      "class": Shown(StripChart.style(answer.outcome, isCurrent: true).rawValue),
      "since": span.firstSeen.fields(now: now),
      "records": answer.records.map { ["text": Self.shortened($0.text)] as Fields },
    ]
    let address = span.endpoint?.description
    if let address, address != span.server { fields["address"] = Shown(address) }
    if !answer.cname.isEmpty { fields["chain"] = Shown(answer.cname.map(\.description).joined(separator: " → ")) }
    if let ttl = answer.ttl ?? answer.negativeTTL { fields["ttl"] = Shown(Phrase.exactDuration(seconds: ttl)) }
    return fields
  }

  // MARK: What happened

  private mutating func fillTimeline() {
    var chart = StripChart(from: since, to: now)
    chart.gaps = zip(report.periods, report.periods.dropFirst()).compactMap { earlier, later in
      later.from - earlier.to > StatusReport.staleAfter ? (from: earlier.to, to: later.from) : nil
    }
    chart.marks = report.events.filter { $0.type == .delegationChanged }.map(\.at)
    let currentDigests = Set(report.spans.filter { $0.isCurrent && $0.answer.outcome == .records }.map(\.answer.digest))
    let lanes = Dictionary(grouping: report.spans) { Lane(view: $0.view, server: $0.server) }
    fields["lanes"] = lanes.sorted { $0.key < $1.key }.prefix(40).map { lane, spans -> Fields in
      let pieces = spans.map { span in
        StripChart.Piece(
          from: span.firstSeen, to: span.isCurrent ? nil : span.lastSeen,
          style: StripChart.style(span.answer.outcome, isCurrent: currentDigests.contains(span.answer.digest)),
          title: title(of: span))
      }
      let label = "\(lane.name): \(Phrase.count(spans.count, "answer")) in this period, now \(words(spans.last))"
      return ["name": Shown(lane.name), "picture": chart.single(pieces, label: label)]
    }
    fields["hasLanes"] = !lanes.isEmpty
    fields["from"] = since.fields(now: now)
    fields["hasGaps"] = !chart.gaps.isEmpty
    fields["hasMarks"] = !chart.marks.isEmpty
  }

  private struct Lane: Hashable, Comparable {
    var view: String
    var server: String
    var name: String { view == server ? view : "\(view) \(server)" }
    static func < (left: Lane, right: Lane) -> Bool { (left.view, left.server) < (right.view, right.server) }
  }

  private func words(_ span: AnswerSpan?) -> String {
    guard let outcome = span?.answer.outcome else { return "nothing" }
    return outcome.failure?.rawValue ?? outcome.word
  }

  private func title(of span: AnswerSpan) -> String {
    let end = span.isCurrent ? "until now" : "to \(Phrase.dateAndTime(span.lastSeen))"
    return "\(words(span)), \(Phrase.dateAndTime(span.firstSeen)) \(end)"
  }
}
