// The report of an audit as one HTML file: nothing is loaded from elsewhere, no script, light and dark, made to be printed.

public import Auditing
public import Model
internal import Mustache
internal import Phrasing

/// Renders reports.
public enum AuditPage {
  /// The page of one report, or of several one after the other.
  public static func html(_ reports: [AuditReport], display: (DomainName) -> String = { $0.description }) -> String {
    let names = reports.map { display($0.domain).visible }
    let page = Page(
      title: "Audit of \(Phrase.list(names, limit: 3))",
      style: String(decoding: PackageResources.audit_css, as: UTF8.self),
      isMany: reports.count > 1, reports: zip(reports, names).map { Report($0, name: $1) })
    return template?.render(page) ?? ""
  }

  /// Nil would be a fault in the template, which a test would find.
  static let template = try? MustacheTemplate(string: String(decoding: PackageResources.audit_mustache, as: UTF8.self))
}

/// What the template shows. Mustache escapes each value.
struct Page {
  var title: String
  var style: String
  var isMany: Bool
  var reports: [Report]
}

struct Report {
  var domain: String
  var anchor: String
  var verdict: String
  var score: String
  var of: String
  var isPartial: Bool
  var grade: String
  var gradeClass: String
  var summary: String
  var checkedAt: String
  var answers: [Answer]
  var losses: [Loss]
  var hasLosses: Bool
  var allFixed: String
  var sections: [Section]
  var records: [Record]
  var effort: String

  struct Answer {
    var title: String
    var verdict: String
    var sign: String
    var text: String
  }

  struct Loss {
    var points: String
    var rule: String
    var text: String
    var remedy: String
  }

  struct Section {
    var title: String
    var verdict: String
    var sign: String
    var word: String
    var score: String
    var findings: [Finding]
    var notes: [Finding]
    var hasNotes: Bool
    var good: [String]
    var unknown: [String]
  }

  struct Finding {
    var rule: String
    var severity: String
    var sign: String
    var points: String
    var hasPoints: Bool
    var text: String
    var evidence: [String]
    var remedy: String
  }

  struct Record {
    var name: String
    var value: String
  }
}

extension Report {
  init(_ report: AuditReport, name: String) {
    domain = name
    anchor = "d-" + name.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." }
    verdict = report.verdict.rawValue
    score = report.score.tenths
    of = report.of.tenths
    isPartial = report.of < 10
    grade = report.grade?.rawValue ?? "–"
    gradeClass = report.grade.map { $0 <= .a ? "ok" : $0 <= .c ? "warning" : "critical" } ?? "unknown"
    summary = report.summary.visible
    checkedAt = Phrase.dateAndTime(report.checkedAt)
    answers = report.answers.map {
      Answer(
        title: $0.question.title, verdict: $0.verdict.rawValue, sign: $0.verdict.sign, text: $0.text.visible)
    }
    let lost = report.findings.filter { $0.points > 0 }.sorted { $0.points > $1.points }
    losses = lost.map {
      Loss(
        points: "−\($0.points.tenths)", rule: $0.finding.rule, text: $0.finding.text.visible,
        remedy: $0.finding.remedy.visible)
    }
    hasLosses = !lost.isEmpty
    allFixed = lost.count > 1 ? "With all \(lost.count) fixed: \(report.of.tenths) of \(report.of.tenths)." : ""
    sections = report.sectionsByWorst.map(Section.init)
    records = report.records.rows.map { Record(name: $0.name, value: $0.value.visible) }
    effort =
      "\(Phrase.count(report.effort.questions, "question")) in \(Phrase.count(report.effort.rounds, "round")); at most "
      + "\(report.effort.limit) are asked"
      + (report.effort.isCut ? ". The limit was reached: the report is not complete." : ".")
  }
}

extension Report.Section {
  init(_ section: AuditReport.Section) {
    let worst = section.findings.first?.finding.severity
    let verdict: Verdict =
      worst.map { Verdict($0) } ?? (section.good.isEmpty && !section.unknown.isEmpty ? .unknown : .ok)
    title = section.title
    self.verdict = verdict.rawValue
    sign = verdict.sign
    word = verdict == .ok ? "right" : verdict == .unknown ? "not judged" : verdict.rawValue
    score = section.score < section.of ? "\(section.score.tenths) of \(section.of.tenths)" : ""
    findings = section.findings.filter { $0.finding.severity > .info || $0.points > 0 }.map(Report.Finding.init)
    notes = section.findings.filter { $0.finding.severity == .info && $0.points == 0 }.map(Report.Finding.init)
    hasNotes = !notes.isEmpty
    good = section.good.map(\.visible)
    unknown = section.unknown.map(\.visible)
  }
}

extension Report.Finding {
  init(_ scored: AuditReport.ScoredFinding) {
    let finding = scored.finding
    rule = finding.rule
    severity = finding.severity.rawValue
    sign = finding.severity == .info ? "·" : Verdict(finding.severity).sign
    points = "−\(scored.points.tenths)"
    hasPoints = scored.points > 0
    text = finding.text.visible
    evidence = finding.evidence.split(separator: "\n").map { String($0).visible }
    remedy = finding.remedy.visible
  }
}

extension Verdict {
  /// A sign beside the colour, so that colour is never the only carrier.
  var sign: String {
    switch self {
    case .ok: "✓"
    case .warning: "!"
    case .critical: "✗"
    case .unknown: "?"
    }
  }
}

extension Double {
  /// One decimal, and none where it is zero: `8.5`, `10`.
  var tenths: String {
    let number = Int((self * 10).rounded())
    return number % 10 == 0 ? "\(number / 10)" : "\(number / 10).\(number % 10)"
  }
}
