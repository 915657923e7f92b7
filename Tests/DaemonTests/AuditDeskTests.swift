// How many audits people may ask for, and what is known of each.

import Auditing
import Dashboard
import DNS
import Foundation
import Model
import Testing

@testable import Daemon

@Suite struct AuditOrdering {
  private func name(_ number: Int) throws -> DomainName { try DomainName("d\(number).example") }

  private func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_795_464_000 + seconds) }

  /// A report as JSON has it.
  private func report(_ domain: DomainName, at seconds: Int64) throws -> AuditReport {
    let json = """
      {"domain": "\(domain)", "verdict": "ok", "score": 10, "of": 10, "summary": "", "checkedAt": "\(time(seconds))",
       "scheme": 1, "records": {"ns": [], "mx": []}, "sections": [],
       "effort": {"questions": 1, "limit": 2, "rounds": 1, "cut": false}}
      """
    return try JSONDecoder().decode(AuditReport.self, from: Data(json.utf8))
  }

  @Test func oneThatRunsOrIsFreshIsNotMadeAgain() throws {
    var orders = AuditOrders()
    #expect(orders.state(of: try name(1)) == nil)
    #expect(try orders.ask(for: name(1), at: time(0)))
    #expect(try !orders.ask(for: name(1), at: time(10)), "it runs")
    #expect(orders.state(of: try name(1))?.runningSince == time(0))
    orders.finish(try report(try name(1), at: 20))
    #expect(orders.state(of: try name(1))?.runningSince == nil)
    #expect(try !orders.ask(for: name(1), at: time(79)), "it is fresh")
    #expect(try orders.ask(for: name(1), at: time(80)))
    #expect(orders.state(of: try name(1))?.report != nil, "the former one stays until then")
  }

  @Test func tooManyAreRefused() throws {
    var orders = AuditOrders()
    for number in 0..<20 { #expect(try orders.ask(for: name(number), at: time(0))) }
    #expect(throws: WebProblem.self) { try orders.ask(for: name(20), at: time(1)) }
    for number in 0..<60 {
      if number >= 20 { #expect(try orders.ask(for: name(number), at: time(2))) }
      orders.finish(try report(try name(number), at: 2))
      if number < 20 { continue }
    }
    let refusal = #expect(throws: WebProblem.self) { try orders.ask(for: name(99), at: time(100)) }
    #expect(refusal?.status == 429 && (3400...3601).contains(refusal?.retryAfter ?? 0))
    #expect(try orders.ask(for: name(99), at: time(3601)))
  }

  @Test func onlySoManyReportsAreKept() throws {
    var orders = AuditOrders()
    for number in 0..<150 {
      let time = Int64(number) * 100
      _ = try orders.ask(for: name(number), at: self.time(time))
      orders.finish(try report(try name(number), at: time))
    }
    #expect(orders.state(of: try name(49)) == nil)
    #expect(orders.state(of: try name(50)) != nil)
  }
}
