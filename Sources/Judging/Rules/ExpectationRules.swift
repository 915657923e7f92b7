// Rules on what a watch expects.

internal import Model

enum ExpectationRules {
  static let all: [LookRule] = [notPinned, unexpectedState]

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
      ? "Remove the record at \(sorted.name)." : "Publish \"v=DKIM1; p=\" at \(sorted.name)."
    return [
      LookObservation(
        text: "The key name is expected to be \(expected.rawValue), but is \(ruling.state.rawValue).",
        evidence: Wording.evidence(sorted.sources), remedy: remedy)
    ]
  }
}
