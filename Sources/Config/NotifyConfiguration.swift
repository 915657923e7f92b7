// Where notices of name servers are heard, and whose.

public import Model

extension Configuration {
  /// The part of a configuration that says who may tell at once that a zone has changed (RFC 1996).
  public struct NotifySettings: Hashable, Sendable {
    public var listen: [Endpoint]
    /// The servers that are heard; packets of anybody else are not read.
    public var from: [AddressRange]

    public init(listen: [Endpoint], from: [AddressRange]) {
      self.listen = listen
      self.from = from
    }
  }
}
