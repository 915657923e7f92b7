// One verification from its first look to its last: what was seen is kept, so that a proof can be made of it.

public import Model

/// Both keys of a rotation as they were seen at one time.
public struct RotationRound: Hashable, Sendable {
  public var new: Look
  /// nil where no old selector is known.
  public var old: Look?

  public init(new: Look, old: Look?) {
    self.new = new
    self.old = old
  }

  /// When the last answer had come.
  public var at: Timestamp { max(new.at, old?.at ?? new.at) }
}

/// Takes in one round after the other; pure.
public struct RotationSession: Sendable {
  /// What a record is worth.
  public typealias Judge = @Sendable ([TextRecord]) -> KeyJudgement

  public let gate: Gate
  /// What the history has of the new key, in the order of the first sights.
  public let history: [AnswerSpan]
  /// The rounds that tell anything: of equal ones the first and the last.
  public private(set) var rounds: [RotationRound] = []
  public private(set) var new = KeyMemory()
  public private(set) var old = KeyMemory()
  private let judge: Judge

  /// - Parameters:
  ///   - history: what the history has of the new key; only what the zone's own servers said counts.
  ///   - earlier: the rounds of an earlier verification, in their order.
  public init(
    gate: Gate, history: [AnswerSpan] = [], earlier: [RotationRound] = [], judge: @escaping Judge
  ) {
    self.gate = gate
    self.judge = judge
    self.history = history.filter { gate.sourceViews.contains($0.view) }
      .sorted { ($0.firstSeen, $0.view, $0.server) < ($1.firstSeen, $1.view, $1.server) }
    var spans = self.history[...]
    // Both in the order of time: what was seen later must not be taken for what came before.
    for round in earlier {
      remember(spans.prefix { $0.firstSeen < round.at })
      spans = spans.drop { $0.firstSeen < round.at }
      _ = take(round)
    }
    remember(spans)
  }

  private mutating func remember(_ spans: some Sequence<AnswerSpan>) {
    let spans = Array(spans)
    new.take(spans, authoritativeViews: Set(gate.sourceViews), keys: judged(spans.map(\.answer)))
  }

  /// Takes in a round, and says what all of them come to.
  public mutating func take(_ round: RotationRound) -> RotationReport {
    new.take(round.new, keys: judged(round.new.answers))
    if let look = round.old { old.take(look, keys: judged(look.answers)) }
    if rounds.count > 1, round.saysTheSame(as: rounds[rounds.count - 1]),
      rounds[rounds.count - 1].saysTheSame(as: rounds[rounds.count - 2])
    {
      rounds.removeLast()
    }
    rounds.append(round)
    return gate.report(new: new, old: old, at: round.at)
  }

  private func judged(_ answers: [Answer]) -> [Digest: KeyJudgement] {
    answers.reduce(into: [:]) { keys, answer in
      guard answer.outcome == .records, keys[answer.digest] == nil else { return }
      keys[answer.digest] = judge(answer.records)
    }
  }
}

extension Look {
  var answers: [Answer] { views.flatMap { $0.servers.map(\.answer) } }

  /// Whether two looks differ in nothing but times, and in what counts down.
  func saysTheSame(as other: Look) -> Bool {
    key == other.key && views.count == other.views.count
      && zip(views, other.views).allSatisfy { one, two in
        one.view == two.view && one.delegation == two.delegation && one.walkFailure == two.walkFailure
          && one.negativeTTL == two.negativeTTL
          && one.servers.count == two.servers.count
          && zip(one.servers, two.servers).allSatisfy { left, right in
            left.server == right.server && left.endpoint == right.endpoint && left.question == right.question
              && left.answer.digest == right.answer.digest
              && (!one.isAuthoritative
                || left.answer.negativeTTL == right.answer.negativeTTL
                  && left.answer.ttl == right.answer.ttl)
          }
      }
  }
}

extension RotationRound {
  func saysTheSame(as other: RotationRound) -> Bool {
    guard new.saysTheSame(as: other.new) else { return false }
    guard let old, let theirs = other.old else { return old == nil && other.old == nil }
    return old.saysTheSame(as: theirs)
  }
}
