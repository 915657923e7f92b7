// The work of `check`: order, batches, bad lines, expectations; and what the command line makes of names and views.

import ArgumentParser
import Config
import Foundation
import Judging
import Model
import Probing
import Synchronization
import Testing

@testable import selectord

/// Looks that see nothing, and how many were under way at once.
private final class Looks: Sendable {
  private let state = Mutex((running: 0, most: 0, sizes: [Int]()))

  var most: Int { state.withLock { $0.most } }
  var sizes: [Int] { state.withLock { $0.sizes } }

  @Sendable func look(_ requests: [LookRequest], _ done: @escaping @Sendable () -> Void) async -> [Look] {
    state.withLock {
      $0.running += 1
      $0.most = max($0.most, $0.running)
      $0.sizes.append(requests.count)
    }
    // Batches end in another order than they began.
    for _ in 0..<(requests.first?.key.hashValue.magnitude ?? 0) % 50 { await Task.yield() }
    state.withLock { $0.running -= 1 }
    return requests.map { Look(key: $0.key, at: Samples.start, views: []) }
  }
}

@Sendable func neverAsked(_ look: JudgedLook) async -> Diagnosis {
  Issue.record("\(look.key) was explained")
  return Diagnosis(cause: "", evidence: [], remedy: "")
}

private func list(_ lines: [String]) throws -> String {
  let path = NSTemporaryDirectory() + "selectord-list-\(UUID().uuidString).txt"
  try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
  return path
}

@Test func resultsComeInTheOrderOfTheInputAndFewBatchesAreUnderWayAtOnce() async throws {
  let path = try list((0..<3100).map { "example.org s\($0)" })
  defer { try? FileManager.default.removeItem(atPath: path) }
  let looks = Looks()
  var names: [String] = []
  let badLines = try await KeyCheck(explain: neverAsked, look: looks.look).run(KeyNameSource(list: path)) { result in
    if case .judgement(let judgement, _) = result { names.append(judgement.key.selector.description) }
  }
  #expect(badLines == 0)
  #expect(names == (0..<3100).map { "s\($0)" })
  #expect(looks.most <= KeyCheck.batchesAtOnce)
  #expect(looks.sizes.allSatisfy { $0 <= KeyCheck.batchSize })
  #expect(looks.sizes.reduce(0, +) == 3100)
}

/// Keys that are done make room for others, though the batch that they came in waits for a slow one.
@Test func aSlowKeyHoldsUpNobodyAndOnlySoManyAreAskedAtATime() async throws {
  let path = try list((0..<5000).map { "example.org s\($0)" })
  defer { unlink(path) }
  let counts = Mutex((underWay: 0, most: 0, done: 0))
  let check = KeyCheck(explain: neverAsked) { requests, done in
    counts.withLock {
      $0.underWay += requests.count
      $0.most = max($0.most, $0.underWay)
    }
    func finish(_ count: Int) {
      counts.withLock {
        $0.underWay -= count
        $0.done += count
      }
      for _ in 0..<count { done() }
    }
    finish(requests.count - 1)
    // The last key of the first batch answers when all other keys have.
    if requests.contains(where: { $0.key.selector.description == "s0" }) {
      while counts.withLock({ $0.done }) < 4999 { await Task.yield() }
    }
    finish(1)
    return requests.map { Look(key: $0.key, at: Samples.start, views: []) }
  }
  var names: [String] = []
  _ = try await check.run(KeyNameSource(list: path)) { result in
    if case .judgement(let judgement, _) = result { names.append(judgement.key.selector.description) }
  }
  #expect(names == (0..<5000).map { "s\($0)" })
  #expect(counts.withLock { $0.most } < KeyCheck.keysAtOnce + KeyCheck.batchSize)
}

@Test func aBadLineIsToldWithItsNumberAndTheRestGoesOn() async throws {
  let path = try list(["# partners", "", "example.org s1", "nonsense", "a..b s1", "s2._domainkey.example.org"])
  defer { try? FileManager.default.removeItem(atPath: path) }
  var names: [String] = []
  var places: [String] = []
  let badLines = try await KeyCheck(explain: neverAsked, look: Looks().look).run(KeyNameSource(list: path)) { result in
    switch result {
    case .judgement(let judgement, _), .again(let judgement, _): names.append(judgement.key.description)
    case .badLine(let place, let message):
      places.append(place)
      #expect(!message.isEmpty)
    }
  }
  #expect(badLines == 2)
  #expect(places == ["\(path):4: ", "\(path):5: "])
  #expect(names == ["s1._domainkey.example.org", "s2._domainkey.example.org"])
}

@Test func aListThatCannotBeReadIsToldAsABadLine() async throws {
  var messages: [String] = []
  let badLines = try await KeyCheck(explain: neverAsked, look: Looks().look).run(
    KeyNameSource(list: "/nonexistent/list")
  ) { result in
    if case .badLine(_, let message) = result { messages.append(message) }
  }
  #expect(badLines == 1)
  #expect(messages.first?.contains("/nonexistent/list") == true)
}

@Test func whatEndsThePrintingEndsTheWork() async throws {
  struct Stop: Error {}
  let path = try list((0..<30_000).map { "example.org s\($0)" })
  defer { try? FileManager.default.removeItem(atPath: path) }
  let looks = Looks()
  await #expect(throws: Stop.self) {
    _ = try await KeyCheck(explain: neverAsked, look: looks.look).run(KeyNameSource(list: path)) { _ in throw Stop() }
  }
  #expect(looks.sizes.count <= KeyCheck.batchesAtOnce + 1)
}

@Test func aWatchOfTheConfigurationGivesItsExpectationAndItsViews() async throws {
  let key = try Samples.key("old._domainkey.example.org")
  let watch = Watch(
    key: key, interval: .seconds(60), views: ["local"], expectation: Expectation(state: .missing),
    labels: ["team": "mail"])
  let requested = Mutex<[LookRequest]>([])
  let check = KeyCheck(watches: [key: watch], explain: neverAsked) { requests, _ in
    requested.withLock { $0 += requests }
    return requests.map { request in
      let gone = ViewAnswer(
        view: "local", isAuthoritative: false,
        servers: [Samples.server("127.0.0.53", .nxdomain, question: request.key.name)])
      return Look(key: request.key, at: Samples.start, views: [gone])
    }
  }
  var results: [(Judgement, Watch?)] = []
  let other = try Samples.key("new._domainkey.example.org")
  _ = try await check.run(KeyNameSource([.success(key), .success(other)])) { result in
    if case .judgement(let judgement, let watch) = result { results.append((judgement, watch)) }
  }
  #expect(requested.withLock { $0.map(\.views) } == [["local"], nil])
  #expect(results.map(\.0.verdict) == [.ok, .critical])
  #expect(results.map { $0.1?.labels } == [["team": "mail"], nil])
}

@Test(arguments: [
  ("selector2-example-org._domainkey.contoso.onmicrosoft.com", true, Verdict.ok),
  ("selector2-example-org._domainkey.contoso.onmicrosoft.com", false, .critical),
  ("selector2.mail.example.net", true, .critical),
])
func theIdleHalfOfAPairIsAskedAboutAndIsNoAlarm(
  _ target: String, _ isHarmless: Bool, _ verdict: Verdict
) async throws {
  let key = try Samples.key("selector2._domainkey.example.org")
  let cname = try DomainName(target)
  let check = KeyCheck(
    explain: { _ in
      var diagnosis = Diagnosis(cause: "as it should be", evidence: [], remedy: "Nothing.")
      diagnosis.isHarmless = isHarmless
      return diagnosis
    }
  ) { requests, _ in
    requests.map { request in
      let server = Samples.server("127.0.0.53", .nxdomain, cname: [cname], question: request.key.name)
      return Look(
        key: request.key, at: Samples.start,
        views: [ViewAnswer(view: "local", isAuthoritative: false, servers: [server])])
    }
  }
  var results: [Judgement] = []
  _ = try await check.run(KeyNameSource([.success(key)])) { result in
    if case .judgement(let judgement, _) = result { results.append(judgement) }
  }
  #expect(results.map(\.verdict) == [verdict])
  #expect(results.map { $0.diagnosis != nil } == [verdict == .ok])
}

@Test func viewsAreThoseThatAreNamedElseTheConfiguredOnesElseTheThreeDefaults() throws {
  let configured = [View(name: "house", source: .resolver(Endpoint(.v4(0x0A00_0001)), .udp))]
  func names(_ arguments: [String], _ configured: [View]?) throws -> [String] {
    try ViewOptions.parse(arguments).views(configured: configured).map(\.name)
  }
  #expect(try names([], nil) == ["local", "google", "authoritative"])
  #expect(try names([], configured) == ["house"])
  #expect(try names(["--view", "house", "--view", "127.0.0.1:5301"], configured) == ["house", "127.0.0.1:5301"])
  #expect(try names(["--view", "local", "--view", "local"], nil) == ["local"])
  #expect(throws: CommandFailure.self) { try names(["--view", "nowhere"], nil) }
}

@Test(arguments: [
  ("30d", PointInTime.ago(.seconds(30 * 86_400))), ("2026-11-23", .at(Timestamp(seconds: 1_795_392_000))),
  ("2026-11-23T20:00:00Z", .at(Timestamp(seconds: 1_795_464_000))),
])
func aPointInTimeIsADurationADayOrATime(text: String, expected: PointInTime) throws {
  #expect(try PointInTime(text) == expected)
}

@Test(arguments: ["yesterday", "", "2026-13-01", "-3d"]) func otherPointsInTimeAreRefused(text: String) {
  #expect(throws: (any Error).self) { try PointInTime(text) }
}

@Test func aWatchedNameIsADomainADomainWithASelectorOrAKeyName() throws {
  let key = try Samples.key("s1._domainkey.example.org")
  #expect(try WatchedName("s1._domainkey.example.org", selector: nil).key == key)
  #expect(try WatchedName("Example.org", selector: "S1").key == key)
  let domain = try WatchedName("example.org.", selector: nil)
  #expect(domain.key == nil)
  #expect(domain.covers(key))
  #expect(try !WatchedName("example.org", selector: "s2").covers(key))
  #expect(throws: (any Error).self) { try WatchedName("a..b", selector: nil) }
  let set = try WatchedName("_dmarc.Example.org", selector: "TXT", takesRecordSets: true)
  #expect(
    set.key == KeyName(recordSet: try DomainName("_dmarc.example.org"), .txt)
      && set.description == "_dmarc.example.org TXT")
  #expect(try WatchedName("example.org", selector: "mx", takesRecordSets: true).key?.isKey == true)
  #expect(try WatchedName("example.org", selector: "MX").key?.isKey == true)
  #expect(try domain.covers(KeyName(recordSet: DomainName("example.org"), .mx)))
}
