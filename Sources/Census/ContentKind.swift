// What a source is, by its first bytes; its name says nothing.

internal import Mail
internal import Model

package enum ContentKind: Hashable, Sendable {
  case gzip, xz, zip
  /// XML; a report where it is one of DMARC.
  case report
  case mailbox
  case message
  /// Everything else is read line by line.
  case log

  /// How many bytes are enough to tell.
  package static let enough = 4096

  /// Fields that begin a message, in lower case.
  private static let fields: Set<String> = [
    "return-path", "received", "from", "to", "cc", "date", "subject", "message-id", "mime-version", "delivered-to",
    "dkim-signature", "authentication-results", "arc-seal", "arc-authentication-results", "arc-message-signature",
    "content-type", "content-transfer-encoding", "content-disposition", "reply-to", "sender", "received-spf",
    "x-original-to", "envelope-to", "delivery-date", "x-received", "list-id", "bcc", "in-reply-to", "references",
    "status",
    "domainkey-signature", "user-agent", "auto-submitted", "precedence", "errors-to",
  ]

  /// Tells by the beginning of the content.
  package init(_ beginning: [UInt8]) {
    if beginning.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if beginning.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) {
      self = .xz
    } else if beginning.starts(with: [0x50, 0x4B, 0x03, 0x04]) || beginning.starts(with: [0x50, 0x4B, 0x05, 0x06]) {
      self = .zip
    } else if Self.isXML(beginning) {
      self = .report
    } else if Self.isMailbox(beginning) {
      self = .mailbox
    } else if Self.isMessage(beginning) {
      self = .message
    } else {
      self = .log
    }
  }

  /// Whether decoded bytes may be a report: XML, or something that reports are packed in.
  static func isReport(_ bytes: [UInt8]) -> Bool {
    switch ContentKind(Array(bytes.prefix(enough))) {
    case .gzip, .zip, .report: true
    default: false
    }
  }

  private static func isXML(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    if rest.starts(with: [0xFF, 0xFE]) || rest.starts(with: [0xFE, 0xFF]) {
      return rest.dropFirst(2).prefix(4).contains(UInt8(ascii: "<"))
    }
    rest = rest.drop { $0.isBlank }
    guard rest.first == UInt8(ascii: "<"), rest.count > 1 else { return false }
    let second = rest[rest.startIndex + 1]
    // `<22>Nov 20` is a line of a syslog, `<abc123>; task;` one of rspamd.
    if second == UInt8(ascii: "?") || second == UInt8(ascii: "!") { return true }
    let name = rest.dropFirst().prefix {
      $0.isLetter || $0 == UInt8(ascii: ":") || $0.isDigit || $0 == 0x2D || $0 == 0x5F
    }
    let text = String(decoding: name.map(\.lowered), as: UTF8.self)
    return text == "feedback" || text.hasSuffix(":feedback")
  }

  /// Whether the first line is a separator, or is like one and a field stands below it.
  private static func isMailbox(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: "From ".utf8), let end = bytes.firstIndex(of: 0x0A) else { return false }
    if MailboxReader.isSeparator(bytes[..<end]) { return true }
    let name = bytes[(end + 1)...].prefix { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    return !name.isEmpty && name.endIndex < bytes.endIndex && bytes[name.endIndex] == UInt8(ascii: ":")
  }

  /// Whether the first lines are fields, with one of mail's among them.
  private static func isMessage(_ bytes: [UInt8]) -> Bool {
    var known = 0
    var lines = 0
    var isDialogue = false
    for line in bytes.split(separator: 0x0A, maxSplits: 64, omittingEmptySubsequences: false) {
      if lines > 0, line.isEmpty || line.elementsEqual([0x0D]) { break }
      // Batch SMTP (RFC 2442): the commands of a client stand before the message.
      if lines == 0 || isDialogue, let isLast = smtpCommand(line) {
        isDialogue = !isLast
        continue
      }
      if isDialogue { return false }
      lines += 1
      if lines > 1, let first = line.first, first == 0x20 || first == 0x09 { continue }
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
        line[..<colon].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
      else { return known > 1 && lines > 3 }
      if fields.contains(String(decoding: line[..<colon].map(\.lowered), as: UTF8.self)) { known += 1 }
    }
    return known > 0
  }

  /// Whether a line is a command of SMTP that may stand before a message, and whether it is DATA; nil where it is none.
  private static func smtpCommand(_ line: ArraySlice<UInt8>) -> Bool? {
    let text = String(decoding: line.prefix(16).map(\.lowered), as: UTF8.self)
    if text == "data" || text == "data\r" { return true }
    return ["ehlo ", "helo ", "lhlo ", "xforward ", "xclient ", "mail from:", "rcpt to:"].contains {
      text.hasPrefix($0)
    }
      ? false : nil
  }
}
