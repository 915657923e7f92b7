// Rules on caches that hold something else than the source, and until when.

internal import Model

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
    let now = ruling.reading.look.at
    return [
      Observation(
        text:
          "\(Wording.names(held.map(\.source))) still \(held.count == 1 ? "serves" : "serve") the key; receivers notice between \(now.timeOfDay) and \(Wording.time(last, now: now)).",
        evidence: Wording.evidence(held.map(\.source)))
    ]
  }

  private static let oldText = LookRule(
    "cached-text-differs", .warning, "A cache holds another text than the source has now.",
    remedy: "Keep signing with the old key, or wait, until the caches have run out.", source: "RFC 6376, section 3.6.1"
  ) { ruling in
    clocks(for: ruling).filter { $0.clock.holding == .oldText }.map { source, clock in
      Observation(
        text:
          "\(source.name) still has another record than the source, until \(Wording.time(clock.until, now: ruling.reading.look.at)).",
        evidence: Wording.dig(source))
    }
  }

  private static let absence = LookRule(
    "negative-answer-cached", .warning, "The key is at the source, and a cache still holds its absence.",
    remedy: "The source is right: wait until the negative entry has run out before signing with this selector.",
    source: "RFC 2308, section 5"
  ) { ruling in
    let reading = ruling.reading
    guard !reading.with.isEmpty, !reading.standsIn else { return [] }
    let absent = reading.caches.filter { $0.standing == .without }
    return absent.map { source in
      let seconds = source.answer.negativeTTL ?? reading.delegation?.negativeTTL
      let until = clock(source, .absence, seconds: seconds, reading).map {
        Wording.time($0.clock.until, now: reading.look.at)
      }
      return Observation(
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
    let reading = ruling.reading
    guard !reading.standsIn else { return [] }
    return reading.caches.filter { $0.answers && $0.answer.authoritative && differs($0, from: reading) }.map { source in
      Observation(
        text:
          "\(source.name) answers with authority (AA), and otherwise than the public servers of \(reading.zone): it has a zone of its own.",
        evidence: Wording.dig(source))
    }
  }

  private static let staleAnswer = LookRule(
    "stale-answer-served", .warning,
    "A resolver serves an answer beyond its TTL, because the source does not answer it.",
    remedy: "Check whether the zone's servers can be reached from that resolver.",
    source: "RFC 8767; RFC 8914, section 4.4"
  ) { ruling in
    ruling.reading.recursive.filter { source in
      source.answer.extendedErrors.contains { $0.code == 3 || $0.code == 19 }
    }.map { source in
      Observation(text: "\(source.name) serves a stale answer.", evidence: Wording.dig(source))
    }
  }

  /// The caches that contradict the source, each with its clock.
  static func clocks(for ruling: Ruling) -> [(source: Source, clock: CacheClock)] {
    let reading = ruling.reading
    guard !reading.standsIn else { return [] }
    if ruling.row == .heldByCaches {
      // No source to contradict, but these clocks say how long the key is still to be had.
      return reading.caches.filter { $0.standing == .with }.compactMap {
        clock($0, .key, seconds: $0.answer.ttl, reading)
      }
    }
    guard !reading.answering.isEmpty, ruling.state != .divergent else { return [] }
    return reading.caches.filter { $0.answers && differs($0, from: reading) }.compactMap { source in
      if source.standing == .without {
        return clock(source, .absence, seconds: source.answer.negativeTTL ?? reading.delegation?.negativeTTL, reading)
      }
      return clock(source, ruling.state == .missing ? .key : .oldText, seconds: source.answer.ttl, reading)
    }
  }

  private static func differs(_ cache: Source, from reading: Reading) -> Bool {
    if cache.standing == .without { return !reading.with.isEmpty }
    return reading.texts.isEmpty || !reading.texts.contains(where: cache.answer.says)
  }

  private static func clock(
    _ source: Source, _ holding: CacheClock.Holding, seconds: UInt32?, _ reading: Reading
  ) -> (source: Source, clock: CacheClock)? {
    seconds.map {
      let until = reading.look.at + .seconds(Int64($0))
      return (source, CacheClock(view: source.view, server: source.server.server, holding: holding, until: until))
    }
  }
}
