// Where a server is: an address with a port.

/// An address with a port.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
  /// The address.
  public let address: IPAddress
  /// The port; 53 is DNS.
  public let port: UInt16

  /// Joins the two.
  public init(_ address: IPAddress, port: UInt16 = 53) {
    self.address = address
    self.port = port
  }

  /// Reads `8.8.8.8`, `127.0.0.1:5301`, `2001:db8::1`, `[2001:db8::1]` and `[2001:db8::1]:53`.
  public init?(_ text: some StringProtocol, defaultPort: UInt16 = 53) {
    if let address = IPAddress(text) {
      self.init(address, port: defaultPort)
      return
    }
    let text = String(text)
    if text.hasPrefix("[") {
      guard let close = text.firstIndex(of: "]"),
        let address = IPAddress(text[text.index(after: text.startIndex)..<close]), address.isV6
      else { return nil }
      let rest = text[text.index(after: close)...]
      if rest.isEmpty {
        self.init(address, port: defaultPort)
      } else if rest.first == ":", rest.dropFirst().isDigits, let port = UInt16(rest.dropFirst()), port > 0 {
        self.init(address, port: port)
      } else {
        return nil
      }
      return
    }
    guard let colon = text.lastIndex(of: ":"), let address = IPAddress(text[..<colon]), !address.isV6,
      text[text.index(after: colon)...].isDigits, let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return nil }
    self.init(address, port: port)
  }

  /// The address alone where the port is 53, else `address:port` with brackets around IPv6.
  public var description: String {
    if port == 53 { return address.description }
    return address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }
}

extension Endpoint: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let endpoint = Endpoint(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not an address with a port"))
    }
    self = endpoint
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
