// What came of one question that a machine of this target has asked.

public import Model

/// The answer to a question, as far as policies need it.
public struct PolicyReply: Hashable, Sendable {
  public var outcome: Outcome
  /// The answer section, chains included.
  public var records: [ResourceRecord]
  /// Whether a validating resolver vouches for it (AD).
  public var isAuthenticated: Bool

  public init(outcome: Outcome, records: [ResourceRecord] = [], isAuthenticated: Bool = false) {
    self.outcome = outcome
    self.records = records
    self.isAuthenticated = isAuthenticated
  }

  /// The TXT records.
  public var texts: [TextRecord] {
    records.compactMap { if $0.type == .txt, case .txt(let text) = $0.data { text } else { nil } }
  }

  /// The addresses of one type.
  public func addresses(_ type: RecordType) -> [IPAddress] {
    records.compactMap { record in
      guard record.type == type else { return nil }
      switch record.data {
      case .a(let address): return address
      case .other(let bytes): return IPAddress(bytes: bytes)
      default: return nil
      }
    }
  }

  /// The hosts of MX records, the most preferred first.
  public var exchanges: [DomainName] {
    records.compactMap { record -> (UInt16, DomainName)? in
      guard record.type == .mx, case .other(let bytes) = record.data, bytes.count > 2,
        let host = DomainName(wire: bytes[2...])
      else { return nil }
      return (UInt16(bytes[0]) << 8 | UInt16(bytes[1]), host)
    }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// The names of PTR records, in their order.
  public var pointers: [DomainName] {
    records.compactMap { record in
      guard record.type == .ptr, case .other(let bytes) = record.data else { return nil }
      return DomainName(wire: bytes)
    }
  }
}
