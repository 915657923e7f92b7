// The policy file of MTA-STS: which hosts may take the mail of a domain.

public import Model
internal import Syntax

/// A policy file (RFC 8461, section 3.2) that senders can use.
public struct MTASTSPolicy: Hashable, Sendable {
  public enum Mode: String, Hashable, Sendable, CaseIterable {
    case enforce, testing, none
  }

  /// A host, or `*.` and the name that is one label above it.
  public struct Pattern: Hashable, Sendable {
    public var name: DomainName
    public var isWildcard: Bool
  }

  public var mode: Mode
  /// Seconds that a sender keeps the policy.
  public var maxAge: Int
  public var patterns: [Pattern]

  /// Reads a file; nil where it is no policy that senders use.
  public init?(file: [UInt8]) {
    let reading = MTASTSReading(file)
    guard let policy = reading.policy else { return nil }
    self = policy
  }

  init(mode: Mode, maxAge: Int, patterns: [Pattern]) {
    self.mode = mode
    self.maxAge = maxAge
    self.patterns = patterns
  }

  /// Whether an MX host may take the mail (section 4.1): the name of the MX record, not what a CNAME leads to.
  public func matches(_ host: DomainName) -> Bool { patterns.contains { $0.matches(host) } }

  /// Of the hosts of a domain, those that no pattern fits, and the patterns that fit none.
  public func mismatches(_ hosts: [DomainName]) -> (hosts: [DomainName], patterns: [Pattern]) {
    (hosts.filter { !matches($0) }, patterns.filter { pattern in !hosts.contains(where: pattern.matches) })
  }
}

extension MTASTSPolicy.Pattern: CustomStringConvertible {
  /// A wildcard stands for exactly one label.
  public func matches(_ host: DomainName) -> Bool { isWildcard ? host.parent == name : host == name }

  public var description: String { (isWildcard ? "*." : "") + name.description }

  /// Reads a pattern; nil where it is no name of two labels or more.
  init?(_ text: ArraySlice<UInt8>) {
    isWildcard = text.starts(with: "*.".utf8)
    let rest = isWildcard ? text.dropFirst(2) : text
    guard rest.allSatisfy({ $0.isLetter || $0.isDigit || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }),
      let name = try? DomainName(String(decoding: rest, as: UTF8.self)), name.labels.count > (isWildcard ? 0 : 1),
      name.labels.allSatisfy({ $0.first != 0x2D && $0.last != 0x2D })
    else { return nil }
    self.name = name
  }
}
