// Causes: a secondary server that stayed behind, while the key is still the same at all servers.

internal import DNSSEC
internal import Judging
public import Model
internal import Phrasing

enum SecondaryCauses {
  /// The beginning of the zone at each of its servers, with its signatures.
  private static func start(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.zone, .soa, variant: .signed) }

  static func asks(_ facts: DiagnosisFacts) -> [Inquiry] { isAsked(facts) ? [start(facts), key(facts)] : [] }

  /// Where all is well at first sight, the servers are asked only if somebody wants to know, or their serials differ.
  private static func isAsked(_ facts: DiagnosisFacts) -> Bool {
    let servers = facts.sorted.answering.filter(\.isAuthoritative).map(\.server.server).withoutRepeats
    guard facts.state == .published, servers.count > 1, facts.finding(RuleID.dnssecBogus) == nil else { return false }
    return facts.input.isRequested || facts.judgement.hasServersBehind
  }

  /// One server's copy of the zone.
  private struct Copy {
    var server: String
    var serial: UInt32
    /// When the signature of the SOA record ends; nil where there is none.
    var expiration: Timestamp?

    func hasExpired(at now: Timestamp) -> Bool { expiration.map { $0 < now } ?? false }
  }

  private static func copies(_ facts: DiagnosisFacts) -> [Copy] {
    let inquiry = start(facts)
    return facts.replies(to: inquiry).compactMap { reply in
      guard case .soa(let start)? = reply.records(of: .soa, at: inquiry.question.name).first?.data else { return nil }
      let ends = (reply.records + reply.authorities).compactMap(ZoneSignature.init).filter { $0.covered == .soa }.map(
        \.expiration)
      return Copy(
        server: reply.server, serial: start.serial, expiration: ends.max().map { Timestamp(seconds: Int64($0)) })
    }
  }

  /// A server with an older version, or with signatures that have expired; nil where all are level.
  static func stale(_ facts: DiagnosisFacts) -> Cause? {
    guard isAsked(facts) else { return nil }
    let copies = copies(facts)
    return expired(copies, facts) ?? unsigned(copies, facts) ?? behind(copies, facts)
  }

  /// Some servers have the signed zone, and some the zone without its signatures, or without that of the key.
  private static func unsigned(_ copies: [Copy], _ facts: DiagnosisFacts) -> Cause? {
    let bare = copies.filter { $0.expiration == nil }.map(\.server).withoutRepeats
    let isWhole = !bare.isEmpty && bare.count < Set(copies.map(\.server)).count
    let names = isWhole ? bare : withoutSignatureOfKey(facts)
    guard !names.isEmpty else { return nil }
    return cause(
      names, facts,
      text:
        "\(Phrase.clause(names, "serves", "serve")) \(isWhole ? "the zone \(facts.zone)" : "the key") without DNSSEC signatures, "
        + "and the other servers serve \(isWhole ? "it signed" : "it with a signature"): validating receivers that ask "
        + "\(Phrase.agreeing(names.count, "this server", "these servers")) get no key, unless another server helps them.",
      because: "the answers of the other servers have signatures (RRSIG)", severity: .warning)
  }

  /// What signatures each server sends with the key.
  private static func key(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.name, .txt, variant: .signed) }

  /// The servers that send the key without its signature, where others send it with one.
  private static func withoutSignatureOfKey(_ facts: DiagnosisFacts) -> [String] {
    let given = facts.replies(to: key(facts)).filter { !$0.records(of: .txt, at: facts.name).isEmpty }
    let bare = given.filter { reply in
      !(reply.records + reply.authorities).contains { $0.type == .rrsig && $0.owner == facts.name }
    }
    return bare.count < given.count ? bare.map(\.server).withoutRepeats : []
  }

  private static func expired(_ copies: [Copy], _ facts: DiagnosisFacts) -> Cause? {
    let old = copies.filter { $0.hasExpired(at: facts.now) }
    guard let end = old.compactMap(\.expiration).min(), old.count < copies.count else { return nil }
    let names = old.map(\.server).withoutRepeats
    let serials = Set(old.map(\.serial)).union(copies.map(\.serial)).count > 1
    return cause(
      names, facts,
      text:
        "\(Phrase.clause(names, "serves", "serve")) DNSSEC signatures of \(facts.zone) that expired at \(Phrase.dateAndTime(end))"
        + (serials ? ", in an older version of the zone" : "")
        + ": validating receivers that ask \(names.count == 1 ? "this server" : "these servers") get no key, unless another "
        + "server helps them. The key itself is still the same at all servers.",
      because: "the signatures of the other servers are valid", severity: .warning)
  }

  private static func behind(_ copies: [Copy], _ facts: DiagnosisFacts) -> Cause? {
    guard let newest = Delegation.newest(of: copies.map(\.serial)) else { return nil }
    // A transfer may be under way: only servers that were behind a moment before as well have missed it.
    let before = facts.sorted.delegation?.serials ?? [:]
    let old = copies.filter { $0.serial != newest && before[$0.server].map { $0 != newest } ?? true }
    let forms = Set(copies.map { SerialForm($0.serial) })
    // Hosts that do not copy from each other count in their own way.
    guard !old.isEmpty, forms.count == 1, let form = forms.first else { return nil }
    let isOld =
      form.age(of: newest, at: facts.now).map { $0 >= .seconds(86_400) }
      ?? facts.input.zone.flatMap { $0.serialSince }.map { facts.now - $0 >= .seconds(3600) } ?? false
    let names = old.map(\.server).withoutRepeats
    let serials = Phrase.list(old.map { "\($0.server) is at serial \($0.serial)" }.withoutRepeats)
    return cause(
      names, facts,
      text:
        "\(Phrase.clause(names, "has", "have")) not got the newest version of the zone \(facts.zone): \(serials), the newest is "
        + "\(newest). The key is still the same at all servers; the next change of it will not arrive there.",
      because: isOld
        ? "the newest version is older than any transfer takes"
        : "the servers are at different serials, as in a transfer too",
      severity: isOld ? .warning : .info)
  }

  private static func cause(
    _ names: [String], _ facts: DiagnosisFacts, text: String, because: String, severity: Severity
  ) -> Cause {
    Cause(
      text: text, certainty: severity == .warning ? .certain : .possible, because: because,
      evidence: facts.evidence(start(facts)) + (withoutSignatureOfKey(facts).isEmpty ? [] : facts.evidence(key(facts))),
      repair: .instruction(transferring(to: names, of: facts.zone)),
      severity: severity)
  }

  /// What brings secondaries to the newest version.
  static func transferring(to names: [String], of zone: DomainName) -> String {
    "Repair the zone transfer to \(Phrase.list(names)): check that the primary sends NOTIFY and allows AXFR, that the secondary "
      + "has the right address of the primary and the right TSIG key, and that TCP port 53 is open between them. Then fetch the "
      + "zone again on the secondary (rndc retransfer \(zone), nsd-control force_transfer \(zone), knotc zone-retransfer \(zone))."
  }
}

/// How a zone counts its versions.
private enum SerialForm: Hashable {
  /// `YYYYMMDDnn` (RFC 1912, section 2.2).
  case date
  /// Seconds since 1970.
  case seconds
  case counter

  init(_ serial: UInt32) {
    let (month, day) = (serial / 10_000 % 100, serial / 100 % 100)
    if (1990...2099).contains(serial / 1_000_000), (1...12).contains(month), (1...31).contains(day) {
      self = .date
    } else {
      self = (1_000_000_000..<1_980_000_000).contains(serial) ? .seconds : .counter
    }
  }

  /// How old a version is at least; nil where its number does not tell.
  func age(of serial: UInt32, at now: Timestamp) -> Duration? {
    switch self {
    case .counter: return nil
    case .seconds: return now - Timestamp(seconds: Int64(serial))
    case .date:
      let digits = serial.digits(10)
      let date = "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.dropFirst(6).prefix(2))T00:00:00Z"
      // The day may have begun up to half a day earlier than here, and the version be of its end.
      return Timestamp(date).map { now - $0 - .seconds(86_400) }
    }
  }
}

extension Judgement {
  /// Whether servers of the zone are at different versions while they agree on the key: their signatures tell what is wrong.
  public var hasServersBehind: Bool {
    state == .published && views.lazy.compactMap(\.delegation).contains { Set($0.serials.values).count > 1 }
  }
}
