// Findings that no single look shows: they need what was seen before.

package import Model

/// The rules of this stage.
package enum MonitoringFindings {
  package static let all = [answersVary]

  static let answersVary = Rule(
    id: "answers-vary", severity: .warning,
    summary: "The answers come and go: several of the last looks were wrong, though the last one was good.",
    remedy:
      "Ask each of the servers named several times over; compare their zones and serials, and check for several machines behind one address that do not hold the same zone.",
    source: "RFC 1034, section 4.3.5")
}
