// Looks at key names in every view, and sweeps over many to find those whose answers have changed.

public import HTTPClient
public import Model
import Synchronization

/// Asks all views for keys.
///
/// `look` asks everything there is to ask and remembers what came; `sweep` asks the same questions again in one burst and
/// names the keys that need another look. Safe to call from several tasks at a time.
public final class Prober: Sendable {
  /// How many keys are looked at in one view at a time, over all calls: a daemon may begin with very many looks at once.
  private static let lookLimit = 512
  /// How many calls of `look` have begun at a time; those that wait hold no memory but their task's.
  private static let callLimit = 2048

  let probes: [any ViewProbe]
  private let limits: [TaskLimit]
  private let calls = TaskLimit(callLimit)
  /// Asks servers by name for inquiries: the first authoritative view, or one of its own where none is configured.
  let authority: AuthoritativeView
  /// Asks without regard to which servers are silent: for pulses, which see to that themselves.
  let pulseTransport: any QueryTransport
  let baseline = Mutex(SweepBaseline())
  let checkedZones = Mutex([ZoneOfView: (fingerprint: Int?, at: Duration)]())
  let clock: @Sendable () -> Timestamp
  /// The time that has passed: what is kept for a while must not depend on a clock that can be set.
  let elapsed: @Sendable () -> Duration

  /// A zone as one view sees it.
  struct ZoneOfView: Hashable, Sendable {
    var view: UInt8
    var zone: DomainName
  }

  /// Prepares the views; nothing is asked yet.
  ///
  /// - Parameters:
  ///   - views: at most 255, with different names.
  ///   - clock: the time of day, which looks carry.
  ///   - elapsed: the time that has passed since some moment; caches and waits go by it.
  ///   - hasIPv6: whether global IPv6 addresses can be reached; without it they are left out of the authoritative view.
  ///   - pause: waits, which spaces requests to DoH resolvers.
  public init(
    views: [View], engine: any QueryTransport, http: any HTTPTransport,
    clock: @escaping @Sendable () -> Timestamp,
    elapsed: @escaping @Sendable () -> Duration = Prober.steadyClock,
    hasIPv6: @escaping @Sendable () -> Bool = { Reachability.hasIPv6Route() },
    pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) {
    self.clock = clock
    self.elapsed = elapsed
    pulseTransport = engine
    let engine = SparingTransport(engine, elapsed: elapsed)
    let steady: @Sendable () -> Timestamp = { Timestamp(microseconds: 0) + elapsed() }
    let probes = views.prefix(255).map { view -> any ViewProbe in
      switch view.source {
      case .system(let resolvConf): RecursiveView(view: view, resolvConf: resolvConf, engine: engine)
      case .resolver(let server, let transport):
        RecursiveView(view: view, server: server, transport: transport, engine: engine)
      case .https(let url):
        RecursiveView(
          view: view, url: url,
          asker: SparingTransport(DoHTransport(url: url, http: http, elapsed: elapsed, pause: pause), elapsed: elapsed))
      case .authoritative(let rootHints, let port):
        AuthoritativeView(
          view: view, rootHints: rootHints, port: port, engine: engine, clock: steady, hasIPv6: hasIPv6)
      }
    }
    self.probes = probes
    limits = probes.map { _ in TaskLimit(Self.lookLimit) }
    authority =
      probes.lazy.compactMap { $0 as? AuthoritativeView }.first
      ?? AuthoritativeView(
        view: View(name: "authoritative", source: .authoritative(rootHints: [], port: 53)), rootHints: [], port: 53,
        engine: engine, clock: steady, hasIPv6: hasIPv6)
  }

  /// The time since the program began to use this clock, whatever is done to the clock of the host.
  public static let steadyClock: @Sendable () -> Duration = {
    let start = ContinuousClock.now
    return { ContinuousClock.now - start }
  }()

  /// Asks everything for these keys and remembers what an unchanged answer looks like; one look per request, in order.
  ///
  /// Views and keys do not wait for one another: a look is ready when the last view has answered for its own key.
  ///
  /// - Parameters:
  ///   - progress: called with the number of requests that are done, and of all.
  ///   - ready: called with each look as soon as it is complete, from whatever task it was that completed it.
  public func look(
    at requests: [LookRequest], progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil,
    ready: (@Sendable (Look) -> Void)? = nil
  ) async -> [Look] {
    await calls.run { await self.lookNow(at: requests, progress, ready) }
  }

  private func lookNow(
    at requests: [LookRequest], _ progress: (@Sendable (_ done: Int, _ total: Int) -> Void)?,
    _ ready: (@Sendable (Look) -> Void)?
  ) async -> [Look] {
    let run = LookRun(requests.map { views(of: $0).count })
    if let ready { for index in run.withoutViews { ready(Look(key: requests[index].key, at: clock(), views: [])) } }
    await withTaskGroup(of: Void.self) { group in
      for view in probes.indices {
        let asked = requests.indices.filter { views(of: requests[$0]).contains(view) }
        guard !asked.isEmpty else { continue }
        group.addTask {
          _ = await boundedMap(asked, limit: Self.lookLimit) { index in
            let request = requests[index]
            let result = await self.limits[view].run {
              await self.probes[view].look(at: request.key, isConfirming: request.isConfirming)
            }
            self.baseline.withLock { $0.remember(request.key, view: UInt8(view), result) }
            guard let done = run.take(result.answer, view: view, of: index, at: self.clock) else { return }
            ready?(Look(key: request.key, at: done.at, views: done.answers))
            progress?(done.count, requests.count)
          }
        }
      }
    }
    let end = clock()
    return requests.indices.map { index in
      let (answers, at) = run.result(of: index)
      return Look(key: requests[index].key, at: at ?? end, views: answers)
    }
  }

  /// Asks the views of these names, side by side, what they say of the root zone: an answer shows that the way to the view
  /// is open, whatever zones of users do. Nothing of it is remembered; names of no view are left out.
  public func control(views names: [String]) async -> [ControlResult] {
    let asked = names.compactMap { name in probes.first { $0.view.name == name } }
    return await boundedMap(asked, limit: asked.count) { await $0.control() }
  }

  /// Forgets what was seen of all keys but these.
  public func forget(except keys: Set<KeyName>) { forget { keys.contains($0) } }

  /// The same, where a closure says which are kept.
  public func forget(keeping isKept: (KeyName) -> Bool) { baseline.withLock { $0.forget(keeping: isKept) } }

  /// The indices of the views that a request means.
  func views(of request: LookRequest) -> [Int] {
    probes.indices.filter { request.views?.contains(probes[$0].view.name) ?? true }
  }
}

/// The looks of one call while their views answer.
private final class LookRun: Sendable {
  private struct Part: Sendable {
    var left: Int
    var answers: [(view: Int, answer: ViewAnswer)] = []
    var at: Timestamp?
  }

  private struct State: Sendable {
    var parts: [Part]
    var done = 0
  }

  private let state: Mutex<State>
  /// The requests that mean no view.
  let withoutViews: [Int]

  /// Takes the number of views of each request.
  init(_ counts: [Int]) {
    state = Mutex(State(parts: counts.map { Part(left: $0) }))
    withoutViews = counts.indices.filter { counts[$0] == 0 }
  }

  /// Takes what one view said; with the last one, the answers in the order of the views, the time, and how many looks are
  /// complete.
  func take(
    _ answer: ViewAnswer, view: Int, of index: Int, at clock: () -> Timestamp
  ) -> (answers: [ViewAnswer], at: Timestamp, count: Int)? {
    state.withLock { state in
      state.parts[index].answers.append((view, answer))
      state.parts[index].left -= 1
      guard state.parts[index].left == 0 else { return nil }
      let at = clock()
      state.parts[index].answers.sort { $0.view < $1.view }
      state.parts[index].at = at
      state.done += 1
      return (state.parts[index].answers.map(\.answer), at, state.done)
    }
  }

  func result(of index: Int) -> (answers: [ViewAnswer], at: Timestamp?) {
    state.withLock { ($0.parts[index].answers.map(\.answer), $0.parts[index].at) }
  }
}
