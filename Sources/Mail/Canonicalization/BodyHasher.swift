// All hashes of a body that the signatures of a message want, in one pass.

internal import Model

/// Which hash of a body a signature wants.
public struct BodyHashKind: Hashable, Sendable {
  public let canonicalization: Canonicalization
  public let algorithm: HashAlgorithm
  /// `l=`; nil for the whole body.
  public let limit: UInt64?

  public init(_ canonicalization: Canonicalization, _ algorithm: HashAlgorithm, limit: UInt64? = nil) {
    self.canonicalization = canonicalization
    self.algorithm = algorithm
    self.limit = limit
  }
}

/// A hash of a body.
public struct BodyHash: Hashable, Sendable {
  public let hash: [UInt8]
  /// How many bytes the whole canonical form has.
  public let length: UInt64
}

/// Takes a body in chunks and gives its hashes.
public struct BodyHasher: ~Copyable {
  private struct Lane {
    let kinds: [BodyHashKind]
    var machine: BodyMachine
    let sink: BodySink
  }

  private var lanes: [Lane] = []

  public init(_ kinds: Set<BodyHashKind>) {
    for canonicalization in Canonicalization.allCases {
      var wanted: [BodyHashKind] = []
      var targets: [BodySink.Target] = []
      for kind in kinds where kind.canonicalization == canonicalization {
        guard let digest = RunningHash(kind.algorithm) else { continue }
        wanted.append(kind)
        targets.append(.init(digest: digest, limit: kind.limit))
      }
      if wanted.isEmpty { continue }
      lanes.append(Lane(kinds: wanted, machine: BodyMachine(canonicalization), sink: BodySink(targets)))
    }
  }

  public mutating func take(_ chunk: UnsafeRawBufferPointer) {
    for index in lanes.indices {
      var machine = lanes[index].machine
      machine.take(chunk, into: lanes[index].sink)
      lanes[index].machine = machine
    }
  }

  /// The end of the body.
  public consuming func finish() -> [BodyHashKind: BodyHash] {
    var hashes: [BodyHashKind: BodyHash] = [:]
    for index in lanes.indices {
      let sink = lanes[index].sink
      lanes[index].machine.finish(into: sink)
      let found = sink.finish()
      for (kind, hash) in zip(lanes[index].kinds, found) { hashes[kind] = BodyHash(hash: hash, length: sink.length) }
    }
    return hashes
  }

  /// The hash of a body that is in memory.
  static func hash(_ body: some Collection<UInt8>, _ kind: BodyHashKind) -> BodyHash? {
    var hasher = BodyHasher([kind])
    if body.withContiguousStorageIfAvailable({ hasher.take(UnsafeRawBufferPointer($0)) }) == nil {
      Array(body).withUnsafeBytes { hasher.take($0) }
    }
    return hasher.finish()[kind]
  }
}
