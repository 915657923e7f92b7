// One message from its first byte to its verdict: the machine that a verb, a daemon or a queue feeds.

public import Model

/// Takes a message in chunks; memory does not grow with its body, but for the part that explains a changed one.
public struct MessageIntake: ~Copyable {
  private var reader = HeaderReader()
  private var reading: MessageReading?
  private var hasher: BodyHasher?
  private var body: [UInt8]? = []

  public init() {}

  /// Takes the next chunk.
  public mutating func take(_ chunk: UnsafeRawBufferPointer) {
    guard reading == nil else { return takeBody(chunk) }
    guard let end = reader.take(chunk) else { return }
    finishHeader()
    takeBody(UnsafeRawBufferPointer(rebasing: chunk[end...]))
  }

  private mutating func finishHeader() {
    let reading = MessageReading(reader.finish())
    reader = HeaderReader()
    hasher = BodyHasher(reading.hashKinds)
    if reading.signatures.allSatisfy({ $0.bodyHashKind == nil }) { body = nil }
    self.reading = reading
  }

  private mutating func takeBody(_ chunk: UnsafeRawBufferPointer) {
    hasher?.take(chunk)
    guard let count = body?.count else { return }
    if count + chunk.count > MessageReading.largestExplainedBody {
      body = nil
    } else {
      body?.append(contentsOf: chunk)
    }
  }

  /// The end of the message.
  public consuming func finish() -> TakenMessage {
    if reading == nil { finishHeader() }
    let reading = reading ?? MessageReading(MessageHeader(fields: []))
    let kept = body
    let hashes = hasher?.finish() ?? [:]
    let changes = kept.map { reading.bodyChanges(hashes, body: $0) } ?? BodyChanges()
    return TakenMessage(reading: reading, bodyHashes: hashes, bodyChanges: changes)
  }
}

/// A message that was read to its end; its body is not needed any more.
public struct TakenMessage: Hashable, Sendable {
  public let reading: MessageReading
  public let bodyHashes: [BodyHashKind: BodyHash]
  public let bodyChanges: BodyChanges

  /// The keys that must be asked for.
  public var keyNames: [KeyName] { reading.keyNames }

  /// Verifies the message.
  ///
  /// - Parameters:
  ///   - keys: what each source says of each key; the first source that could be asked decides, keys of the history only
  ///     explain.
  ///   - now: the time of verification.
  public func verified(keys: [KeyName: [KeyOffer]], at now: Timestamp) -> MessageVerification {
    let results = reading.results(bodyHashes: bodyHashes, keys: keys, at: now)
    return MessageVerification(
      reading, signatures: reading.explained(results.signatures, bodyChanges), arc: results.arc)
  }
}
