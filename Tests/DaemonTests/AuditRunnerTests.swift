// An audit is carried out round by round, until there is a report.

import Auditing
import Daemon
import Model
import Synchronization
import Testing

@Suite struct AuditRunnerTests {
  @Test func roundsGoOutUntilThereIsAReport() async throws {
    let asked = Mutex([Int]())
    let runner = AuditRunner { requests in
      asked.withLock { $0.append(requests.count) }
      return requests.map { request in
        switch request {
        case .inquiry(let inquiry): .inquiry(InquiryAnswer(inquiry: inquiry))
        case .look(let key): .look(Look(key: key, at: Timestamp(seconds: 0), views: []))
        case .fetch: .fetch(.failed(.timeout, reason: "no response in time"))
        }
      }
    }
    let rounds = Mutex([Int]())
    let report = await runner.run(
      Audit(
        domain: try DomainName("example.org"),
        options: AuditOptions(now: Timestamp(seconds: 1_796_000_000), probe: try DomainName("probe")))
    ) { step in rounds.withLock { $0.append(step.requests) } }
    #expect(rounds.withLock { $0 } == asked.withLock { $0 })
    #expect(report.domain == (try DomainName("example.org")))
    #expect(report.effort.rounds == asked.withLock { $0.count })
    // Nobody was heard: nothing is said to be wrong, nor that the zone is well.
    #expect(report.of < 10)
    #expect(report.findings.filter { $0.finding.severity > .info }.isEmpty)
  }
}
