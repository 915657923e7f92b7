// What one row of the table of causes is: what it has to ask, how it is recognized, what mends it.

internal import Judging
internal import Model

/// A cause as a rule found it.
struct Cause {
  /// One sentence for somebody who knows nothing of DNS.
  var text: String
  var certainty: Diagnosis.Certainty
  /// What speaks for this cause and against others: half a sentence that goes on from "because".
  var because: String
  /// Beside what the look itself shows: the follow-up answers that led here.
  var evidence: [String] = []
  var repair: Repair
  /// Whether this is as it should be, and no alarm.
  var isHarmless = false
  /// How bad it is, where that is other than the row says.
  var severity: Severity?

  /// What repairs it.
  enum Repair {
    /// Put these records into the zone that holds the key name, or into `zone`; `note` is said beside.
    case publish([ResourceRecord], note: String? = nil, zone: DomainName? = nil)
    /// The same in place of what stands there now.
    case replace([ResourceRecord], note: String? = nil, zone: DomainName? = nil)
    /// Put these lines of a zone file into the zone that holds the name.
    case restore([String], note: String)
    /// Nothing that a record of this zone could mend.
    case instruction(String)
  }
}

/// A row of the table with its functions.
struct CauseRule: Sendable {
  /// Stable; listed in docs/causes.md.
  let id: String
  /// When it applies: one sentence.
  let summary: String
  /// What is to be done, in general.
  let remedy: String
  /// How bad it is where that is told as a finding too, because the look alone does not show it.
  let severity: Severity?
  /// Where the finding comes from; empty where there is none.
  let source: String
  /// The questions that it needs, beside the look itself. Called again with every round of answers.
  let asks: @Sendable (DiagnosisFacts) -> [Inquiry]
  /// Nil where it does not apply.
  let find: @Sendable (DiagnosisFacts) -> Cause?

  init(
    _ id: String, _ summary: String, remedy: String, severity: Severity? = nil, source: String = "",
    asks: @escaping @Sendable (DiagnosisFacts) -> [Inquiry] = { _ in [] },
    find: @escaping @Sendable (DiagnosisFacts) -> Cause?
  ) {
    self.id = id
    self.summary = summary
    self.remedy = remedy
    self.severity = severity
    self.source = source
    self.asks = asks
    self.find = find
  }
}
