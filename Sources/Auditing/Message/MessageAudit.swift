// The course of the audit of one message: rounds of questions, then the report.

public import Mail
public import Model
public import Policies

/// Asks what a verified message needs of DNS: SPF of its client, DMARC of its author, names of its hosts.
public struct MessageAudit: Sendable {
  /// What to do next.
  public enum Step: Sendable {
    /// Ask a resolver all of these at once.
    case ask([Question])
    case report(MessageReport)
  }

  private let verification: MessageVerification
  private let header: MessageHeader
  private let scan: MessageScan
  private let envelope: MessageEnvelope
  private let now: Timestamp
  private let isBulk: Bool
  private var replies: [Question: PolicyReply] = [:]
  private var open: Set<Question> = []
  private var rounds = 0
  private static let mostRounds = 16
  /// The most questions that an audit of a message asks.
  public static let questionLimit = 200

  /// - Parameters:
  ///   - verification: what came of the signatures.
  ///   - envelope: what is given; the rest is read from the header.
  public init(
    _ verification: MessageVerification, header: MessageHeader, scan: MessageScan, envelope: MessageEnvelope,
    now: Timestamp, isBulk: Bool = false
  ) {
    self.verification = verification
    self.header = header
    self.scan = scan
    self.envelope = envelope.completed(by: header)
    self.now = now
    self.isBulk = isBulk
  }

  /// The first round.
  public mutating func begin() -> Step { advance() }

  /// Takes answers in; what is left out counts as not answered.
  public mutating func take(_ answers: [Question: PolicyReply]) -> Step {
    for question in open { replies[question] = answers[question] ?? replies[question] ?? .unanswered }
    return advance()
  }

  private mutating func advance() -> Step {
    rounds += 1
    let authors = AuthorList(header)
    let author = authors.domains.first
    let client = envelope.client.flatMap { address -> SPFClient? in
      guard let sender = envelope.sender else { return nil }
      return SPFClient(
        address: address, sender: Array(sender.utf8), helo: Array((envelope.helo ?? "").utf8), seconds: now.seconds)
    }
    let subject = MailSubject(domain: author ?? .root, guesses: [], client: client, probe: .root)
    var pass = MailPass(subject, replies: replies, limit: rounds > Self.mostRounds ? 0 : Self.questionLimit)
    var facts = MessageFacts(
      header: header, scan: scan, verification: verification, envelope: envelope, now: now, isBulk: isBulk,
      authors: authors.domains, authorCount: authors.count, dmarc: nil, client: nil, organizations: [:], reachable: [:])
    if author != nil { facts.dmarc = pass.dmarc() }
    if let client {
      facts.client = pass.client(client)
    } else if let address = envelope.client {
      facts.client = pass.client(SPFClient(address: address, sender: [], helo: Array((envelope.helo ?? "").utf8)))
      facts.client?.spf = nil
    }
    let signers = facts.passing.compactMap(\.signature.domain) + [facts.senderDomain].compactMap(\.self)
    for domain in Set(signers).subtracting([author].compactMap(\.self)).sorted().prefix(6) {
      facts.organizations[domain] = pass.organization(of: domain)
    }
    let senders = [author, facts.envelope.sender?.isEmpty == true ? nil : facts.senderDomain].compactMap(\.self)
    for domain in Set(senders).sorted() { facts.reachable[domain] = pass.takesMail(domain) }
    guard pass.missing.isEmpty, rounds <= Self.mostRounds + 1 else {
      open = Set(pass.missing)
      return .ask(pass.missing)
    }
    return .report(MessageReport(facts))
  }
}

extension MailPass {
  /// The organization of a domain, by the tree walk.
  mutating func organization(of domain: DomainName) -> DomainName? {
    discovered(domain)?.byTreeWalk.organizationalDomain
  }

  /// Whether a domain exists and can take mail; nil where nobody answered.
  mutating func takesMail(_ domain: DomainName) -> Bool? {
    let mx = reply(domain, .mx)
    if mx.outcome.failure != nil { return nil }
    if mx.exchanges.contains(where: { !$0.isRoot }) { return true }
    if !mx.exchanges.isEmpty || mx.outcome == .nxdomain { return false }
    let a = reply(domain, .a)
    let aaaa = reply(domain, .aaaa)
    if !a.addresses(.a).isEmpty || !aaaa.addresses(.aaaa).isEmpty { return true }
    return a.outcome.failure == nil && aaaa.outcome.failure == nil ? false : nil
  }
}
