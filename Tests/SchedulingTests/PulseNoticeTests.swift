// Zones that give notice, and which keys a pulse knows.

import Model
import TestSupport
import Testing

@testable import Scheduling

@Suite struct PulseNoticeTests {
  private static let sender = IPAddress.v4(0x0A00_0001)

  private func world(every interval: Duration? = .seconds(60)) throws -> (world: PulseWorld, zone: DomainName) {
    var world = PulseWorld(every: interval)
    try world.learn(try PulseWorld.zone("example.org", servers: 3, serial: 1), keys: 2)
    return (world, try DomainName("example.org"))
  }

  @Test func aNoticeIsFollowedByAQuestionAtOnce() throws {
    var (world, zone) = try world(every: nil)
    world.pass(.seconds(600)) { _, _ in .serial(1) }
    #expect(world.questions.isEmpty, "without an interval nobody is asked unbidden")
    let isKnown = world.pulse.notice(of: zone, from: Self.sender, at: world.now)
    #expect(isKnown)
    world.pass(.milliseconds(500)) { _, _ in .serial(2) }
    #expect(world.questions.map(\.question.server.address) == [Self.sender], "of who gave it")
    #expect(world.keys.count == 2)
    world.clear()
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    #expect(world.questions.isEmpty && world.keys.isEmpty)
  }

  @Test func serversThatLearnOfItLaterAreAskedAgain() throws {
    var (world, zone) = try world(every: nil)
    world.pass(.seconds(1)) { _, _ in .serial(1) }
    // From a primary that is no server of the zone.
    let isKnown = world.pulse.notice(of: zone, from: .v4(0x0102_0304), at: world.now)
    #expect(isKnown)
    let start = world.passed
    world.pass(.seconds(60)) { _, at in .serial(at - start < .seconds(6) ? 1 : 2) }
    #expect(world.questions.map { ($0.at - start).components.seconds } == [0, 1, 3, 7], "until it is there")
    #expect(Set(world.questions.map(\.question.place)).count == 3)
    #expect(world.keys.count == 2)
  }

  @Test func aNoticeOfNothingCostsSixQuestions() throws {
    var (world, zone) = try world(every: nil)
    world.pass(.seconds(1)) { _, _ in .serial(1) }
    _ = world.pulse.notice(of: zone, from: nil, at: world.now)
    world.pass(.seconds(600)) { _, _ in .serial(1) }
    #expect(world.questions.count == 6 && world.keys.isEmpty)
  }

  @Test func aFloodOfNoticesIsOneQuestionASecond() throws {
    var (world, zone) = try world(every: nil)
    world.pass(.seconds(1)) { _, _ in .serial(1) }
    for _ in 0..<240 {
      for _ in 0..<100 { _ = world.pulse.notice(of: zone, from: nil, at: world.now) }
      world.pass(.milliseconds(250)) { _, _ in .serial(1) }
    }
    #expect((55...62).contains(world.questions.count), "\(world.questions.count) in a minute")
  }

  @Test func nobodyKnowsAZoneWithoutKeys() throws {
    var (world, zone) = try world()
    let isKnown = world.pulse.notice(of: try DomainName("example.net"), from: nil, at: world.now)
    #expect(!isKnown)
    world.pulse.forget { _ in false }
    #expect(world.pulse.zoneCount == 0 && world.pulse.isIdle)
    let isStillKnown = world.pulse.notice(of: zone, from: nil, at: world.now)
    #expect(!isStillKnown)
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    #expect(world.questions.isEmpty)
  }

  // MARK: keys and zones

  @Test func aKeyDependsOnEveryZoneOfItsChain() throws {
    var world = PulseWorld()
    let key = try PulseWorld.key(0, in: "example.org")
    let own = try PulseWorld.zone("example.org", serial: 1)
    world.pulse.learn(key, in: [own, try PulseWorld.zone("vendor.net", host: 1)], at: world.now)
    world.pass(.seconds(300)) { _, _ in .serial(1) }
    world.pass(.seconds(300)) { question, _ in .serial(question.zone == own.name ? 1 : 2) }
    #expect(world.keys.map(\.key) == [key])
    world.pulse.learn(key, in: [own], at: world.now)
    #expect(world.pulse.zoneCount == 1, "until its chain ends elsewhere")
  }

  @Test func aZoneThatMovedIsAskedAtItsNewServers() throws {
    var (world, _) = try world()
    for number in 0..<2 {
      world.pulse.learn(
        try PulseWorld.key(number, in: "example.org"), in: [try PulseWorld.zone("example.org", servers: 2, host: 9)],
        at: world.now)
    }
    world.pass(.seconds(600)) { _, _ in .serial(1) }
    #expect(Set(world.questions.map(\.question.server)) == Set(PulseWorld.servers(2, host: 9)))
    #expect(world.pulse.servers.setCount == 1 && world.pulse.servers.serverCount == 2, "the old ones are forgotten")
  }

  @Test func namesOfKeysMayEndWhileTheyAreHandedOut() throws {
    var world = PulseWorld(rate: 10)
    try world.learn(try PulseWorld.zone("example.org", serial: 1), keys: 200)
    world.pass(.seconds(70)) { _, _ in .serial(2) }
    let handed = Set(world.keys.map(\.key))
    #expect(handed.count > 10 && handed.count < 190)
    let kept = Set(try (0..<180).map { try PulseWorld.key($0, in: "example.org") })
    world.pulse.forget(keeping: kept.contains)
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    #expect(Set(world.keys.map(\.key)).isSuperset(of: kept))
  }

  /// Random comings and goings against a plain dictionary.
  @Test(arguments: 1...6 as ClosedRange<UInt64>) func linksAreWhatAPlainTableHolds(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var world = PulseWorld()
    let zones = try (0..<12).map { try PulseWorld.zone("z\($0).org", host: $0 % 3, serial: 1) }
    var plain: [KeyName: Set<DomainName>] = [:]
    for _ in 0..<600 {
      let key = try PulseWorld.key(Int.random(in: 0..<120, using: &random), in: "example.org")
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        let kept = Set(plain.keys.filter { _ in Int.random(in: 0..<4, using: &random) > 0 })
        world.pulse.forget(keeping: kept.contains)
        plain = plain.filter { kept.contains($0.key) }
      case 1: world.pass(.seconds(5)) { _, at in .serial(1 + UInt32(at.components.seconds / 20)) }
      default:
        let found = zones.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
        world.pulse.learn(key, in: Array(found), at: world.now)
        plain[key] = Set(found.map(\.name))
      }
    }
    let known = Dictionary(
      uniqueKeysWithValues: world.pulse.members.keys.map { key in
        (key, Set(world.pulse.members.zones(of: key).compactMap { world.pulse.zones[Int($0)]?.name }))
      })
    #expect(known == plain)
    #expect(Set(world.pulse.numbers.keys) == plain.values.reduce(into: []) { $0.formUnion($1) })
    for (name, number) in world.pulse.numbers {
      var keys: Set<KeyName> = []
      var link = world.pulse.members.first(of: number)
      while link != PulseMembers.none {
        keys.insert(world.pulse.members.key(of: link))
        link = world.pulse.members.next(after: link)
      }
      #expect(keys == Set(plain.filter { $0.value.contains(name) }.keys))
    }
  }
}
