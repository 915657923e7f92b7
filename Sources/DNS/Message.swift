// A decoded DNS message as values; nothing of libldns shows outside this target.

public import Model

/// A response that was decoded within bounds.
public struct Message: Hashable, Sendable {
  public var question: Question?
  /// With the upper bits from the OPT record (RFC 6891, section 6.1.3).
  public var rcode: ResponseCode
  public var authoritative: Bool
  public var truncated: Bool
  public var recursionAvailable: Bool
  public var authenticated: Bool
  public var answers: [ResourceRecord]
  public var authorities: [ResourceRecord]
  public var additionals: [ResourceRecord]
  /// Whether an OPT record came back.
  public var hasEDNS: Bool
  public var extendedErrors: [ExtendedError]
  /// How the message was got, where the usual question brought nothing; told by who asked: see `Answer`.
  public var dropsEDNS = false
  public var isSilentOverUDP = false

  public init(
    question: Question?, rcode: ResponseCode = .noError, authoritative: Bool = false, truncated: Bool = false,
    recursionAvailable: Bool = false, authenticated: Bool = false, answers: [ResourceRecord] = [],
    authorities: [ResourceRecord] = [], additionals: [ResourceRecord] = [], hasEDNS: Bool = false,
    extendedErrors: [ExtendedError] = []
  ) {
    self.question = question
    self.rcode = rcode
    self.authoritative = authoritative
    self.truncated = truncated
    self.recursionAvailable = recursionAvailable
    self.authenticated = authenticated
    self.answers = answers
    self.authorities = authorities
    self.additionals = additionals
    self.hasEDNS = hasEDNS
    self.extendedErrors = extendedErrors
  }
}
