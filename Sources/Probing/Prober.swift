// Looks at key names in every view, and sweeps over many to find those whose answers have changed.

public import HTTPClient
public import Model
import Synchronization

/// Asks all views for keys.
///
/// `look` asks everything there is to ask and remembers what came; `sweep` asks the same questions again in one burst and
/// names the keys that need another look. Safe to call from several tasks at a time.
public final class Prober: Sendable {
  /// How many looks (one key in one view) are under way at a time.
  private static let lookLimit = 2048

  let probes: [any ViewProbe]
  /// Asks servers by name for inquiries: the first authoritative view, or one of its own where none is configured.
  let authority: AuthoritativeView
  let memory = Mutex(SweepMemory())
  let checkedZones = Mutex([ZoneOfView: (fingerprint: Int?, at: Timestamp)]())
  let clock: @Sendable () -> Timestamp

  /// A zone as one view sees it.
  struct ZoneOfView: Hashable, Sendable {
    var view: UInt8
    var zone: DomainName
  }

  /// Prepares the views; nothing is asked yet.
  ///
  /// - Parameters:
  ///   - views: at most 255, with different names.
  ///   - hasIPv6: whether global IPv6 addresses can be reached; without it they are left out of the authoritative view.
  ///   - pause: waits, which spaces requests to DoH resolvers.
  public init(
    views: [View], engine: any Asking, http: any HTTPSending,
    clock: @escaping @Sendable () -> Timestamp,
    hasIPv6: @escaping @Sendable () -> Bool = { Reachability.hasIPv6Route() },
    pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) {
    self.clock = clock
    let probes = views.prefix(255).map { view -> any ViewProbe in
      switch view.source {
      case .system(let resolvConf): RecursiveView(view: view, resolvConf: resolvConf, engine: engine)
      case .resolver(let server, let transport):
        RecursiveView(view: view, server: server, transport: transport, engine: engine)
      case .https(let url):
        RecursiveView(
          view: view, url: url, asker: HTTPSAsking(url: url, http: http, clock: clock, pause: pause))
      case .authoritative(let rootHints, let port):
        AuthoritativeView(
          view: view, rootHints: rootHints, port: port, engine: engine, clock: clock, hasIPv6: hasIPv6)
      }
    }
    self.probes = probes
    authority =
      probes.lazy.compactMap { $0 as? AuthoritativeView }.first
      ?? AuthoritativeView(
        view: View(name: "authoritative", source: .authoritative(rootHints: [], port: 53)), rootHints: [], port: 53,
        engine: engine, clock: clock, hasIPv6: hasIPv6)
  }

  /// Asks everything for these keys and remembers what an unchanged answer looks like; one look per request, in order.
  ///
  /// - Parameter progress: called with the number of requests that are done, and of all.
  public func look(
    at requests: [LookRequest], progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async -> [Look] {
    let units = requests.indices.flatMap { request in
      views(of: requests[request]).map { (request: request, view: $0) }
    }
    let left = Mutex(units.reduce(into: [Int](repeating: 0, count: requests.count)) { $0[$1.request] += 1 })
    let done = Mutex(0)
    let answers = await boundedMap(units, limit: Self.lookLimit) { unit in
      let request = requests[unit.request]
      let sight = await self.probes[unit.view].look(at: request.key, isConfirming: request.isConfirming)
      self.memory.withLock { $0.remember(request.key, view: UInt8(unit.view), sight) }
      let isLast = left.withLock { left in
        left[unit.request] -= 1
        return left[unit.request] == 0
      }
      if isLast, let progress {
        progress(
          done.withLock { done in
            done += 1
            return done
          }, requests.count)
      }
      return sight.answer
    }
    let at = clock()
    var looks = requests.map { Look(key: $0.key, at: at, views: []) }
    for (unit, answer) in zip(units, answers) { looks[unit.request].views.append(answer) }
    return looks
  }

  /// Asks the views of these names, side by side, what they say of the root zone: an answer shows that the way to the view
  /// is open, whatever zones of users do. Nothing of it is remembered; names of no view are left out.
  public func control(views names: [String]) async -> [ControlResult] {
    let asked = names.compactMap { name in probes.first { $0.view.name == name } }
    return await boundedMap(asked, limit: asked.count) { await $0.control() }
  }

  /// Forgets what was seen of all keys but these.
  public func forget(except keys: Set<KeyName>) { memory.withLock { $0.forget(except: keys) } }

  /// The indices of the views that a request means.
  func views(of request: LookRequest) -> [Int] {
    probes.indices.filter { request.views?.contains(probes[$0].view.name) ?? true }
  }
}
