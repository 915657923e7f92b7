// A small internet in memory: servers with zones and with the ways in which servers misbehave, written as text.

import DNS
import Model
import Probing
import Synchronization

/// Answers queries from a script. Nothing waits, nothing leaves the process.
///
///     server 10.0.0.1            one address; behind it how it behaves: see `Behaviour`
///     zone . serial=1            a zone that this server holds, until the next one
///     test NS ns.test            records: name, TTL where it is not 300, type, data
final class Internet: QueryTransport {
  /// How a server misbehaves.
  enum Behaviour: String, Hashable, Sendable {
    case dead, unreachable, refused, servfail, garbage
    /// Answers without AA.
    case cached
    /// Refers everything to the root.
    case upward
    /// Answers over TCP alone.
    case tcpOnly
    /// Leaves questions with an OPT record unanswered.
    case dropsEDNS
    /// Truncates over UDP, and has TCP closed.
    case cut
    /// Answers SERVFAIL unless checking is disabled.
    case bogus
    /// Recursive: answers from its zones without cuts, with RA.
    case resolver
    /// Authoritative, and says RA all the same.
    case offersRecursion
    /// Recursive, and refuses what asks for no recursion.
    case recursionOnly
    /// Leaves the authority section of positive answers empty, as most servers do; without it the NS records stand there.
    case minimal
  }

  struct Server: Sendable {
    var behaviours: Set<Behaviour> = []
    var zones: [ScriptedZone] = []
  }

  private struct State: Sendable {
    var servers: [Endpoint: Server]
    var asked: [Query] = []
    var now = Timestamp(seconds: 1_000_000)
  }

  private let state: Mutex<State>

  init(_ script: String) { state = Mutex(State(servers: Self.parse(script))) }

  /// Replaces the servers that the script names.
  func change(_ script: String) {
    let servers = Self.parse(script)
    state.withLock { $0.servers.merge(servers) { _, new in new } }
  }

  func advance(_ duration: Duration) { state.withLock { $0.now = $0.now + duration } }

  var now: Timestamp { state.withLock { $0.now } }

  /// Everything that was asked since the last call.
  @discardableResult func takeAsked() -> [Query] {
    state.withLock { state in
      defer { state.asked = [] }
      return state.asked
    }
  }

  func ask(_ queries: [Query]) async -> [Reply] {
    state.withLock { state in
      state.asked += queries
      return queries.map { query in
        let reply =
          state.servers[query.endpoint].map { $0.reply(to: query) }
          ?? .failed(.timeout, transport: query.transport, truncated: false)
        guard let expected = query.expected, case .message(let message, _, _) = reply,
          Answer(replyTo: query.question, message: message).digest == expected
        else { return reply }
        return .unchanged
      }
    }
  }

  private static func parse(_ script: String) -> [Endpoint: Server] {
    var servers: [Endpoint: Server] = [:]
    var current: [Endpoint] = []
    var apex = DomainName.root
    for line in script.split(separator: "\n") {
      let words = line.split(separator: " ").map { String($0) }
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      switch first {
      case "server":
        current = words[1].split(separator: ",").compactMap { Endpoint($0) }
        for endpoint in current {
          servers[endpoint] = Server(behaviours: Set(words.dropFirst(2).compactMap { Behaviour(rawValue: $0) }))
        }
      case "zone":
        apex = name(words[1])
        for endpoint in current where servers[endpoint]?.zones.contains(where: { $0.apex == apex }) == false {
          servers[endpoint]?.zones.append(ScriptedZone(words))
        }
      default:
        for endpoint in current {
          guard let last = servers[endpoint]?.zones.firstIndex(where: { $0.apex == apex }) else { continue }
          servers[endpoint]?.zones[last].add(words)
        }
      }
    }
    return servers
  }
}

extension Internet.Server {
  func reply(to query: Query) -> Reply {
    let overTCP = query.transport == .tcp
    if behaviours.contains(.dead) || (behaviours.contains(.dropsEDNS) && query.usesEDNS)
      || (behaviours.contains(.tcpOnly) && !overTCP)
    {
      return .failed(.timeout, transport: query.transport, truncated: false)
    }
    if behaviours.contains(.unreachable) { return .failed(.unreachable, transport: query.transport, truncated: false) }
    if behaviours.contains(.garbage) { return .failed(.malformed, transport: query.transport, truncated: false) }
    if behaviours.contains(.cut) { return .failed(.unreachable, transport: .tcp, truncated: true) }
    return .message(message(to: query), transport: query.transport, roundTrip: .milliseconds(1))
  }

  private func message(to query: Query) -> Message {
    var message = Message(question: query.question)
    if behaviours.contains(.refused) || (behaviours.contains(.recursionOnly) && !query.recursionDesired) {
      message.rcode = .refused
    } else if behaviours.contains(.servfail) || (behaviours.contains(.bogus) && !query.checkingDisabled) {
      message.rcode = .serverFailure
      message.extendedErrors = behaviours.contains(.bogus) ? [ExtendedError(code: 6, text: "DNSSEC Bogus")] : []
    } else if behaviours.contains(.upward) {
      message.authorities = [ResourceRecord(owner: .root, type: .ns, ttl: 300, data: .ns(name("a.root")))]
    } else {
      fill(&message, from: query.question.name, query.question, depth: 0)
    }
    if behaviours.contains(.cached) { message.authoritative = false }
    message.recursionAvailable = behaviours.contains(.resolver) || behaviours.contains(.offersRecursion)
    return message
  }

  private func fill(_ message: inout Message, from owner: DomainName, _ question: Question, depth: Int) {
    let holding = zones.filter { owner.isWithin($0.apex) }
    guard let zone = holding.max(by: { $0.apex.wire.count < $1.apex.wire.count }) else {
      if depth == 0 { message.rcode = .refused }
      return
    }
    // DS records are at the zone above the cut (RFC 4035, section 2.4).
    let asked = question.type == .ds ? owner.parent ?? owner : owner
    if !behaviours.contains(.resolver), let cut = zone.cut(above: asked) {
      let records = zone.records.filter { $0.owner == cut && $0.type == .ns }
      message.authorities = records
      let targets = records.compactMap { if case .ns(let name) = $0.data { name } else { nil } }
      message.additionals = zone.records.filter {
        targets.contains($0.owner) && ($0.type == .a || $0.type == .aaaa)
      }
      return
    }
    message.authoritative = !behaviours.contains(.resolver)
    let set = zone.set(at: owner)
    let matching = set.filter { $0.type == question.type }
    if !matching.isEmpty {
      message.answers += matching
      if !behaviours.contains(.minimal), question.type == .txt {
        message.authorities = zone.records.filter { $0.owner == zone.apex && $0.type == .ns }
      }
      return
    }
    var target: DomainName?
    if let alias = set.first(where: { $0.type == .cname }), case .cname(let name) = alias.data {
      message.answers.append(alias)
      target = name
    } else if let (record, name) = zone.redirect(from: owner) {
      message.answers.append(record)
      message.answers.append(ResourceRecord(owner: owner, type: .cname, ttl: record.ttl, data: .cname(name)))
      target = name
    }
    if let target {
      if depth < 8 { fill(&message, from: target, question, depth: depth + 1) }
      return
    }
    if !zone.exists(owner) { message.rcode = .nameError }
    message.authorities = [zone.start]
  }
}

/// A name that a test knows to be one.
func name(_ text: String) -> DomainName {
  do {
    return try DomainName(text)
  } catch {
    preconditionFailure("\(text): \(error)")
  }
}
