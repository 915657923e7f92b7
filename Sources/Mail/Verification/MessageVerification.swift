// What came of a message as a whole: its signatures, its chain, what is worth telling, and a verdict.

public import Model
internal import Phrasing

/// A verified message.
public struct MessageVerification: Hashable, Sendable {
  /// The domain of From; nil where it has none that can be read.
  public var authorDomain: String?
  /// The value of Message-ID.
  public var messageID: String?
  public var signatures: [SignatureResult]
  public var arc: ARCResult
  /// The worst first.
  public var findings: [Finding]
  public var verdict: Verdict

  /// Judges the results of a message.
  public init(_ reading: MessageReading, signatures: [SignatureResult], arc: ARCResult) {
    authorDomain = reading.header.authorDomain
    messageID = reading.header.first("Message-ID")?.text
    self.signatures = signatures
    self.arc = arc
    var findings = signatures.flatMap(MailFindings.findings)
    if signatures.isEmpty { findings.append(MailFindings.unsigned.finding("The message has no DKIM-Signature.", "")) }
    if reading.unread > 0 {
      findings.append(
        MailFindings.tooMany.finding(
          "\(Phrase.count(reading.unread, "signature")) beyond the first \(signatures.count) are not verified.", ""))
    }
    if arc.result == .fail || arc.result == .temperror {
      findings.append(MailFindings.brokenChain.finding(arc.sentence, "\(Phrase.count(arc.instances, "ARC set"))"))
    }
    self.findings = Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
    verdict = Self.verdict(signatures, self.findings)
  }

  /// Ok: every signature passes and nothing is worth a warning. Warning: at least one passes. Critical: none passes, and
  /// one fails for good. Unknown: nothing is signed, or no key could be asked for.
  private static func verdict(_ signatures: [SignatureResult], _ findings: [Finding]) -> Verdict {
    let words = signatures.map(\.result)
    if words.contains(.pass) { return findings.contains { $0.severity > .info } ? .warning : .ok }
    return words.contains { $0 != .temperror && $0 != .neutral } ? .critical : .unknown
  }
}

extension MessageHeader {
  /// The domain of the first address in From.
  var authorDomain: String? {
    guard let field = first("From") else { return nil }
    var quoted = false
    var address: [UInt8] = []
    var isInside = false
    for byte in field.value {
      if byte == UInt8(ascii: "\"") { quoted.toggle() }
      if quoted { continue }
      if byte == UInt8(ascii: "<") {
        address = []
        isInside = true
      } else if byte == UInt8(ascii: ">") || byte == UInt8(ascii: ",") {
        if isInside || byte == UInt8(ascii: ",") { break }
      } else {
        address.append(byte)
      }
    }
    guard let at = address.lastIndex(of: UInt8(ascii: "@")) else { return nil }
    let domain = address[(at + 1)...].prefix { !$0.isBlank && $0 != UInt8(ascii: "(") }
    return (try? DomainName(domain.text))?.description
  }
}
