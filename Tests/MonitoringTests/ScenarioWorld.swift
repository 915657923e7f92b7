// The scripted world: turns what servers were told to say into looks.

import Diagnosing
import Judging
import Model
import Monitoring

struct ScenarioWorld {
  let keys: [String: [TextRecord]]
  var unchangedUntil: Timestamp?
  var expectation: Expectation?
  private var swept: (server: String, answer: ScriptedAnswer)?
  private var zone: DomainName?
  private var servers: [ScriptedServer] = []
  private var target: (zone: DomainName, asked: DomainName, servers: [ScriptedServer])?
  private var resolvers: [(view: String, endpoints: [Endpoint])] = []
  private var serials: [String: UInt32] = [:]
  private var walk: WalkFailure?
  private var answers: [String: ScriptedAnswer] = [:]
  private var hasAuthoritative = false
  private var findings: [ScriptedFinding] = []
  /// What control questions show, where the scenario says it: nil for an answer.
  private var controls: [String: Outcome.Failure?] = [:]
  /// The names that were looked at, and those that their chains lead to.
  private var names: Set<DomainName> = []
  /// Those that had records at the last look, at any server of the zone.
  private var published: Set<DomainName> = []

  init(keys: [String: [TextRecord]]) { self.keys = keys }

  /// The views that are asked, and whether each is authoritative.
  var views: [(name: String, isAuthoritative: Bool)] {
    resolvers.map { ($0.view, false) } + (hasAuthoritative ? [("authoritative", true)] : [])
  }

  mutating func apply(_ change: WorldChange) throws {
    switch change {
    case .zone(let name, let list): (zone, servers, hasAuthoritative, walk) = (name, list, true, nil)
    case .target(let zone, let asked, let list): target = (zone, asked, list)
    case .resolver(let view, let endpoints):
      resolvers.removeAll { $0.view == view }
      resolvers.append((view, endpoints))
    case .removeView(let view):
      resolvers.removeAll { $0.view == view }
      if view == "authoritative" { hasAuthoritative = false }
    case .serials(let new): serials = new
    case .walkEnds(let zone, let failure, let isIntercepted):
      hasAuthoritative = true
      walk = WalkFailure(
        zone: zone, failure: failure, isIntercepted: isIntercepted,
        text: "the servers of \(zone) were asked, and gave \(failure.rawValue).")
    case .walkReaches: walk = nil
    case .lastUnchanged(let time): unchangedUntil = time
    case .swept(let server, let answer): swept = (server, answer)
    case .found(let finding):
      findings.removeAll {
        $0.question == finding.question && $0.place == finding.place && $0.variant == finding.variant
      }
      findings.append(finding)
    case .expectation(let new): expectation = new
    case .control(let view, let failure): controls[view] = .some(failure)
    case .says(let who, let answer, let domain):
      for name in who { answers[name + (domain.map { " \($0)" } ?? "")] = answer }
    }
  }

  /// The replies to a follow-up question. What was not scripted does not exist; servers that are asked by name are silent.
  func answer(to inquiry: Inquiry) -> InquiryAnswer {
    func reply(
      _ server: String, _ place: String?, isRecursive: Bool = false, at endpoint: Endpoint = Endpoint(.v4(0xC000_0235))
    ) -> InquiryReply {
      let scripted = findings.first {
        $0.question == inquiry.question && $0.place == place && $0.variant == inquiry.variant
      }
      let isSilent = scripted == nil && place == server
      // The key name exists for all types.
      let isAtKey =
        place == nil
        && (inquiry.question.type == .a && names.contains(inquiry.question.name)
          // What is above a name that exists does exist.
          || published.contains { $0.parent == inquiry.question.name && $0 != inquiry.question.name })
      let outcome = scripted?.outcome ?? (isSilent ? .failed(.timeout) : isAtKey ? .nodata : .nxdomain)
      var records = scripted?.records ?? []
      if outcome == .records, let cname = scripted?.cname.first {
        records.insert(
          ResourceRecord(owner: inquiry.question.name, type: .cname, ttl: 300, data: .cname(cname)), at: 0)
      }
      let isReferral = place == "parent" && inquiry.question.type == .ns
      return InquiryReply(
        server: server, endpoint: endpoint, isRecursive: isRecursive,
        answer: Answer(
          outcome: isReferral && outcome == .records ? .nodata : outcome, cname: scripted?.cname ?? [],
          records: records.compactMap { if case .txt(let text) = $0.data { text } else { nil } }, ttl: 300,
          authoritative: !isRecursive, digest: Self.digest("\(inquiry)")),
        records: isReferral ? [] : records, authorities: (isReferral ? records : []) + (scripted?.proofs ?? []))
    }
    let isBlocked = hasAuthoritative && walk?.zone.isRoot ?? false
    switch inquiry.target {
    case .parentServers where isBlocked, .servers where isBlocked: return InquiryAnswer(inquiry: inquiry)
    case .zoneServers where isBlocked:
      // The first resolver stands in, as in `Prober.inquire`.
      return InquiryAnswer(inquiry: inquiry, replies: [reply("192.0.2.53", nil, isRecursive: true)])
    case .zoneServers:
      let named = servers.map(\.name).filter { server in
        findings.contains { $0.question == inquiry.question && $0.place == server && $0.variant == inquiry.variant }
      }
      return InquiryAnswer(
        inquiry: inquiry, zone: inquiry.question.type == .ds ? inquiry.question.name.parent : zone,
        replies: named.isEmpty ? [reply("ns1.found", nil)] : named.map { reply($0, $0) })
    case .parentServers: return InquiryAnswer(inquiry: inquiry, replies: [reply("ns.parent", "parent")])
    case .view(let view):
      return InquiryAnswer(inquiry: inquiry, replies: [reply("192.0.2.53", view, isRecursive: true)])
    case .servers(let servers):
      return InquiryAnswer(
        inquiry: inquiry,
        replies: servers.map { server in
          server.endpoints.first.map { reply(server.name, server.name, at: $0) } ?? reply(server.name, server.name)
        })
    }
  }

  /// What a control question of a view shows: where the scenario does not say, a view is out of reach when it is silent for
  /// all watches, or fails for all of several zones.
  mutating func control(_ view: String, _ watches: [Watch], _ now: Timestamp) -> ControlResult {
    if let failure = controls[view] {
      return ControlResult(
        view: view, outcome: failure.map { .unreachable($0) } ?? .reachable, evidence: ["control of \(view)"])
    }
    if view == "authoritative", let walk, walk.zone.isRoot {
      return ControlResult(
        view: view, outcome: walk.isIntercepted ? .intercepted : .unreachable(walk.failure),
        evidence: ["the control question of \(view)"])
    }
    let said = watches.compactMap { watch in look(at: watch.key, now).views.first { $0.view == view } }
    let failures =
      said.flatMap { $0.servers.compactMap(\.answer.outcome.failure) } + said.compactMap(\.walkFailure?.failure)
    let isDead =
      !said.isEmpty && said.allSatisfy(\.isSilent)
      && (failures.allSatisfy { [.timeout, .unreachable].contains($0) } && isOurs(view, said)
        || Set(watches.map(\.key.domain)).count > 1)
    return ControlResult(
      view: view, outcome: isDead ? .unreachable(failures.first ?? .timeout) : .reachable,
      evidence: ["the control question of \(view)"])
  }

  /// One zone's dead servers are that zone's fault; a walk that ends at the top is ours.
  private func isOurs(_ view: String, _ said: [ViewAnswer]) -> Bool {
    view != "authoritative" || said.allSatisfy { ($0.walkFailure?.zone.labels.count ?? 2) <= 1 }
  }

  /// What is seen of one watch now.
  mutating func look(at key: KeyName, _ now: Timestamp) -> Look {
    names.insert(key.name)
    if let target { names.insert(target.asked) }
    var views: [ViewAnswer] = resolvers.map { view, endpoints in
      ViewAnswer(
        view: view, isAuthoritative: false,
        servers: endpoints.map { endpoint in
          let answer = said([endpoint.description, view], key)
          return ServerAnswer(
            server: endpoint.description, endpoint: endpoint, question: key.name, type: key.type,
            answer: make(answer, asksSource: false))
        })
    }
    if hasAuthoritative { views.append(authoritative(key)) }
    return Look(key: key, at: now, views: views)
  }

  /// What a sweep saw that this look does not show; said once.
  mutating func difference(from look: Look) -> SweepDifference? {
    defer { swept = nil }
    guard let swept, let view = look.views.first(where: \.isAuthoritative),
      let server = view.servers.first(where: { $0.server == swept.server }), let endpoint = server.endpoint
    else { return nil }
    return SweepDifference(
      view: view.view, server: endpoint, expected: server.answer.digest, answer: make(swept.answer, asksSource: true))
  }

  private mutating func authoritative(_ key: KeyName) -> ViewAnswer {
    if let walk { return ViewAnswer(view: "authoritative", isAuthoritative: true, servers: [], walkFailure: walk) }
    let apex = zone ?? key.domain
    var list = servers.map { server in
      answer(of: server, zone: apex, question: key.name, key, everyone: "servers")
    }
    if let target {
      list += target.servers.map { server in
        answer(of: server, zone: target.zone, question: target.asked, key, everyone: "targets")
      }
    }
    let names = servers.compactMap { try? DomainName($0.name) }
    if list.contains(where: { $0.question == key.name && $0.answer.outcome == .records }) {
      published.insert(key.name)
    } else {
      published.remove(key.name)
    }
    return ViewAnswer(
      view: "authoritative", isAuthoritative: true, servers: list,
      delegation: Delegation(
        zone: apex, servers: Array(Set(names)).sorted(), serials: serials, negativeTTL: 300, ttl: 86_400))
  }

  private mutating func answer(
    of server: ScriptedServer, zone: DomainName, question: DomainName, _ key: KeyName, everyone: String
  ) -> ServerAnswer {
    var scripted = said([server.endpoint?.description ?? server.name, server.name, everyone], key)
    if server.endpoint == nil { scripted = ScriptedAnswer(outcome: .failed(.unreachable)) }
    return ServerAnswer(
      server: server.name, endpoint: server.endpoint, zone: zone, question: question, type: key.type,
      answer: make(scripted, asksSource: true))
  }

  /// The most exact of what was scripted; silence where nothing was.
  private func said(_ names: [String], _ key: KeyName) -> ScriptedAnswer {
    for name in names {
      if let answer = answers["\(name) \(key.domain)"] ?? answers[name] { return answer }
    }
    return ScriptedAnswer(outcome: .failed(.timeout))
  }

  private mutating func make(_ scripted: ScriptedAnswer, asksSource: Bool) -> Answer {
    let records = scripted.keys.compactMap { keys[$0] }.flatMap(\.self)
    let digest = Self.digest("\(scripted.outcome) \(scripted.cname) \(records.map(\.text).sorted())")
    let rcode: ResponseCode? =
      switch scripted.outcome {
      case .records, .nodata, .failed(.lame): .noError
      case .nxdomain: .nameError
      case .failed(.servfail), .failed(.bogus): .serverFailure
      case .failed(.refused): .refused
      case .failed: nil
      }
    return Answer(
      outcome: scripted.outcome, rcode: rcode, cname: scripted.cname, viaDNAME: scripted.viaDNAME,
      records: records, ttl: scripted.ttl, negativeTTL: scripted.negativeTTL,
      authoritative: scripted.authoritative ?? asksSource, authenticated: scripted.authenticated,
      truncated: scripted.truncated, extendedErrors: scripted.errors,
      dropsEDNS: scripted.dropsEDNS, isSilentOverUDP: scripted.isSilentOverUDP, transport: scripted.transport,
      digest: digest)
  }

  /// FNV-1a: any function will do that differs where the text does.
  private static func digest(_ text: String) -> Digest {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return Digest(high: hash, low: ~hash)
  }
}
