// A world for the monitor: a resolver with scripted answers, a store in memory that can refuse, and a clock.

import Config
import DNS
import HTTPClient
import Logging
import Model
import Probing
import Storage
import Synchronization

@testable import Daemon

/// A recursive resolver that says what the test wants.
final class ScriptedResolver: QueryTransport {
  enum Word: Sendable {
    case key(String)
    case gone
    case silent
  }

  private let words = Mutex<[Endpoint: Word]>([:])
  private let wordsOfNames = Mutex<[DomainName: Word]>([:])
  private let count = Mutex(0)

  /// How many questions were asked.
  var asked: Int { count.withLock { $0 } }

  func say(_ word: Word, at endpoint: Endpoint) { words.withLock { $0[endpoint] = word } }

  /// What servers and resolvers alike say of one name.
  func say(_ word: Word, of name: DomainName) { wordsOfNames.withLock { $0[name] = word } }

  func ask(_ queries: [Query]) async -> [Reply] {
    count.withLock { $0 += queries.count }
    return queries.map { query in
      var message = Message(question: query.question, recursionAvailable: true)
      let isAuthority = query.endpoint == World.server
      message.authoritative = isAuthority
      let start = ResourceRecord(
        owner: .root, type: .soa, ttl: 60, data: .soa(StartOfAuthority(primary: .root, serial: 1, minimum: 60)))
      if isAuthority, query.question.type != .txt {
        message.authorities = [start]
        return .message(message, transport: .udp, roundTrip: .milliseconds(1))
      }
      switch wordsOfNames.withLock({ $0[query.question.name] }) ?? words.withLock({ $0[query.endpoint] }) {
      case .key(let text):
        message.answers = [
          ResourceRecord(owner: query.question.name, type: .txt, ttl: 300, data: .txt(TextRecord(text)))
        ]
      case .gone:
        message.rcode = .nameError
        if isAuthority { message.authorities = [start] }
      case .silent, nil: return .failed(.timeout, transport: .udp, truncated: false)
      }
      let answer = Answer(
        replyTo: query.question, message: message, transport: .udp, roundTrip: .milliseconds(1), truncated: false)
      return answer.digest == query.expected
        ? .unchanged : .message(message, transport: .udp, roundTrip: .milliseconds(1))
    }
  }
}

/// Nothing here speaks HTTP.
struct NoHTTP: HTTPTransport {
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse { throw .unreachable(request.url) }
}

/// Everything a monitor needs, on a clock that the test moves.
final class World: Sendable {
  static let resolver = Endpoint(.v4(0x7F00_0001), port: 5301)
  /// The root server, which knows everything.
  static let server = Endpoint(.v4(0x7F00_0002))
  static let start = Timestamp(seconds: 1_795_464_000)

  let resolver = ScriptedResolver()
  let store: SQLiteHistory
  let logged = Lines()
  let keys = KeyQueue()
  private let passed = Mutex(Duration.zero)

  init(database path: String) throws {
    store = try SQLiteHistory(path: path, mode: .readWrite)
  }

  var clocks: Clocks {
    Clocks(
      now: { [self] in Self.start + passed.withLock { $0 } }, elapsed: { [self] in passed.withLock { $0 } })
  }

  static func configuration(
    selectors: [String], receivers: [Receiver] = [], expectation: Expectation = Expectation()
  ) throws -> Configuration {
    Configuration(
      database: "", jitter: 0,
      policy: MonitoringPolicy(confirmTimes: 2, confirmAfter: .seconds(15)),
      views: [View(name: "local", source: .resolver(resolver, .udp))],
      watches: try selectors.map {
        Watch(
          key: try KeyName(selector: DomainName($0), domain: DomainName("domain.com")), interval: .seconds(300),
          expectation: expectation)
      },
      receivers: receivers)
  }

  /// A configuration whose one watch is a rotation from s1 to s2, looked at from the resolver and from the root server.
  static func rotation(receivers: [Receiver] = []) throws -> Configuration {
    let domain = try DomainName("domain.com")
    let rotation = Rotation(
      old: try KeyName(selector: DomainName("s1"), domain: domain),
      new: try KeyName(selector: DomainName("s2"), domain: domain))
    var configuration = try configuration(selectors: [], receivers: receivers)
    configuration.views.append(
      View(name: "authoritative", source: .authoritative(rootHints: [server.address], port: 53)))
    configuration.watches = [rotation.old, rotation.new].map {
      Watch(key: $0, interval: .seconds(300), rotation: rotation)
    }
    return configuration
  }

  func monitor(_ configuration: Configuration, store other: (any ChangeStore)? = nil) async throws -> Monitor {
    let output = LogOutput(format: TextLogFormat(), level: .info, clock: clocks.now, write: logged.append)
    return Monitor(
      plan: MonitorPlan(configuration),
      prober: Prober(
        views: configuration.views, engine: resolver, http: NoHTTP(), clock: clocks.now, elapsed: clocks.elapsed),
      store: other ?? store, judgements: store, stored: try await store.outlinedMemory(), mail: store, silences: store,
      learned: try await store.learnedWatches(), clock: clocks,
      logger: Logger(label: "test") { _ in OutputLogHandler(output: output) }, stopAsking: {},
      deliveriesCommitted: {}, answersCommitted: { [keys] in keys.add($0) })
  }

  /// The comparison of keys beside a monitor; to be run by the test.
  func comparer(_ monitor: Monitor) -> KeyComparer {
    KeyComparer(store: store, queue: keys, monitor: monitor, judgements: monitor.keys, logger: Logger(label: "test"))
  }

  /// Lets time pass second by second and does what falls due.
  func pass(_ duration: Duration, _ monitor: Monitor) async {
    var left = duration
    while left > .zero {
      passed.withLock { $0 += .seconds(1) }
      left -= .seconds(1)
      let (due, actions) = await monitor.turn(at: passed.withLock { $0 })
      await monitor.carryOut(actions)
      await monitor.round(due)
    }
  }
}

/// Refuses to write while it is told to, as a full disk does.
final class FullDisk: ChangeStore {
  private let store: SQLiteHistory
  private let full = Mutex(false)

  init(_ store: SQLiteHistory) { self.store = store }

  var isFull: Bool {
    get { full.withLock { $0 } }
    set { full.withLock { $0 = newValue } }
  }

  func commit(_ change: Change) async throws(StorageError) {
    if isFull { throw StorageError(.full, path: "history.sqlite", "the disk is full.") }
    try await store.commit(change)
  }

  func memory(of key: KeyName) async throws(StorageError) -> WatchMemory? { try await store.memory(of: key) }

  func retire(
    keepingWatches isWatched: @escaping @Sendable (KeyName) -> Bool, views: Set<String>, at time: Timestamp
  ) async throws(StorageError) {
    try await store.retire(keepingWatches: isWatched, views: views, at: time)
  }

  func pendingAcknowledgements() async throws(StorageError) -> [Acknowledgement] {
    try await store.pendingAcknowledgements()
  }
}
