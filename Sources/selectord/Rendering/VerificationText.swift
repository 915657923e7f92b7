// `verify` for people: a message with its signatures, or one row a signature.

import Mail
import Model

/// Prints verified messages.
struct VerificationText {
  let appearance: Appearance

  /// One message: its verdict, each signature with its reason, findings.
  func detail(_ place: MessagePlace, _ message: MessageVerification, showsAll: Bool) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var head = appearance.symbol(message.verdict) + StyledText(" ") + StyledText(place.description, .strong)
    if let from = message.authorDomain { head += StyledText("  from \(from)", .faint) }
    var lines = [head]
    for result in message.signatures {
      let signature = result.signature
      var title =
        StyledText("  ") + appearance.symbol(result.verdict) + StyledText(" ")
        + StyledText(result.result.rawValue, Style(result.verdict)) + StyledText("  ")
        + StyledText(signature.keyName?.description ?? "no key name", .strong)
      var remarks = [signature.algorithm?.rawValue ?? signature.text("a") ?? "", canonicalization(signature)]
      if let key = result.key?.summary { remarks.append(key.shortText) }
      if let source = result.keySource { remarks.append("key from \(source.name)") }
      title += StyledText("  " + remarks.filter { !$0.isEmpty }.joined(separator: ", "), .faint)
      lines.append(title)
      lines += detail.paragraph(StyledText(""), result.sentence, indentation: 4)
      if let finding = message.findings.first(where: { $0.text == result.sentence }) {
        lines += detail.paragraph(StyledText("do: ", .faint), finding.remedy, indentation: 4)
      }
      if showsAll {
        if !signature.signedFields.isEmpty {
          lines += detail.paragraph(
            StyledText("signs: ", .faint), signature.signedFields.joined(separator: ", "), indentation: 4)
        }
        if let time = signature.signedAt { lines.append(StyledText("    signed at \(time.tableText)")) }
        if let time = signature.expiresAt { lines.append(StyledText("    expires at \(time.tableText)")) }
        if let key = result.key?.summary, !key.fingerprint.isEmpty {
          lines.append(StyledText("    \(key.fingerprint)", .faint))
        }
      }
    }
    if message.arc.result != .none {
      lines += detail.paragraph(
        StyledText("ARC \(message.arc.result.rawValue): "), message.arc.sentence, indentation: 2)
    }
    // What a signature's own lines say is not said again.
    let others = message.findings.filter { finding in
      !message.signatures.contains { $0.sentence == finding.text }
    }
    lines += detail.section("findings", others.flatMap(detail.finding))
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private func canonicalization(_ signature: SignatureField) -> String {
    "\(signature.headerCanonicalization.rawValue)/\(signature.bodyCanonicalization.rawValue)"
  }

  static let columns = [
    Grid.Column("  RESULT"), Grid.Column("FILE", minimum: 12), Grid.Column("DOMAIN", minimum: 12, isName: true),
    Grid.Column("SELECTOR", minimum: 8, isName: true), Grid.Column("KEY"), Grid.Column("REASON", minimum: 24),
  ]

  /// One message as rows, where there are many.
  func rows(_ place: MessagePlace, _ message: MessageVerification) -> [Grid.Row] {
    if message.signatures.isEmpty {
      return [
        Grid.Row(cells: [
          appearance.symbol(message.verdict) + StyledText(" ") + StyledText("none", Style(message.verdict)),
          StyledText(place.description, .strong), StyledText("-", .faint), StyledText("-", .faint),
          StyledText("-", .faint), StyledText(message.summary),
        ])
      ]
    }
    return message.signatures.map { result in
      Grid.Row(cells: [
        appearance.symbol(result.verdict) + StyledText(" ") + StyledText(result.result.rawValue, Style(result.verdict)),
        StyledText(place.description, .strong),
        StyledText(result.signature.domain?.description ?? result.signature.text("d") ?? "-"),
        StyledText(result.signature.selector?.description ?? result.signature.text("s") ?? "-"),
        result.key.map { StyledText($0.summary.shortText) } ?? StyledText("-", .faint), StyledText(result.sentence),
      ])
    }
  }
}

extension SignatureResult {
  /// What one signature alone is worth.
  var verdict: Verdict {
    switch result {
    case .pass: .ok
    case .temperror, .neutral, .none: .unknown
    case .fail, .policy, .permerror: .critical
    }
  }
}

extension MessageVerification {
  /// One sentence on the whole message.
  var summary: String {
    if signatures.isEmpty { return "The message has no DKIM-Signature." }
    let passing = signatures.count { $0.result == .pass }
    if passing == signatures.count, let first = findings.first(where: { $0.severity > .info }) { return first.text }
    if passing == signatures.count {
      return passing == 1 ? "The signature verifies." : "All \(passing) signatures verify."
    }
    let worst = signatures.first { $0.verdict == .critical } ?? signatures.first { $0.result != .pass }
    let rest = signatures.count > 1 ? "\(passing) of \(signatures.count) signatures verify. " : ""
    return rest + (worst?.sentence ?? "")
  }
}
