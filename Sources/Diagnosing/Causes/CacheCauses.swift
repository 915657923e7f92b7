// Causes: resolvers that say something else than the source.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum CacheCauses {
  static let all: [CauseRule] = [splitHorizon, resolverInvents, resolverFilters, negativeCached, oldTextCached]

  /// A resolver whose zone is another one: another primary server, or an answer with authority.
  private static let splitHorizon = CauseRule(
    "split-horizon", "A resolver serves a zone of its own in the place of the public one (split horizon).",
    remedy: "Publish the key in both zones: the one inside and the public one.",
    asks: { facts in
      let views = facts.dissentingViews.map(\.view).withoutRepeats
      return views.isEmpty ? [] : views.map { facts.zoneStart(at: $0) } + [facts.publicZoneStart]
    }
  ) { facts in
    // The servers of one zone may each name themselves.
    let sources = facts.replies(to: facts.publicZoneStart).compactMap(\.start)
    let primaries = Set(sources.map(\.primary))
    for cache in facts.dissentingViews {
      let inquiry = facts.zoneStart(at: cache.view)
      guard let reply = facts.replies(to: inquiry).first else { continue }
      let hasOtherPrimary = !primaries.isEmpty && reply.primary.map { !primaries.contains($0) } ?? false
      let hasAuthority =
        (reply.answer.authoritative || cache.answer.authoritative && !facts.passesOnPublicZone(cache))
        && !facts.deniesWholeDomain(cache)
      // A cache lags behind; ahead of every server of the zone it cannot be.
      let isAhead =
        !sources.isEmpty
        && reply.start.map { own in sources.allSatisfy { Int32(bitPattern: own.serial &- $0.serial) > 0 } } ?? false
      guard hasAuthority || hasOtherPrimary || isAhead else { continue }
      let isInside = cache.role == .with
      return Cause(
        text: "The resolver \(cache.name) serves a zone \(facts.domain) of its own (split horizon): "
          + (isInside
            ? "the key is in that zone only, and nobody outside sees it."
            : "the key is missing in that zone only."),
        certainty: hasOtherPrimary ? .certain : .likely,
        because: hasOtherPrimary
          ? "its SOA names another primary server than the public zone"
          : hasAuthority
            ? "it answers with authority, as a cache never does"
            : "its SOA has a higher serial than every public server",
        evidence: facts.evidence(inquiry) + facts.evidence(facts.publicZoneStart),
        repair: isInside
          ? .publish(
            cache.answer.cname.first.map { [facts.alias(to: $0)] } ?? cache.answer.records.map { facts.text($0) },
            note: "This is what the zone inside has")
          : .instruction(
            "Add the record of \(facts.name) to the zone \(facts.domain) that \(cache.name) serves; receivers outside have "
              + "the key already."))
    }
    return nil
  }

  private static let resolverInvents = CauseRule(
    "resolver-invents-answers", "A resolver answers for names that do not exist.",
    remedy: "Do not use this resolver for mail or for checks.",
    asks: { facts in
      let views = facts.dissentingViews.filter { $0.role == .with }.map(\.view).withoutRepeats
      guard !views.isEmpty else { return [] }
      return (views.flatMap { [facts.anyName(at: $0), facts.strangersName(at: $0)] } + [facts.anyName])
        .compactMap(\.self)
    }
  ) { facts in
    for cache in facts.dissentingViews where facts.isInventing(cache) && !facts.answersForDomainOnly(cache) {
      guard let inquiry = facts.anyName(at: cache.view) else { continue }
      let deed = "Do not use \(cache.name) for mail or for checks: receivers elsewhere see what the source says"
      // What is missing at the source stays missing, whoever makes up an answer.
      let isMissing = facts.state == .missing
      return Cause(
        text:
          "The resolver \(cache.name) answers for any name, even one that does not exist: what it says about this key "
          + "is made up" + (isMissing ? ", and at the source there is no key." : "."),
        certainty: isMissing ? .likely : .certain, because: "it gives records for a random name",
        evidence: facts.evidence(inquiry),
        repair: isMissing
          ? facts.restoring(
            else:
              "Get the key record from whoever signs with \(facts.key.selector), and add it at \(facts.name) in the zone "
              + "\(facts.zone). \(deed).", besides: deed)
          : .instruction(deed + "."))
    }
    return nil
  }

  /// Resolvers that refuse the key: where they answer for the domain, that is by intent.
  private static func refusing(_ facts: DiagnosisFacts) -> [Respondent] {
    facts.state == .published ? facts.sorted.caches.filter { $0.failure == .refused } : []
  }

  /// Whether an answer is the last good one of the source. What the source still says is no sign of it.
  private static func isFormer(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    guard let good = facts.lastGood else { return false }
    if cache.role == .with { return Set(cache.answer.records.map(\.text)) == Set(good.records) }
    return cache.answer.cname.first.map { good.cname?.first == $0 && !facts.chain.contains($0) } ?? false
  }

  private static let resolverFilters = CauseRule(
    "resolver-filters", "A resolver withholds the key by a filter, or gives an answer of its own.",
    remedy:
      "Exempt the domain, and the one that its CNAME leads to, from the filter, or use another resolver for mail.",
    asks: { facts in
      refusing(facts).map(\.view).withoutRepeats.flatMap { [facts.zoneStart(at: $0), facts.zoneAbove(at: $0)] }
    }
  ) { facts in
    guard facts.state == .published else { return nil }
    let told = facts.sorted.caches.filter { cache in
      cache.role != .with && cache.answer.extendedErrors.contains(where: \.tellsFilter)
    }
    if !told.isEmpty {
      return withholding(
        told, .certain, because: "\(Wording.agreeing(told, "it says", "they say")) so, by an extended error (EDE)",
        facts)
    }
    let own = facts.dissents.filter { $0.isOwnAnswer && !isFormer($0.source, facts) }
    if let first = own.first, case .ownAnswer(let why, _) = first.reason {
      return withholding(
        own.map(\.source), .likely, because: why, facts,
        mayForward: first.source.role == .without && first.source.answer.negativeTTL == nil)
    }
    let alone = facts.dissents.filter { $0.reason == .ownZone }.map(\.source).filter { facts.passesOnPublicZone($0) }
    if !alone.isEmpty {
      return withholding(
        alone, .likely,
        because:
          "\(Wording.agreeing(alone, "it answers", "they answer")) with authority (AA) for this name only, and otherwise \(Wording.agreeing(alone, "passes", "pass")) on the public zone",
        evidence: alone.map(\.view).withoutRepeats.flatMap { facts.evidence(facts.zoneStart(at: $0)) }, facts)
    }
    let denying = facts.dissents.map(\.source).filter { facts.deniesWholeDomain($0) }
    if !denying.isEmpty {
      return withholding(
        denying, .likely,
        because:
          "\(Wording.agreeing(denying, "it denies", "they deny")) the whole domain with authority (AA), and \(Wording.agreeing(denying, "has", "have")) no zone (SOA) of it",
        evidence: denying.map(\.view).withoutRepeats.flatMap { facts.evidence(facts.zoneStart(at: $0)) }, facts)
    }
    let refusing = refusing(facts).filter { facts.refusal($0) != nil }
    guard let first = refusing.first else { return nil }
    let isName = facts.refusal(first) == .name
    return withholding(
      refusing, .likely,
      because:
        "\(Wording.agreeing(refusing, "it answers", "they answer")) for \(isName ? "the domain" : "other domains"), and "
        + "\(Wording.agreeing(refusing, "refuses", "refuse")) only this \(isName ? "name" : "one")",
      evidence: refusing.map(\.view).withoutRepeats.flatMap { view in
        facts.evidence(facts.zoneStart(at: view)) + (isName ? [] : facts.evidence(facts.zoneAbove(at: view)))
      }, facts)
  }

  private static func withholding(
    _ sources: [Respondent], _ certainty: Diagnosis.Certainty, because: String, evidence: [String] = [],
    _ facts: DiagnosisFacts, mayForward: Bool = false
  ) -> Cause {
    let names = Wording.names(sources)
    let target = facts.chain.last.map { $0.registrableDomain ?? $0 }.flatMap { facts.isOwn($0) ? nil : $0 }
    let what = [facts.domain.description] + [target.map { "\($0) (where the CNAME leads)" }].compactMap(\.self)
    let isOwn = sources.contains { $0.role == .with }
    return Cause(
      text: "The key is published at the source; "
        + (isOwn
          ? "\(Phrase.clause(sources.map(\.name), "gives an answer of its own", "give answers of their own")), which the source never gave: probably a filter."
          : "\(Phrase.clause(sources.map(\.name), "withholds it by a filter of its own", "withhold it by filters of their own"))."),
      certainty: certainty, because: because, evidence: evidence,
      repair: .instruction(
        "Nothing is wrong in the zone. Exempt \(Phrase.list(what)) from the filter of \(names), or use another resolver for mail."
          + (mayForward
            ? " If there is no filter, a resolver behind \(names) may still remember that there was no key: ask again after an hour."
            : "")))
  }

  private static let negativeCached = CauseRule(
    "absence-cached", "The key is published, and a resolver still remembers that it was not.",
    remedy: "Wait until the negative entry has expired; do not sign with this selector before."
  ) { facts in cached(.absence, facts) }

  private static let oldTextCached = CauseRule(
    "old-record-cached", "The record was changed, and a resolver still has the former one.",
    remedy: "Keep signing with the former private key, or wait, until the entry has expired."
  ) { facts in cached(.oldText, facts) }

  private static func cached(_ holding: CacheClock.Holding, _ facts: DiagnosisFacts) -> Cause? {
    // What the source gave before is an entry, however little it looks like one.
    let held = facts.dissents.filter {
      holding == .oldText
        ? $0.holding == .oldText && $0.isEntry || $0.isOwnAnswer && isFormer($0.source, facts)
        : $0.holding == .absence && $0.isEntry
    }
    guard facts.state == .published, !held.isEmpty else { return nil }
    let names = held.map(\.source.name)
    let what =
      holding == .absence
      ? Phrase.clause(names, "still remembers", "still remember") + " that there was none"
      : Phrase.clause(names, "still has", "still have") + " the record from before"
    let ends = held.compactMap { dissent in
      dissent.until
        ?? (dissent.isOwnAnswer
          ? (dissent.source.answer.ttl ?? dissent.source.answer.negativeTTL).map { facts.now + .seconds(Int64($0)) }
          : nil)
    }
    guard let last = ends.max() else {
      return Cause(
        text: "The key is published at the source; \(what), in an entry that has expired.", certainty: .likely,
        because: "the answer says that it is stale, and for how long it is still served is not known",
        repair: .instruction(
          "Check whether \(Phrase.list(names.withoutRepeats)) can reach the name servers of \(facts.zone): such answers are served where "
            + "these cannot be asked."))
    }
    let until = Phrase.time(last, now: facts.now)
    return Cause(
      text: "The key is published at the source; \(what), until \(until).", certainty: .likely,
      because: "the source has the key at every server, and the entry expires by itself",
      repair: .instruction(
        holding == .absence
          ? "Nothing has to be changed: do not sign with this selector before \(until)."
          : "Nothing has to be changed: sign with the former key until \(until), or wait."))
  }
}
