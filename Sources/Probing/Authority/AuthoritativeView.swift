// The authoritative view: runs the walk, the surveys and the chain for one key after another.

import DNS
import Model

/// The shell around `AuthoritativeLook` and `ZoneSurvey`.
final class AuthoritativeView: ViewProbe {
  /// The most questions that one key may cause, so that no delegation can make this host a weapon (NXNSAttack).
  static let questionLimit = 400

  let view: View
  let walker: WalkRunner
  /// Whether walks begin at the root servers of the built-in list.
  private let hasPublishedRoot: Bool
  private let port: UInt16
  private let hasIPv6: @Sendable () -> Bool

  init(
    view: View, rootHints: [IPAddress], port: UInt16, engine: any QueryTransport,
    clock: @escaping @Sendable () -> Timestamp, hasIPv6: @escaping @Sendable () -> Bool
  ) {
    self.view = view
    hasPublishedRoot = rootHints.isEmpty
    self.port = port
    self.hasIPv6 = hasIPv6
    walker = WalkRunner(root: RootHints.servers(rootHints), engine: engine, clock: clock)
  }

  var asker: any QueryTransport { walker.engine }

  var settings: WalkSettings {
    WalkSettings(
      reach: AddressFilter(port: port, hasIPv6: hasIPv6()), timeout: view.timeout, retries: view.retries,
      rate: view.rate,
      hasPublishedRoot: hasPublishedRoot)
  }

  func look(at key: KeyName, isConfirming: Bool) async -> ProbeResult {
    let settings = settings
    let budget = QuestionBudget(Self.questionLimit)
    var look = AuthoritativeLook(key)
    while true {
      switch look.next() {
      case .finished: return await result(of: look, settings: settings, budget: budget)
      case .locate(let name, let stop):
        look.receive(
          await walker.walk(
            Question(name, .txt), stoppingAt: stop, isFresh: isConfirming, settings: settings, budget: budget))
      case .survey(let name, let zone):
        let survey = ZoneSurvey(Question(name, key.type), in: zone, settings: settings, isConfirming: isConfirming)
        look.receive(await run(survey, settings: settings, budget: budget))
      }
    }
  }

  private func run(_ survey: ZoneSurvey, settings: WalkSettings, budget: QuestionBudget) async -> ZoneSurvey {
    var survey = survey
    while true {
      switch walker.withCache({ cache, now in survey.next(&cache, at: now) }) {
      case .finished: return survey
      case .ask(let queries):
        // The zone's own servers are always asked: what is bounded is the way to them.
        _ = budget.take(queries.count)
        let replies = await walker.engine.ask(queries)
        walker.withCache { cache, now in survey.receive(replies, &cache, at: now) }
      case .resolve(let names):
        let addresses = await walker.addresses(of: names, settings: settings, budget: budget)
        walker.withCache { cache, now in survey.receive(addresses, &cache, at: now) }
      }
    }
  }

  private func result(
    of look: AuthoritativeLook, settings: WalkSettings, budget: QuestionBudget
  ) async -> ProbeResult {
    var result = ProbeResult(answer: look.viewAnswer(named: view.name))
    result.isRepeatable = look.isComplete
    var zones: Set<DomainName> = []
    for survey in look.surveys {
      for server in survey.servers {
        guard let endpoint = server.endpoint, let reply = server.reply else { continue }
        result.queries.append(
          RepeatQuery(
            endpoint: endpoint, question: survey.question, transport: server.transport, digest: reply.digest))
      }
      zones.formUnion(walker.withCache { cache, now in cache.cuts(above: survey.zone.apex, at: now) } + survey.path)
      if survey.zone.apex.labels.count > 1 {
        result.zones[survey.zone.apex] = survey.zone.fingerprint
      }
    }
    for zone in zones where result.zones[zone] == nil {
      let known = walker.withCache { cache, now in cache.closest(to: zone, at: now) }
      guard known.apex == zone else { continue }
      result.zones[zone] = await resolved(known, settings: settings, budget: budget).fingerprint
    }
    return result
  }

  func control() async -> ControlResult {
    let settings = settings
    let root = walker.withCache { cache, now in cache.closest(to: .root, at: now) }.endpoints(settings.reach)
    let servers =
      root.filter { !$0.address.isV6 }.prefix(ControlQuestion.rootLimit)
      + root.filter(\.address.isV6).prefix(ControlQuestion.rootLimit)
    var replies = await control(Array(servers), recursionDesired: false, settings)
    let first = ControlQuestion.result(view: view.name, roots: replies, isPublished: hasPublishedRoot)
    let doubtful = ControlQuestion.doubtful(replies, first)
    if doubtful.isEmpty { return first }
    replies += await control(doubtful, recursionDesired: true, settings)
    return ControlQuestion.result(view: view.name, roots: replies, isPublished: hasPublishedRoot)
  }

  private func control(
    _ servers: [Endpoint], recursionDesired: Bool, _ settings: WalkSettings
  ) async -> [ControlReply] {
    let queries = servers.map { server in
      var query = settings.query(ControlQuestion.question, at: server, retries: ControlQuestion.retries)
      query.recursionDesired = recursionDesired
      return query
    }
    return zip(queries, await walker.engine.ask(queries)).map { query, reply in
      ControlReply(server: query.endpoint.description, endpoint: query.endpoint, query: query, reply: reply)
    }
  }

  func fingerprint(of zone: DomainName) async -> Int? {
    let settings = settings
    let budget = QuestionBudget(Self.questionLimit)
    let found = await walker.walk(
      Question(zone, .ns), stoppingAt: zone, isFresh: true, settings: settings, budget: budget)
    guard case .reached(let servers, _) = found else { return nil }
    guard servers.apex == zone else { return 0 }
    return await resolved(servers, settings: settings, budget: budget).fingerprint
  }

  func resolved(_ zone: ZoneServers, settings: WalkSettings, budget: QuestionBudget) async -> ZoneServers {
    let names = zone.unresolved
    guard !names.isEmpty else { return zone }
    var zone = zone
    let addresses = await walker.addresses(of: names, settings: settings, budget: budget)
    walker.withCache { cache, now in cache.add(addresses, to: zone.apex, at: now) }
    zone.addresses.merge(addresses) { known, _ in known }
    return zone
  }

  func query(repeating expected: RepeatQuery) -> Query? {
    var query = settings.query(
      expected.question, at: expected.endpoint, retries: view.retries, transport: expected.transport)
    query.expected = expected.digest
    return query
  }
}
