// Causes: resolvers that say something else than the source.

internal import Model

enum CacheCauses {
  static let all: [CauseRule] = [splitHorizon, resolverInvents, negativeCached, oldTextCached]

  /// The recursive views that answer, and not as the source does.
  private static func dissenting(_ facts: Facts) -> [Source] {
    facts.reading.caches.filter { cache in
      guard cache.answers else { return false }
      return cache.standing == .with
        ? !facts.reading.texts.contains(where: cache.answer.says) : !facts.reading.with.isEmpty
    }
  }

  private static func start(_ facts: Facts, at view: String) -> Inquiry { Inquiry(facts.domain, .soa, at: .view(view)) }

  private static func anyName(_ facts: Facts, at view: String) -> Inquiry? {
    facts.anyName.map { Inquiry($0.question, at: .view(view)) }
  }

  /// A resolver whose zone is another one: another primary server, or an answer with authority.
  private static let splitHorizon = CauseRule(
    "split-horizon", "A resolver serves a zone of its own in the place of the public one (split horizon).",
    remedy: "Publish the key in both zones: the one inside and the public one.",
    asks: { facts in
      let views = dissenting(facts).map(\.view).withoutRepeats
      return views.isEmpty ? [] : views.map { start(facts, at: $0) } + [Inquiry(facts.domain, .soa, limit: 1)]
    }
  ) { facts in
    let source = facts.replies(to: Inquiry(facts.domain, .soa, limit: 1)).lazy.compactMap(\.primary).first
    for cache in dissenting(facts) {
      let inquiry = start(facts, at: cache.view)
      guard let reply = facts.replies(to: inquiry).first else { continue }
      let hasAuthority = cache.answer.authoritative
      let hasOtherPrimary = source != nil && reply.primary != nil && source != reply.primary
      guard hasAuthority || hasOtherPrimary else { continue }
      let isInside = cache.standing == .with
      return Cause(
        text: "The resolver \(cache.name) serves a zone \(facts.domain) of its own (split horizon): "
          + (isInside
            ? "the key stands in that zone only, and nobody outside sees it."
            : "the key is missing in that zone only."),
        certainty: hasOtherPrimary ? .certain : .likely,
        because: hasOtherPrimary
          ? "its SOA names another primary server than the public zone"
          : "it answers with authority, as a cache never does",
        evidence: facts.evidence(inquiry) + facts.evidence(Inquiry(facts.domain, .soa, limit: 1)),
        repair: isInside
          ? .publish(
            cache.answer.cname.first.map { [facts.alias(to: $0)] } ?? cache.answer.records.map { facts.text($0) },
            note: "This is what the zone inside has")
          : .deed(
            "Add the record of \(facts.name) to the zone \(facts.domain) that \(cache.name) serves; receivers outside have "
              + "the key already."))
    }
    return nil
  }

  private static let resolverInvents = CauseRule(
    "resolver-invents-answers", "A resolver answers for names that do not exist.",
    remedy: "Do not use this resolver for mail or for checks.",
    asks: { facts in dissenting(facts).map(\.view).withoutRepeats.compactMap { anyName(facts, at: $0) } }
  ) { facts in
    for cache in dissenting(facts) where cache.standing == .with {
      guard let inquiry = anyName(facts, at: cache.view), !facts.positive(inquiry).isEmpty,
        let atSource = facts.anyName, facts.positive(atSource).isEmpty
      else { continue }
      return Cause(
        text:
          "The resolver \(cache.name) answers for any name, also for one that does not exist: what it says of this key "
          + "is made up.", certainty: .certain, because: "it gives records for a random name",
        evidence: facts.evidence(inquiry),
        repair: .deed("Do not use \(cache.name) for mail or for checks; the source says what receivers elsewhere see."))
    }
    return nil
  }

  private static let negativeCached = CauseRule(
    "absence-cached", "The key is published, and a resolver still remembers that it was not.",
    remedy: "Wait until the negative entry has run out; do not sign with this selector before."
  ) { facts in cached(.absence, facts) }

  private static let oldTextCached = CauseRule(
    "old-record-cached", "The record was changed, and a resolver still has the former one.",
    remedy: "Keep the former private key in use, or wait, until the entry has run out."
  ) { facts in cached(.oldText, facts) }

  private static func cached(_ holding: CacheClock.Holding, _ facts: Facts) -> Cause? {
    let clocks = facts.judgement.caches.filter { $0.holding == holding }
    guard facts.state == .published, let last = clocks.map(\.until).max() else { return nil }
    let who = Wording.list(clocks.map { "\($0.view) (\($0.server))" }.withoutRepeats)
    let until = Wording.time(last, now: facts.now)
    let what =
      holding == .absence
      ? "still \(clocks.count == 1 ? "remembers" : "remember") that there was none"
      : "still \(clocks.count == 1 ? "has" : "have") the record from before"
    return Cause(
      text: "The key is published at the source; \(who) \(what), until \(until).", certainty: .likely,
      because: "the source has the key at every server, and the entry's time to live runs out",
      repair: .deed(
        holding == .absence
          ? "Nothing has to be mended: do not sign with this selector before \(until)."
          : "Nothing has to be mended: sign with the former key until \(until), or wait."))
  }
}

extension InquiryReply {
  /// The primary server that the SOA of the answer names.
  var primary: DomainName? {
    for record in records + authorities { if case .soa(let start) = record.data { return start.primary } }
    return nil
  }
}
