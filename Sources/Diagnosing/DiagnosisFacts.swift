// What the causes look at: the input, and what came of the follow-up questions.

internal import Conventions
internal import Judging
internal import Model

/// The input with the answers that are in hand.
struct DiagnosisFacts {
  let input: DiagnosisInput
  /// What the views said.
  let sorted: SortedLook
  private let answers: [Inquiry: InquiryAnswer]

  init(_ input: DiagnosisInput, answers: [Inquiry: InquiryAnswer] = [:]) {
    self.input = input
    self.answers = answers
    sorted = input.look.sorted
  }

  /// Whether the zones' own servers can be asked from this machine.
  var reachesAuthority: Bool { sorted.blockedWalk == nil }
  /// The caches that contradict the source.
  var dissents: [CacheDissent] { sorted.dissents(isMissing: state == .missing) }

  var judgement: Judgement { input.judgement }
  var key: KeyName { judgement.key }
  /// The key name.
  var name: DomainName { key.name }
  /// The signing domain.
  var domain: DomainName { key.domain }
  var state: State { judgement.state }
  var now: Timestamp { judgement.checkedAt }
  var lastGood: Event.LastGood? { input.lastGood }

  /// The zone that holds the key name, as far as is known.
  var zone: DomainName { sorted.delegation?.zone ?? input.zone?.delegation.zone ?? sorted.zone }
  /// The names of the servers of that zone.
  var servers: [DomainName] {
    sorted.delegation?.servers ?? input.zone?.delegation.servers ?? []
  }
  /// The registrable domain of the signing domain.
  var registrableDomain: DomainName { domain.registrableDomain ?? domain }

  /// The CNAME chain at the source; empty where there is none.
  var chain: [DomainName] { sorted.chain }
  /// The first target of the chain.
  var target: DomainName? { chain.first }

  /// The worst finding of one of these rules.
  func finding(_ rules: String...) -> Finding? {
    judgement.findings.first { rules.contains($0.rule) }
  }

  /// Whether the source says that there is no key, without a CNAME.
  var isAbsent: Bool { state == .missing && chain.isEmpty && !sorted.without.isEmpty }
  /// Whether all servers of the zone say NXDOMAIN to the key name itself.
  var isNameAbsent: Bool { isAbsent && sorted.without.allSatisfy { $0.answer.outcome == .nxdomain } }
  /// Whether the key name exists without a TXT record.
  var isNodata: Bool { isAbsent && sorted.without.contains { $0.answer.outcome == .nodata } }

  /// The change of name servers within a week before the state began, or so soon after it that it was noticed late; nil
  /// where there was none.
  var delegationChange: DelegationChange? {
    guard let change = input.zone?.suspectedChange ?? input.zone?.lastChange else { return nil }
    let since = input.since ?? now
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

  /// Whether any question for a name below this one brought records or a CNAME.
  func hasAnswers(below name: DomainName) -> Bool {
    answers.values.contains { answer in
      answer.inquiry.question.name != name && answer.inquiry.question.name.isWithin(name)
        && answer.replies.contains { $0.answer.outcome == .records || !$0.answer.cname.isEmpty }
    }
  }

  /// The replies to an inquiry as lines that can be repeated.
  func evidence(_ inquiry: Inquiry) -> [String] { replies(to: inquiry).map { Wording.dig($0, to: inquiry) } }

  /// What is said of a name below `_domainkey` that nobody has.
  var anyName: Inquiry? {
    guard let tree = domainKeyTree(domain), let label = try? DomainName(input.randomLabel) else { return nil }
    return (try? tree.prepending(label)).map { Inquiry($0, .txt, limit: 2) }
  }

  /// Whether a name that nobody has gives the same record.
  func isWildcard(_ record: TextRecord) -> Bool {
    anyName.map { positive($0).contains { $0.answer.records.contains(record) } } ?? false
  }
}

/// `_domainkey` below a domain; nil where the name would be too long.
func domainKeyTree(_ domain: DomainName) -> DomainName? {
  try? DomainName(labels: [KeyName.domainKeyLabel] + domain.labels.map(Array.init))
}
