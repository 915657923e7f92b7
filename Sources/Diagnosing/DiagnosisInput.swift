// What a diagnosis starts from: the judgement, and what was known before.

internal import Judging
public import Model

/// Everything that is known of one key before any follow-up question.
public struct DiagnosisInput: Hashable, Sendable {
  public var judgement: Judgement
  public var expectation: Expectation
  /// The last good answer; nil where there was none, or no history.
  public var lastGood: Event.LastGood?
  /// When the state began.
  public var since: Timestamp?
  /// What is known of the delegation of the zone that holds the key name.
  public var zone: ZoneMemory?
  public var texts: KnownTexts
  /// A label that no zone has, to see what is said of any name.
  public var randomLabel: String
  /// Whether there is a history at all: without one, "never seen" says nothing.
  public var hasHistory: Bool
  /// Whether somebody asks for this diagnosis: then questions are put even where nothing looks wrong.
  public var isRequested = false

  public init(
    judgement: Judgement, expectation: Expectation = Expectation(), lastGood: Event.LastGood? = nil,
    since: Timestamp? = nil, zone: ZoneMemory? = nil, texts: KnownTexts = KnownTexts(),
    randomLabel: String = Self.fixedLabel, hasHistory: Bool = false
  ) {
    self.judgement = judgement
    self.expectation = expectation
    self.lastGood = lastGood
    self.since = since
    self.zone = zone
    self.texts = texts
    self.randomLabel = randomLabel
    self.hasHistory = hasHistory
  }

  /// A label for where none was drawn.
  public static let fixedLabel = "selectord-asks-for-any-name"

  /// What the monitor knows of a watch.
  public init(
    watch: Watch, memory: WatchMemory, judgement: Judgement, zone: ZoneMemory?,
    results: InquiryResults = InquiryResults()
  ) {
    self.init(
      judgement: judgement, expectation: watch.expectation, lastGood: memory.lastGood,
      since: memory.state == judgement.state ? memory.since : memory.suspicion?.firstSeen, zone: zone,
      texts: results.texts, randomLabel: results.randomLabel, hasHistory: true)
  }
}

/// What the stage `Keys` says of the texts of a look.
public struct KnownTexts: Hashable, Sendable {
  /// What the records of an answer are worth, by its digest.
  public var judgements: [Digest: KeyJudgement]
  /// Records that could stand in the place of broken ones, by the joined text of the broken one.
  public var repairs: [[UInt8]: RecordRepair]

  public init(judgements: [Digest: KeyJudgement] = [:], repairs: [[UInt8]: RecordRepair] = [:]) {
    self.judgements = judgements
    self.repairs = repairs
  }
}

/// What was found out because a look showed something wrong.
public struct InquiryResults: Hashable, Sendable {
  public var answers: [InquiryAnswer]
  public var texts: KnownTexts
  public var randomLabel: String

  public init(
    answers: [InquiryAnswer] = [], texts: KnownTexts = KnownTexts(),
    randomLabel: String = DiagnosisInput.fixedLabel
  ) {
    self.answers = answers
    self.texts = texts
    self.randomLabel = randomLabel
  }
}
