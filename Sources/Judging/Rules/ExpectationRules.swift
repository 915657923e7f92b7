// Rules on what a watch expects.

internal import Model

enum ExpectationRules {
  static let all: [LookRule] = [notPinned, unexpectedState]

  private static let notPinned = LookRule(
    "key-not-pinned", .critical, "A key is published that is not the pinned one.",
    remedy: "Publish the pinned key, or pin the new one where the change was meant.",
    source: "the watch's `expect.key` or `expect.fingerprint`"
  ) { ruling in
    let reading = ruling.reading
    guard let pinned = reading.expectation.fingerprint else { return [] }
    return reading.texts.filter { reading.judgement(of: $0).state == .published && !reading.isPinned($0) }.map { text in
      let seen = reading.judgement(of: text).key?.fingerprint ?? "no fingerprint"
      let sources = reading.with.filter { $0.answer.says(text) }
      return Observation(
        text: "The key has the fingerprint \(seen); expected the pinned \(pinned).", evidence: Wording.evidence(sources)
      )
    }
  }

  private static let unexpectedState = LookRule(
    "unexpected-state", .critical, "The watch expects another state than the one that is seen.",
    remedy: "Bring the zone to the expected state, or change `expect.state` of the watch.",
    source: "the watch's `expect.state`"
  ) { ruling in
    let reading = ruling.reading
    guard let expected = reading.expectation.state, expected != .published, expected != ruling.state,
      ruling.row != .ownLink
    else { return [] }
    let remedy =
      expected == .missing
      ? "Remove the record at \(reading.name)." : "Publish \"v=DKIM1; p=\" at \(reading.name)."
    return [
      Observation(
        text: "The key name is expected to be \(expected.rawValue), and is \(ruling.state.rawValue).",
        evidence: Wording.evidence(reading.sources), remedy: remedy)
    ]
  }
}
