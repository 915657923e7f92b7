// Metrics in the text format of Prometheus, version 0.0.4.

internal import Model

enum MetricsText {
  static let type = "text/plain; version=0.0.4; charset=utf-8"

  /// All metrics that have a value, sorted as the table is.
  static func text(_ report: MetricsReport) -> String {
    var text = ""
    for metric in Metric.all {
      let samples = metric.samples(report)
      if samples.isEmpty { continue }
      text += "# HELP \(metric.name) \(metric.help)\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
      for sample in samples {
        text += metric.name
        if !metric.labels.isEmpty {
          text += "{"
          for (index, (label, value)) in zip(metric.labels, sample.labels).enumerated() {
            text += (index == 0 ? "" : ",") + label + "=\"" + escaped(value) + "\""
          }
          text += "}"
        }
        text += " " + sample.value.text + "\n"
      }
    }
    return text
  }

  /// Backslash, quotation mark and line feed as the format wants them; other controls by their number, since a name may
  /// hold any byte.
  static func escaped(_ value: String) -> String {
    if value.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      return value
    }
    return value.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      case _ where scalar.steersTerminal: text += "\\\\u" + scalar.value.digits(4, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
