// The checks on one message: its signatures, SPF, DMARC, header and host.

internal import Mail
internal import Model
internal import Phrasing
internal import Policies

extension MessageCheck {
  /// All of them, in the order of the report.
  package static let all: [MessageCheck] = authentication + header + host

  private static let authentication: [MessageCheck] = [
    MessageCheck(
      "message-signature", .critical, in: .signatures, points: 20,
      summary:
        "A signature does not verify, or something is wrong with it; its finding has the id of the rule (signature-…).",
      remedy: "Do what the finding says.", source: "docs/rules.md"
    ) { facts in
      let good = facts.passing.compactMap { result in
        result.signature.domain.map { "\($0) (\(result.signature.selector.map(\.description) ?? ""))" }
      }
      let wrong = facts.verification.findings.filter { $0.rule != "arc-chain-broken" && $0.rule != "message-unsigned" }
      // One signature that passes is what receivers need: another that fails is a warning.
      let findings = wrong.map { finding in
        var finding = finding
        if !good.isEmpty, finding.severity == .critical { finding.severity = .warning }
        return finding
      }
      if findings.contains(where: { $0.severity > .info }) { return .findings(findings) }
      if good.isEmpty { return findings.isEmpty ? .nothing : .findings(findings) }
      return .good("Signed by \(Phrase.list(good)), and the signature verifies.")
    },
    MessageCheck(
      "message-unsigned", .critical, in: .signatures, points: 20, summary: "The message has no DKIM signature.",
      remedy: "Let the sending service sign with DKIM, with a key of the author's domain.", source: "RFC 6376"
    ) { facts in
      .any(facts.verification.signatures.isEmpty ? [AuditObservation("no DKIM-Signature field")] : [])
    },
    MessageCheck(
      "arc-chain-broken", .info, in: .signatures, summary: "The chain of ARC sets does not verify.",
      remedy: "Trust no set of it.", source: "RFC 8617, section 5.2"
    ) { facts in
      let arc = facts.verification.arc
      switch arc.result {
      case .pass: return .good("Forwarded: \(Phrase.count(arc.instances, "ARC set")), and the chain verifies.")
      case .fail: return .found([AuditObservation(arc.sentence)])
      default: return .nothing
      }
    },
    MessageCheck(
      "message-spf", .critical, in: .spf, points: 20, summary: "SPF does not pass for the client and the sender.",
      remedy: "Add the client's address to the SPF record of the sender's domain.", source: "RFC 7208, section 2.6"
    ) { facts in
      guard let client = facts.client, let spf = client.spf else {
        return .unjudged("SPF needs the client and MAIL FROM: give them with --client and --sender.")
      }
      let assumed = facts.envelope.isAssumed ? " (client by the Received field)" : ""
      let who = "\(client.client.address) for \(facts.senderDomain.map(\.description) ?? "no domain")"
      switch spf.result {
      case .pass: return .good("SPF passes: \(who)\(spf.term.map { ", by '\($0)'" } ?? "")\(assumed).")
      case .temperror: return .unjudged("SPF cannot be told: \(spf.problem ?? "a question failed").")
      default:
        return .found([
          AuditObservation(
            "\(who): \(spf.result.rawValue)" + (spf.term.map { " by '\($0)'" } ?? "")
              + (spf.problem.map { " (\($0))" } ?? "") + assumed,
            text: "SPF gives \(spf.result.rawValue), not pass.",
            severity: [.fail, .permerror].contains(spf.result) ? .critical : .warning)
        ])
      }
    },
    MessageCheck(
      "message-dmarc", .critical, in: .dmarc, points: 20,
      summary: "Neither a signature nor SPF passes for the author's domain, so the message does not pass DMARC.",
      remedy: "Sign with a key of the author's domain, or send with a MAIL FROM of that domain.",
      source: "RFC 9989, section 5.3"
    ) { facts in
      guard let author = facts.author else { return .nothing }
      switch facts.fate {
      case .delivered:
        let by =
          facts.alignedSignatures.compactMap(\.signature.domain).map { "the signature of \($0)" }.withoutRepeats
          + (facts.isSPFAligned ? ["SPF of \(facts.senderDomain.map(\.description) ?? "")"] : [])
        return .good("DMARC passes for \(author) by \(Phrase.list(by)).")
      case .unknown: return .unjudged(MessageFate.unknown.sentence)
      case .monitored, .unprotected, .quarantined, .refused:
        let signers = facts.passing.compactMap(\.signature.domain).map(\.description).withoutRepeats
        let evidence =
          "From: \(author); signed by \(signers.isEmpty ? "nobody" : Phrase.list(signers)); SPF "
          + (facts.client?.spf.map {
            "\($0.result.rawValue) for \(facts.senderDomain.map(\.description) ?? "no domain")"
          }
            ?? "not known")
        let isHard = facts.fate == .refused || facts.fate == .quarantined
        return .found([
          AuditObservation(evidence, text: facts.fate.sentence, severity: isHard ? .critical : .warning)
        ])
      }
    },
    MessageCheck(
      "message-dmarc-missing", .warning, in: .dmarc, points: 10, summary: "The author's domain has no DMARC record.",
      remedy: "Publish one: v=DMARC1; p=none; rua=mailto:… is enough for a start.",
      source: "Google, Email sender guidelines"
    ) { facts in
      guard let author = facts.author, let found = facts.dmarc?.discovery?.byTreeWalk, found.record == nil,
        !found.isUnknown
      else { return .nothing }
      return .found([AuditObservation("no record at \(below("_dmarc", author)), and none above")])
    },
  ]

  private static let header: [MessageCheck] = [
    MessageCheck(
      "message-from", .critical, in: .header, points: 10,
      summary: "The message must have exactly one From with one address.",
      remedy: "Write one From field with one address.", source: "RFC 5322, section 3.6; Google, Email sender guidelines"
    ) { facts in
      let fields = facts.header.fields(named: "From").count
      if fields == 1, facts.authorCount == 1, facts.authors.count == 1 { return .nothing }
      return .found([
        AuditObservation(
          "\(Phrase.count(fields, "From field")) with \(Phrase.count(facts.authorCount, "address", "addresses"))",
          severity: fields == 1 && facts.authorCount > 1 && Set(facts.authors).count == 1 ? .warning : .critical)
      ])
    },
    MessageCheck(
      "message-date", .warning, in: .header,
      summary: "The date of the message is missing, or far from when it was received.",
      remedy: "Let the sending program write Date, and set the clock of its machine.", source: "RFC 5322, section 3.6.1"
    ) { facts in
      guard let field = facts.header.first("Date") else { return .found([AuditObservation("no Date field")]) }
      guard let date = facts.date else { return .found([AuditObservation("Date: \(field.text.prefix(80))")]) }
      let away = facts.receivedAt - date
      guard facts.header.first("Received") != nil, abs(away.components.seconds) > 86_400 else { return .nothing }
      return .found([
        AuditObservation("Date: \(Phrase.dateAndTime(date)), received \(Phrase.dateAndTime(facts.receivedAt))")
      ])
    },
    MessageCheck(
      "message-id", .warning, in: .header, summary: "The Message-ID is missing, or has no form of <…@…>.",
      remedy: "Let the sending program write one Message-ID.", source: "RFC 5322, section 3.6.4"
    ) { facts in
      let fields = facts.header.fields(named: "Message-ID")
      let text = fields.first?.text ?? ""
      let inside = text.dropFirst().dropLast()
      let isRight =
        fields.count == 1 && text.hasPrefix("<") && text.hasSuffix(">")
        && inside.split(separator: "@", omittingEmptySubsequences: false).count == 2 && !inside.contains(" ")
        && inside.first != "@" && inside.last != "@"
      return isRight
        ? .nothing
        : .found([AuditObservation(fields.isEmpty ? "no Message-ID field" : "Message-ID: \(text.prefix(120))")])
    },
    MessageCheck(
      "message-header-repeated", .warning, in: .header, summary: "A field that may stand once is there several times.",
      remedy: "Write each of them once.", source: "RFC 5322, section 3.6"
    ) { facts in
      let single = ["date", "sender", "reply-to", "to", "cc", "bcc", "in-reply-to", "references", "subject"]
      var counts: [String: Int] = [:]
      for field in facts.header.fields { counts[field.name, default: 0] += 1 }
      let found = single.filter { counts[$0, default: 0] > 1 }.map { "\($0) \(counts[$0, default: 0]) times" }
      return .any(found.isEmpty ? [] : [AuditObservation(Phrase.list(found))])
    },
    MessageCheck(
      "message-unsubscribe", .warning, in: .header, points: 10,
      summary: "Mail to many has no one-click unsubscription, which Google and Yahoo require.",
      remedy:
        "Add List-Unsubscribe: <https://…> and List-Unsubscribe-Post: List-Unsubscribe=One-Click, and sign both fields.",
      source: "RFC 8058, section 3.1"
    ) { facts in
      let state = facts.unsubscription
      if state.isRight { return .good("One click unsubscribes (RFC 8058).") }
      guard facts.isBulk || state.hasList || state.hasPost else { return .nothing }
      return .found([
        AuditObservation(
          state.problem, text: facts.isBulk ? nil : "The message can be unsubscribed from, but not by one click.",
          severity: facts.isBulk ? .warning : .info)
      ])
    },
    MessageCheck(
      "message-size", .info, in: .header, summary: "The message is so large that some receivers refuse it.",
      remedy: "Put large files behind a link.", source: "RFC 5321, section 4.5.3.1"
    ) { facts in
      guard facts.scan.size > 10 << 20 else { return .nothing }
      return .found([
        AuditObservation("\(facts.scan.size >> 20) MiB", severity: facts.scan.size > 25 << 20 ? .warning : .info)
      ])
    },
    MessageCheck(
      "message-line-long", .warning, in: .header,
      summary: "A line has more than 998 bytes; servers break or refuse it.",
      remedy: "Let the sending program encode the text as quoted-printable.", source: "RFC 5322, section 2.1.1"
    ) { facts in
      .any(facts.scan.longestLine > 998 ? [AuditObservation(Phrase.count(facts.scan.longestLine, "byte"))] : [])
    },
    MessageCheck(
      "message-bytes", .warning, in: .header, summary: "The message has bytes that mail may not have.",
      remedy: "Let the sending program encode its text, and end all lines with CR LF.", source: "RFC 5322, section 2.3"
    ) { facts in
      let scan = facts.scan
      var found: [String] = []
      if scan.nulls > 0 { found.append(Phrase.count(scan.nulls, "NUL byte")) }
      if scan.bareReturns > 0 { found.append(Phrase.count(scan.bareReturns, "CR without LF", "CRs without LF")) }
      // A file as a whole with LF is how it was saved; a mixture is how it was sent.
      if scan.bareLineFeeds > 0, scan.pairs > 0 {
        found.append(Phrase.count(scan.bareLineFeeds, "LF without CR", "LFs without CR"))
      }
      let raw = facts.header.fields.filter {
        $0.bytes.contains { $0 > 0x7F } && String(validating: $0.bytes, as: UTF8.self) == nil
      }
      if !raw.isEmpty { found.append("raw 8-bit text in \(Phrase.list(raw.map(\.name).withoutRepeats, limit: 3))") }
      return .any(found.isEmpty ? [] : [AuditObservation(Phrase.list(found))])
    },
  ]

  private static let host: [MessageCheck] = [
    MessageCheck(
      "message-client-ptr", .critical, in: .host, points: 10,
      summary: "No name leads to the client's address and back, so large receivers refuse its mail.",
      remedy: "Have the address's owner set the PTR record to a name that leads back to the address.",
      source: "Google, Email sender guidelines; RFC 1912, section 2.1"
    ) { facts in
      guard let client = facts.client else { return .unjudged("The client is not known: give it with --client.") }
      if client.pointerFailure != nil { return .unjudged("The question for the client's PTR record failed.") }
      if let name = client.confirmed.first {
        return .good("\(client.client.address) is \(name), and the name leads back to it.")
      }
      let assumed = facts.envelope.isAssumed ? " (by the Received field)" : ""
      return .found([
        AuditObservation(
          client.pointers.isEmpty
            ? "\(client.client.address)\(assumed): no PTR record"
            : "\(client.client.address)\(assumed) → \(Phrase.names(client.pointers)), which does not lead back")
      ])
    },
    MessageCheck(
      "message-helo", .info, in: .host, summary: "The HELO name does not lead to the client's address.",
      remedy: "Let the client say its own full host name in HELO.", source: "RFC 5321, section 4.1.4"
    ) { facts in
      guard let client = facts.client, client.heloResolves == false else { return .nothing }
      return .found([AuditObservation("HELO \(String(decoding: client.client.helo, as: UTF8.self))")])
    },
    MessageCheck(
      "message-from-domain", .warning, in: .host, points: 5,
      summary: "The author's domain, or that of MAIL FROM, does not exist or takes no mail.",
      remedy: "Send with a domain that takes replies and bounces.", source: "RFC 7505, section 4.2"
    ) { facts in
      let dead = facts.reachable.filter { $0.value == .some(false) }.map(\.key).sorted()
      return .any(dead.map { AuditObservation("\($0): no MX record that takes mail, and no address") })
    },
    MessageCheck(
      "message-received-tls", .warning, in: .host, summary: "The message came to the receiving server without TLS.",
      remedy: "Let the sending server use STARTTLS.", source: "Google, Email sender guidelines"
    ) { facts in
      guard let word = facts.header.receivedProtocol else { return .nothing }
      if ["ESMTPS", "ESMTPSA", "LMTPS", "LMTPSA", "UTF8SMTPS", "UTF8SMTPSA", "SMTPS", "HTTPS"].contains(word) {
        return .good("It came over TLS (\(word)).")
      }
      guard ["SMTP", "ESMTP", "ESMTPA", "UTF8SMTP"].contains(word) else { return .nothing }
      return .found([AuditObservation("with \(word), says the topmost Received field")])
    },
  ]
}

/// What the fields on unsubscribing say.
struct Unsubscription {
  var hasList = false
  var hasPost = false
  var hasHTTPS = false
  var postIsRight = false
  var isSigned = false

  var isRight: Bool { hasHTTPS && postIsRight && isSigned }

  var problem: String {
    if !hasList { return "no List-Unsubscribe field" }
    if !hasHTTPS { return "List-Unsubscribe has no https: URI" }
    if !hasPost { return "no List-Unsubscribe-Post field" }
    if !postIsRight { return "List-Unsubscribe-Post is not List-Unsubscribe=One-Click" }
    return "no valid signature covers List-Unsubscribe and List-Unsubscribe-Post"
  }
}

extension MessageFacts {
  var unsubscription: Unsubscription {
    let list = header.first("List-Unsubscribe")?.text
    let post = header.first("List-Unsubscribe-Post")?.text
    return Unsubscription(
      hasList: list != nil, hasPost: post != nil, hasHTTPS: list?.lowercased().contains("<https://") ?? false,
      postIsRight: post?.filter { $0 != " " } == "List-Unsubscribe=One-Click",
      isSigned: isSigned("list-unsubscribe") && isSigned("list-unsubscribe-post"))
  }
}
