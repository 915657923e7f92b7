// What others read of the monitor: how it is doing, and what it knows.

internal import Model
internal import Monitoring
internal import Scheduling

extension Monitor {
  /// Whether watches wait until their keys are compared.
  func waitsForComparison() -> Bool { machine.known.watches.values.contains(where: machine.known.relations.delays) }

  /// How the monitor is doing, for the watchdog and `systemctl status`.
  func status() -> MonitorStatus {
    var verdicts: [Verdict: Int] = [:]
    for key in machine.watches.keys { verdicts[machine.known.memory(of: key).verdict, default: 0] += 1 }
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

  /// What is known of each watch.
  var watchMemories: [(key: KeyName, memory: WatchMemory)] {
    machine.watches.keys.map { ($0, machine.known.memory(of: $0)) }
  }
}
