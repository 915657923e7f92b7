// Asks one server for many names by the engine, and says what a question costs. Only script/bench calls it.

import DNS
import Glibc
import Model
import Probing

@main
struct Bench {
  static func main() async throws {
    let arguments = CommandLine.arguments
    if arguments.count == 3, arguments[1] == "keys" { return KeyBench.run(arguments[2]) }
    guard arguments.count >= 3, let endpoint = Endpoint(arguments[1]) else {
      print("usage: selectord-bench SERVER[:PORT] FILE-OF-NAMES [ROUNDS], or selectord-bench keys FILE-OF-RECORDS")
      exit(64)
    }
    let names = try names(in: arguments[2])
    let rounds = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1
    var queries = names.map {
      Query(Question($0, .txt), at: endpoint, recursionDesired: false, rate: 10_000_000)
    }
    let engine = try Engine()

    // The first round decodes every answer, and learns what to expect.
    let first = Usage.now
    let replies = await ask(queries, engine)
    report(
      "changed", since: first, count: queries.count,
      unanswered: replies.count { if case .failed = $0 { true } else { false } })
    for (index, reply) in replies.enumerated() {
      guard case .message(let message, let transport, _) = reply else { continue }
      queries[index].expected = Answer(replyTo: queries[index].question, message: message, transport: transport).digest
    }
    for _ in 0..<rounds {
      let start = Usage.now
      let replies = await ask(queries, engine)
      report("unchanged", since: start, count: queries.count, unanswered: replies.count { $0 != .unchanged })
    }
    let counters = engine.counters
    print("retries \(counters.retries) timeouts \(counters.timeouts) hostile \(counters.hostile)")
    engine.shutdown()
  }

  /// Batches of the size that the daemon makes.
  static func ask(_ queries: [Query], _ engine: Engine) async -> [Reply] {
    var replies: [Reply] = []
    replies.reserveCapacity(queries.count)
    for start in stride(from: 0, to: queries.count, by: 10_000) {
      replies += await engine.ask(Array(queries[start..<min(start + 10_000, queries.count)]))
    }
    return replies
  }

  static func names(in path: String) throws -> [DomainName] {
    guard let file = fopen(path, "r") else {
      print("cannot read \(path)")
      exit(65)
    }
    defer { fclose(file) }
    var names: [DomainName] = []
    var line = [CChar](repeating: 0, count: 512)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = String(decoding: line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      names.append(try DomainName(text))
    }
    return names
  }

  /// One line: what, questions a second, CPU seconds for a million questions, the most memory so far.
  static func report(_ what: String, since start: Usage, count: Int, unanswered: Int) {
    let end = Usage.now
    let perMillion = (end.cpu - start.cpu) / Double(count) * 1_000_000
    let rate = Double(count) / (end.wall - start.wall)
    let cost = (perMillion * 100).rounded() / 100
    print("\(what) qps \(Int(rate)) cpu-s/M \(cost) other \(unanswered) maxrss-MB \(end.memory / 1024)")
  }
}

/// What the process has used.
struct Usage {
  var cpu: Double
  var wall: Double
  /// KiB.
  var memory: Int

  static var now: Usage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return Usage(
      cpu: seconds(usage.ru_utime) + seconds(usage.ru_stime), wall: Double(time.tv_sec) + Double(time.tv_nsec) / 1e9,
      memory: usage.ru_maxrss)
  }
}
