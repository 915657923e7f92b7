// A mail as a value; libcurl speaks SMTP.

/// One mail to one SMTP server.
public struct MailSubmission: Hashable, Sendable {
  /// What is asked of a server whose URL begins with `smtp://`; with `smtps://` everything is encrypted.
  public enum Encryption: Hashable, Sendable {
    /// STARTTLS, or nothing is sent.
    case required
    /// STARTTLS where the server has it.
    case optional
    case none
  }

  /// `smtp://host:port` or `smtps://host:port`.
  public var url: String
  public var user: String?
  public var password: String?
  public var encryption: Encryption
  /// Addresses without brackets (RFC 5321, section 4.1.2).
  public var sender: String
  public var recipients: [String]
  /// Header and body with CRLF.
  public var message: [UInt8]
  public var timeout: Duration
  /// Whether loopback, private and link-local addresses are allowed; checked on the address that is connected to.
  public var allowsPrivateAddresses: Bool

  public init(
    url: String, user: String? = nil, password: String? = nil, encryption: Encryption = .required, sender: String,
    recipients: [String], message: [UInt8], timeout: Duration = .seconds(30), allowsPrivateAddresses: Bool = false
  ) {
    self.url = url
    self.user = user
    self.password = password
    self.encryption = encryption
    self.sender = sender
    self.recipients = recipients
    self.message = message
    self.timeout = timeout
    self.allowsPrivateAddresses = allowsPrivateAddresses
  }
}

/// What the server said.
public struct MailResponse: Hashable, Sendable {
  /// The last reply code.
  public var code: Int
  /// The replies that refused something, one a line: also where others of the recipients were accepted.
  public var refusals: [String]

  public init(code: Int, refusals: [String] = []) {
    self.code = code
    self.refusals = refusals
  }
}

/// Whoever can hand in mail; libcurl in production, a script in tests.
public protocol MailTransport: Sendable {
  /// Hands in one mail and waits for the server's reply.
  func send(_ submission: MailSubmission) async throws(HTTPError) -> MailResponse
}
