// Keys that share a prime, found beside the monitor: on its way from a commit to an event, and over restarts.

import Config
import Foundation
import Keys
import Model
import Storage
import TestSupport
import Testing

@testable import Daemon

@Suite final class KeyComparerTests {
  let folder: URL
  let world: World
  let configuration: Configuration
  let (first, second, third): (DomainName, DomainName, DomainName)

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    world = try World(database: folder.appending(path: "history.sqlite").path)
    configuration = try World.configuration(selectors: ["s1", "s2", "s3"])
    first = try DomainName("s1._domainkey.domain.com")
    second = try DomainName("s2._domainkey.domain.com")
    third = try DomainName("s3._domainkey.domain.com")
    for name in [first, second, third] { world.resolver.say(.key(try record("fit-rsa-3072")), of: name) }
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// The record of a fixture of keys.
  private func record(_ fixture: String) throws -> String {
    let file = try #require(contents(ofFile: fixtures("keys") + "/" + fixture + ".txt"))
    return String(try #require(file.split(separator: "---\n").last).dropLast())
  }

  private func told() async throws -> [String] {
    try await world.store.events(matching: EventFilter()).map { event in
      "\(event.type.rawValue) \(event.selector.map(\.description) ?? "")"
    }.sorted()
  }

  private func evidence(_ selector: String) async throws -> [String] {
    let key = try KeyName(selector: DomainName(selector), domain: DomainName("domain.com"))
    return try #require(try await world.store.memory().watches[key]).findings
      .filter { $0.rule == "key-shared-prime" }.map(\.evidence)
  }

  /// A daemon that starts: its comparison of the database ends at once.
  private func start() async throws -> (Monitor, KeyComparer) {
    let monitor = try await world.monitor(configuration)
    let comparer = world.comparer(monitor)
    try await comparer.compareStored()
    return (monitor, comparer)
  }

  @Test func twoKeysOfOneRunAreToldBoth() async throws {
    let (monitor, comparer) = try await start()
    await world.pass(.seconds(5), monitor)
    await comparer.compareWaiting()
    let before = world.resolver.asked
    await world.pass(.seconds(600), monitor)
    #expect(world.resolver.asked - before == 6, "nothing is asked because of keys that share nothing")

    world.resolver.say(.key(try record("case-prime-shared-1")), of: first)
    world.resolver.say(.key(try record("case-prime-shared-2")), of: second)
    await world.pass(.seconds(360), monitor)
    #expect(try await told() == ["selector.changed s1", "selector.changed s2"], "as good keys both")
    #expect(try await world.store.incidents(open: true).map(\.incident.kind) == [.change, .change])
    await comparer.compareWaiting()
    await world.pass(.seconds(45), monitor)
    #expect(try await evidence("s1") == ["a prime in common with s2._domainkey.domain.com"])
    #expect(try await evidence("s2") == ["a prime in common with s1._domainkey.domain.com"])
    #expect(try await evidence("s3") == [])
    let events = try await world.store.events(matching: EventFilter()).suffix(2)
    #expect(events.map(\.verdict) == [.critical, .critical] && events.allSatisfy { $0.type == .selectorChanged })
    #expect(try await told().count == 4, "one event each, as soon as it is confirmed")
    let open = try await world.store.incidents(open: true).map(\.incident)
    #expect(open.filter { $0.kind == .condition }.map(\.verdict) == [.critical, .critical])
  }

  @Test func aKeyIsComparedWithThoseOfTheDatabase() async throws {
    world.resolver.say(.key(try record("case-prime-shared-1")), of: first)
    let (before, _) = try await start()
    await world.pass(.seconds(5), before)
    // Its key is replaced before the daemon starts again: only the database knows it.
    world.resolver.say(.key(try record("fit-ed25519")), of: first)
    world.resolver.say(.key(try record("case-prime-shared-2")), of: second)
    let (monitor, comparer) = try await start()
    await world.pass(.seconds(60), monitor)
    await comparer.compareWaiting()
    await world.pass(.seconds(60), monitor)
    #expect(try await evidence("s2") == ["a prime in common with s1._domainkey.domain.com"])
    #expect(try await evidence("s1") == [], "its new key shares none")
  }

  @Test func whatAFormerRunComparedIsNotComparedAgainAndNewKeysAreComparedWithIt() async throws {
    world.resolver.say(.key(try record("case-prime-shared-1")), of: first)
    let (before, _) = try await start()
    await world.pass(.seconds(5), before)
    _ = try await start()
    let compared = try await world.store.comparedAnswers(rules: KeyRules.version)
    let newest = try await world.store.newestAnswer()
    #expect(compared > 0 && compared == newest)

    world.resolver.say(.key(try record("case-prime-shared-2")), of: second)
    let monitor = try await world.monitor(configuration)
    let comparer = world.comparer(monitor)
    try await comparer.compareStored(trustsFormer: true)
    await world.pass(.seconds(60), monitor)
    await comparer.compareWaiting()
    await world.pass(.seconds(60), monitor)
    #expect(try await evidence("s2") == ["a prime in common with s1._domainkey.domain.com"])
    #expect(try await evidence("s1") == ["a prime in common with s2._domainkey.domain.com"])
    #expect(await monitor.waitsForComparison() == false, "all keys are compared")
    // What was found and may not be told yet is found again.
    let again = try await world.monitor(configuration)
    #expect(await again.waitsForComparison())
    #expect(try await world.store.comparedAnswers(rules: KeyRules.version) == compared)
  }

  @Test func aRestartTellsNothingAnew() async throws {
    world.resolver.say(.key(try record("case-prime-shared-1")), of: first)
    world.resolver.say(.key(try record("case-prime-shared-2")), of: second)
    let (before, comparer) = try await start()
    await world.pass(.seconds(5), before)
    await comparer.compareWaiting()
    await world.pass(.seconds(60), before)
    let told = try await told()
    #expect(told.count == 2)
    let memory = try await world.store.memory().watches

    // The comparison takes a while: nobody may conclude from that that all is well.
    let monitor = try await world.monitor(configuration)
    await world.pass(.seconds(700), monitor)
    #expect(try await self.told() == told)
    let after = world.comparer(monitor)
    try await after.compareStored()
    await after.compareWaiting()
    await world.pass(.seconds(700), monitor)
    #expect(try await self.told() == told)
    #expect(try await world.store.memory().watches.mapValues(\.findings) == memory.mapValues(\.findings))

    world.resolver.say(.key(try record("fit-rsa-3072")), of: first)
    await world.pass(.seconds(400), monitor)
    await after.compareWaiting()
    #expect(try await evidence("s1") == [], "a new key is sound")
    #expect(try await evidence("s2") != [], "the other is not")
    #expect(try await self.told().filter { !told.contains($0) } == ["selector.recovered s1"])
  }

  @Test func aComparisonReadsTheDatabaseInPages() async throws {
    world.resolver.say(.key(try record("case-prime-shared-1")), of: first)
    world.resolver.say(.gone, of: third)
    let (monitor, _) = try await start()
    await world.pass(.seconds(60), monitor)
    var pages: [[StoredRecords]] = []
    repeat {
      pages.append(try await world.store.records(after: pages.last?.last?.answer ?? 0, atMost: 1))
    } while pages.last?.isEmpty == false
    #expect(pages.map(\.count) == [1, 1, 0], "two keys; an absence has no records")
    #expect(Set(pages.joined().flatMap(\.keys).map(\.selector.description)) == ["s1", "s2"])
  }
}
