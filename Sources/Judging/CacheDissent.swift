// What a cache that contradicts the source has: an entry with an end, an entry past its end, or an answer of its own.

package import Model

/// A recursive view that says something else than the source.
package struct CacheDissent: Hashable, Sendable {
  package enum Reason: Hashable, Sendable {
    /// An entry from before, with its clock.
    case entry(CacheClock)
    /// An entry past its end, served because the source cannot be asked (RFC 8767): for how long, nobody knows.
    /// With a clock where only the time has shown it.
    case expired(CacheClock?)
    /// An answer with authority: the resolver has a zone of its own.
    case ownZone
    /// An answer that no cache can have from the source; why, as half a sentence. With a clock where only the time has shown
    /// it.
    case ownAnswer(String, CacheClock?)
  }

  package var source: Respondent
  package var holding: CacheClock.Holding
  package var reason: Reason

  /// When the entry ends; nil where it is none, or has no end that is known.
  package var until: Timestamp? { if case .entry(let clock) = reason { clock.until } else { nil } }

  /// Whether it is an entry, with or without an end that is known.
  package var isEntry: Bool { until != nil || isExpired }
  package var isExpired: Bool { if case .expired = reason { true } else { false } }
  package var isOwnAnswer: Bool { if case .ownAnswer = reason { true } else { false } }
}

extension SortedLook {
  /// The caches that contradict the source.
  ///
  /// - Parameter isMissing: whether the source says that there is no key.
  package func dissents(isMissing: Bool) -> [CacheDissent] {
    guard !standsIn else { return [] }
    if answering.isEmpty {
      // No source to contradict: what caches have is all that is left of the key.
      return caches.filter { $0.role == .with }.map { dissent($0, .key) }
    }
    return caches.compactMap { cache -> CacheDissent? in
      switch cache.role {
      case .without where !with.isEmpty: dissent(cache, .absence)
      case .with where !texts.contains(where: cache.answer.says): dissent(cache, isMissing ? .key : .oldText)
      default: nil
      }
    }
  }

  private func dissent(_ source: Respondent, _ holding: CacheClock.Holding) -> CacheDissent {
    CacheDissent(source: source, holding: holding, reason: reason(source, holding))
  }

  private func reason(_ source: Respondent, _ holding: CacheClock.Holding) -> CacheDissent.Reason {
    let answer = source.answer
    // Without a source to hold it against, authority says nothing.
    if answer.authoritative, !answering.isEmpty { return .ownZone }
    if let error = answer.extendedErrors.first(where: \.tellsFilter) {
      return .ownAnswer("it says itself that it filters (EDE \(error.code))", nil)
    }
    if answer.isExpired { return .expired(nil) }
    if let why = whyNoEntry(answer, holding) { return .ownAnswer(why, nil) }
    guard let seconds = holding == .absence ? answer.negativeTTL : answer.ttl else {
      return .ownAnswer("the answer has no SOA record to say how long it may be kept", nil)
    }
    let clock = CacheClock(
      view: source.view, server: source.server.server, holding: holding, until: look.at + .seconds(Int64(seconds))
    ).following(formerCaches)
    guard let first = clock.firstUntil, clock.isRenewed(at: look.at) else { return .entry(clock) }
    if holding == .key { return seconds <= Answer.expiredTTL ? .expired(clock) : .entry(clock) }
    return .ownAnswer(
      "an entry from before would have ended at \(first.timeOfDay) UTC, and the same answer comes again", clock)
  }

  /// What shows at first sight that an answer was never one of the source; nil where nothing does.
  private func whyNoEntry(_ answer: Answer, _ holding: CacheClock.Holding) -> String? {
    switch holding {
    case .absence:
      answer.cname.first.flatMap { link in
        chain.contains(link) ? nil : "it follows a CNAME to \(link), which the source does not have"
      }
    case .key, .oldText:
      !look.key.isKey || answer.records.contains(where: \.looksLikeKey) ? nil : "what it gives is no key record"
    }
  }
}

extension Ruling {
  /// The caches that contradict the source.
  var dissents: [CacheDissent] { sorted.dissents(isMissing: state == .missing) }

  /// The clocks of those, also of what has outlived its end: the next look has to know.
  var clocks: [CacheClock] {
    guard state != .divergent, row == .heldByCaches || !sorted.answering.isEmpty else { return [] }
    return dissents.compactMap { dissent -> CacheClock? in
      switch dissent.reason {
      case .entry(let clock): clock
      case .ownAnswer(_, let clock), .expired(let clock): clock
      case .ownZone: nil
      }
    }
  }
}

extension CacheClock {
  /// The same with the end that earlier looks gave, where that was sooner: an entry of a cache only grows older.
  ///
  /// Clocks are read in whole seconds, so two of them may be apart without meaning it.
  package func following(_ former: [CacheClock]) -> CacheClock {
    let same = former.first { $0.view == view && $0.server == server && $0.holding == holding }
    guard let end = same.map({ $0.firstUntil ?? $0.until }), until - end > .seconds(2) else { return self }
    var clock = self
    clock.firstUntil = end
    return clock
  }
}

extension Answer {
  /// The TTL that answers past their end are served with (RFC 8767, section 4).
  static let expiredTTL: UInt32 = 30

  /// Whether this is an entry past its end: Stale Answer and Stale NXDOMAIN Answer say so (RFC 8914, sections 4.4 and 4.20), No
  /// Reachable Authority and Network Error beside the short TTL amount to it.
  package var isExpired: Bool {
    guard outcome.failure == nil else { return false }
    let codes = Set(extendedErrors.map(\.code))
    return !codes.isDisjoint(with: [3, 19])
      || !codes.isDisjoint(with: [22, 23]) && (ttl ?? negativeTTL).map { $0 <= Self.expiredTTL } ?? false
  }
}

extension ExtendedError {
  /// Blocked, Censored, Filtered, Prohibited (RFC 8914, sections 4.16 to 4.19).
  package var tellsFilter: Bool { (15...18).contains(code) }
}
