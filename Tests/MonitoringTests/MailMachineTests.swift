// What mail makes the monitor do: how often, for whom, and until when.

import Model
import Testing

@testable import Monitoring

@Suite struct MailMachineTests {
  private let start = Timestamp(seconds: 1_795_464_000)
  private let s1: KeyName
  private let other: KeyName

  init() throws {
    s1 = try KeyName(selector: DomainName("s1"), domain: DomainName("example.org"))
    other = try KeyName(selector: DomainName("s1"), domain: DomainName("other.example"))
  }

  private func failing(_ key: KeyName, at time: Timestamp) -> MailNews {
    MailNews(failures: [MailFailure(key: key, at: time)])
  }

  private func receive(
    _ machine: inout MailMachine, _ news: MailNews, watched: Set<KeyName> = [], after seconds: Int64
  ) -> [MailMachine.Action] {
    machine.receive(
      news, isWatched: { watched.contains($0) }, isDomainWatched: { $0 == s1.domain }, at: start + .seconds(seconds))
  }

  @Test func aQueueThatIsRetriedIsNoReasonToHurryAgain() {
    var machine = MailMachine(policy: LearningPolicy())
    #expect(receive(&machine, failing(s1, at: start), watched: [s1], after: 0) == [.look(s1)])
    #expect(receive(&machine, failing(s1, at: start), watched: [s1], after: 19) == [])
    #expect(receive(&machine, failing(s1, at: start), watched: [s1], after: 20) == [.look(s1)])
    // Mail that verifies again is looked after at once, and once.
    let passed = MailNews(passed: [s1: start + .seconds(24)])
    #expect(receive(&machine, passed, watched: [s1], after: 24) == [.look(s1)])
    #expect(receive(&machine, passed, watched: [s1], after: 60) == [])
  }

  /// One mail may be all that says so: what comes too soon waits.
  @Test func mailThatVerifiesRightAfterAFailureIsNotForgotten() {
    var machine = MailMachine(policy: LearningPolicy())
    _ = receive(&machine, failing(s1, at: start), watched: [s1], after: 0)
    let passed = MailNews(passed: [s1: start + .seconds(1)])
    #expect(receive(&machine, passed, watched: [s1], after: 1) == [.look(s1, after: .seconds(2))])
    _ = receive(&machine, failing(s1, at: start + .seconds(1)), watched: [s1], after: 1)
    #expect(receive(&machine, passed, watched: [s1], after: 2) == [], "the look that waits sees this too")
  }

  @Test func aFailureProvesNothingForLong() {
    var machine = MailMachine(policy: LearningPolicy())
    _ = receive(&machine, failing(s1, at: start), watched: [s1], after: 1)
    #expect(machine.fails(s1, at: start + .seconds(900)))
    #expect(!machine.fails(s1, at: start + .seconds(901)))
    // What a log of yesterday says is no news.
    #expect(receive(&machine, failing(other, at: start), after: 901) == [])
  }

  @Test func whatIsLearnedKeepsToPatternAndBound() throws {
    let pattern = try #require(DomainPattern("*.example"))
    var machine = MailMachine(policy: LearningPolicy(domains: [pattern], maximum: 1))
    #expect(receive(&machine, failing(s1, at: start), after: 0) == [])
    #expect(receive(&machine, failing(other, at: start), after: 0) == [.watch(other)])
    let third = try KeyName(selector: DomainName("s2"), domain: DomainName("other.example"))
    #expect(receive(&machine, failing(third, at: start), after: 0) == [])
    #expect(machine.learned[other]?.reason == .failing)
  }

  private static let spans: [(Bool, Bool, Int64, Bool)] = [
    (false, false, 3601, true), (false, true, 3601, false), (true, false, 3601, false),
    (true, false, 91 * 86_400, true), (false, false, 3599, false),
  ]

  @Test(arguments: spans) func whatMailNamesNoLongerIsForgotten(
    watchesFailing: Bool, isOpen: Bool, after: Int64, isForgotten: Bool
  ) {
    var machine = MailMachine(policy: LearningPolicy(watchesFailing: watchesFailing))
    _ = receive(&machine, failing(s1, at: start), after: 0)
    let actions = machine.tick(isOpen: { _ in isOpen }, at: start + .seconds(after))
    #expect(actions == (isForgotten ? [.forget(s1)] : []))
  }

  @Test func whatTheConfigurationNamesComesFromMailNoLonger() {
    var machine = MailMachine(policy: LearningPolicy())
    _ = receive(&machine, failing(s1, at: start), after: 0)
    let configured = [s1: Watch(key: s1, interval: .seconds(60))]
    #expect(machine.added(to: WatchTable())[s1]?.isLearned == true)
    #expect(Array(machine.added(to: WatchTable(configured.values))) == Array(configured.values))
    #expect(machine.learned.isEmpty)
  }

  @Test func onlyMailThatVerifiesDiscovers() throws {
    var machine = MailMachine(policy: LearningPolicy())
    let news = MailNews(passed: [s1: start, other: start], new: [s1, other])
    #expect(receive(&machine, news, after: 0) == [.discovered(s1)])
    #expect(receive(&machine, MailNews(new: [s1]), after: 0) == [])
  }
}
