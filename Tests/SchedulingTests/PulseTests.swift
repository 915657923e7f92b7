// The pulse of zones: who is asked when, and what makes keys due.

import Model
import TestSupport
import Testing

@testable import Scheduling

@Suite struct PulseTests {
  // MARK: whose turn it is

  @Test(arguments: [1, 2, 5, 8], [0, 3]) func everyServerOfAZoneHasItsTurn(servers: Int, parents: Int) throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: servers, parents: parents, serial: 7))
    let rounds = 5 * (servers * 3 + 1)
    world.pass(.seconds(60 * rounds)) { question, _ in question.kind == .serial ? .serial(7) : .mark(.servers(1)) }
    let own = world.questions.filter { $0.question.kind == .serial }
    #expect((rounds - 1...rounds).contains(own.count), "one question a round")
    let counts = Dictionary(grouping: own, by: \.question.place).mapValues(\.count)
    #expect(counts.count == servers)
    #expect((counts.values.max() ?? 0) - (counts.values.min() ?? 0) <= 1)
    let above = Dictionary(grouping: world.questions.filter { $0.question.kind == .servers }, by: \.question.place)
    #expect(above.count == parents, "and so has every server of the zone above")
    #expect(world.keys.isEmpty)
  }

  @Test func aRoundIsSpreadOverItsTime() throws {
    var world = PulseWorld(rate: 1000)
    for number in 0..<1200 { try world.learn(try PulseWorld.zone("z\(number).org", host: number % 10, serial: 1)) }
    world.pass(.seconds(180)) { _, _ in .serial(1) }
    #expect((3590...3600).contains(world.questions.count))
    let seconds = Dictionary(grouping: world.questions) { $0.at.components.seconds }.mapValues(\.count)
    #expect(seconds.values.allSatisfy { (1...30).contains($0) }, "20 a second: \(seconds.values)")
    let zones = Dictionary(grouping: world.questions, by: \.question.zone)
    #expect(zones.count == 1200 && zones.values.allSatisfy { (2...3).contains($0.count) })
  }

  @Test func aServerWithManyZonesGetsHalfOfItsRate() throws {
    var world = PulseWorld(rate: 50)
    for number in 0..<10_000 { try world.learn(try PulseWorld.zone("z\(number).org", serial: 1)) }
    try world.learn(try PulseWorld.zone("alone.org", host: 1, serial: 1))
    world.pass(.seconds(1200)) { _, _ in .serial(1) }
    let perServer = Dictionary(grouping: world.questions, by: \.question.server).mapValues { Double($0.count) / 1200 }
    #expect(perServer.values.allSatisfy { $0 <= 25 }, "\(perServer)")
    let counts = Dictionary(grouping: world.questions, by: \.question.zone).mapValues(\.count)
    #expect(counts.count == 10_001, "nobody is left out")
    let alone = try DomainName("alone.org")
    #expect((19...20).contains(counts[alone] ?? 0), "and nobody else suffers")
    #expect(counts.filter { $0.key != alone }.values.allSatisfy { (4...6).contains($0) }, "in turn")
  }

  @Test func afterASleepThereIsOneRoundNotAll() throws {
    var world = PulseWorld()
    for number in 0..<100 { try world.learn(try PulseWorld.zone("z\(number).org", serial: 1)) }
    world.pass(.seconds(1)) { _, _ in .serial(1) }
    let turn = world.pulse.turn(at: world.now + .seconds(86_400))
    #expect(turn.questions.count == 100)
  }

  // MARK: what makes keys due

  @Test func aNewSerialMakesTheKeysOfItsZoneDue() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", serial: 2026_11_27_01), keys: 3)
    try world.learn(try PulseWorld.zone("example.net", serial: 5), keys: 3)
    world.pass(.seconds(600)) { question, at in
      question.zone.description == "example.net"
        ? .serial(5) : .serial(at < .seconds(300) ? 2026_11_27_01 : 2026_11_27_02)
    }
    #expect(Set(world.keys.map(\.key.domain.description)) == ["example.org"])
    #expect(world.keys.count == 3, "each once")
    #expect(world.keys.allSatisfy { $0.at >= .seconds(300) && $0.at <= .seconds(361) })
  }

  @Test func theFirstSerialIsNoNews() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org"))
    world.pass(.seconds(300)) { _, _ in .serial(9) }
    #expect(world.keys.isEmpty)
  }

  @Test func whatALookSawCounts() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", serial: 1), keys: 2)
    world.pulse.learn(
      try PulseWorld.key(0, in: "example.org"), in: [try PulseWorld.zone("example.org", serial: 2)], at: world.now)
    world.pass(.seconds(1)) { _, _ in .serial(2) }
    #expect(world.keys.count == 2, "a look at one key tells of the other")
  }

  /// Each secondary has a change so many seconds later than the primary.
  @Test(arguments: [[0, 30, 90, 300], [600, 0], [0, 0, 0, 0, 0, 7200]]) func secondariesThatLagAreNoNews(lags: [Int])
    throws
  {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: lags.count, serial: 100))
    world.pass(.seconds(14_400)) { question, at in
      // A change every two hours.
      let age = at - .seconds(lags[question.place])
      return .serial(100 + UInt32(max(age.components.seconds, 0) / 7200))
    }
    // A secondary that lags for the whole time between two changes is never seen with what is new.
    #expect(world.keys.count == 1, "\(world.keys)")
  }

  @Test(arguments: [2, 3, 8]) func nodesOfOneAddressThatDifferAreNoNews(servers: Int) throws {
    var world = PulseWorld()
    var random = SeededGenerator(seed: 1)
    try world.learn(try PulseWorld.zone("example.org", servers: servers, serial: 10))
    world.pass(.seconds(4 * 3600)) { _, _ in .serial(Bool.random(using: &random) ? 10 : 11) }
    #expect(world.keys.count <= 3, "\(world.keys.count) in 240 pulses")
    #expect(world.keys.count >= 1)
  }

  @Test func twoHostsWithSerialsOfTheirOwnAreBothHeard() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 2, serial: 2026_11_27_01))
    func says(_ one: UInt32, _ other: UInt32) -> PulseWorld.Answering {
      { question, _ in .serial(question.place == 0 ? one : other) }
    }
    world.pass(.seconds(3600), says(2026_11_27_01, 17))
    world.clear()
    world.pass(.seconds(3600), says(2026_11_27_01, 18))
    #expect(world.keys.count == 1, "the lower one has changed")
    world.pass(.seconds(3600), says(2026_11_27_02, 18))
    #expect(world.keys.count == 2, "the higher one has changed")
  }

  @Test func aZoneThatBeganAnewIsNews() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 3, serial: 2026_11_27_01))
    world.pass(.seconds(600)) { _, at in .serial(at < .seconds(60) ? 2026_11_27_01 : 1) }
    #expect(world.keys.first.map { $0.at <= .seconds(121) } ?? false, "at once")
    world.clear()
    world.pass(.seconds(1800)) { _, _ in .serial(1) }
    world.clear()
    world.pass(.seconds(120)) { _, _ in .serial(2) }
    #expect(world.keys.count == 1, "from then on its new serials count")
  }

  @Test func aZoneThatWentBackToItsFormerVersionIsNews() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 2, serial: 1))
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    world.clear()
    world.pass(.seconds(900)) { _, _ in .serial(1) }
    #expect(world.keys.count == 1, "once all of its servers had a chance to say the newer one")
  }

  /// Serials in order, each a change to the one before.
  @Test(arguments: [
    [UInt32.max - 1, .max, 0, 1], [1_795_464_000, 1_795_464_060], [0, 1], [1, 0x8000_0000], [1, 0x8000_0001], [5, 4],
  ])
  func serialsGoRound(serials: [UInt32]) throws {
    var world = PulseWorld(every: .seconds(10))
    try world.learn(try PulseWorld.zone("example.org", servers: 1, serial: serials[0]))
    for serial in serials.dropFirst() {
      world.clear()
      world.pass(.seconds(4000)) { _, _ in .serial(serial) }
      #expect((1...2).contains(world.keys.count), "\(serial)")
      #expect(world.keys.first.map { $0.at >= world.passed - .seconds(4000) } ?? false)
    }
  }

  @Test func anotherDelegationMakesTheKeysDue() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", parents: 3, serial: 1), keys: 2)
    world.pass(.seconds(3600)) { question, _ in question.kind == .serial ? .serial(1) : .mark(.servers(4711)) }
    #expect(world.keys.isEmpty)
    let moved = world.passed
    // The registry's servers follow one after the other.
    world.pass(.seconds(3600)) { question, at in
      if question.kind == .serial { return .serial(1) }
      return .mark(.servers(at - moved < .seconds(600 * question.place) ? 4711 : 4712))
    }
    #expect(world.keys.count == 2, "each key once")
    #expect(world.keys.allSatisfy { $0.at - moved <= .seconds(901) })
    world.clear()
    world.pass(.seconds(3600)) { question, _ in question.kind == .serial ? .serial(1) : .mark(.servers(4711)) }
    #expect(world.keys.count == 2, "and once more when it goes back")
  }

  // MARK: what must not be a storm

  @Test(arguments: [60, 1]) func aZoneThatChangesAllTheTimeIsLookedAtEverMoreSeldom(period: Int64) throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 3, serial: 1))
    world.pass(.seconds(12 * 3600)) { _, at in .serial(2 + UInt32(at.components.seconds / period)) }
    #expect(world.keys.count <= 12 * 4 + 14, "\(world.keys.count) in twelve hours")
    #expect(world.keys.count >= 12 * 4 - 4, "and still as often as the interval")
  }

  @Test func serialsOutOfAHatAreNoStorm() throws {
    var world = PulseWorld()
    var random = SeededGenerator(seed: 2)
    try world.learn(try PulseWorld.zone("example.org", servers: 2, serial: 1))
    world.pass(.seconds(12 * 3600)) { _, _ in .serial(UInt32.random(in: 0 ... .max, using: &random)) }
    #expect(world.keys.count <= 12 * 4 + 14)
  }

  @Test func changesByHandAreEachLookedAtAtOnce() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 1, serial: 1))
    let changes: [Int64] = [600, 1200, 1500, 2400, 3000, 7200]
    world.pass(.seconds(9000)) { _, at in .serial(1 + UInt32(changes.count { .seconds($0) <= at })) }
    #expect(world.keys.count == changes.count)
    for (change, key) in zip(changes, world.keys) { #expect(key.at - .seconds(change) <= .seconds(61)) }
  }

  @Test func theKeysOfABigZoneComeWithinTheRate() throws {
    var world = PulseWorld(rate: 50)
    try world.learn(try PulseWorld.zone("example.org", serial: 1), keys: 10_000)
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    #expect(world.keys.count == 10_000 && Set(world.keys.map(\.key)).count == 10_000, "all, and each once")
    let seconds = Dictionary(grouping: world.keys) { $0.at.components.seconds }.mapValues(\.count)
    #expect((seconds.values.max() ?? 0) <= 60, "the first second has the slack: \(seconds.values.max() ?? 0)")
    #expect(seconds.values.sorted().dropLast(2).allSatisfy { $0 <= 30 })
  }

  @Test func manyZonesOfAHostThatChangeAtOnceShareTheRate() throws {
    var world = PulseWorld(rate: 50)
    for number in 0..<3000 { try world.learn(try PulseWorld.zone("z\(number).org", serial: 1)) }
    world.pass(.seconds(600)) { _, _ in .serial(2) }
    #expect(Set(world.keys.map(\.key)).count == 3000)
    let seconds = Dictionary(grouping: world.keys) { $0.at.components.seconds }.mapValues(\.count)
    #expect((seconds.values.max() ?? 0) <= 60)
  }

  @Test func aChangeAmidTheKeysOfAnotherIsNotLost() throws {
    var world = PulseWorld(rate: 20)
    try world.learn(try PulseWorld.zone("example.org", serial: 1), keys: 1000)
    world.pass(.seconds(1800)) { _, at in .serial(at < .seconds(100) ? 2 : 3) }
    #expect(world.keys.count == 2000)
  }

  // MARK: silence

  @Test func silenceSaysNothing() throws {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 2, serial: 1))
    world.pass(.seconds(3600)) { _, _ in .silence }
    #expect(world.keys.isEmpty)
    #expect(world.questions.count < 45, "silent servers rest: \(world.questions.count)")
    world.clear()
    world.pass(.seconds(700)) { _, _ in .serial(2) }
    #expect(world.keys.count == 1, "and are asked again")
  }

  @Test(arguments: [PulseAnswer.silence, .unusable]) func anotherServerTakesThePlaceOfASilentOne(_ answer: PulseAnswer)
    throws
  {
    var world = PulseWorld()
    try world.learn(try PulseWorld.zone("example.org", servers: 2, serial: 1))
    world.pass(.seconds(3600)) { $0.place == 0 ? answer : $1 < .seconds(1800) ? .serial(1) : .serial(2) }
    #expect(world.keys.count == 1)
    #expect(world.keys.first.map { $0.at <= .seconds(1800 + 121) } ?? false)
  }
}
