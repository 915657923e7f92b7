// A message by its header: every DKIM-Signature, with what trusted servers said of it.

package import Mail
internal import Model

package enum MessageSightings {
  /// The most signatures of one message that are told; more are a flood.
  package static let mostSignatures = 100

  /// Hands on what a header says. Only results of `trustedServers` are believed; without any, a signature is `signed`.
  package static func read(
    _ header: MessageHeader, trustedServers: [String], _ emit: (CensusEvent) -> Void
  ) {
    let time = time(of: header)
    var verdicts = Verdicts(header, trustedServers: trustedServers, emit)
    let fields = header.fields(named: "DKIM-Signature")
    for field in fields.prefix(mostSignatures) {
      let signature = SignatureField(field)
      guard let domain = signature.text("d"), let selector = signature.text("s"), !domain.isEmpty, !selector.isEmpty
      else {
        emit(.unreadable(UnreadableLine(line: 0, reason: "a DKIM-Signature has no d= and s=")))
        continue
      }
      let verdict = verdicts.take(domain: domain, selector: selector, signature: signature)
      send(
        domain, selector, verdict?.result ?? .signed, reason: verdict?.reason, time: time ?? signature.signedAt, emit)
    }
    if fields.count > mostSignatures {
      emit(
        .unreadable(
          UnreadableLine(
            line: 0,
            reason: "the message has \(fields.count) DKIM-Signatures; the first \(mostSignatures) are counted")))
    }
    // Signatures that were taken out after they had been verified.
    for verdict in verdicts.rest {
      guard let result = verdict.result else { continue }
      send(verdict.domain, verdict.selector ?? "", result, reason: verdict.reason, time: time, emit)
    }
  }

  private static func send(
    _ domain: String, _ selector: String, _ result: SightingResult, reason: String?, time: Timestamp?,
    _ emit: (CensusEvent) -> Void
  ) {
    Array(domain.utf8).withBytes { domain in
      Array(selector.utf8).withBytes { selector in
        Array((reason ?? "").utf8).withBytes { reason in
          emit(
            .sighting(
              RawSighting(
                domain: domain, selector: selector, result: result, reason: reason, time: time, kind: .message)))
        }
      }
    }
  }

  /// When it arrived: what the last server wrote, else what the sender did.
  private static func time(of header: MessageHeader) -> Timestamp? {
    if let received = header.first("Received"),
      let date = received.rawValue.split(separator: UInt8(ascii: ";")).last.flatMap({ MailDate.parse($0) })
    {
      return date
    }
    return header.first("Date").flatMap { MailDate.parse($0.rawValue) }
  }
}

/// What trusted servers say of a message's signatures; each verdict belongs to one signature.
private struct Verdicts {
  private(set) var rest: [SignatureVerdict] = []

  init(_ header: MessageHeader, trustedServers: [String], _ emit: (CensusEvent) -> Void) {
    for field in header.fields(named: "Authentication-Results") {
      let results = AuthenticationResults(field.rawValue)
      guard results.isFrom(trustedServers) else {
        if let server = results.server, results.results.contains(where: { $0.method == "dkim" }) {
          emit(.untrusted(server: server))
        }
        continue
      }
      add(results, emit)
    }
    // Of a forwarder's results only those of the last trusted one count, and only what our own server does not say.
    let chain = header.fields(named: "ARC-Authentication-Results").map { AuthenticationResults($0.rawValue) }
      .filter { $0.isFrom(trustedServers) }.sorted { ($0.instance ?? 0) > ($1.instance ?? 0) }
    for results in chain { add(results, emit) }
  }

  private mutating func add(_ results: AuthenticationResults, _ emit: (CensusEvent) -> Void) {
    for verdict in SignatureVerdict.all(in: results) {
      if verdict.result == nil {
        emit(
          .unreadable(
            UnreadableLine(
              line: 0,
              reason:
                "Authentication-Results has dkim=\(String(verdict.word.prefix(40)).jsonQuoted()), which is no result of RFC 8601"
            )))
      }
      let isKnown = rest.contains {
        $0.domain.lowercased() == verdict.domain.lowercased()
          && $0.selector?.lowercased() == verdict.selector?.lowercased()
          && $0.signaturePrefix == verdict.signaturePrefix
      }
      if !isKnown { rest.append(verdict) }
    }
  }

  /// The verdict on a signature: by selector, else by the beginning of `b=`, else by the domain where only one is left.
  mutating func take(domain: String, selector: String, signature: SignatureField) -> SignatureVerdict? {
    let ofDomain = rest.indices.filter { rest[$0].domain.lowercased() == domain.lowercased() }
    let value = signature.text("b").map { $0.utf8.filter { !$0.isBlank } } ?? []
    let index =
      ofDomain.first { rest[$0].selector?.lowercased() == selector.lowercased() && hasPrefix(rest[$0], value) != false }
      ?? ofDomain.first { rest[$0].selector == nil && hasPrefix(rest[$0], value) == true }
      ?? ofDomain.first { rest[$0].selector == nil && rest[$0].signaturePrefix == nil }
    guard let index else { return nil }
    return rest.remove(at: index)
  }

  /// Whether `header.b` is the beginning of `b=`; nil where there is no `header.b`.
  private func hasPrefix(_ verdict: SignatureVerdict, _ value: [UInt8]) -> Bool? {
    verdict.signaturePrefix.map { !$0.isEmpty && value.starts(with: $0.utf8) }
  }
}
