// What counts as an answer when it is asked whether a whole view is down.

import Judging
import Model
import Monitoring
import Testing

@Suite("View tally")
struct ViewTallyTests {
  private func view(_ outcomes: [Outcome], walk: WalkFailure? = nil) throws -> (ViewAnswer, KeyName) {
    let key = try KeyName(selector: DomainName("s1"), domain: DomainName("example.org"))
    let servers = outcomes.map {
      ServerAnswer(
        server: "192.0.2.1", endpoint: Endpoint(.v4(0xC000_0201)), question: key.name,
        answer: Answer(outcome: $0, digest: Digest(high: 0, low: 0)))
    }
    return (ViewAnswer(view: "v", isAuthoritative: walk != nil, servers: servers, walkFailure: walk), key)
  }

  @Test(arguments: [
    ([Outcome.records], 0), ([.nxdomain], 0), ([.failed(.bogus)], 0), ([.failed(.timeout), .records], 0),
    ([.failed(.timeout)], 1), ([.failed(.servfail)], 1), ([.failed(.timeout), .failed(.refused)], 1), ([], 0),
  ])
  func onlySilenceOfAllServersCounts(outcomes: [Outcome], failed: Int) throws {
    var tally = ViewTally()
    let (answer, key) = try view(outcomes)
    tally.count(answer, of: key)
    #expect(tally.asked == 1)
    #expect(tally.failed == failed)
    #expect(tally.zones.count == failed)
  }

  @Test(arguments: [
    (".", Outcome.Failure.timeout, 1), ("org", .unreachable, 1), ("org", .servfail, 0), ("example.org", .timeout, 0),
  ])
  func walksThatEndInSilenceAtTheTopAreOurs(zone: String, failure: Outcome.Failure, atTop: Int) throws {
    var tally = ViewTally()
    let (answer, key) = try view([], walk: WalkFailure(zone: DomainName(zone), failure: failure, text: "…"))
    tally.count(answer, of: key)
    #expect(tally.failed == 1)
    #expect(tally.failedAtTop == atTop)
  }
}
