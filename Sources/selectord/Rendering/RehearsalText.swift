// A rehearsal as a table, and the lines that the new zone still needs.

import Conventions
import Model
import Phrasing
import Rehearsal

/// Prints a rehearsal for people.
struct RehearsalText {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }
  /// Whether what is equal is shown too, and what to enter in the panel of the future host.
  var showsAll = false

  func text(_ report: RehearsalReport) -> String {
    let detail = JudgementDetail(appearance: appearance, display: display)
    let items = report.items.filter { showsAll || $0.difference != .equal }
    var text = Self.lines(head(report), appearance)
    if !items.isEmpty { text += "\n" + Grid.render(columns, items.map(row), appearance: appearance) }
    let notices = report.notices.flatMap { notice -> [StyledText] in
      let sign = notice.severity == .info ? appearance.symbol(.info) : appearance.symbol(notice.verdict)
      return detail.paragraph(sign + StyledText(" "), notice.text, indentation: 0)
        + (notice.remedy.isEmpty ? [] : detail.paragraph(StyledText("do: ", .faint), notice.remedy, indentation: 2))
    }
    if !notices.isEmpty { text += "\n" + Self.lines(notices, appearance) }
    let zoneFile = report.zoneFile
    if !zoneFile.isEmpty {
      text += "\n" + Self.lines([StyledText("records for the new zone", .faint)], appearance)
      text += zoneFile.split(separator: "\n").map { StyledText(String($0)).rendered(appearance) + "\n" }.joined()
      text += panel(report)
    }
    text += "\n"
    return text
      + Self.lines(
        detail.paragraph(appearance.symbol(report.verdict) + StyledText(" "), report.summary, indentation: 0),
        appearance)
  }

  private static func lines(_ lines: [StyledText], _ appearance: Appearance) -> String {
    lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private func head(_ report: RehearsalReport) -> [StyledText] {
    func names(_ servers: [RehearsalReport.Server]) -> String {
      var seen: [String] = []
      for server in servers where !seen.contains(server.name) { seen.append(server.name) }
      return seen.isEmpty ? "none" : Phrase.list(seen, limit: 13)
    }
    let zone = report.zone == report.domain ? "" : " in the zone \(display(report.zone))"
    return [
      StyledText(display(report.domain), .strong) + StyledText(zone),
      StyledText("  now   ", .faint) + StyledText(names(report.current)),
      StyledText("  then  ", .faint) + StyledText(names(report.future)),
    ]
  }

  private let columns = [
    Grid.Column("  RESULT"), Grid.Column("NAME", minimum: 24), Grid.Column("TYPE"), Grid.Column("FOR"),
    Grid.Column("WHERE", minimum: 16, omission: .beforeOthersAreCut),
  ]

  private func row(_ item: RehearsalReport.Item) -> Grid.Row {
    let verdict = item.difference.verdict
    return Grid.Row(
      cells: [
        appearance.symbol(verdict) + StyledText(" ") + StyledText(item.difference.word, Style(verdict)),
        StyledText(display(item.question.name), .strong), StyledText(item.question.type.description),
        StyledText(item.purpose.text),
        StyledText(Self.place(item), .faint),
      ], below: below(item))
  }

  /// Which of the future servers.
  private static func place(_ item: RehearsalReport.Item) -> String {
    let those = item.servers.filter { $0.difference == item.difference }
    let count = item.servers.count
    if those.count == count {
      return count == 1 ? "the only server" : count == 2 ? "both servers" : "all \(count) servers"
    }
    return "\(those.count) of \(count): \(Phrase.list(those.map(\.server.name)))"
  }

  /// Now and then, where both have something, or all is shown.
  private func below(_ item: RehearsalReport.Item) -> [StyledText] {
    var lines: [StyledText] = []
    func add(_ label: String, _ records: [ResourceRecord], _ place: String = "") {
      for record in records {
        let text = "\(record.ttl) \(record.type) \(record.dataText)\(place)"
        lines.append(StyledText("    ") + StyledText(label, .faint) + StyledText(text))
      }
    }
    let differs: Set<Difference> = [.ttl, .different, .flattened, .additional]
    guard showsAll || differs.contains(item.difference) else { return [] }
    add("now   ", item.current)
    var seen: [[ResourceRecord]] = [item.current]
    for result in item.servers where !seen.contains(result.records) {
      seen.append(result.records)
      let some = item.servers.contains { $0.records != result.records }
      add("then  ", result.records, some ? "  at \(result.server.name)" : "")
    }
    return lines
  }

  /// What goes into the panel of the future host, where it is known.
  private func panel(_ report: RehearsalReport) -> String {
    let host = DNSHosts.host(servers: report.future.compactMap { try? DomainName($0.name) })
    guard !host.isZoneFile else { return "" }
    guard showsAll else {
      return "\n"
        + Self.lines(
          [StyledText("The new servers belong to \(host.name); --verbose shows what to enter in its panel.")],
          appearance)
    }
    let lost = report.items.filter { $0.difference.verdict == .critical }
    let blocks = lost.flatMap(\.current).map { record in
      "\n" + Self.lines(host.instructions(for: record, zone: report.zone).lines.map { StyledText($0) }, appearance)
    }
    return blocks.joined()
  }
}

extension Difference {
  /// In the words of a table.
  var word: String {
    switch self {
    case .ttl: "other TTL"
    case .unserved: "not served"
    case .unanswered: "no answer"
    default: rawValue
    }
  }
}

/// The JSON object of a rehearsal.
struct RehearsalObject: Encodable {
  let report: RehearsalReport
  let checkedAt: Timestamp

  private enum CodingKeys: String, CodingKey {
    case domain, zone, verdict, summary, checkedAt, current, future, records, notices, zoneFile
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(report.domain, forKey: .domain)
    try container.encode(report.zone, forKey: .zone)
    try container.encode(report.verdict, forKey: .verdict)
    try container.encode(report.summary, forKey: .summary)
    try container.encode(checkedAt, forKey: .checkedAt)
    try container.encode(report.current.map(ServerObject.init), forKey: .current)
    try container.encode(report.future.map(ServerObject.init), forKey: .future)
    try container.encode(report.items.map(ItemObject.init), forKey: .records)
    try container.encode(report.notices.map(NoticeObject.init), forKey: .notices)
    try container.encode(report.zoneFile, forKey: .zoneFile)
  }
}

private struct ServerObject: Encodable {
  var server: String
  var address: Endpoint?

  init(_ server: RehearsalReport.Server) {
    self.server = server.name
    address = server.endpoint
  }
}

private struct ItemObject: Encodable {
  var name: DomainName
  var type: String
  var purpose: Purpose
  var difference: Difference
  var verdict: Verdict
  var ttl: UInt32?
  var records: [String]
  var servers: [ResultObject]

  init(_ item: RehearsalReport.Item) {
    name = item.question.name
    type = item.question.type.description
    purpose = item.purpose
    difference = item.difference
    verdict = item.difference.verdict
    ttl = item.current.map(\.ttl).min()
    records = item.current.map(\.dataText)
    servers = item.servers.map(ResultObject.init)
  }
}

private struct ResultObject: Encodable {
  var server: String
  var address: Endpoint?
  var difference: Difference
  var failure: Outcome.Failure?
  var ttl: UInt32?
  var records: [String]

  init(_ result: RehearsalReport.ServerResult) {
    server = result.server.name
    address = result.server.endpoint
    difference = result.difference
    failure = result.failure
    ttl = result.records.map(\.ttl).min()
    records = result.records.map(\.dataText)
  }
}

private struct NoticeObject: Encodable {
  var severity: Severity
  var verdict: Verdict
  var text: String
  var remedy: String

  init(_ notice: Notice) {
    severity = notice.severity
    verdict = notice.verdict
    text = notice.text
    remedy = notice.remedy
  }
}
