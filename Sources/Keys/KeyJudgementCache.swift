// A text is judged once: judgements kept by the digest of what was judged.

internal import Crypto
public import Model
internal import Syntax
internal import Synchronization

/// What a text is worth, and which key it holds: both come of one reading.
public struct JudgedKey: Hashable, Sendable {
  public let judgement: KeyJudgement
  public let identity: KeyIdentity

  /// Judges the TXT records at a key name.
  public init(_ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()) {
    let reading = KeyReading(records, minimumBits: minimumBits, relations: relations)
    judgement = KeyJudge.judge(reading, records)
    identity = KeyIdentity(reading)
  }

  init(judgement: KeyJudgement, identity: KeyIdentity) {
    self.judgement = judgement
    self.identity = identity
  }
}

/// The judgements of the texts that were asked for last. A value: who shares it puts it into a lock or an actor.
///
/// It holds for one version of the rules (`KeyRules.version`): who stores judgements keeps that beside them.
public struct KeyJudgementCache: Sendable {
  /// All that a judgement is made of.
  public struct Question: Hashable, Sendable {
    /// Of the records, in whatever order they came.
    public let text: Model.Digest
    public let minimumBits: Int?
    public let relations: KeyRelations

    public init(_ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()) {
      text = Self.digest(of: records)
      self.minimumBits = minimumBits
      self.relations = relations
    }

    /// The first half of a SHA-256 over the sorted RDATA. The strings of a record count: rules look at where they meet.
    private static func digest(of records: [TextRecord]) -> Model.Digest {
      var hash = SHA256()
      for data in records.map(\.rdata).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        let count = UInt32(truncatingIfNeeded: data.count)
        hash.update(data: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: count >> $0) })
        hash.update(data: data)
      }
      let words = hash.finalize().withUnsafeBytes { bytes in
        (0..<2).map { word in bytes[(8 * word)..<(8 * word + 8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
      }
      return Model.Digest(high: words[0], low: words[1])
    }
  }

  /// Judgements in each of the two generations.
  private let generationSize: Int
  private var young: [Question: JudgedKey] = [:]
  private var old: [Question: JudgedKey] = [:]

  /// - Parameter capacity: judgements that are kept at most; each takes some 4 KB.
  public init(capacity: Int = 4096) { generationSize = max(1, capacity / 2) }

  /// How many judgements are kept.
  public var count: Int { young.count + old.count { young[$0.key] == nil } }

  /// A judgement that is kept. What is asked for stays; what is not goes when there are too many.
  public mutating func judged(_ question: Question) -> JudgedKey? {
    if let known = young[question] { return known }
    guard let known = old[question] else { return nil }
    keep(known, for: question)
    return known
  }

  public mutating func keep(_ judged: JudgedKey, for question: Question) {
    if young.count >= generationSize, young[question] == nil { (old, young) = (young, [:]) }
    young[question] = judged
  }

  /// The judgement of a text, made where it is not kept. Who shares the cache judges outside the lock instead.
  public mutating func judge(
    _ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()
  ) -> JudgedKey {
    let question = Question(records, minimumBits: minimumBits, relations: relations)
    if let known = judged(question) { return known }
    let made = JudgedKey(records, minimumBits: minimumBits, relations: relations)
    keep(made, for: question)
    return made
  }
}

/// A cache that tasks share. A text that several ask for at the same time may be judged by each of them.
public final class KeyJudgements: Sendable {
  private let cache: Mutex<KeyJudgementCache>

  /// - Parameter capacity: judgements that are kept at most.
  public init(capacity: Int = 4096) { cache = Mutex(KeyJudgementCache(capacity: capacity)) }

  /// The judgement of a text, made where it is not kept.
  public func judge(
    _ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()
  ) -> JudgedKey {
    judge(KeyJudgementCache.Question(records, minimumBits: minimumBits, relations: relations), records)
  }

  /// The same for a question about these records that is there already.
  public func judge(_ question: KeyJudgementCache.Question, _ records: [TextRecord]) -> JudgedKey {
    if let known = kept(question) { return known }
    let made = JudgedKey(records, minimumBits: question.minimumBits, relations: question.relations)
    keep(made, for: question)
    return made
  }

  /// A judgement that is kept.
  public func kept(_ question: KeyJudgementCache.Question) -> JudgedKey? { cache.withLock { $0.judged(question) } }

  public func keep(_ judged: JudgedKey, for question: KeyJudgementCache.Question) {
    cache.withLock { $0.keep(judged, for: question) }
  }
}
