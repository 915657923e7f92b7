// A diagnosis for people: the cause first, then why, what shows it, what to do, when it is over.

import Model
import Phrasing

struct DiagnosisText {
  let detail: JudgementDetail

  /// The whole report of `diagnose`. The first line names the cause.
  func lines(_ judgement: Judgement) -> [StyledText] {
    let appearance = detail.appearance
    let isWell = judgement.state == .published && judgement.verdict == .ok
    let head = isWell ? "Nothing is wrong: \(judgement.summary)" : judgement.diagnosis?.cause ?? judgement.summary
    var lines = detail.paragraph(
      appearance.symbol(judgement.verdict) + StyledText(" "), head, indentation: 0, margin: 2)
    guard !isWell, let diagnosis = judgement.diagnosis else { return lines }
    lines += detail.paragraph(
      StyledText("state: ", .faint), "\(judgement.key), \(judgement.state.rawValue): \(judgement.summary)",
      indentation: 2)
    return lines + block(diagnosis, at: judgement.checkedAt, indentation: 2)
  }

  /// Everything but the head, for beneath a row of `check` as well.
  func block(_ diagnosis: Diagnosis, at now: Timestamp, indentation: Int) -> [StyledText] {
    var lines: [StyledText] = []
    if let reasoning = diagnosis.reasoning {
      lines += detail.paragraph(StyledText("why:   ", .faint), reasoning, indentation: indentation)
    }
    lines += detail.evidence(diagnosis.evidence, label: "seen:  ", indentation: indentation)
    lines += detail.paragraph(StyledText("do:    ", .faint), diagnosis.remedy, indentation: indentation)
    for line in (diagnosis.instructions ?? "").split(separator: "\n") {
      lines.append(detail.verbatim(String(line), indentation: indentation + 7))
    }
    if let record = diagnosis.record {
      lines.append(StyledText(String(repeating: " ", count: indentation)) + StyledText("add:", .faint))
      // At the edge, so that it can be copied as it is.
      lines += record.split(separator: "\n").map { detail.verbatim(String($0), indentation: 0) }
    }
    for (index, sentence) in (diagnosis.timeline?.sentences(at: now, time: Phrase.dateAndTime) ?? []).enumerated() {
      lines += detail.paragraph(
        StyledText(index == 0 ? "when:  " : "       ", .faint), sentence, indentation: indentation)
    }
    for other in diagnosis.alternatives ?? [] {
      lines += detail.paragraph(
        StyledText("or:    ", .faint), "\(other.cause) (\(other.certainty.rawValue))", indentation: indentation)
    }
    return lines
  }
}
