// The daemon audits a domain again and again: what is kept, who is told, and what a blind audit does.

import Auditing
import Config
import Foundation
import Logging
import Model
import Storage
import Synchronization
import Testing

@testable import Daemon

/// An auditor over answers that a test gives, on a clock that it moves.
private final class AuditWorld: Sendable {
  let store: SQLiteHistory
  private let passed = Mutex(Duration.zero)
  private let isExpireShort = Mutex(false)
  private let down = Mutex<[String]>([])

  init(database path: String) throws { store = try SQLiteHistory(path: path, mode: .readWrite) }

  func shortenExpire(_ isShort: Bool) { isExpireShort.withLock { $0 = isShort } }
  func setDown(_ views: [String]) { down.withLock { $0 = views } }
  func pass(_ time: Duration) { passed.withLock { $0 += time } }

  var clocks: Clocks {
    Clocks(now: { [self] in World.start + passed.withLock { $0 } }, elapsed: { [self] in passed.withLock { $0 } })
  }

  /// Every server of the zone has a SOA, and nothing else.
  private func reply(_ request: AuditRequest) throws -> AuditReply {
    switch request {
    case .look(let key): return .look(Look(key: key, at: clocks.now(), views: []))
    case .fetch: return .fetch(.failed(.unresolved, reason: "no such host"))
    case .inquiry(let inquiry):
      let domain = try DomainName("example.org")
      var answer = InquiryAnswer(inquiry: inquiry, zone: domain)
      var soa = StartOfAuthority(primary: try DomainName("ns1.example.org"), serial: 1, minimum: 3600)
      soa.expire = isExpireShort.withLock { $0 } ? 86_400 : 1_209_600
      (soa.refresh, soa.retry) = (7200, 900)
      let record = ResourceRecord(owner: domain, type: .soa, ttl: 3600, data: .soa(soa))
      let isAsked = inquiry.question.type == .soa && inquiry.question.name == domain
      let dns = Answer(
        outcome: isAsked ? .records : .nodata, rcode: .noError, authoritative: true,
        digest: Digest(high: 0, low: 0))
      answer.replies = [
        InquiryReply(
          server: "ns1.example.org", endpoint: Endpoint("192.0.2.1"), answer: dns, records: isAsked ? [record] : [],
          authorities: isAsked ? [] : [record], hasEDNS: true)
      ]
      return .inquiry(answer)
    }
  }

  func auditor(_ audit: Configuration.Audit, _ store: (any ChangeStore & AuditStore & SilenceStore)? = nil) async throws
    -> Auditor
  {
    var configuration = Configuration(
      database: "", receivers: [Receiver(name: "hook", format: .generic, url: Secret("https://hook.example/"))])
    configuration.audits = [audit]
    return Auditor(
      configuration: configuration, selectors: Auditor.selectors(configuration, watched: []),
      stored: try await self.store.audits(), store: store ?? self.store, clock: clocks,
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
      makeRunner: { _ in
        AuditRunner { [self] requests in
          requests.map { request in
            do {
              return try reply(request)
            } catch {
              Issue.record(error)
              return .fetch(.failed(.other, reason: "\(error)"))
            }
          }
        }
      }, viewsDown: { [self] in down.withLock { $0 } })
  }

  /// Lets time pass until the next audit, and makes it.
  func next(_ auditor: Auditor, after time: Duration = .zero) async throws {
    pass(time)
    let domain = try #require(await auditor.next())
    await auditor.audit(domain)
  }

  func events() async throws -> [Event] { try await store.events(matching: EventFilter()) }
}

@Suite final class AuditorTests {
  private static let day = Duration.seconds(86_400)
  private let folder: URL
  private let world: AuditWorld
  private let domain: DomainName

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    world = try AuditWorld(database: folder.appending(path: "history.sqlite").path)
    domain = try DomainName("example.org")
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func plan(ignore: [String] = []) -> Configuration.Audit {
    Configuration.Audit(domain: domain, interval: Self.day, ignore: ignore, labels: ["team": "mail"], note: "ask Kim")
  }

  @Test func whatIsNewIsConfirmedSoonAndToldOnce() async throws {
    let auditor = try await world.auditor(plan())
    try await world.next(auditor)
    try await world.next(auditor, after: .seconds(300))
    #expect(try await world.events() == [])
    #expect(try await !world.store.audits().isEmpty)
    world.shortenExpire(true)
    try await world.next(auditor, after: Self.day)
    #expect(try await world.events() == [])
    try await world.next(auditor, after: .seconds(300))
    let event = try #require(try await world.events().first)
    #expect(event.type == .auditChanged && event.domain == domain && event.verdict == .warning)
    #expect(event.audit?.new.map(\.rule) == ["soa-expire-short"])
    #expect(event.labels == ["team": "mail"] && event.note == "ask Kim")
    #expect(event.since == event.at - .seconds(300))
    let queue = try await world.store.queue(of: "hook", at: event.at, limit: 9)
    #expect(queue.map(\.event.id) == [event.id])
    try await world.next(auditor, after: Self.day)
    #expect(try await world.events().count == 1)
    world.shortenExpire(false)
    try await world.next(auditor, after: Self.day)
    try await world.next(auditor, after: .seconds(300))
    let fixed = try #require(try await world.events().last)
    #expect(fixed.audit?.fixed.map(\.rule) == ["soa-expire-short"] && fixed.verdict == .ok)
    // Whoever was told of the warning is told that it is fixed.
    #expect(try await world.store.queue(of: "hook", at: fixed.at, limit: 9).count == 2)
    let spans = try await world.store.findings(of: domain, since: nil).filter { $0.finding.rule == "soa-expire-short" }
    #expect(spans.count == 1 && spans[0].lastSeen.map { $0 < fixed.at } ?? false)
  }

  @Test func aRestartForgetsNothing() async throws {
    var auditor = try await world.auditor(plan())
    try await world.next(auditor)
    try await world.next(auditor, after: .seconds(300))
    world.shortenExpire(true)
    try await world.next(auditor, after: Self.day)
    // Killed between the first sight and its confirmation.
    auditor = try await world.auditor(plan())
    #expect(await auditor.next() == nil)
    try await world.next(auditor, after: Self.day)
    #expect(try await world.events().map { $0.audit?.new.map(\.rule) } == [["soa-expire-short"]])
  }

  @Test func anAuditWithADeadViewCountsForNothing() async throws {
    let auditor = try await world.auditor(plan())
    try await world.next(auditor)
    try await world.next(auditor, after: .seconds(300))
    let before = try await world.store.audits()
    world.shortenExpire(true)
    world.setDown(["authoritative"])
    for _ in 0..<3 { try await world.next(auditor, after: Self.day) }
    #expect(try await world.events() == [])
    #expect(try await world.store.audits() == before)
  }

  @Test func whatIsIgnoredIsNeverTold() async throws {
    let auditor = try await world.auditor(plan(ignore: ["soa-expire-short"]))
    try await world.next(auditor)
    try await world.next(auditor, after: .seconds(300))
    world.shortenExpire(true)
    for _ in 0..<2 { try await world.next(auditor, after: Self.day) }
    #expect(try await world.events() == [])
    #expect(
      try await !world.store.findings(of: domain, since: nil).contains { $0.finding.rule == "soa-expire-short" })
  }

  @Test func aSilenceHoldsForAuditsToo() async throws {
    try await world.store.add(
      Silence(
        id: "sil_1", matchers: Silence.Matchers(domain: "example.org", types: [.auditChanged]), by: "kim",
        reason: "a move", createdAt: World.start, expiresAt: World.start + Self.day * 9))
    let auditor = try await world.auditor(plan())
    try await world.next(auditor)
    try await world.next(auditor, after: .seconds(300))
    world.shortenExpire(true)
    for _ in 0..<2 { try await world.next(auditor, after: Self.day) }
    let event = try #require(try await world.events().first)
    #expect(event.silencedBy == "sil_1")
    #expect(try await world.store.queue(of: "hook", at: event.at, limit: 9).isEmpty)
  }

  @Test func aDomainThatIsTakenAwayEnds() async throws {
    let auditor = try await world.auditor(plan())
    world.shortenExpire(true)
    try await world.next(auditor)
    await auditor.apply(Configuration(database: ""), selectors: [:])
    #expect(await auditor.next() == nil)
    #expect(try await world.store.audits().map { $0.memory == nil } == [true])
    let spans = try await world.store.findings(of: domain, since: nil)
    #expect(!spans.isEmpty && spans.allSatisfy { $0.lastSeen != nil })
  }
}
