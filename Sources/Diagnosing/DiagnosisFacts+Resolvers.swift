// What recursive views say of other names than the key's: whether they filter, make answers up, or have a zone of their own.

internal import Conventions
internal import Judging
internal import Model

/// What a resolver that refuses a key by intent answers all the same.
enum Refusal {
  /// It answers for the domain, and refuses the key name.
  case name
  /// It answers for the zone above the domain, and refuses the domain.
  case domain
}

extension DiagnosisFacts {
  /// The recursive views that answer, and not as the source does.
  var dissentingViews: [Respondent] {
    sorted.caches.filter { cache in
      guard cache.answers else { return false }
      return cache.role == .with
        ? !sorted.texts.contains(where: cache.answer.says) : !sorted.with.isEmpty
    }
  }

  func zoneStart(at view: String) -> Inquiry {
    Inquiry(domain, .soa, at: .view(view))
  }

  var publicZoneStart: Inquiry { Inquiry(domain, .soa) }

  func anyName(at view: String) -> Inquiry? {
    anyName.map { Inquiry($0.question, at: .view(view)) }
  }

  /// A name that nobody has in another domain: a resolver that knows it too answers for anything, and filters nothing.
  func strangersName(at view: String) -> Inquiry? {
    guard let label = try? DomainName(input.randomLabel), let above = registrableDomain.parent else {
      return nil
    }
    return (try? above.prepending(label)).map { Inquiry($0, .txt, at: .view(view)) }
  }

  /// Whether a resolver gives the beginning (SOA) of the public zone, and not with authority: then authority over the key alone
  /// is that of a filter.
  func passesOnPublicZone(_ cache: Respondent) -> Bool {
    let primaries = Set(replies(to: publicZoneStart).compactMap(\.primary))
    guard let reply = replies(to: zoneStart(at: cache.view)).first, !reply.answer.authoritative else {
      return false
    }
    return reply.primary.map(primaries.contains) ?? false
  }

  /// Whether a resolver claims authority over the domain, and has no zone of it: every zone has a beginning (SOA).
  func deniesWholeDomain(_ cache: Respondent) -> Bool {
    guard cache.role == .without, cache.answer.authoritative, cache.answer.negativeTTL == nil else { return false }
    return replies(to: zoneStart(at: cache.view)).contains {
      $0.answer.outcome.failure == nil && $0.start == nil
    }
  }

  /// Whether a resolver makes up answers for this domain, and none for another: a filter of this domain.
  func answersForDomainOnly(_ cache: Respondent) -> Bool {
    guard state == .published, let inquiry = strangersName(at: cache.view) else { return false }
    return isNXDOMAIN(inquiry)
  }

  /// Whether a resolver has an answer for a name that nobody has, where the source has none.
  func isInventing(_ cache: Respondent) -> Bool {
    guard cache.role == .with, let inquiry = anyName(at: cache.view), let atSource = anyName else {
      return false
    }
    return has(inquiry) && !has(atSource)
  }

  /// What a resolver refuses by intent; nil where it refuses everything, or nothing.
  func refusal(_ cache: Respondent) -> Refusal? {
    guard cache.failure == .refused else { return nil }
    func isAnswered(_ inquiry: Inquiry) -> Bool {
      replies(to: inquiry).contains { $0.answer.outcome.failure == nil }
    }
    if isAnswered(zoneStart(at: cache.view)) { return .name }
    return has(zoneAbove(at: cache.view)) ? .domain : nil
  }

  /// The beginning of the zone above the domain.
  func zoneAbove(at view: String) -> Inquiry {
    Inquiry(registrableDomain.parent ?? registrableDomain, .soa, at: .view(view))
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
