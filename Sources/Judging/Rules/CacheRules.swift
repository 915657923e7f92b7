// Rules on caches that hold something else than the source, and until when.

internal import Model
internal import Phrasing

enum CacheRules {
  static let all: [LookRule] = [keyOutlives, oldText, absence, splitHorizon, staleAnswer]

  private static let keyOutlives = LookRule(
    "cached-key-outlives-source", .warning, "The key is gone at the source, and caches still serve it.",
    remedy:
      "Restore the record soon: receivers behind these caches verify until they run out, all others fail already.",
    source: "RFC 1035, section 7.4",
    tellsState: true
  ) { ruling in
    let held = clocks(for: ruling).filter { $0.clock.holding == .key }
    guard let last = held.map(\.clock.until).max() else { return [] }
    let now = ruling.sorted.look.at
    return [
      LookObservation(
        text:
          "\(Wording.names(held.map(\.source))) still \(held.count == 1 ? "serves" : "serve") the key; receivers notice between \(now.timeOfDay) and \(Phrase.time(last, now: now)).",
        evidence: Wording.evidence(held.map(\.source)))
    ]
  }

  private static let oldText = LookRule(
    "cached-text-differs", .warning, "A cache holds another text than the source has now.",
    remedy: "Keep signing with the old key, or wait, until the caches have run out.", source: "RFC 6376, section 3.6.1"
  ) { ruling in
    clocks(for: ruling).filter { $0.clock.holding == .oldText }.map { source, clock in
      LookObservation(
        text:
          "\(source.name) still has another record than the source, until \(Phrase.time(clock.until, now: ruling.sorted.look.at)).",
        evidence: Wording.dig(source))
    }
  }

  private static let absence = LookRule(
    "negative-answer-cached", .warning, "The key is at the source, and a cache still holds its absence.",
    remedy: "The source is right: wait until the negative entry has run out before signing with this selector.",
    source: "RFC 2308, section 5"
  ) { ruling in
    let sorted = ruling.sorted
    guard !sorted.with.isEmpty, !sorted.standsIn else { return [] }
    let absent = sorted.caches.filter { $0.role == .without }
    return absent.map { source in
      let seconds = source.answer.negativeTTL ?? sorted.delegation?.negativeTTL
      let until = clock(source, .absence, seconds: seconds, sorted).map {
        Phrase.time($0.clock.until, now: sorted.look.at)
      }
      return LookObservation(
        text:
          "\(source.name) says \(source.answer.outcome == .nxdomain ? "NXDOMAIN" : "that there is no TXT record"), though the source has the key"
          + (until.map { "; its negative entry ends by \($0)." } ?? "; it did not tell for how long."),
        evidence: Wording.dig(source))
    }
  }

  private static let splitHorizon = LookRule(
    "split-horizon", .warning, "A resolver answers with authority of its own, and otherwise than the public source.",
    remedy: "Publish the same record in the internal and in the public zone.", source: "RFC 8499, section 6 (split DNS)"
  ) { ruling in
    let sorted = ruling.sorted
    guard !sorted.standsIn else { return [] }
    return sorted.caches.filter { $0.answers && $0.answer.authoritative && differs($0, from: sorted) }.map { source in
      LookObservation(
        text:
          "\(source.name) answers with authority (AA), and otherwise than the public servers of \(sorted.zone): it has a zone of its own.",
        evidence: Wording.dig(source))
    }
  }

  private static let staleAnswer = LookRule(
    "stale-answer-served", .warning,
    "A resolver serves an answer beyond its TTL, because the source does not answer it.",
    remedy: "Check whether the zone's servers can be reached from that resolver.",
    source: "RFC 8767; RFC 8914, section 4.4"
  ) { ruling in
    ruling.sorted.recursive.filter { source in
      source.answer.extendedErrors.contains { $0.code == 3 || $0.code == 19 }
    }.map { source in
      LookObservation(text: "\(source.name) serves a stale answer.", evidence: Wording.dig(source))
    }
  }

  /// The caches that contradict the source, each with its clock.
  static func clocks(for ruling: Ruling) -> [(source: Respondent, clock: CacheClock)] {
    let sorted = ruling.sorted
    guard !sorted.standsIn else { return [] }
    if ruling.row == .heldByCaches {
      // No source to contradict, but these clocks say how long the key is still to be had.
      return sorted.caches.filter { $0.role == .with }.compactMap {
        clock($0, .key, seconds: $0.answer.ttl, sorted)
      }
    }
    guard !sorted.answering.isEmpty, ruling.state != .divergent else { return [] }
    return sorted.caches.filter { $0.answers && differs($0, from: sorted) }.compactMap { source in
      if source.role == .without {
        return clock(source, .absence, seconds: source.answer.negativeTTL ?? sorted.delegation?.negativeTTL, sorted)
      }
      return clock(source, ruling.state == .missing ? .key : .oldText, seconds: source.answer.ttl, sorted)
    }
  }

  private static func differs(_ cache: Respondent, from sorted: SortedLook) -> Bool {
    if cache.role == .without { return !sorted.with.isEmpty }
    return sorted.texts.isEmpty || !sorted.texts.contains(where: cache.answer.says)
  }

  private static func clock(
    _ source: Respondent, _ holding: CacheClock.Holding, seconds: UInt32?, _ sorted: SortedLook
  ) -> (source: Respondent, clock: CacheClock)? {
    seconds.map {
      let until = sorted.look.at + .seconds(Int64($0))
      return (source, CacheClock(view: source.view, server: source.server.server, holding: holding, until: until))
    }
  }
}
