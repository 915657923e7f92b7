// The block beneath a row: every server's answer, findings with evidence and remedy, caches.

import Model

/// Tells everything that a judgement knows, indented beneath its row.
struct JudgementDetail {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }

  /// The lines of the block, with an empty one at the end; the summary stands in the row itself.
  func lines(_ judgement: Judgement) -> [StyledText] {
    var lines = answers(judgement.views)
    if let key = judgement.keySummary { lines += section("key", keyLines(key)) }
    lines += section("records", recordLines(judgement.views))
    lines += section("findings", judgement.findings.flatMap(finding))
    if let diagnosis = judgement.diagnosis {
      lines += section(
        "cause",
        paragraph(StyledText(""), diagnosis.cause, indentation: 6)
          + DiagnosisText(detail: self).block(diagnosis, at: judgement.checkedAt, indentation: 6))
    }
    lines += section("receivers", receiverLines(judgement.receivers))
    lines += section("caches", judgement.caches.flatMap { paragraph(StyledText(""), $0.sentence, indentation: 6) })
    return lines + [""]
  }

  /// What a key is: type and size, fingerprint.
  func keyLines(_ key: KeySummary) -> [StyledText] {
    [StyledText("      \(key.shortText)") + StyledText(key.fingerprint.isEmpty ? "" : "  \(key.fingerprint)", .faint)]
  }

  /// One finding: what is wrong, what was seen, what to do.
  func finding(_ finding: Finding) -> [StyledText] {
    var lines = paragraph(
      appearance.symbol(finding.severity) + StyledText(" ") + StyledText(finding.rule, Style(finding.severity))
        + StyledText(": "), finding.text, indentation: 6, margin: 8)
    // Evidence of several servers has a line for each.
    lines += evidence(finding.evidence.split(separator: "\n").map(String.init), label: "seen: ", indentation: 8)
    if !finding.remedy.isEmpty { lines += paragraph(StyledText("do:   ", .faint), finding.remedy, indentation: 8) }
    return lines
  }

  /// How many receivers accept; where not all do, what each of them makes of the record and why.
  func receiverLines(_ opinions: [ReceiverOpinion]) -> [StyledText] {
    guard !opinions.isEmpty else { return [] }
    let lines = [StyledText("      accepted by \(opinions.acceptances) of \(opinions.count)")]
    if opinions.acceptances == opinions.count { return lines }
    let names = opinions.map(\.receiver.count).max() ?? 0
    let words = opinions.map(\.verdict.rawValue.count).max() ?? 0
    return lines
      + opinions.flatMap { opinion in
        paragraph(
          StyledText(opinion.receiver).padded(to: names + 2)
            + StyledText(opinion.verdict.rawValue, opinion.verdict.style).padded(to: words + 2), opinion.reason,
          indentation: 6)
      }
  }

  func section(_ title: String, _ lines: [StyledText]) -> [StyledText] {
    lines.isEmpty ? [] : [StyledText("    ") + StyledText(title, .faint)] + lines
  }

  /// `text` after `label`, wrapped to the terminal; further lines begin below the text, or at `margin`.
  func paragraph(_ label: StyledText, _ text: String, indentation: Int, margin: Int? = nil) -> [StyledText] {
    let margin = margin ?? indentation + label.width
    let room = appearance.columns.map { max(20, $0 - margin) }
    // The first line lacks what the label takes beyond the margin: a word as long as that stands in for it.
    let missing = String(repeating: "\u{2007}", count: max(0, indentation + label.width - margin))
    return (missing + text.withoutControls).wrapped(to: room).enumerated().map { index, line in
      index == 0
        ? StyledText(String(repeating: " ", count: indentation)) + label
          + StyledText(String(line.dropFirst(missing.count)))
        : StyledText(String(repeating: " ", count: margin)) + StyledText(line)
    }
  }

  /// What was seen, a line each. A command line stands on a line of its own, unbroken, so that it can be pasted; what it
  /// said is beneath.
  func evidence(_ lines: [String], label: String, indentation: Int) -> [StyledText] {
    let margin = String(repeating: " ", count: label.count)
    return lines.enumerated().flatMap { index, line -> [StyledText] in
      let label = StyledText(index == 0 ? label : margin, .faint)
      guard line.hasPrefix("dig "), let arrow = line.firstRange(of: " → ") else {
        return paragraph(label, line, indentation: indentation)
      }
      let command =
        StyledText(String(repeating: " ", count: indentation)) + label
        + StyledText(String(line[..<arrow.lowerBound]))
      let room = (appearance.columns ?? .max) - indentation - margin.count - 2
      let said = "\(appearance.isUnicode ? "→" : "->") \(line[arrow.upperBound...].shorteningExcerpts(to: room))"
      return [command]
        + paragraph(StyledText(margin), said, indentation: indentation, margin: indentation + margin.count + 2)
    }
  }

  /// A line that people copy: never broken.
  func verbatim(_ text: String, indentation: Int) -> StyledText {
    StyledText(String(repeating: " ", count: indentation)) + StyledText(text)
  }

  /// What every server said, under its view and zone: the target of a CNAME may be in another zone than the key name.
  private func answers(_ views: [ViewAnswer]) -> [StyledText] {
    views.flatMap { view -> [StyledText] in
      var zones: [(zone: DomainName?, servers: [ServerAnswer])] = []
      for server in view.servers {
        let zone = server.zone ?? view.delegation?.zone
        if let index = zones.firstIndex(where: { $0.zone == zone }) {
          zones[index].servers.append(server)
        } else {
          zones.append((zone, [server]))
        }
      }
      if zones.isEmpty { zones = [(view.delegation?.zone, [])] }
      return zones.enumerated().flatMap { index, group -> [StyledText] in
        var title = view.view
        if let zone = group.zone { title += ", zone \(display(zone))" }
        var lines = serverLines(group.servers)
        if index == 0, let failure = view.walkFailure {
          lines += paragraph(StyledText(""), failure.text, indentation: 6)
        }
        return section(title, lines)
      }
    }
  }

  private func serverLines(_ servers: [ServerAnswer]) -> [StyledText] {
    let rows = servers.map { server -> [StyledText] in
      let answer = server.answer
      let address = server.endpoint.map(\.description) ?? ""
      let flags = [
        answer.authoritative ? "aa" : nil, answer.authenticated ? "ad" : nil, answer.truncated ? "tc" : nil,
      ].compactMap(\.self)
      let chain = answer.cname.map { "-> \(display($0))" } + answer.extendedErrors.map(\.sentence)
      return [
        StyledText(server.server), StyledText(address == server.server ? "" : address),
        StyledText(answer.outcome.shortText, answer.outcome.style), StyledText(answer.unexpectedCode ?? ""),
        StyledText(
          answer.keptFor.map { "\(answer.outcome == .records ? "" : "negative ")ttl \($0.shortText)" } ?? ""),
        StyledText(flags.joined(separator: " ")),
        StyledText(answer.transport.rawValue),
        StyledText(answer.rcode == nil ? "" : answer.roundTrip.millisecondsText, .faint),
        StyledText(chain.joined(separator: "; ")),
      ]
    }
    return Columns.aligned(rows, indentation: 6, appearance: appearance)
  }

  /// Each text that was seen once, with who gave it where there are several.
  private func recordLines(_ views: [ViewAnswer]) -> [StyledText] {
    var texts: [(records: Set<TextRecord>, lines: [TextRecord], from: [String])] = []
    for view in views {
      for server in view.servers where !server.answer.records.isEmpty {
        let place = view.isAuthoritative ? server.server : view.view
        let records = Set(server.answer.records)
        if let index = texts.firstIndex(where: { $0.records == records }) {
          if !texts[index].from.contains(place) { texts[index].from.append(place) }
        } else {
          texts.append((records, server.answer.records, [place]))
        }
      }
    }
    return texts.flatMap { text in
      (texts.count > 1
        ? paragraph(StyledText("from "), text.from.joined(separator: ", ") + ":", indentation: 6) : [])
        + text.lines.map { verbatim($0.text, indentation: 6) }
    }
  }
}

extension Substring {
  /// With each word that is too long and already an excerpt cut further, so that no line breaks inside it.
  fileprivate func shorteningExcerpts(to room: Int) -> String {
    split(separator: " ", omittingEmptySubsequences: false).map { word in
      guard word.count > room, let cut = word.firstIndex(of: "…") else { return String(word) }
      let kept = word[..<cut].count - (word.count - room)
      return kept > 0 ? word[..<cut].prefix(kept) + String(word[cut...]) : String(word)
    }.joined(separator: " ")
  }
}

extension Answer {
  /// The response code, unless the outcome says it already.
  fileprivate var unexpectedCode: String? {
    guard let rcode else { return nil }
    let expected: ResponseCode =
      switch outcome {
      case .records, .nodata, .failed(.lame): .noError
      case .nxdomain: .nameError
      case .failed(.servfail), .failed(.bogus): .serverFailure
      case .failed(.refused): .refused
      case .failed: ResponseCode(rawValue: .max)
      }
    return rcode == expected ? nil : rcode.description
  }
}

extension ReceiverOpinion.Verdict {
  fileprivate var style: Style {
    switch self {
    case .accept: .good
    case .reject: .bad
    case .temporary, .intermittent, .unsigned: .notable
    }
  }
}

extension ExtendedError {
  /// The code and, where there is one, the text (RFC 8914).
  var sentence: String { text.isEmpty ? "EDE \(code)" : "EDE \(code) (\(text))" }
}

/// Cells in columns without a header.
enum Columns {
  private static let gap = 2

  /// The columns that the terminal has room for are side by side; what a row has in the others goes on beneath.
  static func aligned(_ rows: [[StyledText]], indentation: Int, appearance: Appearance) -> [StyledText] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { column < $0.count ? $0[column].width : 0 }.max() ?? 0 }
    var fitting = 0
    var end = indentation
    for width in widths {
      if let limit = appearance.columns, fitting > 0, width > 0, end + width > limit { break }
      fitting += 1
      if width > 0 { end += width + gap }
    }
    return rows.flatMap { row in
      var line = StyledText(String(repeating: " ", count: indentation))
      var column = indentation
      for (cell, width) in zip(row.prefix(fitting), widths) where width > 0 {
        if !cell.isEmpty { line = line.padded(to: column) + cell }
        column += width + gap
      }
      let rest = StyledText.joined(row.dropFirst(fitting))
      return [line] + (rest.isEmpty ? [] : rest.lines(indentation: indentation + 4, appearance: appearance))
    }
  }
}
