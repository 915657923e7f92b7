// What a diagnosis starts from: the judgement, and what was known before.

package import Judging
public import Model

/// Everything that is known of one key before any follow-up question.
public struct DiagnosisInput: Hashable, Sendable {
  package var look: JudgedLook
  /// The last good answer; nil where there was none, or no history.
  public var lastGood: Event.LastGood?
  /// When the state began.
  public var since: Timestamp?
  /// What is known of the delegation of the zone that holds the key name.
  public var zone: ZoneMemory?
  /// Records that could stand in the place of broken ones, by the joined text of the broken one.
  public var repairs: [[UInt8]: RecordRepair]
  /// A label that no zone has, to see what is said of any name.
  public var randomLabel: String
  /// Whether there is a history at all: without one, "never seen" says nothing.
  public var hasHistory: Bool
  /// Whether somebody asks for this diagnosis: then questions are put even where nothing looks wrong.
  public var isRequested = false

  package init(
    look: JudgedLook, lastGood: Event.LastGood? = nil, since: Timestamp? = nil, zone: ZoneMemory? = nil,
    repairs: [[UInt8]: RecordRepair] = [:], randomLabel: String = Self.fixedLabel, hasHistory: Bool = false
  ) {
    self.look = look
    self.lastGood = lastGood
    self.since = since
    self.zone = zone
    self.repairs = repairs
    self.randomLabel = randomLabel
    self.hasHistory = hasHistory
  }

  /// A label for where none was drawn.
  public static let fixedLabel = "selectord-asks-for-any-name"

  public var judgement: Judgement { look.judgement }
  public var expectation: Expectation { look.expectation }
}
