// Rules on what a watch expects.

internal import Model

enum ExpectationRules {
  static let all: [LookRule] = [notPinned, unexpectedRecords, unexpectedState]

  private static let notPinned = LookRule(
    "key-not-pinned", .critical, "A key is published that is not the pinned one.",
    remedy: "Publish the pinned key, or pin the new one if the change was intended.",
    source: "the watch's `expect.key` or `expect.fingerprint`"
  ) { ruling in
    let sorted = ruling.sorted
    guard let pinned = sorted.expectation.fingerprint else { return [] }
    return sorted.texts.filter { sorted.judgement(of: $0).state == .published && !sorted.isPinned($0) }.map { text in
      let seen = sorted.judgement(of: text).key?.fingerprint ?? "no fingerprint"
      let sources = sorted.with.filter { $0.answer.says(text) }
      return LookObservation(
        text: "The key has the fingerprint \(seen); expected the pinned \(pinned).", evidence: Wording.evidence(sources)
      )
    }
  }

  private static let unexpectedRecords = LookRule(
    "record-set-unexpected", .critical, "A record set is not the one that is expected.",
    remedy: "Correct the records in the zone, or change `expect` of the record set if the change was intended.",
    source: "`expect.values` and `expect.contains` of the record set"
  ) { ruling in
    let sorted = ruling.sorted
    guard !sorted.look.key.isKey else { return [] }
    return sorted.texts.compactMap { records in
      ExpectedRecords(sorted.expectation, type: sorted.look.key.type).complaint(about: records).map { complaint in
        LookObservation(
          text: "The \(sorted.noun) of \(sorted.name) is not as expected: \(complaint).",
          evidence: Wording.evidence(sorted.with.filter { $0.answer.says(records) }))
      }
    }
  }

  private static let unexpectedState = LookRule(
    "unexpected-state", .critical, "The watch expects another state than the one that is seen.",
    remedy: "Bring the zone to the expected state, or change `expect.state` of the watch.",
    source: "the watch's `expect.state`"
  ) { ruling in
    let sorted = ruling.sorted
    guard let expected = sorted.expectation.state, expected != .published, expected != ruling.state,
      ruling.row != .ownLink
    else { return [] }
    let remedy =
      expected == .missing
      ? "Remove the \(sorted.look.key.isKey ? "record" : sorted.noun) at \(sorted.name)."
      : "Publish \"v=DKIM1; p=\" at \(sorted.name)."
    return [
      LookObservation(
        text:
          "\(sorted.look.key.isKey ? "The key name" : "The \(sorted.noun)") is expected to be \(expected.rawValue), but is \(ruling.state.rawValue).",
        evidence: Wording.evidence(sorted.sources), remedy: remedy)
    ]
  }
}
