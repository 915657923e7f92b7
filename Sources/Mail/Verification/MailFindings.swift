// The rules on messages: what each result of a signature means, and what to do.

public import Model
internal import Phrasing

/// Findings of verified messages.
public enum MailFindings {
  /// All rules, for the table of rules.
  public static let all = [
    bodyChanged, headerChanged, otherKey, keyMissing, keyUnusable, malformed, expired, clock, weak, keyUnreachable,
    unsupported, partial, viewsDiffer, brokenChain, tooMany, unsigned, testing,
  ]

  static let bodyChanged = Rule(
    id: "signature-body-changed", severity: .critical, summary: "The body is not the one that was signed.",
    remedy:
      "Find the host on the way that changes bodies, by the Received fields; let it leave signed mail alone, or sign again behind it.",
    source: "RFC 6376, section 6.1.3")
  static let headerChanged = Rule(
    id: "signature-header-changed", severity: .critical, summary: "A signed header field is not what it was.",
    remedy:
      "Find the host on the way that changes this field, by the Received fields; let it leave signed fields alone, or sign again behind it.",
    source: "RFC 6376, section 6.1.3")
  static let otherKey = Rule(
    id: "signature-other-key", severity: .critical,
    summary: "The signature was made with another key than the one that is published.",
    remedy: "Publish the key that the signer uses, or let the signer use the one that is published.",
    source: "RFC 6376, section 6.1.3")
  static let keyMissing = Rule(
    id: "signature-key-missing", severity: .critical, summary: "There is no key at the name that the signature gives.",
    remedy: "Ask the signing domain to publish the key; selectord diagnose finds out why it is missing.",
    source: "RFC 6376, section 6.1.2")
  static let keyUnusable = Rule(
    id: "signature-key-unusable", severity: .critical,
    summary: "There is a record at the key name, and it cannot be used for this signature.",
    remedy: "Ask the signing domain to correct the record; selectord check shows what is wrong with it.",
    source: "RFC 6376, section 6.1.2")
  static let malformed = Rule(
    id: "signature-malformed", severity: .critical, summary: "The DKIM-Signature field breaks the rules of its syntax.",
    remedy: "Correct the configuration of the signer, or update it.", source: "RFC 6376, section 6.1.1")
  static let expired = Rule(
    id: "signature-expired", severity: .critical, summary: "The signature verifies, and its time is over (x=).",
    remedy: "Look in the Received fields for where the message waited; let the signer give its signatures more time.",
    source: "RFC 6376, section 3.5")
  static let clock = Rule(
    id: "signature-future", severity: .critical, summary: "The signature verifies, and was made in the future (t=).",
    remedy: "Set the clock of the signer, or of this machine.", source: "RFC 6376, section 3.5")
  static let weak = Rule(
    id: "signature-weak", severity: .critical,
    summary: "The signature verifies, and must not be accepted: SHA-1, or an RSA key below 1024 bits.",
    remedy: "Let the signer use rsa-sha256 with a new key of 2048 bits.", source: "RFC 8301, section 3")
  static let keyUnreachable = Rule(
    id: "signature-key-unreachable", severity: .warning, summary: "The key could not be asked for.",
    remedy: "Try again; selectord check shows which server does not answer.", source: "RFC 6376, section 6.1.2")
  static let unsupported = Rule(
    id: "signature-unsupported", severity: .warning, summary: "This machine cannot verify the signature.",
    remedy: "Verify it on another machine.", source: "OpenSSL")
  static let partial = Rule(
    id: "signature-partial", severity: .warning,
    summary: "The signature covers only a part of the body (l=): anybody can have added the rest.",
    remedy: "Let the signer leave l= out.", source: "RFC 6376, section 8.2")
  static let viewsDiffer = Rule(
    id: "signature-views-differ", severity: .warning, summary: "Views lead to different results of a signature.",
    remedy: "Ask selectord check which of them has which key; wait until old answers have left the caches.",
    source: "RFC 6376, section 6.1.2")
  static let brokenChain = Rule(
    id: "arc-chain-broken", severity: .warning, summary: "The chain of ARC sets does not verify.",
    remedy: "Trust no set of it. Where the last sealer is your own, verify before it seals.",
    source: "RFC 8617, section 5.2")
  static let tooMany = Rule(
    id: "signatures-too-many", severity: .warning,
    summary: "The message has more than \(MessageReading.mostSignatures) signatures.",
    remedy: "Treat the message with distrust: nobody signs so often.", source: "RFC 6376, section 8.4")
  static let unsigned = Rule(
    id: "message-unsigned", severity: .warning, summary: "The message has no signature.",
    remedy: "Let the sender sign.", source: "RFC 6376, section 6.1")
  static let testing = Rule(
    id: "signature-key-testing", severity: .info,
    summary: "The key is marked as a test (t=y): receivers treat a failed signature as none.",
    remedy: "Remove t=y from the record once signing works.", source: "RFC 6376, section 3.6.1")

  /// What is worth telling of one signature.
  static func findings(on result: SignatureResult) -> [Finding] {
    var findings: [Finding] = []
    let evidence = result.signature.evidence
    if let rule = rule(for: result.reason) { findings.append(rule.finding(result.sentence, evidence)) }
    if let limit = result.signature.bodyLength, let length = result.bodyBytes, limit < length, result.verifies {
      findings.append(
        partial.finding("The signature covers \(limit) of the \(length) bytes of the body (l=).", evidence))
    }
    if !result.dissent.isEmpty {
      let others = result.dissent.map { "\($0.result.rawValue) by \($0.source.name)" }
      findings.append(
        viewsDiffer.finding(
          "The result is \(result.result.rawValue) by \(result.keySource?.name ?? "the first view"), and "
            + "\(Phrase.list(others)).", evidence))
    }
    if result.key?.summary.testing == true { findings.append(testing.finding(testing.summary, evidence)) }
    return findings
  }

  private static func rule(for reason: SignatureReason) -> Rule? {
    switch reason {
    case .verified: nil
    case .malformed, .headerTooLong: malformed
    case .keyMissing: keyMissing
    case .keyUnreachable: keyUnreachable
    case .keyRevoked, .keyUnusable, .keyType, .keyHash, .keyService, .keySubdomain: keyUnusable
    case .weakKey, .sha1: weak
    case .bodyChanged: bodyChanged
    case .headerChanged: headerChanged
    case .otherKey, .keyOrHeader: otherKey
    case .expired: expired
    case .future: clock
    case .unsupported: unsupported
    }
  }
}

extension Rule {
  /// A finding of this rule in the words of one message.
  func finding(_ text: String, _ evidence: String) -> Finding {
    Finding(rule: id, severity: severity, text: text, evidence: evidence, remedy: remedy)
  }
}

extension SignatureField {
  /// What names the signature.
  var evidence: String {
    ["d", "s", "a", "c"].compactMap { tag in text(tag).map { "\(tag)=\($0.prefix(100))" } }.joined(separator: "; ")
  }
}

extension KeySource {
  /// As JSON and sentences have it.
  public var name: String {
    switch self {
    case .view(let name): name
    case .file: "file"
    case .history, .published: "history"
    }
  }
}
