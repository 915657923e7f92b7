// The shell around the pulse: four turns a second, questions out, answers in, and the keys that are due to the monitor.

internal import Config
internal import Logging
internal import Model
internal import Probing
internal import Scheduling
internal import ServiceLifecycle
internal import Synchronization
internal import Waking

/// Asks zones whether they have changed.
final class Pulser: Sendable {
  private struct State {
    var pulse: Pulse
    var prober: Prober
    /// The name of the view that is asked; nil where none asks the servers of zones.
    var view: String?

    init(_ configuration: Configuration, _ prober: Prober) {
      pulse = Pulse(Pulse.Settings(configuration))
      self.prober = prober
      view = prober.pulseView?.name
    }
  }

  private static let pause = Duration.milliseconds(250)
  private static let idlePause = Duration.seconds(1)

  private let state: Mutex<State>
  private let elapsed: @Sendable () -> Duration
  private let logger: Logger
  private let wakeup = Wakeup()

  init(_ configuration: Configuration, prober: Prober, elapsed: @escaping @Sendable () -> Duration, logger: Logger) {
    state = Mutex(State(configuration, prober))
    self.elapsed = elapsed
    self.logger = logger
  }

  // MARK: what the monitor tells

  /// Takes up a new configuration; with another prober all places are found anew.
  func apply(_ configuration: Configuration, prober: Prober?) {
    state.withLock { state in
      state.pulse.apply(Pulse.Settings(configuration))
      guard let prober else { return }
      state.prober = prober
      state.view = prober.pulseView?.name
      state.pulse.forgetAll()
    }
  }

  /// Takes in which zones a key depends on.
  func looked(_ look: Look) {
    let now = elapsed()
    let (view, prober) = state.withLock { ($0.view, $0.prober) }
    guard let view else { return }
    let zones = look.pulsedZones(inView: view) { prober.parentServers(of: $0) }
    state.withLock { $0.pulse.learn(look.key, in: zones, at: now) }
  }

  /// Forgets all keys but these.
  func forget(keeping isKept: (KeyName) -> Bool) { state.withLock { $0.pulse.forget(keeping: isKept) } }

  // MARK: notices

  /// A server gives notice of a change; false where no watch depends on the zone.
  func notice(of zone: DomainName, from sender: IPAddress) -> Bool {
    let now = elapsed()
    let isKnown = state.withLock { $0.pulse.notice(of: zone, from: sender, at: now) }
    logger.debug(
      isKnown ? "NOTIFY received" : "NOTIFY received of a zone that no watch depends on",
      metadata: ["zone": "\(zone)", "from": "\(sender)"])
    if isKnown { wakeup.signal() }
    return isKnown
  }

  // MARK: turns

  /// What is due now.
  func turn() -> Pulse.Turn {
    let now = elapsed()
    return state.withLock { $0.pulse.turn(at: now) }
  }

  /// Puts questions and takes in what comes.
  func ask(_ questions: [PulseQuestion]) async {
    let prober = state.withLock { $0.prober }
    await prober.pulse(questions) { index, answer in
      let now = self.elapsed()
      let isNews = self.state.withLock { state in
        let changes = state.pulse.counters.changes
        state.pulse.receive(answer, to: questions[index], at: now)
        return state.pulse.counters.changes > changes
      }
      guard isNews else { return }
      self.logger.debug("a zone has changed; checking its keys", metadata: ["zone": "\(questions[index].zone)"])
      self.wakeup.signal()
    }
  }

  /// Waits until the next turn.
  func wait() async {
    let pause = state.withLock { $0.pulse.isIdle } ? Self.idlePause : Self.pause
    await wakeup.wait(atMost: pause) { try await Task.sleep(for: $0, tolerance: .milliseconds(20)) }
  }

  /// How many zones are known, and totals since the start.
  var counters: (zones: Int, totals: Pulse.Counters) {
    state.withLock { ($0.pulse.zoneCount, $0.pulse.counters) }
  }
}

/// Runs the pulse for as long as the daemon runs.
struct PulseService: Service {
  var pulser: Pulser
  var monitor: Monitor

  func run() async throws {
    await cancelWhenGracefulShutdown {
      await withDiscardingTaskGroup { group in
        while !Task.isCancelled {
          let turn = pulser.turn()
          if !turn.questions.isEmpty { group.addTask { await pulser.ask(turn.questions) } }
          if !turn.keys.isEmpty { group.addTask { await monitor.askSources(of: turn.keys) } }
          await pulser.wait()
        }
      }
    }
  }
}

extension Pulse.Settings {
  fileprivate init(_ configuration: Configuration) {
    let view = configuration.views.first(where: \.isAuthoritative)
    self.init(interval: configuration.pulse, rate: view?.rate ?? 1, longestWait: configuration.interval)
  }
}
