// What one look means: state, verdict, findings, cache clocks, and one sentence.

public import Model

/// Judges single looks; keeps nothing between them.
public enum Judge {
  /// Judges everything that was seen of one key name at one time.
  ///
  /// - Parameters:
  ///   - look: The answers of every view. The authoritative view decides where there is one; without, each recursive
  ///     view stands in the place of a server.
  ///   - keys: What the TXT records of each answer are worth, by `Answer.digest`; needed for answers with records.
  ///   - expectation: What the watch is held against.
  ///   - formerCaches: What caches held at the look before: an entry that outlives its end is none.
  public static func judge(
    _ look: Look, keys: [Digest: KeyJudgement], expectation: Expectation = Expectation(),
    formerCaches: [CacheClock] = []
  ) -> Judgement {
    judged(SortedLook(look: look, keys: keys, expectation: expectation, formerCaches: formerCaches)).judgement
  }

  /// The same of a look that is sorted already; keeps how it was sorted.
  package static func judged(_ sorted: SortedLook) -> JudgedLook {
    let (look, expectation) = (sorted.look, sorted.expectation)
    let ruling = StateTable.ruling(for: sorted)
    let isExpected = expectation.state.map { $0 != .published && $0 == ruling.state } ?? false

    var findings = JudgingRules.table.flatMap { rule in
      rule.find(ruling).map { isExpected && rule.tellsState ? $0.asInformation : $0 }
    }
    for text in textsThatCount(in: ruling) {
      for finding in ruling.sorted.judgement(of: text).findings {
        let finding = isExpected ? finding.asInformation : finding
        if !findings.contains(finding) { findings.append(finding) }
      }
    }

    if !look.key.isKey {
      findings = findings.map { finding in
        var finding = finding
        if finding.remedy == JudgingRules.row(finding.rule)?.rule.remedy {
          finding.remedy = RecordSetJudge.remedies[finding.rule] ?? finding.remedy
        }
        return finding
      }
    }

    var verdict = ruling.verdict
    if isExpected {
      verdict = .ok
    } else if let expected = expectation.state, expected != .published, verdict != .unknown {
      verdict = .critical
    }
    verdict = findings.reduce(verdict) { $0.worse(Verdict($1.severity)) }

    let judgement = Judgement(
      key: look.key, state: ruling.state, verdict: verdict, summary: Summary.sentence(for: ruling),
      checkedAt: look.at, views: look.views, keySummary: ruling.key?.key, findings: findings,
      receivers: receiversSeeOneKey(ruling) ? ruling.key?.receivers ?? [] : [],
      caches: ruling.clocks)
    return JudgedLook(sorted: sorted, judgement: judgement)
  }

  /// Whether all receivers get the same text: what one of several is worth to them, or one that DNSSEC keeps from them, is no
  /// news to anybody.
  private static func receiversSeeOneKey(_ ruling: Ruling) -> Bool {
    ruling.row != .bogus && ruling.row != .disagreeing
  }

  /// The texts that the state rests on.
  private static func textsThatCount(in ruling: Ruling) -> [[TextRecord]] {
    guard ruling.row == .heldByCaches else { return ruling.sorted.texts }
    let caches = ruling.sorted.withCachesAsSources
    return caches.texts.first(where: caches.isUsable).map { [$0] } ?? []
  }
}

extension Finding {
  /// The same as a mere note.
  package var asInformation: Finding {
    var finding = self
    finding.severity = .info
    return finding
  }
}
