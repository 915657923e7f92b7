// Causes: resolvers that say something else than the source.

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
      let hasAuthority = cache.answer.authoritative || reply.answer.authoritative
      let hasOtherPrimary = !primaries.isEmpty && reply.primary.map { !primaries.contains($0) } ?? false
      // A cache lags behind; ahead of every server of the zone it cannot be.
      let isAhead =
        !sources.isEmpty
        && reply.start.map { own in sources.allSatisfy { Int32(bitPattern: own.serial &- $0.serial) > 0 } } ?? false
      guard hasAuthority || hasOtherPrimary || isAhead else { continue }
      let isInside = cache.role == .with
      return Cause(
        text: "The resolver \(cache.name) serves a zone \(facts.domain) of its own (split horizon): "
          + (isInside
            ? "the key stands in that zone only, and nobody outside sees it."
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

  private static let resolverInvents = CauseRule(
    "resolver-invents-answers", "A resolver answers for names that do not exist.",
    remedy: "Do not use this resolver for mail or for checks.",
    asks: { facts in
      let views = dissenting(facts).filter { $0.role == .with }.map(\.view).withoutRepeats
      return views.isEmpty ? [] : (views.map { anyName(facts, at: $0) } + [facts.anyName]).compactMap(\.self)
    }
  ) { facts in
    for cache in dissenting(facts) where isInventing(cache, facts) {
      guard let inquiry = anyName(facts, at: cache.view) else { continue }
      let deed = "Do not use \(cache.name) for mail or for checks; the source says what receivers elsewhere see"
      // What is missing at the source stays missing, whoever makes up an answer.
      let isMissing = facts.state == .missing
      return Cause(
        text:
          "The resolver \(cache.name) answers for any name, also for one that does not exist: what it says of this key "
          + "is made up" + (isMissing ? ", and at the source there is no key." : "."),
        certainty: isMissing ? .likely : .certain, because: "it gives records for a random name",
        evidence: facts.evidence(inquiry),
        repair: isMissing ? facts.restoring(else: deed + ".", besides: deed) : .instruction(deed + "."))
    }
    return nil
  }

  /// Whether a resolver has an answer for a name that nobody has, where the source has none.
  static func isInventing(_ cache: Respondent, _ facts: DiagnosisFacts) -> Bool {
    guard cache.role == .with, let inquiry = anyName(facts, at: cache.view), let atSource = facts.anyName else {
      return false
    }
    return facts.has(inquiry) && !facts.has(atSource)
  }

  /// Blocked, Censored, Filtered, Prohibited (RFC 8914, sections 4.16 to 4.19).
  private static let filtering: Set<UInt16> = [15, 16, 17, 18]

  private static let resolverFilters = CauseRule(
    "resolver-filters", "A resolver withholds the key by a filter of its own.",
    remedy: "Exempt the domain from the filter, or use another resolver for mail."
  ) { facts in
    guard facts.state == .published,
      let source = facts.sorted.caches.first(where: { cache in
        cache.role != .with && cache.answer.extendedErrors.contains { filtering.contains($0.code) }
      })
    else { return nil }
    return Cause(
      text: "The key is published at the source; the resolver \(source.name) withholds it by a filter of its own.",
      certainty: .certain, because: "it says so itself, by an extended error",
      repair: .instruction(
        "Nothing has to be mended in the zone: exempt \(facts.domain) from the filter of \(source.name), or use another resolver for "
          + "mail."))
  }

  private static let negativeCached = CauseRule(
    "absence-cached", "The key is published, and a resolver still remembers that it was not.",
    remedy: "Wait until the negative entry has run out; do not sign with this selector before."
  ) { facts in cached(.absence, facts) }

  private static let oldTextCached = CauseRule(
    "old-record-cached", "The record was changed, and a resolver still has the former one.",
    remedy: "Keep the former private key in use, or wait, until the entry has run out."
  ) { facts in cached(.oldText, facts) }

  private static func cached(_ holding: CacheClock.Holding, _ facts: DiagnosisFacts) -> Cause? {
    let clocks = facts.judgement.caches.filter { $0.holding == holding }
    guard facts.state == .published, let last = clocks.map(\.until).max() else { return nil }
    let who = Phrase.list(clocks.map { "\($0.view) (\($0.server))" }.withoutRepeats)
    let until = Phrase.time(last, now: facts.now)
    let what =
      holding == .absence
      ? "still \(clocks.count == 1 ? "remembers" : "remember") that there was none"
      : "still \(clocks.count == 1 ? "has" : "have") the record from before"
    return Cause(
      text: "The key is published at the source; \(who) \(what), until \(until).", certainty: .likely,
      because: "the source has the key at every server, and the entry's time to live runs out",
      repair: .instruction(
        holding == .absence
          ? "Nothing has to be mended: do not sign with this selector before \(until)."
          : "Nothing has to be mended: sign with the former key until \(until), or wait."))
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
