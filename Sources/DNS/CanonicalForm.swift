// The form of an answer in which two answers that say the same are the same bytes.

public import Model

import struct Crypto.SHA256

/// Collects the canonical form: the targets of the chain, the outcome, the sorted RDATA. TTLs and owners are left out.
struct CanonicalForm {
  private var bytes: [UInt8] = []

  init() { bytes.reserveCapacity(4096) }

  /// Begins anew and keeps the memory.
  mutating func begin() { bytes.removeAll(keepingCapacity: true) }

  /// The next target of the chain, in wire form and lower case. Targets come first.
  mutating func append(target: UnsafeRawBufferPointer) {
    bytes.append(1)
    bytes.append(contentsOf: target)
  }

  /// Ends the chain.
  mutating func append(outcome: Outcome) {
    bytes.append(0)
    bytes.append(outcome.code)
  }

  /// The RDATA of the next record. Records come last, in canonical order (RFC 4034, section 6.3), each once.
  mutating func append(data: UnsafeRawBufferPointer) {
    bytes.append(UInt8(truncatingIfNeeded: data.count >> 8))
    bytes.append(UInt8(truncatingIfNeeded: data.count))
    bytes.append(contentsOf: data)
  }

  /// The first half of the SHA-256.
  var digest: Digest {
    var hash = SHA256()
    bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
    return hash.finalize().withUnsafeBytes { bytes in
      Digest(
        high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
        low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
  }
}

extension Outcome {
  /// The outcome as one byte. Digests are stored: a number that is given stays.
  fileprivate var code: UInt8 {
    switch self {
    case .records: 0
    case .nodata: 1
    case .nxdomain: 2
    case .failed(.timeout): 16
    case .failed(.servfail): 17
    case .failed(.refused): 18
    case .failed(.lame): 19
    case .failed(.malformed): 20
    case .failed(.unreachable): 21
    case .failed(.bogus): 22
    }
  }
}

extension Digest {
  /// The digest of what an answer says: outcome, the targets of its chain in order, its records in any order.
  public static func of(outcome: Outcome, chain: [DomainName], records: [TextRecord]) -> Digest {
    var form = CanonicalForm()
    for target in chain { target.wire.withUnsafeBytes { form.append(target: $0) } }
    form.append(outcome: outcome)
    for data in records.map(\.rdata).canonicalOrder() { data.withUnsafeBytes { form.append(data: $0) } }
    return form.digest
  }
}

extension [[UInt8]] {
  /// Sorted as left-justified unsigned bytes (RFC 4034, section 6.3), without repeats (RFC 2181, section 5).
  func canonicalOrder() -> [[UInt8]] {
    sorted { $0.lexicographicallyPrecedes($1) }.reduce(into: []) { list, data in
      if list.last != data { list.append(data) }
    }
  }
}
