// What is known of one message once its signatures are verified and DNS was asked.

internal import Census
internal import Conventions
package import Mail
package import Model
internal import Policies

/// Everything that the checks on a message look at.
package struct MessageFacts: Sendable {
  package var header: MessageHeader
  package var scan: MessageScan
  package var verification: MessageVerification
  package var envelope: MessageEnvelope
  package var now: Timestamp
  /// Whether the message is marketing, or sent to many.
  package var isBulk: Bool
  /// The domains of the addresses in From, and how many addresses and fields there are.
  package var authors: [DomainName]
  package var authorCount: Int
  package var dmarc: DMARCFacts?
  package var client: ClientFacts?
  /// The organization of each domain that authenticates, by the tree walk.
  package var organizations: [DomainName: DomainName]
  /// Whether domains exist and can take mail; nil where nobody answered.
  package var reachable: [DomainName: Bool?]

  var author: DomainName? { authors.first }

  /// The domain of MAIL FROM; that of HELO for a bounce.
  var senderDomain: DomainName? {
    guard let sender = envelope.sender else { return nil }
    let text = sender.isEmpty ? envelope.helo ?? "" : sender.split(separator: "@").last.map(String.init) ?? ""
    return try? DomainName(text)
  }

  /// Whether a domain is the author's, as strict or relaxed as the record says.
  func isAligned(_ domain: DomainName?, _ alignment: DMARCRecord.Alignment?) -> Bool {
    guard let domain, let author else { return false }
    if domain == author { return true }
    if alignment == .strict { return false }
    let organization = dmarc?.discovery?.byTreeWalk.organizationalDomain ?? author.registrableDomain ?? author
    return organizations[domain] == organization
      || domain.registrableDomain == author.registrableDomain
        && author.registrableDomain != nil && organizations[domain] == nil
  }

  var passing: [SignatureResult] { verification.signatures.filter { $0.result == .pass } }

  var alignedSignatures: [SignatureResult] {
    passing.filter { isAligned($0.signature.domain, dmarc?.used?.dkimAlignment) }
  }

  /// SPF counts for DMARC by MAIL FROM alone, HELO's does not.
  var isSPFAligned: Bool {
    client?.spf?.result == .pass && envelope.sender?.isEmpty == false
      && isAligned(senderDomain, dmarc?.used?.spfAlignment)
  }

  var passesDMARC: Bool { !alignedSignatures.isEmpty || isSPFAligned }

  /// What a receiver that follows the policy does.
  package var fate: MessageFate {
    if passesDMARC { return .delivered }
    // Who could not be asked is nobody's fault.
    if verification.signatures.contains(where: { $0.result == .temperror }) || client?.spf?.result == .temperror {
      return .unknown
    }
    guard let policy = dmarc?.policy else {
      return dmarc?.discovery?.byTreeWalk.isUnknown == true ? .unknown : .unprotected
    }
    let applied = dmarc?.used?.isTesting == true ? policy.weaker : policy
    if client == nil, applied != .none { return .unknown }
    switch applied {
    case .none: return .monitored
    case .quarantine: return .quarantined
    case .reject: return .refused
    }
  }

  /// The time that the receiving server wrote, else now.
  var receivedAt: Timestamp {
    header.first("Received").flatMap { $0.rawValue.split(separator: UInt8(ascii: ";")).last.flatMap(MailDate.parse) }
      ?? now
  }

  var date: Timestamp? { header.first("Date").flatMap { MailDate.parse($0.rawValue) } }

  /// The fields that every signature that passes and is aligned covers.
  func isSigned(_ field: String) -> Bool { passing.contains { $0.signature.signedFields.contains(field) } }
}

/// What becomes of a message by DMARC.
public enum MessageFate: String, Hashable, Sendable, Codable {
  /// It passes.
  case delivered
  /// It does not pass, and the policy is none.
  case monitored
  /// It does not pass, and there is no policy.
  case unprotected
  case quarantined
  case refused
  /// A question failed, or SPF cannot be told without the client.
  case unknown

  /// One sentence.
  public var sentence: String {
    switch self {
    case .delivered: "The message passes DMARC: receivers take it as the author's own."
    case .monitored: "The message does not pass DMARC; the policy is none, so receivers deliver and report it."
    case .unprotected: "The message does not pass DMARC and there is no policy, so each receiver decides for itself."
    case .quarantined: "The message does not pass DMARC: receivers put it into the spam folder (p=quarantine)."
    case .refused: "The message does not pass DMARC: receivers refuse it (p=reject)."
    case .unknown: "Whether the message passes DMARC cannot be told from here."
    }
  }
}

/// The addresses in From.
struct AuthorList {
  var domains: [DomainName] = []
  var count = 0

  init(_ header: MessageHeader) {
    for field in header.fields(named: "From") { read(Array(field.value)) }
  }

  /// Cuts at commas outside of quotes, comments and angle brackets; a group's name and semicolon are no address.
  private mutating func read(_ value: [UInt8]) {
    var (isQuoted, depth, isAngled, isEscaped) = (false, 0, false, false)
    var plain: [UInt8] = []
    var angled: [UInt8] = []
    func end(_ list: inout AuthorList) {
      let address = angled.isEmpty ? plain : angled
      if let at = address.lastIndex(of: UInt8(ascii: "@")) {
        list.count += 1
        let host = address[(at + 1)...].filter { $0 != 0x20 && $0 != 0x09 }
        if let name = try? DomainName(String(decoding: host, as: UTF8.self)) { list.domains.append(name) }
      }
      plain = []
      angled = []
    }
    for byte in value.prefix(100_000) {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\") where isQuoted || depth > 0: isEscaped = true
      case UInt8(ascii: "\"") where depth == 0: isQuoted.toggle()
      case _ where isQuoted: continue
      case UInt8(ascii: "("): depth += 1
      case UInt8(ascii: ")"): depth = max(0, depth - 1)
      case _ where depth > 0: continue
      case UInt8(ascii: "<"):
        isAngled = true
        angled = []
      case UInt8(ascii: ">"): isAngled = false
      case UInt8(ascii: ",") where !isAngled, UInt8(ascii: ";") where !isAngled: end(&self)
      case UInt8(ascii: ":") where !isAngled: plain = []
      default: if isAngled { angled.append(byte) } else { plain.append(byte) }
      }
    }
    end(&self)
  }
}
