// What `init` found, what it did not find, and what comes next.

import Model
import Phrasing

/// The texts of `init`.
struct InitialReport {
  var keys: [InitialKey]
  var searches: [SelectorSearch.Result]
  var appearance: Appearance
  var display: (DomainName) -> String = { $0.description }

  /// A row for each key.
  var table: String {
    let columns = [
      Grid.Column("DOMAIN", minimum: 16, isName: true), Grid.Column("SELECTOR", minimum: 10, isName: true),
      Grid.Column("STATE"), Grid.Column("KEY"), Grid.Column("MESSAGES", omission: .afterOthersAreCut),
      Grid.Column("WATCHED"), Grid.Column("ORIGIN", minimum: 16),
    ]
    let rows = keys.sorted { $0.key < $1.key }.map { key in
      let (watched, reason): (StyledText, String) =
        switch key.decision {
        case .watch: (StyledText("yes", .good), "")
        case .leaveOut(let reason): (StyledText("no", .faint), "; \(reason)")
        }
      return Grid.Row(
        cells: [
          StyledText(display(key.key.domain), .strong), StyledText(display(key.key.selector), .strong), state(key),
          StyledText(key.judgement?.keySummary?.shortText ?? "-"),
          key.messages > 0 ? StyledText("\(key.messages)") : StyledText("-", .faint), watched,
          StyledText(key.origin + reason),
        ], name: StyledText(display(key.key.name), .strong), rest: [StyledText("    \(key.origin)\(reason)")])
    }
    return rows.isEmpty ? "" : Grid.render(columns, rows, appearance: appearance)
  }

  private func state(_ key: InitialKey) -> StyledText {
    guard let judgement = key.judgement else { return StyledText("-", .faint) }
    return appearance.symbol(judgement.verdict) + StyledText(" ")
      + StyledText(judgement.state.rawValue, Style(judgement.verdict))
  }

  /// What was not found, and why, one line each.
  var remarks: String { searches.map(remark).joined(separator: "\n") }

  private func remark(_ search: SelectorSearch.Result) -> String {
    let domain = display(search.domain)
    switch search.remark {
    case .noDomain: return "\(domain) does not exist; check the spelling"
    case .noAnswer: return "nobody answers for \(domain), so only selectors seen in mail are known; try again later"
    case .nothingBelow: return "\(domain) publishes no key: nothing is below _domainkey.\(domain)"
    case .wildcard:
      return
        "\(domain) answers for every selector with the same record; of \(Phrase.count(search.asked, "usual selector")), "
        + "\(search.found.count) \(Phrase.agreeing(search.found.count, "has", "have")) another one"
    case nil:
      return
        "\(domain): asked for \(Phrase.count(search.asked, "usual selector")), found \(search.found.count); others show in "
        + "mail only, as s= of the DKIM-Signature"
    }
  }

  /// A path as a shell takes it.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { $0.isLetter || $0.isDigit || "/._-".utf8.contains($0) }
    return isPlain ? path : "'\(path.replacing("'", with: "'\\''"))'"
  }

  /// What was written, and what to do now.
  static func end(file: String, keys: [InitialKey], hasReceiver: Bool) -> String {
    let count = keys.count { $0.decision == .watch }
    var lines = ["Wrote \(file): \(Phrase.count(count, "watch", "watches"))."]
    if !hasReceiver {
      lines.append(
        "Nobody is alerted yet: add a receiver to 'receivers', or run this again with --webhook URL --force.")
    }
    let named = file == "/etc/selectord/config.json" || file == "config.json" ? "" : " --config \(Self.quoted(file))"
    lines += [
      "Next:", "  selectord config check --strict\(named)",
      file == "/etc/selectord/config.json"
        ? "  systemctl restart selectord" : "  selectord run\(named)",
      "  selectord status\(named)",
    ]
    return lines.map { $0.withoutControls + "\n" }.joined()
  }
}
