// Zones that have given notice of a change (RFC 1996): their serial is asked at once, and some times more, since their
// servers may learn of the change later than we do. What the notice itself says is not believed.

public import Model

/// A zone that gave notice.
struct Hurry: Hashable, Sendable {
  /// After the first question, the waits before the further ones.
  static let waits: [Duration] = [1, 2, 4, 8, 15].map { .seconds($0) }
  /// However often a zone gives notice, it is asked no more often.
  static let pause = Duration.seconds(1)

  /// How many questions were put.
  var asked = 0
  var nextAt: Duration
  var lastAt: Duration?
  /// Who gave notice: it has the new version, and may be a server of the zone.
  var sender: IPAddress?
}

extension Pulse {
  /// So many zones may be in a hurry at a time; further ones wait for their pulse.
  static let hurryLimit = 10_000
  /// So many of them are asked in one turn.
  private static let hurryPerTurn = 500

  /// A server gives notice that a zone has changed. False where no key depends on the zone.
  public mutating func notice(of zone: DomainName, from sender: IPAddress?, at now: Duration) -> Bool {
    guard let number = numbers[zone] else { return false }
    if let known = hurried[number] {
      hurried[number] = Hurry(
        nextAt: known.lastAt.map { max(now, $0 + Hurry.pause) } ?? now, lastAt: known.lastAt, sender: sender)
    } else if hurried.count < Self.hurryLimit {
      hurried[number] = Hurry(nextAt: now, sender: sender)
    }
    return true
  }

  mutating func askHurried(_ turn: inout Turn, at now: Duration) {
    guard !hurried.isEmpty else { return }
    let due = hurried.filter { $0.value.nextAt <= now }.keys.prefix(Self.hurryPerTurn)
    for number in due {
      guard var hurry = hurried[number], let zone = zones[Int(number)] else { continue }
      let sender = hurry.asked == 0 ? hurry.sender : nil
      let server =
        sender.flatMap { servers.server(of: zone.servers, at: $0) }
        ?? servers.server(of: zone.servers, turn: hurry.asked + Int(number), at: now)
      if let server {
        turn.questions.append(
          PulseQuestion(
            zone: zone.name, kind: .serial, server: server, expected: zone.serials.latest.map(ZoneMark.serial)))
      }
      if hurry.asked < Hurry.waits.count {
        (hurry.nextAt, hurry.lastAt) = (now + Hurry.waits[hurry.asked], now)
        hurry.asked += 1
        hurried[number] = hurry
      } else {
        hurried[number] = nil
      }
    }
  }
}
