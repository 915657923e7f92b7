// What others read of the monitor: how it is doing, and what it knows.

internal import Model
internal import Monitoring
internal import Scheduling

extension Monitor {
  /// Whether watches wait until their keys are compared.
  func waitsForComparison() -> Bool { machine.known.tally.contains { machine.known.relations.delays($0.memory) } }

  /// How the monitor is doing, for the watchdog and `systemctl status`.
  func status() -> MonitorStatus {
    var verdicts: [Verdict: Int] = [:]
    for (memory, count) in machine.tally { verdicts[memory.verdict, default: 0] += count }
    return MonitorStatus(
      sinceLastTurn: clock.elapsed() - lastTurn, watches: machine.watches.count, verdicts: verdicts,
      viewsDown: machine.known.viewsDown.sorted(), canWrite: lastCommitError == nil)
  }

  func watch(_ key: KeyName) -> Watch? { machine.watches[key] }

  var watchCount: Int { machine.watches.count }

  /// When a watch is asked next; nil while it is asked.
  func nextLook(at key: KeyName) -> Timestamp? {
    schedule.nextLook(at: key).map { clock.now() + ($0 - clock.elapsed()) }
  }

  /// The names of the views that are asked.
  var viewNames: [String] { views.map(\.name) }

  /// What is known of each watch, those without texts that many share counted together.
  var tally: [(memory: WatchMemory, count: Int)] { machine.tally }

  /// What is known of each watch; of quiet ones without texts.
  var watchMemories: [(key: KeyName, memory: WatchMemory)] {
    machine.watches.keys.map { ($0, machine.known.memory(of: $0)) }
  }
}
