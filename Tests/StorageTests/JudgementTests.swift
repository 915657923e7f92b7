// Judgements of texts: kept for one version of the rules, as long as the answers are.

import Model
import Storage
import Testing

@Suite struct KeptJudgements {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private let first = JudgedAnswer(answer: Answer.published().digest)
  private let other = JudgedAnswer(answer: Answer.published("v=DKIM1; p=BBBB", number: 7).digest)

  @Test func theyOutliveTheProcessAndHoldForOneVersionOfTheRules() async throws {
    let strict = JudgedAnswer(answer: first.answer, minimumBits: 2048)
    let history = try scratch.open()
    try await history.keep([first: [1, 0, 255], strict: [2]], rules: "a")
    try await history.keep([:], rules: "a")
    try history.close()

    let again = try scratch.open()
    #expect(try await again.judgements(of: [first, strict, other], rules: "a") == [first: [1, 0, 255], strict: [2]])
    #expect(try await again.judgements(of: [first, strict, other], rules: "b") == [:])
    #expect(try await again.judgements(of: [], rules: "a") == [:])
    try await again.keep([first: [3], other: []], rules: "b")
    #expect(try await again.judgements(of: [first, strict, other], rules: "b") == [first: [3], other: []])
    #expect(try await again.judgements(of: [first, strict, other], rules: "a") == [strict: [2]])
  }

  @Test func whatWasComparedIsRememberedForOneVersionOfTheRules() async throws {
    let history = try scratch.open()
    #expect(try await history.newestAnswer() == 0)
    #expect(try await history.comparedAnswers(rules: "a") == 0)
    var change = Change(at: time(0))
    change.sightings = [sighting(try key("s1._domainkey.example.org"), .published(), at: time(0))]
    try await history.commit(change)
    #expect(try await history.newestAnswer() == 1)
    for answer in [1, 1, 7] as [Int64] {
      try await history.setComparedAnswers(answer, rules: "a")
      #expect(try await history.comparedAnswers(rules: "a") == answer)
    }
    #expect(try await history.comparedAnswers(rules: "b") == 0)
    try await history.setComparedAnswers(2, rules: "b")
    #expect(try await history.comparedAnswers(rules: "b") == 2)
    #expect(try await history.comparedAnswers(rules: "a") == 0)
  }

  @Test func theyLeaveWithTheirAnswers() async throws {
    let history = try scratch.open()
    let name = try key("s1._domainkey.example.org")
    var change = Change(at: time(0))
    change.sightings = [sighting(name, .published(), at: time(0))]
    try await history.commit(change)
    try await history.keep([first: [1], other: [2]], rules: "a")
    try await history.prune(before: time(100))
    #expect(try await history.judgements(of: [first, other], rules: "a") == [first: [1]])

    change = Change(at: time(200))
    change.sightings = [sighting(name, .timeout, at: time(200))]
    try await history.commit(change)
    try await history.prune(before: time(1000))
    #expect(try await history.judgements(of: [first, other], rules: "a") == [:])
  }
}
