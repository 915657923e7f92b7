// HTTP requests and responses as values; libcurl does the rest.

public import Model

/// One request; redirects are not followed.
public struct HTTPRequest: Hashable, Sendable {
  /// The methods that selectord uses.
  public enum Method: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
  }

  public var method: Method
  public var url: String
  /// In the order of sending.
  public var headers: [Header]
  public var body: [UInt8]
  /// The time for the whole exchange.
  public var timeout: Duration
  /// A longer response is cut off and is an error.
  public var maximumResponseBytes: Int
  /// Whether loopback, private and link-local addresses are allowed; checked on the address that is connected to.
  public var allowsPrivateAddresses: Bool
  /// The address to connect to, where it is known: the name of the host is then not looked up, and still is the one that
  /// the certificate must have.
  public var address: IPAddress?

  /// One header field (RFC 9110, section 6.3).
  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    _ method: Method, _ url: String, headers: [Header] = [], body: [UInt8] = [], timeout: Duration = .seconds(15),
    maximumResponseBytes: Int = 65_536, allowsPrivateAddresses: Bool = false, address: IPAddress? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maximumResponseBytes = maximumResponseBytes
    self.allowsPrivateAddresses = allowsPrivateAddresses
    self.address = address
  }
}

/// What came back, whatever the status.
public struct HTTPResponse: Hashable, Sendable {
  public var status: Int
  /// Names in lower case; the last value where one came twice.
  public var headers: [String: String]
  public var body: [UInt8]

  public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why no response came.
public enum HTTPError: Error, Hashable, Sendable {
  case badURL(String)
  case timeout
  /// The name of the host does not resolve.
  case unresolved(String)
  /// Refused, reset, no route.
  case unreachable(String)
  case tls(String)
  /// The target is loopback, private or link-local, and that was not allowed.
  case privateAddress(String)
  case responseTooLarge
  case other(String)
}

extension HTTPError: CustomStringConvertible {
  /// What went wrong, as the end of a sentence.
  public var description: String {
    switch self {
    case .badURL(let reason): "the URL is not valid: \(reason)"
    case .timeout: "no response in time"
    case .unresolved(let reason): "the host name cannot be resolved: \(reason)"
    case .unreachable(let reason): "the host cannot be reached: \(reason)"
    case .tls(let reason): "the TLS connection failed: \(reason)"
    case .privateAddress(let address):
      "\(address) is a loopback, private or link-local address, which is not allowed for this target"
    case .responseTooLarge: "the response is too large"
    case .other(let reason): reason
    }
  }
}

/// Whoever can send requests; libcurl in production, a script in tests.
public protocol HTTPTransport: Sendable {
  /// Sends one request and waits for its response.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
