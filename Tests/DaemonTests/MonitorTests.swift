// The monitor on a clock of the test's own: from an answer that changed to what stands in the database.

import Foundation
import Config
import Model
import Storage
import Testing

@testable import Daemon

@Suite final class MonitorTests {
  let folder: URL
  let world: World
  static let key =
    "v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAs7uqSlNJDfo6IHPWb7+AgTIYu7RC6LLfHX8MXE"
    + "UpxljhbyGGlwaltFGodG7oMHS3VV9edFnZJXo3Je6usbkJRc29dtN1p+XOI7CtsByBOQsUdNg61yIIk6UPVsRl4q+MyO6HrTM1MD"
    + "icV3qoX4ci2QeefQJE0wHz5ZMIcdGBERWwe1hbMJuPamaSNMw8CW1Eea8ezE46ONl8wvjo1tDsSIjwDe8RGVc9mdWBRczCqxxft4"
    + "K33/DDmHRe6+yyjAKXqQc/FJoh4E2tb2/9R63J0gGPKx3DMsX9AYdznZwh7Cpwb2aSmoVMwJaKtQL164yptWBDsV6k3CSCACcO26"
    + "xVYwIDAQAB"

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    world = try World(database: folder.appending(path: "history.sqlite").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func types() async throws -> [EventType] { try await world.store.events(matching: EventFilter()).map(\.type) }

  @Test func aVanishedKeyIsTold() async throws {
    let receiver = Receiver(name: "postmaster", format: .generic, url: Secret("https://example.org/"))
    let configuration = try World.configuration(selectors: ["s1"], receivers: [receiver])
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(301), monitor)
    #expect(try await types() == [])

    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(332), monitor)
    #expect(try await types() == [.selectorMissing], "within interval and confirmation")
    #expect(try await world.store.deliveries(DeliveryFilter()).map(\.delivery.receiver) == ["postmaster"])

    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(332), monitor)
    #expect(try await types() == [.selectorMissing, .selectorRecovered])
    #expect(try await world.store.incidents(open: true).isEmpty)
  }

  @Test func theKeyOfAChangedZoneIsLookedAtBeforeItsInterval() async throws {
    var configuration = try World.configuration(selectors: ["s1"])
    configuration.views = [
      View(name: "authoritative", source: .authoritative(rootHints: [World.server.address], port: 53)),
      configuration.views[0],
    ]
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.key(Self.key), at: World.server)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(20), monitor)
    let before = world.resolver.asked
    await monitor.askSources(of: configuration.watches.map(\.key))
    let unchanged = world.resolver.asked - before
    #expect(unchanged > 0)
    world.resolver.say(.gone, at: World.server)
    await monitor.askSources(of: configuration.watches.map(\.key))
    await world.pass(.seconds(60), monitor)
    #expect(try await types() == [.selectorMissing], "after the confirmation, though a cache still has the key")
  }

  @Test func whoAsksResolversAloneHasNoPulse() async throws {
    let configuration = try World.configuration(selectors: ["s1"])
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(20), monitor)
    let before = world.resolver.asked
    await monitor.askSources(of: configuration.watches.map(\.key))
    #expect(world.resolver.asked == before)
  }

  @Test func whatIsSilencedIsKeptAndToldToNobody() async throws {
    let receiver = Receiver(name: "postmaster", format: .generic, url: Secret("https://example.org/"))
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1"], receivers: [receiver]))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(301), monitor)
    let now = world.clocks.now()
    try await world.store.add(
      Silence(
        id: "sil_1", matchers: Silence.Matchers(domain: "domain.com"), by: "kim", reason: "a move", createdAt: now,
        expiresAt: now + .seconds(400)))
    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(332), monitor)
    #expect(try await world.store.events(matching: EventFilter()).map(\.silencedBy) == ["sil_1"])
    #expect(try await world.store.deliveries(DeliveryFilter()).isEmpty)
    #expect(try await world.store.incidents(open: true).count == 1)
    await world.pass(.seconds(100), monitor)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(332), monitor)
    #expect(try await world.store.incidents(open: true).isEmpty)
    #expect(try await world.store.deliveries(DeliveryFilter()).isEmpty, "nobody was told that it was missing")
  }

  @Test func onlyWhatIsToldIsInvestigated() async throws {
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1"]))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(301), monitor)
    let first = world.resolver.asked
    await world.pass(.seconds(900), monitor)
    #expect(world.resolver.asked - first == 3, "one question an interval while the key is well")

    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(332), monitor)
    let investigated = world.resolver.asked
    #expect(
      try await world.store.events(matching: EventFilter()).last?.diagnosis?.rule == "domain-not-registered",
      "every name is gone, the domain's too")
    #expect(investigated - first > 3 + 20, "the causes asked for other names")
    await world.pass(.seconds(900), monitor)
    #expect(world.resolver.asked - investigated <= 3 * 3, "what was told is not investigated again")
  }

  @Test func anEndedSpanWasTrueUntilItWasLastAsked() async throws {
    try await world.store.beginWatching(at: World.start)
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1"]))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(450), monitor)
    try await world.store.heartbeat(at: World.start + .seconds(450))
    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(200), monitor)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(400), monitor)

    let name = try KeyName(selector: DomainName("s1"), domain: DomainName("domain.com"))
    let spans = try await world.store.spans(of: name, since: nil)
    #expect(spans.map(\.answer.outcome) == [.records, .nxdomain, .records])
    let (sweep, confirmed) = (spans[0].lastSeen - World.start, spans[1].lastSeen - spans[1].firstSeen)
    #expect(sweep > .seconds(295) && sweep < .seconds(310), "the sweep before the key vanished, not the heartbeat")
    #expect(confirmed > .seconds(20), "the last of the looks that confirm")
  }

  @Test func aChangeThatCannotBeWrittenIsFoundAgain() async throws {
    let disk = FullDisk(world.store)
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1"]), store: disk)
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(5), monitor)
    disk.isFull = true
    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(900), monitor)
    #expect(try await types() == [])
    #expect(world.logged.all.filter { $0.contains("cannot write to the database") }.count == 1, "said once")
    disk.isFull = false
    await world.pass(.seconds(340), monitor)
    #expect(try await types() == [.selectorMissing])
  }

  @Test func aDeadResolverIsOneEventForAllWatches() async throws {
    let selectors = (0..<50).map { "s\($0)" }
    let monitor = try await world.monitor(try World.configuration(selectors: selectors))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(310), monitor)
    world.resolver.say(.silent, at: World.resolver)
    await world.pass(.seconds(3600), monitor)
    #expect(try await types() == [.viewDown])
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(400), monitor)
    #expect(try await types() == [.viewDown, .viewRecovered])
  }

  @Test func aRestartGoesOnWhereTheDatabaseStands() async throws {
    let configuration = try World.configuration(selectors: ["s1"])
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(5), try await world.monitor(configuration))
    world.resolver.say(.gone, at: World.resolver)
    await world.pass(.seconds(60), try await world.monitor(configuration))
    #expect(try await types() == [.selectorMissing], "also when the key vanished while nobody watched")
    await world.pass(.seconds(60), try await world.monitor(configuration))
    #expect(try await types() == [.selectorMissing], "and it is told once")
  }

  @Test func nothingIsWrittenWhileNothingChanges() async throws {
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1", "s2"]))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(5), monitor)
    let before = try await world.store.memory().watches
    await world.pass(.seconds(3600), monitor)
    #expect(try await world.store.memory().watches == before)
    #expect(world.resolver.asked >= 24)
  }

  @Test func aRotationIsTold() async throws {
    let old = try DomainName("s1._domainkey.domain.com")
    let new = try DomainName("s2._domainkey.domain.com")
    let receiver = Receiver(name: "postmaster", format: .generic, url: Secret("https://example.org/"))
    let configuration = try World.rotation(receivers: [receiver])
    world.resolver.say(.key(Self.key), of: old)
    world.resolver.say(.gone, of: new)
    var monitor = try await world.monitor(configuration)
    await world.pass(.seconds(60), monitor)
    #expect(try await types() == [.rotationBlocked], "the new key is missing, and that is no alarm of its own")
    world.resolver.say(.key(Self.key), of: new)
    await world.pass(.seconds(310), monitor)
    #expect(try await types() == [.rotationBlocked], "an absence may be cached")
    monitor = try await world.monitor(configuration)
    await world.pass(.seconds(120), monitor)
    #expect(try await types() == [.rotationBlocked, .rotationReady], "also after a restart")
    #expect(try await world.store.deliveries(DeliveryFilter()).count == 2)

    world.resolver.say(.gone, of: old)
    await world.pass(.seconds(400), monitor)
    let told = try await types().dropFirst(2)
    #expect(Set(told) == [.selectorMissing, .rotationTooEarly] && told.count == 2)
    #expect(try await world.store.incidents(open: true).map(\.incident.subject) == ["s1._domainkey.domain.com"])
  }

  @Test func memoryOfBeforeRotationsIsStillRead() throws {
    var memory = WatchMemory()
    memory.rotation = RotationMemory(subject: "s1 s2")
    var object = try #require(
      try JSONSerialization.jsonObject(with: JSONEncoder().encode(memory)) as? [String: Any])
    #expect(object.removeValue(forKey: "rotation") != nil)
    let old = try JSONDecoder().decode(WatchMemory.self, from: JSONSerialization.data(withJSONObject: object))
    #expect(old.rotation == nil && old.state == memory.state)
  }

  @Test func aReloadHoldsWatchesAgainstTheNewExpectation() async throws {
    let monitor = try await world.monitor(try World.configuration(selectors: ["s1"]))
    world.resolver.say(.key(Self.key), at: World.resolver)
    await world.pass(.seconds(5), monitor)
    let pinned = Expectation(fingerprint: "SHA256:another")
    await monitor.apply(MonitorPlan(try World.configuration(selectors: ["s1"], expectation: pinned)), prober: nil)
    await world.pass(.seconds(40), monitor)
    #expect(try await types() == [.selectorMismatched])
  }
}
