// What servers said in the course of time, as a picture: a lane a view, or a lane a server, a colour an answer.

internal import Model
internal import Reporting

/// Draws spans as lanes of an SVG that stretches to its place. Colours are classes: the page's style has them.
struct StripChart {
  var from: Timestamp
  var to: Timestamp
  /// When nobody watched.
  var gaps: [(from: Timestamp, to: Timestamp)] = []
  /// When the name servers of the zone changed.
  var marks: [Timestamp] = []

  private static let width = 1000.0
  static let laneHeight = 10

  /// A span of one lane.
  struct Piece {
    var from: Timestamp
    /// nil for now.
    var to: Timestamp?
    var style: Style
    var title: String
  }

  enum Style: String, Comparable {
    /// The answer of now, an answer with other records, no answer, no records.
    case same, other, failed, absent

    private var rank: Int { self == .same ? 0 : self == .other ? 1 : self == .failed ? 2 : 3 }
    static func < (left: Style, right: Style) -> Bool { left.rank < right.rank }
  }

  /// One lane for each view, all in one picture; the worst of its servers shows.
  func overview(_ spans: [StripSpan]) -> Markup {
    let current = Set(spans.filter { $0.lastSeen == nil && $0.outcome == .records }.map(\.answer))
    let views = spans.map(\.view).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.prefix(4)
    if views.isEmpty { return Markup("") }
    let lanes = views.enumerated().map { index, view in
      let pieces = spans.filter { $0.view == view }.map { span in
        Piece(
          from: span.firstSeen, to: span.lastSeen,
          style: Self.style(span.outcome, isCurrent: current.contains(span.answer)),
          title: "")
      }
      return lane(pieces, at: index * (Self.laneHeight + 2), height: Self.laneHeight)
    }
    let height = views.count * (Self.laneHeight + 2) - 2
    return Markup(
      "<svg class=\"strip\" viewBox=\"0 0 1000 \(height)\" preserveAspectRatio=\"none\" aria-hidden=\"true\">"
        + lanes.joined() + "</svg>")
  }

  /// One lane alone.
  func single(_ pieces: [Piece], label: String) -> Markup {
    let marks = marks.filter { $0 >= from && $0 <= to }.map { "<path class=\"mark\" d=\"M\(x($0)) 0v14\"/>" }
    return Markup(
      "<svg class=\"lane\" viewBox=\"0 0 1000 14\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"\(label.markup)\">"
        + lane(pieces, at: 0, height: 14) + marks.joined() + "</svg>")
  }

  private func lane(_ pieces: [Piece], at top: Int, height: Int) -> String {
    var text = "<rect class=\"none\" x=\"0\" y=\"\(top)\" width=\"1000\" height=\"\(height)\"/>"
    // What is bad lies on top.
    for piece in pieces.sorted(by: { $0.style < $1.style }) where (piece.to ?? to) >= from {
      text += rectangle(piece.from, piece.to ?? to, piece.style.rawValue, top, height, piece.title)
    }
    for gap in gaps where gap.to >= from { text += rectangle(gap.from, gap.to, "gap", top, height, "nobody watched") }
    return text
  }

  private func rectangle(
    _ begin: Timestamp, _ end: Timestamp, _ style: String, _ top: Int, _ height: Int, _ title: String
  ) -> String {
    var (left, right) = (x(max(begin, from)), x(min(end, to)))
    // Also what lasted a moment shows, and what holds now has to.
    let least = end >= to ? 14 : 5
    if right - left < least { (left, right) = (min(left, Int(Self.width) - least), max(right, left + least)) }
    let width = right - left
    let head = "<rect class=\"\(style)\" x=\"\(left)\" y=\"\(top)\" width=\"\(width)\" height=\"\(height)\""
    return title.isEmpty ? head + "/>" : head + "><title>\(title.markup)</title></rect>"
  }

  private func x(_ time: Timestamp) -> Int {
    let whole = Double(max((to - from).microseconds, 1))
    return Int((Double((time - from).microseconds) / whole * Self.width).rounded())
  }

  static func style(_ outcome: Outcome, isCurrent: Bool) -> Style {
    switch outcome {
    case .records: isCurrent ? .same : .other
    case .nodata, .nxdomain: .absent
    case .failed: .failed
    }
  }
}
