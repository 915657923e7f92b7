// NSEC and NSEC3 records: whether they prove that a name, or a type at a name, does not exist.

internal import Crypto
public import Model

/// An NSEC (RFC 4034, section 4) or NSEC3 record (RFC 5155, section 3).
public struct DenialRecord: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    /// The next name of the zone.
    case nsec(next: DomainName)
    /// The hash in the owner name, and the next hash.
    case nsec3(Parameters, hash: [UInt8], next: [UInt8])
  }

  /// How names are hashed.
  public struct Parameters: Hashable, Sendable {
    public var algorithm: UInt8
    public var isOptOut: Bool
    public var iterations: UInt16
    public var salt: [UInt8]
  }

  public var owner: DomainName
  public var kind: Kind
  public var types: Set<RecordType>

  /// Nil where the record is neither, or malformed.
  public init?(_ record: ResourceRecord) {
    guard case .other(let bytes) = record.data else { return nil }
    owner = record.owner
    var rest = bytes[...]
    switch record.type {
    case .nsec:
      var end = rest.startIndex
      while end < rest.endIndex, rest[end] != 0 { end += Int(rest[end]) + 1 }
      guard end < rest.endIndex, let next = DomainName(wire: rest[...end]) else { return nil }
      kind = .nsec(next: next)
      rest = rest[(end + 1)...]
    case .nsec3:
      guard let parameters = Parameters(&rest), let length = rest.popFirst(), rest.count >= Int(length),
        let label = record.owner.labels.first, let hash = Self.base32(label)
      else { return nil }
      kind = .nsec3(parameters, hash: hash, next: Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    default: return nil
    }
    guard let types = Self.types(rest) else { return nil }
    self.types = types
  }

  /// The window blocks of a type bitmap (RFC 4034, section 4.1.2).
  private static func types(_ bytes: ArraySlice<UInt8>) -> Set<RecordType>? {
    var types: Set<RecordType> = []
    var rest = bytes
    while let window = rest.popFirst() {
      guard let length = rest.popFirst(), (1...32).contains(length), rest.count >= Int(length) else { return nil }
      for (index, byte) in rest.prefix(Int(length)).enumerated() {
        for bit in 0..<8 where byte & 0x80 >> UInt8(bit) != 0 {
          types.insert(RecordType(rawValue: UInt16(window) << 8 | UInt16(index * 8 + bit)))
        }
      }
      rest = rest.dropFirst(Int(length))
    }
    return types
  }

  /// Base 32 with the extended hexadecimal alphabet, without padding (RFC 4648, section 7).
  private static func base32(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var (bytes, bits, count): ([UInt8], UInt32, UInt32) = ([], 0, 0)
    for character in text {
      let value: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "v"): value = character - UInt8(ascii: "a") + 10
      default: return nil
      }
      bits = bits << 5 | UInt32(value)
      count += 5
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      }
    }
    return bytes
  }
}

extension DenialRecord.Parameters {
  /// Reads the beginning of NSEC3, which is all of NSEC3PARAM (RFC 5155, section 4.2).
  init?(_ bytes: inout ArraySlice<UInt8>) {
    guard bytes.count >= 5 else { return nil }
    let fields = Array(bytes.prefix(5))
    bytes = bytes.dropFirst(5)
    guard bytes.count >= Int(fields[4]) else { return nil }
    (algorithm, isOptOut) = (fields[0], fields[1] & 1 == 1)
    iterations = UInt16(fields[2]) << 8 | UInt16(fields[3])
    salt = Array(bytes.prefix(Int(fields[4])))
    bytes = bytes.dropFirst(Int(fields[4]))
  }

  /// Reads an NSEC3PARAM record; nil where it is none.
  public init?(_ record: ResourceRecord) {
    guard record.type == .nsec3param, case .other(let bytes) = record.data else { return nil }
    var rest = bytes[...]
    self.init(&rest)
  }

  /// Above this nobody hashes: a validator gives up long before (RFC 9276, section 3.2).
  public static let iterationLimit: UInt16 = 2500

  /// The hash of a name (RFC 5155, section 5); nil where it is not known how, or takes too long.
  public func hash(_ name: DomainName) -> [UInt8]? {
    guard algorithm == 1, iterations <= Self.iterationLimit else { return nil }
    var hash = Array(Insecure.SHA1.hash(data: name.wire + salt))
    for _ in 0..<iterations { hash = Array(Insecure.SHA1.hash(data: hash + salt)) }
    return hash
  }
}

/// The proof that comes with a negative answer.
public struct DenialProof: Hashable, Sendable {
  public var records: [DenialRecord]

  public init(_ records: [ResourceRecord]) { self.records = records.compactMap(DenialRecord.init) }

  /// Whether it proves that the name does not exist, or that it exists without the type. Nil where that cannot be told here.
  ///
  /// - Parameter zone: the apex, at which the search for an ancestor ends.
  public func denies(_ name: DomainName, _ type: RecordType, in zone: DomainName) -> Bool? {
    for record in records {
      guard case .nsec(let next) = record.kind else { continue }
      if record.owner == name { return !record.types.contains(type) && !record.types.contains(.cname) }
      // A name between owner and next, or behind the last one; a name above `next` is an empty non-terminal.
      if covers(record.owner, next, name) { return true }
    }
    let results = hashings.prefix(Self.hashingLimit).map { deniesByHash(name, type, zone, $0) }
    return results.contains(true) ? true : results.contains(nil) ? nil : false
  }

  /// A zone hashes in one way, and in two while it changes that. A packet has room for a thousand ways of 2500 iterations each.
  private static let hashingLimit = 2

  /// The ways to hash that the records name, each once.
  private var hashings: [DenialRecord.Parameters] {
    records.reduce(into: []) { found, record in
      guard case .nsec3(let parameters, _, _) = record.kind, found.count <= Self.hashingLimit else { return }
      if !found.contains(parameters) { found.append(parameters) }
    }
  }

  private func covers(_ owner: DomainName, _ next: DomainName, _ name: DomainName) -> Bool {
    owner < next ? owner < name && name < next : owner < name || name < next
  }

  private func deniesByHash(
    _ name: DomainName, _ type: RecordType, _ zone: DomainName, _ parameters: DenialRecord.Parameters
  ) -> Bool? {
    guard let hash = parameters.hash(name) else { return nil }
    if let own = match(hash) { return !own.types.contains(type) && !own.types.contains(.cname) }
    // The closest ancestor that exists, and that the name below it on the way does not (RFC 5155, section 8.3).
    var nextCloser = name
    while let above = nextCloser.parent, above.isWithin(zone) {
      guard let aboveHash = parameters.hash(above), let closerHash = parameters.hash(nextCloser) else { return nil }
      if match(aboveHash) != nil { return isCovered(closerHash) }
      nextCloser = above
    }
    return false
  }

  private func match(_ hash: [UInt8]) -> DenialRecord? {
    records.first { record in
      if case .nsec3(_, let own, _) = record.kind { own == hash } else { false }
    }
  }

  private func isCovered(_ hash: [UInt8]) -> Bool {
    records.contains { record in
      guard case .nsec3(_, let from, let to) = record.kind else { return false }
      let (isAfter, isBefore) = (from.lexicographicallyPrecedes(hash), hash.lexicographicallyPrecedes(to))
      return from.lexicographicallyPrecedes(to) ? isAfter && isBefore : isAfter || isBefore
    }
  }
}
