// Verifies a proof: does every digest, every time and every condition follow from the answers that it holds?

public import Model
internal import Phrasing

/// One thing that was verified.
public struct ProofFact: Hashable, Sendable, Codable {
  /// Stable.
  public var id: String
  public var title: String
  public var fits: Bool
  /// What was seen, one sentence.
  public var text: String

  public init(id: String, title: String, fits: Bool, text: String) {
    self.id = id
    self.title = title
    self.fits = fits
    self.text = text
  }
}

/// Verifies proofs by the same rules that made them; pure.
public struct ProofCheck: Sendable {
  /// What equal answers have in common (`Digest.of` of the target DNS).
  public typealias DigestOf = @Sendable (_ outcome: Outcome, _ chain: [DomainName], _ records: [TextRecord]) -> Digest

  let digestOf: DigestOf
  let judge: RotationSession.Judge
  let version: String

  public init(digestOf: @escaping DigestOf, judge: @escaping RotationSession.Judge, version: String) {
    self.digestOf = digestOf
    self.judge = judge
    self.version = version
  }

  /// Everything that was verified, in the order in which it is shown.
  ///
  /// - Parameter content: the bytes that digest and signature cover, written again.
  public func facts(of proof: Proof, content: [UInt8], secret: Secret?) -> [ProofFact] {
    var facts = [whole(proof, content), signature(proof, content, secret)].compactMap { $0 }
    guard let rounds = proof.seenRounds, let history = proof.seenHistory, !rounds.isEmpty else {
      return facts + [
        ProofFact(
          id: "answers", title: "the answers are complete", fits: false,
          text: proof.rounds.isEmpty
            ? "the proof has no look in it"
            : "the name, the outcome and the records of an answer do not belong together")
      ]
    }
    facts.append(digests(rounds, history))
    facts.append(times(proof, rounds, history))
    facts.append(conditions(proof, rounds, history))
    return facts
  }

  private func whole(_ proof: Proof, _ content: [UInt8]) -> ProofFact {
    let fits = proof.digest == Proof.digest(of: content)
    return ProofFact(
      id: "whole", title: "nothing was changed since it was written", fits: fits,
      text: fits
        ? "the SHA-256 of everything matches" : "the SHA-256 of everything does not match: something was changed")
  }

  /// nil where there is nothing to verify.
  private func signature(_ proof: Proof, _ content: [UInt8], _ secret: Secret?) -> ProofFact? {
    let title = "it was signed with the configured secret"
    guard let secret else {
      return proof.signature == nil
        ? nil
        : ProofFact(
          id: "signature", title: title, fits: true,
          text: "not verified: the proof is signed, but no secret is configured here (proof.secret)")
    }
    if proof.signature == nil {
      return ProofFact(
        id: "signature", title: title, fits: false, text: "the proof is not signed, but a secret is configured")
    }
    let fits = proof.isSigned(content, by: secret)
    return ProofFact(
      id: "signature", title: title, fits: fits,
      text: fits
        ? "the HMAC-SHA256 matches"
        : "the HMAC-SHA256 does not match: something was changed, or the secret is a different one")
  }

  private func digests(_ rounds: [RotationRound], _ history: [AnswerSpan]) -> ProofFact {
    let title = "each answer matches its digest"
    let answers = rounds.flatMap { $0.new.answers + ($0.old?.answers ?? []) } + history.map(\.answer)
    let strangers = answers.filter { digestOf($0.outcome, $0.cname, $0.records) != $0.digest }
    return ProofFact(
      id: "digests", title: title, fits: strangers.isEmpty,
      text: strangers.isEmpty
        ? Phrase.count(answers.count, "answer") + ", all with the right digest"
        : "\(strangers.count) of \(Phrase.count(answers.count, "answer")) "
          + Phrase.agreeing(strangers.count, "does not match its digest", "do not match their digests"))
  }

  private func times(_ proof: Proof, _ rounds: [RotationRound], _ history: [AnswerSpan]) -> ProofFact {
    var fault: String?
    if zip(rounds, rounds.dropFirst()).contains(where: { $0.at > $1.at }) {
      fault = "the looks are not in the order of time"
    }
    if let last = rounds.last, last.at > proof.madeAt { fault = "a look is later than the proof" }
    if history.contains(where: { $0.firstSeen > $0.lastSeen }) {
      fault = "an entry of the history ends before it begins"
    }
    if let last = rounds.last, proof.report.checkedAt.seconds != last.at.seconds {
      fault = "the report and the last look have different times"
    }
    return ProofFact(
      id: "times", title: "the times are in order", fits: fault == nil,
      text: fault
        ?? "\(Phrase.count(rounds.count, "look")) from \(Wording.time(rounds[0].at)) to \(Wording.time(rounds[rounds.count - 1].at))"
    )
  }

  /// Takes in all rounds again.
  private func conditions(_ proof: Proof, _ rounds: [RotationRound], _ history: [AnswerSpan]) -> ProofFact {
    var session = RotationSession(gate: proof.gate, history: history, earlier: rounds.dropLast(), judge: judge)
    let report = session.take(rounds[rounds.count - 1])
    let title = "the conditions follow from the answers"
    // Words may change from version to version, states and times do not.
    let isSameVersion = proof.madeBy == version
    if isSameVersion ? report == proof.report : report.essence == proof.report.essence {
      return ProofFact(
        id: "conditions", title: title, fits: true,
        text: "evaluated again, they give the same result: \(report.state.word)")
    }
    let differing = zip(report.conditions, proof.report.conditions).first { $0.essence != $1.essence }
    let text =
      differing.map {
        "'\($0.title)' is '\($0.state.rawValue)'\(until($0)), but the proof says '\($1.state.rawValue)'\(until($1))"
      } ?? "evaluated again, the result is \(report.state.word), but the proof says \(proof.report.state.word)"
    return ProofFact(id: "conditions", title: title, fits: false, text: text)
  }

  private func until(_ condition: Condition) -> String { condition.until.map { " until \(Wording.time($0))" } ?? "" }
}

extension RotationReport.State {
  /// As people say it.
  public var word: String {
    switch self {
    case .ready: "ready"
    case .notYet: "not yet"
    case .blocked: "blocked"
    }
  }
}

extension Condition {
  fileprivate var essence: [String] { [id, state.rawValue, until?.preciseDescription ?? ""] }
}

extension RotationReport {
  fileprivate var essence: [[String]] {
    [
      [
        "\(domain)", "\(new)", old?.description ?? "", state.rawValue, checkedAt.description,
        readyAt?.preciseDescription ?? "", keepOldUntil?.preciseDescription ?? "", key?.fingerprint ?? "",
      ]
    ] + conditions.map(\.essence)
  }
}
