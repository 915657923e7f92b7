// Copies of the zone at servers that it is not delegated to: the one that somebody edits, or the one it was moved from.

internal import Judging
internal import Model
internal import Phrasing

/// The servers that may have another copy, and what they say of the key.
struct ZoneCopies {
  /// How a server is known that the zone is not delegated to.
  enum Origin: Hashable {
    /// It was delegated to before.
    case former
    /// The zone's own NS records name it.
    case ownRecords
    /// The SOA names it as the primary server.
    case primary
    /// A resolver still has it in its cache.
    case cached(view: String)
  }

  /// A server that has the record of the key.
  struct Holding {
    var found: FoundRecord
    var server: DomainName
    var origin: Origin
  }

  let facts: DiagnosisFacts

  init(_ facts: DiagnosisFacts) { self.facts = facts }

  /// The most servers that are asked.
  private static let limit = 8

  private var zone: DomainName { facts.zone }

  /// Whether it is the zone of the domain that was seen, and not that of a registry.
  var isKnown: Bool { facts.sorted.delegation != nil && zone.isWithin(facts.registrableDomain) }

  // MARK: who

  /// The zone's own NS records.
  var ownRecords: Inquiry { Inquiry(zone, .ns, limit: 2) }
  var start: Inquiry { Inquiry(zone, .soa, limit: 2) }
  private var cached: [Inquiry] {
    facts.sorted.recursive.map(\.view).withoutRepeats.prefix(3).map { Inquiry(zone, .ns, at: .view($0)) }
  }

  /// The questions that tell which servers there are.
  var survey: [Inquiry] { isKnown ? [ownRecords, start] + cached : [] }

  func names(_ inquiry: Inquiry) -> [DomainName] {
    facts.replies(to: inquiry).flatMap { $0.records(of: .ns, at: zone) }.compactMap { record in
      if case .ns(let name) = record.data { name } else { nil }
    }.withoutRepeats
  }

  /// The servers that the zone is not delegated to, each with how it is known.
  var servers: [(name: DomainName, origin: Origin)] {
    guard isKnown else { return [] }
    var met = Set(facts.servers)
    var servers: [(name: DomainName, origin: Origin)] = []
    func add(_ names: [DomainName], _ origin: Origin) {
      servers += names.filter { !$0.isRoot && met.insert($0).inserted }.map { ($0, origin) }
    }
    let memory = facts.input.zone
    add((memory?.suspectedChange?.before ?? []) + (memory?.lastChange?.before ?? []), .former)
    add(names(ownRecords), .ownRecords)
    add(facts.replies(to: start).compactMap(\.primary), .primary)
    for inquiry in cached {
      if case .view(let view) = inquiry.target { add(names(inquiry), .cached(view: view)) }
    }
    return Array(servers.prefix(Self.limit))
  }

  /// The servers that a resolver remembers, where they have nothing in common with those of now: the zone was moved.
  var rememberedServers: (view: String, names: [DomainName])? {
    let now = Set(facts.servers + names(ownRecords))
    for inquiry in cached {
      let names = names(inquiry)
      if case .view(let view) = inquiry.target, !names.isEmpty, now.isDisjoint(with: names) { return (view, names) }
    }
    return nil
  }

  // MARK: what they say

  /// The question for the key at one of them.
  func key(at server: DomainName) -> Inquiry { Inquiry(facts.name, .txt, at: .servers([NameServer(server)]), limit: 1) }
  func start(at server: DomainName) -> Inquiry { Inquiry(zone, .soa, at: .servers([NameServer(server)]), limit: 1) }

  var questions: [Inquiry] {
    servers.flatMap { server in
      [key(at: server.name)] + (server.origin == .primary ? [start(at: server.name)] : [])
    }
  }

  /// Those that have the record.
  var holding: [Holding] {
    servers.compactMap { server in
      facts.found(key(at: server.name)).map { Holding(found: $0, server: server.name, origin: server.origin) }
    }
  }

  /// The serial at the primary server, where it was asked.
  func serial(at server: DomainName) -> UInt32? {
    for reply in facts.replies(to: start(at: server)) where reply.answer.outcome.failure == nil {
      for record in reply.records + reply.authorities {
        if case .soa(let start) = record.data, record.owner == zone { return start.serial }
      }
    }
    return nil
  }
}
