// Sorts what a look saw: who speaks for the source, who only caches, and who failed.

package import Model

/// One answer with its place, and what it says about the key.
package struct Respondent: Hashable, Sendable {
  /// What an answer says about the key.
  package enum Role: Hashable, Sendable {
    case with
    case without
    case failed(Outcome.Failure)
    /// A CNAME into a zone whose own servers were asked: they have the say.
    case leadsOn
  }

  package let view: String
  package let isAuthoritative: Bool
  package let server: ServerAnswer
  package let role: Role

  package var answer: Answer { server.answer }
  package var failure: Outcome.Failure? {
    if case .failed(let failure) = role { failure } else { nil }
  }
  package var answers: Bool { role == .with || role == .without }

  /// Server and address for the source, view and address for a cache.
  package var name: String {
    let place = isAuthoritative ? server.server : view
    let address = server.endpoint?.description ?? (isAuthoritative ? nil : server.server)
    guard let address, address != place else { return place }
    return "\(place) (\(address))"
  }
}

/// One look, sorted: the input of the state table and of every rule.
package struct SortedLook: Hashable, Sendable {
  package let look: Look
  package let keys: [Digest: KeyJudgement]
  package let expectation: Expectation
  /// Those whose word decides: the zone's servers, or one answer a view where no authoritative view was asked.
  package let sources: [Respondent]
  /// The recursive views beside an authoritative one.
  package let caches: [Respondent]
  /// Servers of a recursive view that failed before another one of it answered.
  package let passedOver: [Respondent]
  package let hasAuthoritativeView: Bool
  /// Whether recursive views stand in for zone servers of which none answered.
  package let standsIn: Bool
  /// Why this machine could not even ask the root, so that the recursive views are judged as if there were no authoritative
  /// one; nil where it could.
  package let blockedWalk: WalkFailure?
  /// What caches held at the look before.
  package let formerCaches: [CacheClock]

  package init(
    look: Look, keys: [Digest: KeyJudgement] = [:], expectation: Expectation = Expectation(),
    formerCaches: [CacheClock] = []
  ) {
    var sources: [Respondent] = []
    var caches: [Respondent] = []
    var passedOver: [Respondent] = []
    let authoritative = look.views.filter(\.isAuthoritative)
    blockedWalk = Self.blockedWalk(authoritative)
    hasAuthoritativeView = !authoritative.isEmpty && blockedWalk == nil
    for view in authoritative {
      sources += view.servers.map { server in
        Respondent(view: view.view, isAuthoritative: true, server: server, role: Self.role(of: server, in: view))
      }
    }
    for view in look.views where !view.isAuthoritative {
      let all = view.servers.map {
        Respondent(view: view.view, isAuthoritative: false, server: $0, role: Self.role(of: $0, in: view))
      }
      guard let chosen = all.first(where: \.answers) ?? all.first(where: { $0.failure == .bogus }) ?? all.first
      else { continue }
      if chosen.answers { passedOver += all.filter { $0.failure != nil } }
      if hasAuthoritativeView { caches.append(chosen) } else { sources.append(chosen) }
    }
    self.look = look
    self.keys = keys
    self.expectation = expectation
    self.sources = sources
    self.caches = caches
    self.passedOver = passedOver
    self.formerCaches = formerCaches
    standsIn = false
  }

  private init(standingIn sorted: SortedLook) {
    look = sorted.look
    keys = sorted.keys
    expectation = sorted.expectation
    sources = sorted.caches
    caches = []
    passedOver = sorted.passedOver
    hasAuthoritativeView = true
    standsIn = true
    blockedWalk = nil
    formerCaches = sorted.formerCaches
  }

  /// The same look with the recursive views in the place of the zone's servers.
  package var withCachesAsSources: SortedLook { SortedLook(standingIn: self) }

  /// A walk that ends at the root, or at somebody who answers in place of others, says nothing of any zone: it is the way out
  /// of this machine that is blocked.
  private static func blockedWalk(_ views: [ViewAnswer]) -> WalkFailure? {
    let walks = views.compactMap(\.walkFailure)
    let areBlocked =
      walks.count == views.count && views.allSatisfy(\.servers.isEmpty)
      && walks.allSatisfy { $0.zone.isRoot || $0.isIntercepted }
    return areBlocked ? walks.first : nil
  }

  /// Answers at the head of a chain only pass on what the servers at its end say; where those were asked themselves, they
  /// have the say.
  private static func role(of server: ServerAnswer, in view: ViewAnswer) -> Respondent.Role {
    let isFollowed = view.servers.contains {
      $0.question != server.question && server.answer.cname.contains($0.question)
    }
    if isFollowed, !server.answer.breaksChain { return .leadsOn }
    switch server.answer.outcome {
    case .records: return .with
    case .nxdomain: return .without
    case .failed(let failure): return .failed(failure)
    case .nodata:
      // An open end of a chain that was not followed, because the walk to it failed.
      if !server.answer.cname.isEmpty, let walk = view.walkFailure { return .failed(walk.failure) }
      return .without
    }
  }
}

extension SortedLook {
  package var name: DomainName { look.key.name }
  package var answering: [Respondent] { sources.filter(\.answers) }
  package var with: [Respondent] { sources.filter { $0.role == .with } }
  package var without: [Respondent] { sources.filter { $0.role == .without } }
  package var failing: [Respondent] { sources.filter { $0.failure != nil } }
  /// Those that failed themselves, not at the end of a chain that began there.
  package var failingThemselves: [Respondent] { failing.filter(\.answer.cname.isEmpty) }
  /// Those whose chain leads in a circle.
  package var broken: [Respondent] { sources.filter(\.answer.breaksChain) }
  package var recursive: [Respondent] { (sources + caches).filter { !$0.isAuthoritative } }

  /// The walks that ended in a zone on the way.
  package var walkFailures: [WalkFailure] { blockedWalk == nil ? look.views.compactMap(\.walkFailure) : [] }
  package var delegation: Delegation? { look.views.lazy.compactMap(\.delegation).first }

  /// The zone whose servers hold the key name; the signing domain where nobody told.
  package var zone: DomainName {
    delegation?.zone ?? sources.first { $0.server.question == name }?.server.zone ?? look.key.domain
  }

  /// The CNAME chain at the source, the key name left out; empty where there is none.
  package var chain: [DomainName] {
    (sources.filter { $0.server.question == name } + sources).first { !$0.answer.cname.isEmpty }?.answer.cname ?? []
  }

  /// The different texts at the source, in the order in which they were met.
  package var texts: [[TextRecord]] {
    with.reduce(into: []) { texts, source in
      if !texts.contains(where: source.answer.says) { texts.append(source.answer.records) }
    }
  }

  /// What a text is worth. Answers with equal records share a judgement, whatever chain led to them.
  package func judgement(of records: [TextRecord]) -> KeyJudgement {
    let same = look.views.lazy.flatMap(\.servers).filter { $0.answer.records == records }
    return same.compactMap { keys[$0.answer.digest] }.first
      ?? KeyJudgement(
        state: .invalid, verdict: .unknown, summary: "the record was not judged", key: nil, findings: [])
  }

  /// Whether receivers can use the text, and the pinned key is the one in it.
  package func isUsable(_ records: [TextRecord]) -> Bool {
    judgement(of: records).state == .published && isPinned(records)
  }

  /// Whether the text holds the pinned key; true where none is pinned.
  package func isPinned(_ records: [TextRecord]) -> Bool {
    guard look.key.isKey else { return judgement(of: records).state != .mismatched }
    guard let pinned = expectation.fingerprint else { return true }
    return judgement(of: records).key?.fingerprint == pinned
  }

  /// Whether anything at all came back from the network, from a resolver or on the way from the root.
  package var reachedAnything: Bool {
    let silent: Set<Outcome.Failure> = [.timeout, .unreachable]
    if (sources + caches + passedOver).contains(where: { $0.failure.map { !silent.contains($0) } ?? true }) {
      return true
    }
    if delegation != nil { return true }
    return !walkFailures.isEmpty
  }

  /// Recursive views that get the key only with checking disabled.
  package var bogus: [Respondent] { recursive.filter { $0.failure == .bogus } }

  /// Whether every view that validates finds the answer bogus.
  package var isBogusWhereValidated: Bool {
    !bogus.isEmpty && !recursive.contains { $0.answers && $0.answer.authenticated }
  }
}

extension Answer {
  /// Whether the records hold these texts. Where the character-strings of a text are cut says nothing: they are joined
  /// before anybody reads them (RFC 6376, section 3.6.2.2).
  package func says(_ texts: [TextRecord]) -> Bool {
    records == texts || (records.count == texts.count && Set(records.map(\.joined)) == Set(texts.map(\.joined)))
  }

  /// Whether the chain leads in a circle or has too many links.
  package var breaksChain: Bool { outcome.failure == .malformed && !cname.isEmpty }
}
