// What the causes look at: the circumstances, and what came of the follow-up questions.

internal import Conventions
internal import Model

/// The circumstances with the answers that are in hand.
struct Facts {
  let circumstances: Circumstances
  /// What the views said; without the authoritative ones where they could not even ask the root.
  let reading: Reading
  let reachesAuthority: Bool
  private let answers: [Inquiry: InquiryAnswer]

  init(_ circumstances: Circumstances, answers: [Inquiry: InquiryAnswer] = [:]) {
    self.circumstances = circumstances
    self.answers = answers
    let judgement = circumstances.judgement
    reachesAuthority = !Self.isRootOutOfReach(judgement.views)
    let views = reachesAuthority ? judgement.views : judgement.views.filter { !$0.isAuthoritative }
    reading = Reading(
      look: Look(key: judgement.key, at: judgement.checkedAt, views: views),
      keys: circumstances.texts.judgements, expectation: circumstances.expectation)
  }

  /// Whether nobody at the root could be asked from here, while resolvers answer: a firewall that lets only these pass says
  /// nothing of the key.
  private static func isRootOutOfReach(_ views: [ViewAnswer]) -> Bool {
    let authoritative = views.filter(\.isAuthoritative)
    let isOut = authoritative.allSatisfy { view in
      view.servers.isEmpty
        && view.walkFailure.map { $0.zone.isRoot && [.timeout, .unreachable].contains($0.failure) } ?? false
    }
    let answers = views.filter { !$0.isAuthoritative }.flatMap(\.servers)
    return !authoritative.isEmpty && isOut
      && answers.contains { [nil, .servfail, .bogus].contains($0.answer.outcome.failure) }
  }

  var judgement: Judgement { circumstances.judgement }
  var key: KeyName { judgement.key }
  /// The key name.
  var name: DomainName { key.name }
  /// The signing domain.
  var domain: DomainName { key.domain }
  var state: State { judgement.state }
  var now: Timestamp { judgement.checkedAt }
  var lastGood: Event.LastGood? { circumstances.lastGood }

  /// The zone that holds the key name, as far as is known.
  var zone: DomainName { reading.delegation?.zone ?? circumstances.zone?.delegation.zone ?? reading.zone }
  /// The names of the servers of that zone.
  var servers: [DomainName] {
    reading.delegation?.servers ?? circumstances.zone?.delegation.servers ?? []
  }
  /// The registrable domain of the signing domain.
  var registrableDomain: DomainName { domain.registrableDomain ?? domain }

  /// The CNAME chain at the source; empty where there is none.
  var chain: [DomainName] { reading.chain }
  /// The first target of the chain.
  var target: DomainName? { chain.first }

  /// The worst finding of one of these rules.
  func finding(_ rules: String...) -> Finding? {
    judgement.findings.first { rules.contains($0.rule) }
  }

  /// Whether the source says that there is no key, without a CNAME.
  var isAbsent: Bool { state == .missing && chain.isEmpty && !reading.without.isEmpty }
  /// Whether all servers of the zone say NXDOMAIN to the key name itself.
  var isNameAbsent: Bool { isAbsent && reading.without.allSatisfy { $0.answer.outcome == .nxdomain } }
  /// Whether the key name exists without a TXT record.
  var isNodata: Bool { isAbsent && reading.without.contains { $0.answer.outcome == .nodata } }

  /// The change of name servers within a week before the state began, or so soon after it that it was noticed late; nil
  /// where there was none.
  var delegationChange: DelegationChange? {
    guard let change = circumstances.zone?.suspectedChange ?? circumstances.zone?.lastChange else { return nil }
    let since = circumstances.since ?? now
    return since - Self.delegationMemory <= change.at && change.at <= min(now, since + Self.noticing) ? change : nil
  }

  /// How long after a change of the name servers a vanished key is put down to it.
  private static let delegationMemory: Duration = .seconds(7 * 86_400)

  /// A change may be noticed as much later as the delegation is kept: two days below most TLDs.
  private static let noticing: Duration = .seconds(2 * 86_400)

  // MARK: follow-up questions

  /// What came of an inquiry; nil while it was not asked.
  func answer(to inquiry: Inquiry) -> InquiryAnswer? { answers[inquiry] }

  /// The replies to an inquiry, none while it was not asked.
  func replies(to inquiry: Inquiry) -> [InquiryReply] { answers[inquiry]?.replies ?? [] }

  /// The replies that give records of the type asked.
  func positive(_ inquiry: Inquiry) -> [InquiryReply] {
    replies(to: inquiry).filter { $0.answer.outcome == .records }
  }

  /// Whether any reply gives records of the type asked.
  func has(_ inquiry: Inquiry) -> Bool { !positive(inquiry).isEmpty }

  /// Whether replies came, and all that came say that the name does not exist.
  func isNXDOMAIN(_ inquiry: Inquiry) -> Bool {
    let said = replies(to: inquiry).filter { $0.answer.outcome.failure == nil }
    return !said.isEmpty && said.allSatisfy { $0.answer.outcome == .nxdomain }
  }

  /// The replies to an inquiry as lines that can be repeated.
  func evidence(_ inquiry: Inquiry) -> [String] { replies(to: inquiry).map { Wording.dig($0, to: inquiry) } }

  /// What is said of a name below `_domainkey` that nobody has.
  var anyName: Inquiry? {
    guard let tree = domainKeyTree(domain), let label = try? DomainName(circumstances.randomLabel) else { return nil }
    return (try? tree.prepending(label)).map { Inquiry($0, .txt, limit: 2) }
  }

  /// Whether a name that nobody has gives the same record.
  func isWildcard(_ record: TextRecord) -> Bool {
    anyName.map { positive($0).contains { $0.answer.records.contains(record) } } ?? false
  }
}

extension TextRecord {
  /// Whether this is meant as a key record: `v=DKIM1` first, or a `p=` tag. What it is worth, `Keys` says.
  var looksLikeKey: Bool {
    let text = self.text.lowercased().filter { !$0.isWhitespace && $0 != "\"" }
    // DMARC has a p= too.
    if text.hasPrefix("v="), !text.hasPrefix("v=dkim") { return false }
    return text.hasPrefix("v=dkim1") || text.hasPrefix("k=rsa;") || text.hasPrefix("k=ed25519;")
      || text.hasPrefix("p=m") || text.contains(";p=")
  }
}

/// `_domainkey` below a domain; nil where the name would be too long.
func domainKeyTree(_ domain: DomainName) -> DomainName? {
  try? DomainName(labels: [KeyName.domainKeyLabel] + domain.labels.map(Array.init))
}
