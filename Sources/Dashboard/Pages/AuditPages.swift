// The audit of a domain: its form, how far one is, and its report.

internal import Auditing
internal import Model
internal import Phrasing
internal import Reporting

enum AuditPages {
  static let routes: [Route] = [
    Route("GET", "/check/domain", .read) { call in form(call, domain: call.request.query["domain"] ?? "") },
    Route("POST", "/check/domain", .act, begin),
    Route("GET", "/domain/{domain}/audit", .read, show),
  ]

  private static func form(_ call: Call, domain: String, fault: WebProblem? = nil) -> WebResponse {
    var fields: Fields = ["given": Shown(domain), "isDomain": true]
    fields["fault"] = fault.map { Shown($0.detail) }
    let page = Page(call: call, title: "Audit a domain", place: .check)
    return page.response("check", fields, status: fault?.status ?? 200)
  }

  @Sendable private static func begin(_ call: Call) async throws -> WebResponse {
    let typed = (try call.form()["domain"] ?? "").trimmed
    guard let name = call.site.settings.read(typed), !name.isRoot else {
      return form(call, domain: typed, fault: WebProblem(422, "This is not a domain name, such as example.org."))
    }
    do {
      try await call.source.beginAudit(of: name)
    } catch let problem as WebProblem {
      return problem.finish(form(call, domain: typed, fault: problem))
    }
    return .redirect(to: call.site.path(to: name) + "/audit")
  }

  @Sendable private static func show(_ call: Call) async throws -> WebResponse {
    let name = try call.domain()
    guard let state = try await call.source.audit(of: name) else {
      throw WebProblem(404, "There is no audit of \(name) yet. Ask for one at 'Check'.")
    }
    var fields = summary(state, of: name, call)
    fields["name"] = Shown(call.site.settings.display(name))
    fields["domainLink"] = Shown(call.site.path(to: name))
    if let report = state.report { fields.merge(whole(report)) { $1 } }
    let page = Page(call: call, title: "Audit of \(call.site.settings.display(name))", place: .check)
    var response = page.response("audit", fields)
    // A browser without scripts asks again by itself.
    if state.runningSince != nil { response.set("Refresh", "3") }
    return response
  }

  /// What an audit comes to, in short; also where there is none yet.
  static func summary(_ state: AuditState?, of name: DomainName, _ call: Call) -> Fields {
    var fields: Fields = [
      "formLink": Shown(call.site.path("/check/domain")), "asked": Shown(name.description),
      "link": Shown(call.site.path(to: name) + "/audit"),
      "canBegin": call.visitor.right >= .act && state?.runningSince == nil,
    ]
    fields["running"] = state?.runningSince?.fields(now: call.now)
    guard let report = state?.report else { return fields }
    fields["report"] =
      [
        "verdict": Shown(report.verdict.rawValue), "mark": report.verdict.fields(), "summary": Shown(report.summary),
        "score": Shown(report.score.tenths), "of": Shown(report.of.tenths),
        "grade": Shown(report.grade?.rawValue ?? ""),
        "checked": report.checkedAt.fields(now: call.now),
        "answers": report.answers.map { answer -> Fields in
          ["title": Shown(answer.question.title), "mark": answer.verdict.fields(), "text": Shown(answer.text)]
        },
      ] as Fields
    return fields
  }

  private static func whole(_ report: AuditReport) -> Fields {
    [
      "sections": report.sectionsByWorst.map(section),
      "records": report.records.rows.map { ["name": Shown($0.name), "value": Shown($0.value)] as Fields },
      "effort": Shown(
        "\(Phrase.count(report.effort.questions, "question")) in \(Phrase.count(report.effort.rounds, "round"))"
          + (report.effort.isCut ? "; the limit was reached, so the report is not complete" : "")),
    ]
  }

  private static func section(_ section: AuditReport.Section) -> Fields {
    let findings = section.findings.filter { $0.finding.severity > .info || $0.points > 0 }
    let notes = section.findings.filter { $0.finding.severity == .info && $0.points == 0 }
    let verdict: Verdict =
      findings.first.map { Verdict($0.finding.severity) }
      ?? (section.good.isEmpty && !section.unknown.isEmpty ? .unknown : .ok)
    var fields: Fields = [
      "id": Shown(section.id.rawValue), "title": Shown(section.title),
      "mark": verdict.fields(word: verdict == .unknown ? "not judged" : verdict.rawValue),
      "findings": findings.map(finding), "notes": notes.map(finding), "hasNotes": !notes.isEmpty,
      "good": section.good.map { ["text": Shown($0)] as Fields }, "hasGood": !section.good.isEmpty,
      "unknown": section.unknown.map { ["text": Shown($0)] as Fields },
    ]
    if section.score < section.of { fields["score"] = Shown("\(section.score.tenths) of \(section.of.tenths)") }
    return fields
  }

  private static func finding(_ scored: AuditReport.ScoredFinding) -> Fields {
    let finding = scored.finding
    var fields: Fields = [
      "mark": Verdict(finding.severity).fields(word: finding.severity.rawValue), "text": Shown(finding.text),
      "evidence": finding.evidence.split(separator: "\n").map { ["text": Shown($0)] as Fields },
      "hasEvidence": !finding.evidence.isEmpty, "remedy": Shown(finding.remedy), "rule": Shown(finding.rule),
    ]
    if scored.points > 0 { fields["points"] = Shown("−\(scored.points.tenths)") }
    return fields
  }
}

extension Double {
  /// One decimal, and none where it is zero: `8.5`, `10`.
  fileprivate var tenths: String {
    let number = Int((self * 10).rounded())
    return number % 10 == 0 ? "\(number / 10)" : "\(number / 10).\(number % 10)"
  }
}
