// What answers mean, and the keys of zones that changed: each zone at its pace, each server within its rate.

public import Model

extension Pulse {
  /// So many changed zones are looked through in one turn.
  private static let changedLimit = 2000

  /// Takes in what came of a question. Silence, and an answer without a mark, say nothing about the zone.
  public mutating func receive(_ answer: PulseAnswer, to question: PulseQuestion, at now: Duration) {
    servers.note(question.server, isSilent: answer == .silence, at: now)
    if case .mark(let mark) = answer, let number = numbers[question.zone] { take(mark, of: number) }
  }

  /// Takes in a mark of a zone.
  mutating func take(_ mark: ZoneMark, of number: Int32) {
    guard var zone = zones[Int(number)] else { return }
    let isNews: Bool
    switch mark {
    case .serial(let serial):
      isNews = zone.serials.receive(
        serial, servers: servers.count(of: zone.servers), isNewer: SerialNumber.isAfter)
    case .servers(let digest):
      guard zone.parents >= 0 else { return }
      isNews = zone.delegations.receive(digest, servers: servers.count(of: zone.parents)) { _, _ in true }
    }
    if isNews {
      hurried[number] = nil
      if zone.isChanged {
        // Keys that were handed out already may have been asked too early.
        zone.isChangedAgain = zone.isChangedAgain || zone.cursor != PulseMembers.none
      } else {
        zone.isChanged = true
        changed.append(number)
      }
      counters.changes += 1
    }
    zones[Int(number)] = zone
  }

  /// The keys of changed zones whose turn has come.
  mutating func handOut(_ turn: inout Turn, at now: Duration) {
    guard !changed.isEmpty else { return }
    let pause = Duration.seconds(1) / settings.share
    let first = min(settings.interval ?? LookPace.firstWait, LookPace.firstWait)
    var waiting: [Int32] = []
    for number in changed.prefix(Self.changedLimit) {
      guard var zone = zones[Int(number)] else { continue }
      if zone.cursor == PulseMembers.none, zone.pace.isReady(at: now) {
        zone.pace.take(at: now, first: first, longest: settings.longestWait)
        zone.cursor = members.first(of: number)
        zone.isChangedAgain = false
      } else if zone.cursor == PulseMembers.none {
        waiting.append(number)
        continue
      }
      while zone.cursor != PulseMembers.none, servers.takeKey(of: zone.servers, each: pause, at: now) {
        turn.keys.append(members.key(of: zone.cursor))
        zone.cursor = members.next(after: zone.cursor)
      }
      zone.isChanged = zone.cursor != PulseMembers.none || zone.isChangedAgain
      zones[Int(number)] = zone
      if zone.isChanged { waiting.append(number) }
    }
    // Who waits goes behind those that were not looked through.
    changed = Array(changed.dropFirst(Self.changedLimit)) + waiting
  }
}
