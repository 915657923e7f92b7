// What an audit asks for, and what comes back: values that whoever reaches the network carries out.

public import Model

/// One thing that an audit wants to know.
public enum AuditRequest: Hashable, Sendable {
  /// A question to servers: found from the root down, named by address, or a resolver.
  case inquiry(Inquiry)
  /// A look at a key in all views.
  case look(KeyName)
  /// A file by HTTPS.
  case fetch(AuditFetch)
}

/// What came of a request.
public enum AuditReply: Hashable, Sendable {
  case inquiry(InquiryAnswer)
  case look(Look)
  case fetch(AuditFetch.Result)
}

/// A file that is read by HTTPS. Redirects are not followed, the certificate is checked.
public struct AuditFetch: Hashable, Sendable {
  public var url: String
  /// Where the host is, where that is known: its name is not looked up again.
  public var addresses: [IPAddress]
  /// A longer file is `failed(.tooLarge)`.
  public var maximumBytes: Int

  public init(url: String, addresses: [IPAddress] = [], maximumBytes: Int = 65_536) {
    self.url = url
    self.addresses = addresses
    self.maximumBytes = maximumBytes
  }

  /// What came.
  public enum Result: Hashable, Sendable {
    /// Any status.
    case response(Response)
    case failed(Failure, reason: String)
  }

  public struct Response: Hashable, Sendable {
    public var status: Int
    /// As the server wrote it.
    public var contentType: String?
    /// Where a redirect leads.
    public var location: String?
    public var body: [UInt8]

    public init(status: Int, contentType: String? = nil, location: String? = nil, body: [UInt8] = []) {
      self.status = status
      self.contentType = contentType
      self.location = location
      self.body = body
    }
  }

  public enum Failure: String, Hashable, Sendable, Codable {
    /// The name of the host does not resolve.
    case unresolved
    /// Refused, reset, no route.
    case unreachable
    /// The certificate is not valid for the host, or TLS fails.
    case tls
    case timeout
    case tooLarge
    /// The host has a loopback, private or link-local address.
    case privateAddress
    case other
  }
}

extension AuditRequest {
  /// A question of any type to whoever `target` names.
  static func ask(
    _ name: DomainName, _ type: RecordType, at target: Inquiry.Target = .zoneServers,
    _ variant: Inquiry.Variant = .usual, limit: Int? = nil
  ) -> AuditRequest {
    .inquiry(Inquiry(name, type, at: target, variant: variant, limit: limit))
  }
}
