// Rules on caches that hold something else than the source, and until when.

internal import Model
internal import Phrasing

enum CacheRules {
  static let all: [LookRule] = [keyOutlives, oldText, absence, ownAnswer, splitHorizon, staleAnswer]

  private static let keyOutlives = LookRule(
    "cached-key-outlives-source", .warning, "The key is missing at the source, and caches still serve it.",
    remedy:
      "Restore the record soon: receivers behind these caches can verify until the entries expire; all others fail already.",
    source: "RFC 1035, section 7.4",
    tellsState: true
  ) { ruling in
    guard ruling.state == .missing else { return [] }
    let held = ruling.dissents.filter { $0.holding == .key && $0.isEntry }
    guard !held.isEmpty else { return [] }
    return [
      LookObservation(
        text: "\(whoHolds(held, "the \(ruling.sorted.noun)", now: ruling.sorted.look.at)).",
        evidence: Wording.evidence(held.map(\.source)))
    ]
  }

  private static let oldText = LookRule(
    "cached-text-differs", .warning, "A cache holds another record than the source has now.",
    remedy: "Keep signing with the old key, or wait, until the entry has expired.", source: "RFC 6376, section 3.6.1"
  ) { ruling in
    guard ruling.state != .divergent else { return [] }
    return ruling.dissents.filter { $0.holding == .oldText && $0.isEntry }.map {
      LookObservation(
        text: "\(whoHolds([$0], "another record than the source", now: ruling.sorted.look.at)).",
        evidence: Wording.dig($0.source))
    }
  }

  private static let absence = LookRule(
    "negative-answer-cached", .warning, "The key is at the source, and a cache still holds its absence.",
    remedy: "The zone is right: wait until the negative entry has expired before signing with this selector.",
    source: "RFC 2308, section 5"
  ) { ruling in
    ruling.dissents.filter { $0.holding == .absence && $0.isEntry }.map { dissent in
      let end = dissent.until.map { "its negative entry expires by \(Phrase.time($0, now: ruling.sorted.look.at))" }
      return LookObservation(
        text:
          "\(saysAbsence(dissent.source)), though the source has the \(ruling.sorted.noun); \(end ?? "the entry has expired already, and for how long it is still served is not known").",
        evidence: Wording.dig(dissent.source))
    }
  }

  private static let ownAnswer = LookRule(
    "resolver-answer-differs", .warning, "A resolver gives another answer than the source, and not from its cache.",
    remedy:
      "Check whether the resolver filters this domain, or the domain that the key's CNAME leads to: exempt it, or use another resolver for mail.",
    source: "RFC 2308, section 5; RFC 8914, sections 4.16 to 4.19"
  ) { ruling in
    guard ruling.state != .divergent else { return [] }
    return ruling.dissents.compactMap { dissent in
      guard case .ownAnswer(let why, _) = dissent.reason else { return nil }
      let source = dissent.source
      let says =
        source.role == .without
        ? saysAbsence(source)
        : "\(source.name) gives \(source.answer.records.map { $0.excerpt(of: source.server.type) }.joined(separator: " and "))"
      let contrast = "the source has \(ruling.state == .missing ? "no" : "the") \(ruling.sorted.noun)"
      return LookObservation(
        text: "\(says), though \(contrast); this is no cached entry: \(why).", evidence: Wording.dig(source))
    }
  }

  private static let splitHorizon = LookRule(
    "split-horizon", .warning, "A resolver answers with authority of its own, and differently from the public servers.",
    remedy:
      "Publish the same record in the internal and in the public zone; where the resolver filters, exempt the domain.",
    source: "RFC 8499, section 6 (split DNS)"
  ) { ruling in
    ruling.dissents.filter { $0.reason == .ownZone }.map { dissent in
      LookObservation(
        text:
          "\(dissent.source.name) answers with authority (AA), and differently from the public servers of \(ruling.sorted.zone): it has a zone of its own, or a filter.",
        evidence: Wording.dig(dissent.source))
    }
  }

  private static let staleAnswer = LookRule(
    "stale-answer-served", .warning,
    "A resolver serves an expired answer, because it gets none from the name servers.",
    remedy: "Check whether that resolver can reach the name servers of the zone.",
    source: "RFC 8767; RFC 8914, section 4.4"
  ) { ruling in
    let held = ruling.dissents.filter(\.isExpired).map(\.source)
    return ruling.sorted.recursive.filter { $0.answer.isExpired || held.contains($0) }.map { source in
      LookObservation(
        text: "\(source.name) serves an expired answer; for how long is not known.", evidence: Wording.dig(source),
        remedy: ruling.row == .heldByCaches
          ? "Make the name servers of \(ruling.sorted.zone) answer again: receivers behind such resolvers have the \(ruling.sorted.noun) only as long as these go on serving it."
          : nil)
    }
  }

  // MARK: words

  /// `a (192.0.2.1) and b (192.0.2.2) still have the key, until 15:02 UTC at the latest`.
  static func whoHolds(_ dissents: [CacheDissent], _ what: String, now: Timestamp) -> String {
    let entries = dissents.filter { $0.until != nil }
    let expired = dissents.filter(\.isExpired)
    var parts: [String] = []
    if let last = entries.compactMap(\.until).max() {
      let names = entries.map(\.source.name)
      parts.append(
        "\(Phrase.clause(names, "still has", "still have")) \(what), until \(Phrase.time(last, now: now))"
          + (names.withoutRepeats.count > 1 ? " at the latest" : ""))
    }
    if !expired.isEmpty {
      parts.append(
        "\(Phrase.clause(expired.map(\.source.name), "serves an expired answer", "serve expired answers")), and for how long is not known"
      )
    }
    return parts.joined(separator: "; ")
  }

  private static func saysAbsence(_ source: Respondent) -> String {
    "\(source.name) says \(source.answer.outcome == .nxdomain ? "NXDOMAIN" : "that there is no \(source.server.type) record")"
  }
}
