// Zones whose servers say what the test wants, and a pulse that asks them four times a second.

import Model

@testable import Scheduling

/// A pulse beside a clock, and what came of it.
struct PulseWorld {
  /// What a server says to a question at a time; no server needs more than that.
  typealias Answering = (PulseQuestion, Duration) -> PulseAnswer

  var pulse: Pulse
  private(set) var now = Duration.seconds(1000)
  private(set) var questions: [(question: PulseQuestion, at: Duration)] = []
  private(set) var keys: [(key: KeyName, at: Duration)] = []
  private let start = Duration.seconds(1000)

  init(
    every interval: Duration? = .seconds(60), rate: Int = 50, longestWait: Duration = .seconds(900)
  ) {
    pulse = Pulse(Pulse.Settings(interval: interval, rate: rate, longestWait: longestWait))
  }

  static func key(_ number: Int, in zone: String) throws -> KeyName {
    try KeyName(selector: DomainName("s\(number)"), domain: DomainName(zone))
  }

  static func servers(_ count: Int, host: Int = 0) -> [Endpoint] {
    (0..<count).map { Endpoint(.v4(0x0A00_0000 + UInt32(host) << 8 + UInt32($0))) }
  }

  static func zone(
    _ name: String, servers: Int = 2, host: Int = 0, parents: Int = 0, serial: UInt32? = nil
  ) throws -> PulsedZone {
    PulsedZone(
      name: try DomainName(name), servers: Self.servers(servers, host: host),
      parents: Self.servers(parents, host: 0xFFFF), serial: serial)
  }

  /// Takes in a zone with so many keys.
  mutating func learn(_ zone: PulsedZone, keys: Int = 1) throws {
    for number in 0..<keys { pulse.learn(try Self.key(number, in: "\(zone.name)"), in: [zone], at: now) }
  }

  /// How much time has passed.
  var passed: Duration { now - start }

  /// Lets time pass; every question is answered before the next turn.
  mutating func pass(_ duration: Duration, _ answer: Answering) {
    let end = now + duration
    while now < end {
      now += .milliseconds(250)
      let turn = pulse.turn(at: now)
      keys += turn.keys.map { ($0, passed) }
      questions += turn.questions.map { ($0, passed) }
      for question in turn.questions { pulse.receive(answer(question, passed), to: question, at: now) }
    }
  }

  mutating func clear() { (questions, keys) = ([], []) }
}

extension PulseAnswer {
  static func serial(_ serial: UInt32) -> PulseAnswer { .mark(.serial(serial)) }
}

extension PulseQuestion {
  /// The place of the server in its host, as `PulseWorld.servers` makes them.
  var place: Int {
    if case .v4(let bits) = server.address { Int(bits & 0xFF) } else { -1 }
  }
}
