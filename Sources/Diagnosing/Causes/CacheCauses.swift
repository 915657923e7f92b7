// Causes: resolvers that say something else than the source.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum CacheCauses {
  static let all: [CauseRule] = [splitHorizon, resolverInvents, resolverFilters, negativeCached, oldTextCached]

  /// The recursive views that answer, and not as the source does.
  private static func dissenting(_ facts: DiagnosisFacts) -> [Respondent] {
    facts.sorted.caches.filter { cache in
      guard cache.answers else { return false }
      return cache.role == .with
        ? !facts.sorted.texts.contains(where: cache.answer.says) : !facts.sorted.with.isEmpty
    }
  }

  private static func start(_ facts: DiagnosisFacts, at view: String) -> Inquiry {
    Inquiry(facts.domain, .soa, at: .view(view))
  }

  private static func publicStart(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.domain, .soa) }

  private static func anyName(_ facts: DiagnosisFacts, at view: String) -> Inquiry? {
    facts.anyName.map { Inquiry($0.question, at: .view(view)) }
  }

  /// A name that nobody has in another domain: a resolver that knows it too answers for anything, and filters nothing.
  private static func strangersName(_ facts: DiagnosisFacts, at view: String) -> Inquiry? {
    guard let label = try? DomainName(facts.input.randomLabel), let above = facts.registrableDomain.parent else {
      return nil
    }
    return (try? above.prepending(label)).map { Inquiry($0, .txt, at: .view(view)) }
  }

  /// A resolver whose zone is another one: another primary server, or an answer with authority.
  private static let splitHorizon = CauseRule(
    "split-horizon", "A resolver serves a zone of its own in the place of the public one (split horizon).",
    remedy: "Publish the key in both zones: the one inside and the public one.",
    asks: { facts in
      let views = dissenting(facts).map(\.view).withoutRepeats
      return views.isEmpty ? [] : views.map { start(facts, at: $0) } + [publicStart(facts)]
    }
  ) { facts in
    // The servers of one zone may each name themselves.
    let sources = facts.replies(to: publicStart(facts)).compactMap(\.start)
    let primaries = Set(sources.map(\.primary))
    for cache in dissenting(facts) {
      let inquiry = start(facts, at: cache.view)
      guard let reply = facts.replies(to: inquiry).first else { continue }
      let hasOtherPrimary = !primaries.isEmpty && reply.primary.map { !primaries.contains($0) } ?? false
      let hasAuthority =
        (reply.answer.authoritative || cache.answer.authoritative && !passesOnPublicZone(cache, facts))
        && !deniesWholeDomain(cache, facts)
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
        evidence: facts.evidence(inquiry) + facts.evidence(publicStart(facts)),
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

  /// Whether a resolver gives the beginning (SOA) of the public zone, and not with authority: then authority over the key alone
  /// is that of a filter.
  private static func passesOnPublicZone(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    let primaries = Set(facts.replies(to: publicStart(facts)).compactMap(\.primary))
    guard let reply = facts.replies(to: start(facts, at: cache.view)).first, !reply.answer.authoritative else {
      return false
    }
    return reply.primary.map(primaries.contains) ?? false
  }

  /// Whether a resolver claims authority over the domain, and has no zone of it: every zone has a beginning (SOA).
  private static func deniesWholeDomain(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    guard cache.role == .without, cache.answer.authoritative, cache.answer.negativeTTL == nil else { return false }
    return facts.replies(to: start(facts, at: cache.view)).contains {
      $0.answer.outcome.failure == nil && $0.start == nil
    }
  }

  private static let resolverInvents = CauseRule(
    "resolver-invents-answers", "A resolver answers for names that do not exist.",
    remedy: "Do not use this resolver for mail or for checks.",
    asks: { facts in
      let views = dissenting(facts).filter { $0.role == .with }.map(\.view).withoutRepeats
      guard !views.isEmpty else { return [] }
      return (views.flatMap { [anyName(facts, at: $0), strangersName(facts, at: $0)] } + [facts.anyName])
        .compactMap(\.self)
    }
  ) { facts in
    for cache in dissenting(facts) where isInventing(cache, facts) && !answersForDomainOnly(cache, facts) {
      guard let inquiry = anyName(facts, at: cache.view) else { continue }
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

  /// Whether a resolver makes up answers for this domain, and none for another: a filter of this domain.
  private static func answersForDomainOnly(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    guard facts.state == .published, let inquiry = strangersName(facts, at: cache.view) else { return false }
    return facts.isNXDOMAIN(inquiry)
  }

  /// Whether a resolver has an answer for a name that nobody has, where the source has none.
  static func isInventing(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    guard cache.role == .with, let inquiry = anyName(facts, at: cache.view), let atSource = facts.anyName else {
      return false
    }
    return facts.has(inquiry) && !facts.has(atSource)
  }

  /// Resolvers that refuse the key: where they answer for the domain, that is by intent.
  private static func refusing(_ facts: DiagnosisFacts) -> [Respondent] {
    facts.state == .published ? facts.sorted.caches.filter { $0.failure == .refused } : []
  }

  /// What a resolver that refuses a key by intent answers all the same.
  enum Refusal {
    /// It answers for the domain, and refuses the key name.
    case name
    /// It answers for the zone above the domain, and refuses the domain.
    case domain
  }

  /// What a resolver refuses by intent; nil where it refuses everything, or nothing.
  static func refusal(_ cache: Respondent, _ facts: DiagnosisFacts) -> Refusal? {
    guard cache.failure == .refused else { return nil }
    func isAnswered(_ inquiry: Inquiry) -> Bool {
      facts.replies(to: inquiry).contains { $0.answer.outcome.failure == nil }
    }
    if isAnswered(start(facts, at: cache.view)) { return .name }
    return facts.has(above(facts, at: cache.view)) ? .domain : nil
  }

  /// The beginning of the zone above the domain.
  private static func above(_ facts: DiagnosisFacts, at view: String) -> Inquiry {
    Inquiry(facts.registrableDomain.parent ?? facts.registrableDomain, .soa, at: .view(view))
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
      refusing(facts).map(\.view).withoutRepeats.flatMap { [start(facts, at: $0), above(facts, at: $0)] }
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
    let alone = facts.dissents.filter { $0.reason == .ownZone }.map(\.source).filter { passesOnPublicZone($0, facts) }
    if !alone.isEmpty {
      return withholding(
        alone, .likely,
        because:
          "\(Wording.agreeing(alone, "it answers", "they answer")) with authority (AA) for this name only, and otherwise \(Wording.agreeing(alone, "passes", "pass")) on the public zone",
        evidence: alone.map(\.view).withoutRepeats.flatMap { facts.evidence(start(facts, at: $0)) }, facts)
    }
    let denying = facts.dissents.map(\.source).filter { deniesWholeDomain($0, facts) }
    if !denying.isEmpty {
      return withholding(
        denying, .likely,
        because:
          "\(Wording.agreeing(denying, "it denies", "they deny")) the whole domain with authority (AA), and \(Wording.agreeing(denying, "has", "have")) no zone (SOA) of it",
        evidence: denying.map(\.view).withoutRepeats.flatMap { facts.evidence(start(facts, at: $0)) }, facts)
    }
    let refusing = refusing(facts).filter { refusal($0, facts) != nil }
    guard let first = refusing.first else { return nil }
    let isName = refusal(first, facts) == .name
    return withholding(
      refusing, .likely,
      because:
        "\(Wording.agreeing(refusing, "it answers", "they answer")) for \(isName ? "the domain" : "other domains"), and "
        + "\(Wording.agreeing(refusing, "refuses", "refuse")) only this \(isName ? "name" : "one")",
      evidence: refusing.map(\.view).withoutRepeats.flatMap { view in
        facts.evidence(start(facts, at: view)) + (isName ? [] : facts.evidence(above(facts, at: view)))
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

extension InquiryReply {
  /// The SOA of the answer.
  var start: StartOfAuthority? {
    for record in records + authorities { if case .soa(let start) = record.data { return start } }
    return nil
  }

  /// The primary server that it names.
  var primary: DomainName? { start?.primary }
}
