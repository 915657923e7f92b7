// A badge for other pages: the domain, and the verdict on one selector as word and colour.

internal import Model
internal import Reporting

enum Badge {
  static func svg(_ domain: String, _ status: StatusReport.WatchStatus, _ report: StatusReport) -> String {
    let verdict = report.verdict(of: status)
    let state = status.memory.state
    let word = verdict == .ok || verdict == .unknown || state == .published ? verdict.rawValue : state.rawValue
    let label = "DKIM " + (domain.count > 40 ? domain.prefix(39) + "…" : domain)
    let colour =
      switch verdict {
      case .ok: "#1a7f4b"
      case .warning: "#8a5a00"
      case .critical: "#b3261e"
      case .unknown: "#5c6470"
      }
    // Seven units a letter of this size is about right, and textLength makes it so.
    let (left, right) = (label.count * 7 + 12, word.count * 7 + 12)
    let title = "\(label): \(word)".markup
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="\(left + right)" height="20" role="img" aria-label="\(title)">
      <title>\(title)</title><rect width="\(left + right)" height="20" rx="3" fill="#3a3f44"/>
      <path d="M\(left) 0h\(right - 3)a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-\(right - 3)z" fill="\(colour)"/>
      <g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
      <text x="6" y="14" textLength="\(left - 12)">\(label.markup)</text>
      <text x="\(left + 6)" y="14" textLength="\(right - 12)">\(word)</text></g></svg>

      """
  }
}
