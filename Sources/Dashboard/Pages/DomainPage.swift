// One domain: its selectors and record sets, rotations, who signs as it, its name servers, its audit, what happened.

internal import Auditing
internal import Model
internal import Phrasing
internal import Reporting

enum DomainPage {
  static let routes: [Route] = [Route("GET", "/domain/{domain}", .read, show)]

  @Sendable private static func show(_ call: Call) async throws -> WebResponse {
    let name = try call.domain()
    guard let report = try await call.source.domain(name) else {
      throw WebProblem(404, "Nothing is known of \(name). Add it to the watches of the configuration, or audit it.")
    }
    let display = call.site.settings.display
    var fields = head(report, call)
    fields.merge(OverviewPage.rows(report.rows, report.report, call)) { $1 }
    fields["rotations"] = report.rotations.map { rotation($0, call) }
    fields["hasRotations"] = !report.rotations.isEmpty
    fields["census"] = census(report, call)
    fields["hasCensus"] = !report.census.isEmpty
    if let delegation = report.delegation {
      var part: Fields = [
        "zone": Shown(display(delegation.delegation.zone)), "firstSeen": delegation.firstSeen.fields(now: call.now),
        "servers": delegation.delegation.servers.map { ["text": Shown($0.description)] as Fields },
      ]
      part["changes"] = report.delegationChanges.map { EventFields(call: call).fields($0, withName: false) }
      part["isUnchanged"] = report.delegationChanges.isEmpty
      fields["delegation"] = part
    }
    fields["audit"] = AuditPages.summary(report.audit, of: name, call)
    fields["events"] = report.events.map { EventFields(call: call).fields($0, withName: true) }
    fields["hasEvents"] = !report.events.isEmpty
    return Page(call: call, title: display(name), place: .overview).response("domain", fields)
  }

  private static func head(_ report: DomainReport, _ call: Call) -> Fields {
    let order: [Verdict] = [.critical, .unknown, .warning, .ok]
    let worst = order.first { (report.counts[$0] ?? 0) > 0 }
    let total = report.counts.values.reduce(0, +)
    var fields: Fields = [
      "name": Shown(call.site.settings.display(report.domain)), "hasWatches": total > 0,
      "troubles": report.report.troubles.map { ["text": Shown($0)] as Fields },
      "counts": order.compactMap { verdict -> Fields? in
        guard let count = report.counts[verdict], count > 0 else { return nil }
        return ["mark": verdict.fields(), "count": Shown("\(count)")]
      },
      "verdict": Shown((worst ?? .unknown).rawValue),
      "silenceLink": Shown(
        call.site.path("/silences?domain=\(PercentCoding.encode(report.domain.description))")),
      "silences": report.silences.map { SilencePage.fields($0, call) },
    ]
    let shown = report.rows.count
    if shown < total {
      fields["more"] = Shown("The \(shown) worst of \(total) are shown.")
      fields["moreLink"] = Shown(call.site.path("/?domain=\(PercentCoding.encode(report.domain.description))"))
    }
    return fields
  }

  private static func rotation(_ rotation: RotationItem, _ call: Call) -> Fields {
    let display = call.site.settings.display
    var fields: Fields = [
      "old": Shown(display(rotation.old.selector)), "oldLink": Shown(call.site.path(to: rotation.old)),
      "new": Shown(display(rotation.new.selector)), "newLink": Shown(call.site.path(to: rotation.new)),
    ]
    fields["event"] = rotation.event.map { EventFields(call: call).fields($0, withName: false) }
    return fields
  }

  private static func census(_ report: DomainReport, _ call: Call) -> [Fields] {
    let watched = Set(report.rows.filter { $0.key.isKey && $0.key.domain == report.domain }.map(\.key.selector))
    return report.census.map { item in
      let failing = item.results.filter { !["pass", "signed", "none"].contains($0.key) }
      let parts = failing.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
      var fields: Fields = [
        "selector": Shown(item.selector.map(call.site.settings.display) ?? "(not told)"),
        "messages": Shown("\(item.messages)"), "failing": Shown(parts.joined(separator: ", ")),
        "lastSeen": item.lastSeen.fields(now: call.now), "firstSeen": item.firstSeen.fields(now: call.now),
        "isUnwatched": item.selector.map { !watched.contains($0) } ?? false,
      ]
      if let selector = item.selector, watched.contains(selector),
        let key = try? KeyName(selector: selector, domain: report.domain)
      {
        fields["href"] = Shown(call.site.path(to: key))
      }
      return fields
    }
  }
}
