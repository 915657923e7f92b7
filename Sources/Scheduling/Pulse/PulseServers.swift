// The servers that pulses ask: which share of each one's rate is left to them, and which are silent.

internal import Model

/// Servers by address, and the sets of them that zones have: a million zones of one host share one set.
struct PulseServers: Sendable {
  /// After so many pulses in a row without an answer a server rests.
  static let silence: UInt8 = 8
  static let rests = Duration.seconds(30)
  static let longestRest = Duration.seconds(300)
  /// How far the keys that are handed out may run ahead of the rate.
  static let slack = Duration.seconds(1)

  private struct Server: Sendable {
    var endpoint: Endpoint
    var uses = 0
    /// How many questions one round puts to it.
    var load = 0.0
    var unanswered: UInt8 = 0
    var restsUntil = Duration.zero
    /// When the next key of a changed zone is due by the rate.
    var nextKey = Duration.zero
  }

  private struct ServerSet: Sendable {
    var members: [Int32]
    var uses = 0
  }

  private var servers: [Server] = []
  private var numbers: [Endpoint: Int32] = [:]
  private var free: [Int32] = []
  private var sets: [ServerSet] = []
  private var setNumbers: [[Endpoint]: Int32] = [:]
  private var freeSets: [Int32] = []

  var setCount: Int { setNumbers.count }
  var serverCount: Int { numbers.count }

  // MARK: sets

  /// The number of a set that is used once more.
  ///
  /// - Parameter weight: how many questions a zone puts to the whole set in a round.
  mutating func add(_ endpoints: [Endpoint], weight: Double) -> Int32 {
    let number = setNumbers[endpoints] ?? make(endpoints)
    sets[Int(number)].uses += 1
    load(number, weight)
    return number
  }

  /// A set is used once less.
  mutating func release(_ number: Int32, weight: Double) {
    load(number, -weight)
    sets[Int(number)].uses -= 1
    guard sets[Int(number)].uses == 0 else { return }
    setNumbers[endpoints(of: number)] = nil
    for member in sets[Int(number)].members {
      servers[Int(member)].uses -= 1
      guard servers[Int(member)].uses == 0 else { continue }
      numbers[servers[Int(member)].endpoint] = nil
      free.append(member)
    }
    sets[Int(number)].members = []
    freeSets.append(number)
  }

  /// Whether a set is this one.
  func isSame(_ number: Int32, as endpoints: [Endpoint]) -> Bool { setNumbers[endpoints] == number }

  func count(of number: Int32) -> Int { sets[Int(number)].members.count }

  private func endpoints(of number: Int32) -> [Endpoint] {
    sets[Int(number)].members.map { servers[Int($0)].endpoint }
  }

  private mutating func make(_ endpoints: [Endpoint]) -> Int32 {
    let members = endpoints.map { endpoint in
      let member = numbers[endpoint] ?? makeServer(endpoint)
      servers[Int(member)].uses += 1
      return member
    }
    let number: Int32
    if let old = freeSets.popLast() {
      sets[Int(old)] = ServerSet(members: members)
      number = old
    } else {
      sets.append(ServerSet(members: members))
      number = Int32(sets.count - 1)
    }
    setNumbers[endpoints] = number
    return number
  }

  private mutating func makeServer(_ endpoint: Endpoint) -> Int32 {
    let number: Int32
    if let old = free.popLast() {
      servers[Int(old)] = Server(endpoint: endpoint)
      number = old
    } else {
      servers.append(Server(endpoint: endpoint))
      number = Int32(servers.count - 1)
    }
    numbers[endpoint] = number
    return number
  }

  private mutating func load(_ number: Int32, _ weight: Double) {
    let members = sets[Int(number)].members
    for member in members { servers[Int(member)].load += weight / Double(members.count) }
  }

  // MARK: asking

  /// In how many rounds a zone of this set is asked once, so that its servers get at most `limit` questions a round.
  func stretch(of number: Int32, limit: Double) -> Int {
    var stretch = 1.0
    for member in sets[Int(number)].members {
      stretch = max(stretch, (servers[Int(member)].load / max(limit, 1) - 0.001).rounded(.up))
    }
    return Int(stretch)
  }

  /// The server of a set whose turn it is, or the next one after it that does not rest; nil where all rest.
  func server(of number: Int32, turn: Int, at now: Duration) -> Endpoint? {
    let members = sets[Int(number)].members
    for step in members.indices {
      let server = servers[Int(members[(turn + step) % members.count])]
      if server.restsUntil <= now { return server.endpoint }
    }
    return nil
  }

  /// The server of a set that has this address.
  func server(of number: Int32, at address: IPAddress) -> Endpoint? {
    sets[Int(number)].members.lazy.map { servers[Int($0)].endpoint }.first { $0.address == address }
  }

  /// Takes note of whether a server has answered. Each further silence after a rest makes the next one longer.
  mutating func note(_ endpoint: Endpoint, isSilent: Bool, at now: Duration) {
    guard let number = numbers[endpoint].map(Int.init) else { return }
    guard isSilent else {
      servers[number].unanswered = 0
      servers[number].restsUntil = .zero
      return
    }
    let unanswered = min(servers[number].unanswered, 254) + 1
    servers[number].unanswered = unanswered
    // Those of one burst count once.
    guard unanswered >= Self.silence, servers[number].restsUntil <= now else { return }
    servers[number].restsUntil = now + min(Self.rests * (1 << Int(min(unanswered - Self.silence, 4))), Self.longestRest)
  }

  // MARK: keys of changed zones

  /// Takes the turn of one key at all servers of a set; false where one of them has to wait.
  mutating func takeKey(of number: Int32, each pause: Duration, at now: Duration) -> Bool {
    let members = sets[Int(number)].members
    guard members.allSatisfy({ servers[Int($0)].nextKey <= now + Self.slack }) else { return false }
    for member in members { servers[Int(member)].nextKey = max(servers[Int(member)].nextKey, now) + pause }
    return true
  }
}
