// Who handed a message in: given, or read from its own fields, which then is an assumption.

public import Mail
public import Model

/// The envelope of a message, as far as it is known.
public struct MessageEnvelope: Hashable, Sendable {
  /// The client that handed the message to the receiving server.
  public var client: IPAddress?
  /// The address of MAIL FROM; empty for a bounce, nil where it is not known.
  public var sender: String?
  /// The name of HELO.
  public var helo: String?
  /// Whether it was read from the message, and not given.
  public var isAssumed: Bool

  public init(client: IPAddress? = nil, sender: String? = nil, helo: String? = nil, isAssumed: Bool = false) {
    self.client = client
    self.sender = sender
    self.helo = helo
    self.isAssumed = isAssumed
  }

  /// What is given, and for the rest what the topmost Received field and Return-Path say: the receiving server wrote them.
  public func completed(by header: MessageHeader) -> MessageEnvelope {
    var envelope = self
    if envelope.sender == nil, let path = header.first("Return-Path")?.text {
      envelope.sender = path.trimmingBrackets
    }
    guard envelope.client == nil, let received = header.first("Received")?.text else { return envelope }
    guard let from = received.clause("from") else { return envelope }
    envelope.client = Self.address(in: from.rest)
    envelope.isAssumed = envelope.client != nil
    if envelope.helo == nil, envelope.client != nil { envelope.helo = from.word }
    return envelope
  }

  /// The first address in square brackets: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
  private static func address(in text: Substring) -> IPAddress? {
    var rest = text.prefix(1000)
    while let open = rest.firstIndex(of: "[") {
      let inside = rest[rest.index(after: open)...].prefix { $0 != "]" }
      if let address = IPAddress(inside.lowercased().hasPrefix("ipv6:") ? inside.dropFirst(5) : inside) {
        return address
      }
      rest = rest[rest.index(after: open)...]
    }
    return nil
  }
}

extension String {
  fileprivate var trimmingBrackets: String {
    let inside = drop { $0 != "<" }.dropFirst().prefix { $0 != ">" }
    return contains("<") ? String(inside) : filter { $0 != " " }
  }

  /// What follows a keyword of a Received field, up to the next one: the first word, and the rest.
  fileprivate func clause(_ keyword: String) -> (word: String, rest: Substring)? {
    guard lowercased().hasPrefix(keyword + " ") else { return nil }
    let rest = dropFirst(keyword.count + 1).drop { $0 == " " }
    let word = rest.prefix { !" (;".contains($0) }
    let end = rest.firstRange(of: " by ")?.lowerBound ?? rest.endIndex
    return (String(word), rest[..<end])
  }
}

extension MessageHeader {
  /// The word behind `with` in the topmost Received field: `ESMTPS`.
  var receivedProtocol: String? {
    guard let received = first("Received")?.text, let place = received.firstRange(of: " with ") else { return nil }
    let word = received[place.upperBound...].prefix { $0.isLetter || $0.isNumber }
    return word.isEmpty ? nil : word.uppercased()
  }
}
