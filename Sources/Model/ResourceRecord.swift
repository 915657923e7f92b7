// Questions and resource records as values: what is asked of servers, and what stands in their answers.

/// A record type (RFC 1035, section 3.2.2, and the IANA registry).
public struct RecordType: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let a = RecordType(rawValue: 1)
  public static let ns = RecordType(rawValue: 2)
  public static let cname = RecordType(rawValue: 5)
  public static let soa = RecordType(rawValue: 6)
  public static let ptr = RecordType(rawValue: 12)
  public static let mx = RecordType(rawValue: 15)
  public static let txt = RecordType(rawValue: 16)
  public static let aaaa = RecordType(rawValue: 28)
  public static let srv = RecordType(rawValue: 33)
  public static let dname = RecordType(rawValue: 39)
  public static let opt = RecordType(rawValue: 41)
  public static let ds = RecordType(rawValue: 43)
  public static let rrsig = RecordType(rawValue: 46)
  public static let nsec = RecordType(rawValue: 47)
  public static let dnskey = RecordType(rawValue: 48)
  public static let nsec3 = RecordType(rawValue: 50)
  public static let nsec3param = RecordType(rawValue: 51)
  public static let tlsa = RecordType(rawValue: 52)
  public static let cds = RecordType(rawValue: 59)
  public static let cdnskey = RecordType(rawValue: 60)
  public static let tsig = RecordType(rawValue: 250)
  public static let caa = RecordType(rawValue: 257)

  private static let names: [UInt16: String] = [
    1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO", 15: "MX", 16: "TXT", 17: "RP", 28: "AAAA",
    33: "SRV", 35: "NAPTR", 39: "DNAME", 41: "OPT", 43: "DS", 44: "SSHFP", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY",
    50: "NSEC3", 51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 63: "ZONEMD",
    64: "SVCB", 65: "HTTPS", 99: "SPF", 250: "TSIG", 257: "CAA",
  ]

  /// The registry's mnemonic, or `TYPE<n>` (RFC 3597).
  public var description: String { Self.names[rawValue] ?? "TYPE\(rawValue)" }

  /// Reads what `description` prints, in any case.
  public init?(mnemonic: some StringProtocol) {
    let word = mnemonic.uppercased()
    if let known = Self.names.first(where: { $0.value == word }) {
      self.init(rawValue: known.key)
    } else if word.hasPrefix("TYPE"), word.dropFirst(4).isDigits, let number = UInt16(word.dropFirst(4)) {
      self.init(rawValue: number)
    } else {
      return nil
    }
  }

  /// Reads what `description` prints, in capitals only: where a selector may stand too, `mx` is one.
  public init?(inCapitals word: String) {
    guard word == word.uppercased() else { return nil }
    self.init(mnemonic: word)
  }
}

/// A question: the name and the type, in class IN.
public struct Question: Hashable, Sendable {
  public var name: DomainName
  public var type: RecordType

  public init(_ name: DomainName, _ type: RecordType) {
    self.name = name
    self.type = type
  }
}

/// One resource record of class IN.
public struct ResourceRecord: Hashable, Sendable {
  public var owner: DomainName
  public var type: RecordType
  /// Seconds; values with the top bit set count as 0 (RFC 2181, section 8).
  public var ttl: UInt32
  public var data: Data

  /// The RDATA of the types that selectord reads.
  public enum Data: Hashable, Sendable {
    case a(IPAddress)
    case ns(DomainName)
    case cname(DomainName)
    case dname(DomainName)
    case soa(StartOfAuthority)
    case txt(TextRecord)
    /// The RDATA of any other type, as it came.
    case other([UInt8])
  }

  public init(owner: DomainName, type: RecordType, ttl: UInt32, data: Data) {
    self.owner = owner
    self.type = type
    self.ttl = ttl
    self.data = data
  }
}

/// A SOA record (RFC 1035, section 3.3.13).
public struct StartOfAuthority: Hashable, Sendable {
  public var primary: DomainName
  /// RNAME: the mailbox of whoever is responsible for the zone, its first label before the `@`.
  public var responsible: DomainName
  public var serial: UInt32
  /// How often secondaries ask whether the zone has changed, when they ask again after a failure, and when they give the zone
  /// up: all in seconds, and 0 where nobody needs them.
  public var refresh: UInt32
  public var retry: UInt32
  public var expire: UInt32
  /// The upper limit of negative caching, in seconds (RFC 2308, section 4).
  public var minimum: UInt32

  public init(
    primary: DomainName, responsible: DomainName = .root, serial: UInt32, refresh: UInt32 = 0, retry: UInt32 = 0,
    expire: UInt32 = 0, minimum: UInt32
  ) {
    self.primary = primary
    self.responsible = responsible
    self.serial = serial
    self.refresh = refresh
    self.retry = retry
    self.expire = expire
    self.minimum = minimum
  }
}
