// From a line of a log to what stands in the database and is told, on a clock of the test's own.

import Census
import Config
import Foundation
import Logging
import Model
import Storage
import Testing

@testable import Daemon

@Suite final class MailTests {
  let folder: URL
  let log: URL
  let world: World

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    log = folder.appending(path: "mainlog")
    world = try World(database: folder.appending(path: "history.sqlite").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private static let unavailable = "[invalid - public key record (currently?) unavailable]"
  private static let succeeded = "[verification succeeded]"

  /// A mail comes in, and Exim says this of its signature.
  private func arrive(_ selector: String, _ verdict: String, domain: String = "domain.com", count: Int = 1) throws {
    if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
    let handle = try FileHandle(forWritingTo: log)
    try handle.seekToEnd()
    let stamp = world.clocks.now().description.replacing("T", with: " ").dropLast()
    for _ in 0..<count {
      let line =
        "\(stamp) 1tBcDe-000000001Ab-0XyZ DKIM: d=\(domain) s=\(selector) c=relaxed/relaxed a=rsa-sha256 b=2048 \(verdict)\n"
      try handle.write(contentsOf: Data(line.utf8))
    }
    try handle.close()
  }

  private func configuration(
    _ choice: Configuration.MailSettings.Learning.Choice, selectors: [String] = [], maximum: Int = 1000
  ) throws -> Configuration {
    var configuration = try World.configuration(
      selectors: selectors,
      receivers: [Receiver(name: "postmaster", format: .generic, url: Secret("https://example.org/"))])
    configuration.interval = .seconds(300)
    configuration.mail.learn.choice = choice
    configuration.mail.learn.maximum = maximum
    return configuration
  }

  private func source(_ monitor: Monitor, _ configuration: Configuration) -> FollowedLog {
    setenv("TZ", "UTC", 1)
    return FollowedLog(
      path: log.path,
      intake: MailIntake(
        store: world.store, monitor: monitor, clock: world.clocks, logger: Logger(label: "test"),
        learning: configuration.mail.learn, trusted: []))
  }

  private func types() async throws -> [EventType] { try await world.store.events(matching: EventFilter()).map(\.type) }

  private func key(_ selector: String, _ domain: String = "domain.com") throws -> KeyName {
    try KeyName(selector: DomainName(selector), domain: DomainName(domain))
  }

  @Test func aFailingMailOfAKeyThatNobodyWatchesIsToldWithinSeconds() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    let source = source(monitor, configuration)
    world.resolver.say(.gone, at: World.resolver)
    try arrive("zendesk1", Self.unavailable, count: 30)
    await source.read()
    await world.pass(.seconds(2), monitor)
    let events = try await world.store.events(matching: EventFilter())
    #expect(events.map(\.type) == [.signatureFailing])
    #expect(events.first?.use?.messages7d == 30 && events.first?.use?.failing7d == 30)
    #expect(events.first?.name == (try key("zendesk1").name))
    #expect(try await world.store.deliveries(DeliveryFilter()).count == 1)

    // One event a pair, not one a line.
    try arrive("zendesk1", Self.unavailable, count: 5)
    await source.read()
    await world.pass(.seconds(400), monitor)
    #expect(try await types() == [.signatureFailing])

    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    try arrive("zendesk1", Self.succeeded)
    await source.read()
    await world.pass(.seconds(60), monitor)
    #expect(try await types() == [.signatureFailing, .selectorRecovered])
    #expect(try await world.store.incidents(open: true).isEmpty)
  }

  @Test func whereDNSHasTheKeyNothingIsTold() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    try arrive("zendesk1", Self.unavailable)
    await source(monitor, configuration).read()
    await world.pass(.seconds(600), monitor)
    #expect(try await types() == [])
    // It was watched for a while, and is not any more.
    await world.pass(.seconds(3700), monitor)
    #expect(try await world.store.learnedWatches() == [])
  }

  @Test func aFailingMailConfirmsWhatALookFinds() async throws {
    let configuration = try configuration(.none, selectors: ["s1"])
    let monitor = try await world.monitor(configuration)
    let source = source(monitor, configuration)
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    await world.pass(.seconds(10), monitor)
    world.resolver.say(.gone, at: World.resolver)
    try arrive("s1", Self.unavailable)
    await source.read()
    await world.pass(.seconds(2), monitor)
    #expect(try await types() == [.selectorMissing])
  }

  @Test func mailThatVerifiesAgainConfirmsTheRecovery() async throws {
    let configuration = try configuration(.failing)
    let monitor = try await world.monitor(configuration)
    let source = source(monitor, configuration)
    world.resolver.say(.gone, at: World.resolver)
    try arrive("s1", Self.unavailable)
    await source.read()
    await world.pass(.seconds(5), monitor)
    #expect(try await types() == [.signatureFailing])
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    try arrive("s1", Self.succeeded)
    await source.read()
    await world.pass(.seconds(2), monitor)
    #expect(try await types() == [.signatureFailing, .selectorRecovered])
  }

  @Test func aKeyThatSignsNoMailAnyMoreIsToldOnce() async throws {
    let monitor = try await world.monitor(try configuration(.none, selectors: ["s1"]))
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    await world.pass(.seconds(10), monitor)
    func mail(_ selector: String, daysAgo: Int64) throws -> MailTally {
      let at = world.clocks.now() - .seconds(daysAgo * 86_400)
      return MailTally(
        domain: try DomainName("domain.com"), selector: try DomainName(selector), day: at.seconds / 86_400,
        result: "pass",
        messages: 5, first: at, last: at)
    }
    var tallies = [try mail("other", daysAgo: 0)]
    for day in 12..<40 { tallies.append(try mail("s1", daysAgo: Int64(day))) }
    _ = try await world.store.commit(MailChange(source: "log", tallies: tallies))
    for _ in 0..<2 {
      await monitor.listenForSilence()
      await world.pass(.seconds(2), monitor)
    }
    let events = try await world.store.events(matching: EventFilter())
    #expect(events.map(\.type) == [.selectorSilent])
    #expect(
      events.first?.summary
        == "No mail has been signed with this key for 12 days; before that, there was mail every day.")
    #expect(events.first?.verdict == .warning)
    #expect(try await world.store.deliveries(DeliveryFilter()).count == 1)
  }

  @Test func whatIsToldInTwoLinesIsTakenTogetherAfterARestart() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    func write(_ line: String) throws {
      if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
      let handle = try FileHandle(forWritingTo: log)
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("\(world.clocks.now()) mx opendkim[107]: \(line)\n".utf8))
      try handle.close()
    }
    try write("4F2A11C1: s=s1 d=domain.com SSL error:04091068:rsa routines:INT_RSA_VERIFY:bad signature")
    await source(monitor, configuration).read()
    try write("4F2A11C1: bad signature data")
    await source(monitor, configuration).read()
    try write("4F2A11C2: DKIM verification successful")
    await source(monitor, configuration).read()
    try write("4F2A11C2: s=s1 d=domain.com a=rsa-sha256 SSL ")
    await source(monitor, configuration).read()
    let use = try #require(try await world.store.mailUse(of: [key("s1")], at: world.clocks.now())[key("s1")])
    #expect(use.messages7d == 2 && use.failing7d == 1)
  }

  @Test func aFailureOfAnEximThatLogsNoSelectorsIsTold() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.gone, at: World.resolver)
    let stamp = world.clocks.now().description.replacing("T", with: " ").dropLast()
    let text = """
      \(stamp) 1tBcDe-000000001Ab-0XyZ DKIM: d=domain.com s=zendesk1 [failed key import]
      \(stamp) 1tBcDe-000000001Ab-0XyZ <= a@domain.com H=mx [192.0.2.1] P=esmtps S=2900

      """
    try Data(text.utf8).write(to: log)
    await source(monitor, configuration).read()
    await world.pass(.seconds(2), monitor)
    #expect(try await types() == [.signatureFailing])
    #expect(try await world.store.mailUse(of: [key("zendesk1")], at: world.clocks.now()).values.map(\.failing7d) == [1])
  }

  @Test func theFormatSaysWhoseLinesAreRead() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    try arrive("s1", Self.succeeded, count: 2)
    let handle = try FileHandle(forWritingTo: log)
    try handle.seekToEnd()
    try handle.write(
      contentsOf: Data(
        "\(world.clocks.now()) mx opendkim[1]: 4F2A11C2: DKIM-Signature field added (s=s2, d=domain.com)\n".utf8))
    try handle.close()
    setenv("TZ", "UTC", 1)
    for (format, expected) in [(LogReader.Options.Format.exim, ["s1"]), (.syslog, ["s2"]), (.auto, ["s1", "s2"])] {
      let world = try World(database: folder.appending(path: "\(format).sqlite").path)
      let source = FollowedLog(
        path: log.path, format: format,
        intake: MailIntake(
          store: world.store, monitor: monitor, clock: world.clocks, logger: Logger(label: "test"),
          learning: configuration.mail.learn, trusted: []))
      await source.read()
      let use = try await world.store.mailUse(of: [key("s1"), key("s2")], at: world.clocks.now())
      #expect(use.keys.map(\.selector.description).sorted() == expected)
    }
  }

  @Test func selectorsInUseAreLearnedAndNotToldBeforeTheyWereSeen() async throws {
    let configuration = try configuration(.all)
    let monitor = try await world.monitor(configuration)
    let source = source(monitor, configuration)
    world.resolver.say(.gone, of: try key("ghost").name)
    world.resolver.say(.key(MonitorTests.key), of: try key("much").name)
    try arrive("much", Self.succeeded, count: 3)
    try arrive("ghost", Self.succeeded, count: 3)
    try arrive("little", Self.succeeded, count: 2)
    await source.read()
    await world.pass(.seconds(400), monitor)
    #expect(try await world.store.learnedWatches().map(\.key.selector.description) == ["ghost", "much"])
    #expect(try await types() == [])
    world.resolver.say(.gone, of: try key("much").name)
    await world.pass(.seconds(400), monitor)
    #expect(try await types() == [.selectorMissing])

    // A restart knows them.
    let second = try await world.monitor(configuration)
    world.resolver.say(.key(MonitorTests.key), of: try key("much").name)
    await world.pass(.seconds(400), second)
    #expect(try await types() == [.selectorMissing, .selectorRecovered])
    // Without mail they are forgotten.
    await world.pass(.seconds(70), second)
    #expect(try await world.store.learnedWatches().count == 2)
  }

  @Test func aFloodOfInventedDomainsIsBounded() async throws {
    let configuration = try configuration(.failing, maximum: 7)
    let monitor = try await world.monitor(configuration)
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    for number in 0..<500 { try arrive("x", Self.unavailable, domain: "invented\(number).example") }
    await source(monitor, configuration).read()
    await world.pass(.seconds(20), monitor)
    #expect(try await world.store.learnedWatches().count == 7)
    #expect(world.resolver.asked < 20)
  }

  @Test func aSelectorThatNobodyKnewIsToldOfAWatchedDomain() async throws {
    let configuration = try configuration(.none, selectors: ["s1"])
    let monitor = try await world.monitor(configuration)
    let source = source(monitor, configuration)
    world.resolver.say(.key(MonitorTests.key), at: World.resolver)
    for selector in ["shadow", "s1"] { try arrive(selector, Self.succeeded) }
    try arrive("forged", Self.unavailable)
    try arrive("other", Self.succeeded, domain: "example.org")
    for _ in 0..<2 {
      await source.read()
      try arrive("shadow", Self.succeeded)
    }
    await world.pass(.seconds(3), monitor)
    let events = try await world.store.events(matching: EventFilter())
    #expect(events.map(\.type) == [.selectorDiscovered])
    #expect(events.first?.selector?.description == "shadow")
  }

  @Test func aLineCountsOnceWhateverHappens() async throws {
    let configuration = try configuration(.none)
    let monitor = try await world.monitor(configuration)
    for _ in 0..<3 {
      try arrive("s1", Self.succeeded, count: 4)
      // Each time another process reads on.
      await source(monitor, configuration).read()
      try FileManager.default.moveItem(at: log, to: folder.appending(path: "mainlog.1"))
      try arrive("s1", Self.succeeded)
      await source(monitor, configuration).read()
      try FileManager.default.removeItem(at: folder.appending(path: "mainlog.1"))
    }
    let use = try await world.store.mailUse(of: [key("s1")], at: world.clocks.now())
    #expect(use.values.map(\.messages7d) == [15])
  }
}
