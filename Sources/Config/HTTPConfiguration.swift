// The section `http` of a frozen configuration.

public import Model

extension Configuration {
  /// Where pages, JSON API and metrics are served, and to whom.
  public struct HTTPSettings: Hashable, Sendable {
    public var listen: Endpoint
    /// Who has it may read and act; nil where everybody on this machine may.
    public var token: Secret?
    /// Who has it may read.
    public var readToken: Secret?
    /// What a proxy puts before every path, as in `/selectord`; empty for nothing.
    public var prefix: String
    /// Where people reach the pages, without a slash at its end; nil where alerts have no links.
    public var url: String?
    /// The proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed.
    public var proxies: [IPAddress]
    /// Whether `/metrics` has a series for each watch.
    public var watchMetrics: Bool

    public init(
      listen: Endpoint = Endpoint(.v4(0x7F00_0001), port: 8053), token: Secret? = nil, readToken: Secret? = nil,
      prefix: String = "", url: String? = nil, proxies: [IPAddress] = [], watchMetrics: Bool = true
    ) {
      self.listen = listen
      self.token = token
      self.readToken = readToken
      self.prefix = prefix
      self.url = url
      self.proxies = proxies
      self.watchMetrics = watchMetrics
    }
  }
}
