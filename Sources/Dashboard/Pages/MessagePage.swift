// Verify a message that is pasted: each signature, why it fails, and what to do.

internal import Mail
internal import Model
internal import Phrasing
internal import Reporting

enum MessagePage {
  static let routes: [Route] = [
    Route("GET", "/check/message", .read) { call in page(call, [:]) },
    Route("POST", "/check/message", .act, verify),
  ]

  private static func page(_ call: Call, _ fields: Fields, fault: WebProblem? = nil) -> WebResponse {
    var fields = fields
    fields["isMessage"] = true
    fields["fault"] = fault.map { Shown($0.detail) }
    let page = Page(call: call, title: "Verify a message", place: .check)
    return page.response("check", fields, status: fault?.status ?? 200)
  }

  @Sendable private static func verify(_ call: Call) async throws -> WebResponse {
    let text = try call.form()["message"] ?? ""
    do {
      let message = try await call.verify(Array(text.utf8))
      return page(call, ["message": fields(message, call)])
    } catch let problem as WebProblem {
      return problem.finish(page(call, [:], fault: problem))
    }
  }

  private static func fields(_ message: MessageVerification, _ call: Call) -> Fields {
    let passing = message.signatures.count { $0.result == .pass }
    var fields: Fields = [
      "verdict": Shown(message.verdict.rawValue), "mark": message.verdict.fields(),
      "summary": Shown(
        message.signatures.isEmpty
          ? "The message has no DKIM signature."
          : "\(passing) of \(Phrase.count(message.signatures.count, "signature")) \(Phrase.agreeing(passing, "passes", "pass"))."
      ),
      "signatures": message.signatures.map { signature($0, call) },
      "findings": message.findings.filter { $0.severity > .info }.map { finding -> Fields in
        [
          "mark": Verdict(finding.severity).fields(word: finding.severity.rawValue), "text": Shown(finding.text),
          "evidence": finding.evidence.split(separator: "\n").map { ["text": Shown($0)] as Fields },
          "hasEvidence": !finding.evidence.isEmpty, "remedy": Shown(finding.remedy), "rule": Shown(finding.rule),
        ]
      },
    ]
    fields["from"] = message.authorDomain.map { Shown($0) }
    fields["id"] = message.messageID.map { Shown($0) }
    if message.arc.instances > 0 {
      fields["arc"] = Shown("ARC (\(Phrase.count(message.arc.instances, "set"))): \(message.arc.sentence)")
    }
    return fields
  }

  private static func signature(_ result: SignatureResult, _ call: Call) -> Fields {
    let signature = result.signature
    let verdict: Verdict =
      switch result.result {
      case .pass: .ok
      case .temperror, .neutral, .none: .unknown
      case .fail, .policy, .permerror: .critical
      }
    var fields: Fields = [
      "mark": verdict.fields(word: result.result.rawValue), "reason": Shown(result.sentence),
      "name": Shown(signature.keyName.map { call.site.settings.display($0.name) } ?? "a signature without a key name"),
      "algorithm": Shown(signature.algorithm?.rawValue ?? signature.text("a") ?? "unknown"),
      "canonicalization": Shown(
        "\(signature.headerCanonicalization.rawValue)/\(signature.bodyCanonicalization.rawValue)"),
      "headers": Shown(signature.signedFields.prefix(50).joined(separator: ", ")),
      "bodyHash": Shown(result.bodyHash.rawValue),
      "dissent": result.dissent.map {
        ["text": Shown("With the key of \($0.source.name): \($0.result.rawValue).")] as Fields
      },
    ]
    fields["href"] = signature.keyName.map { Shown(call.site.path(to: $0)) }
    if let key = result.key?.summary { fields["key"] = Shown(key.words) }
    fields["keyFrom"] = (result.keySource?.name).map { Shown($0) }
    fields["signed"] = signature.signedAt?.fields(now: call.now)
    fields["expires"] = signature.expiresAt?.fields(now: call.now)
    if let past = result.verifiedBefore {
      let until = past.until.map { " until \(Phrase.dateAndTime($0))" } ?? ""
      fields["past"] = Shown("It verifies with the key that was published\(until) (\(past.fingerprint)).")
    }
    return fields
  }
}

extension Call {
  /// Verifies a message, which has to have a header.
  func verify(_ message: [UInt8]) async throws -> MessageVerification {
    guard message.contains(UInt8(ascii: ":")) else {
      throw WebProblem(
        422, "The text is no message. Paste its source with the whole header, as the mail program saves it.")
    }
    return try await source.verify(message)
  }
}
