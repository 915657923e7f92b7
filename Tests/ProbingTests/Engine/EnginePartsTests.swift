// The parts of the engine that are plain values.

import Model
import Testing

@testable import Probing

struct RateLimitTests {
  /// Asks as often as it may; the times at which questions went.
  func times(rate: Int, for span: Nanoseconds) -> [Nanoseconds] {
    var limit = RateLimit()
    var now: Nanoseconds = 5_000_000_000
    let end = now + span
    var times: [Nanoseconds] = []
    while now < end {
      if let later = limit.take(rate: rate, now: now) {
        #expect(later > now)
        now = later
      } else {
        times.append(now)
      }
    }
    return times
  }

  @Test(arguments: [1, 5, 50, 100, 1_000, 50_000])
  func noSecondHasMoreThanTheRate(rate: Int) {
    let times = times(rate: rate, for: 4_000_000_000)
    var start = 0
    var most = 0
    for end in times.indices {
      while times[end] - times[start] >= 1_000_000_000 { start += 1 }
      most = max(most, end - start + 1)
    }
    #expect(most <= rate)
    #expect(times.count >= rate * 4 * 9 / 10)
  }

  @Test func restIsNotSavedUp() {
    var limit = RateLimit()
    #expect(limit.take(rate: 100, now: 0) == nil)
    let later: Nanoseconds = 60_000_000_000
    var burst = 0
    while limit.take(rate: 100, now: later) == nil { burst += 1 }
    #expect(burst <= 3)
  }
}

struct WindowTests {
  @Test func growsAndShrinks() {
    var window = Window()
    #expect(window.limit == Window.initial)
    for _ in 0..<100_000 { window.answered() }
    #expect(window.limit == Window.largest)
    window.lost(now: 1_000_000_000)
    window.lost(now: 1_000_000_001)
    #expect(window.limit == Window.largest / 2)
    for second in 2..<20 as Range<Nanoseconds> { window.lost(now: second * 1_000_000_000) }
    #expect(window.limit == Window.smallest)
  }

  @Test func closesAtASilentServerUntilItAnswers() {
    var window = Window()
    for _ in 0..<Window.silence { window.gaveUp() }
    #expect(window.isSilent && window.limit == Window.probes)
    window.answered()
    #expect(!window.isSilent && window.limit >= Window.initial)
  }

  @Test func connectionsAreLeftForAWhileWhereNoneIsAnswered() throws {
    var server = Server(Endpoint(try #require(IPAddress("192.0.2.1")), port: 53))
    for _ in 1..<Server.lostStreamLimit { server.lostStream(now: 1_000) }
    #expect(!server.leavesStreams(now: 2_000))
    server.lostStream(now: 1_000)
    #expect(server.leavesStreams(now: 2_000))
    #expect(!server.leavesStreams(now: 1_000 + Server.streamMemory))
    server.keptStream()
    #expect(!server.leavesStreams(now: 2_000))
  }
}

struct TimerWheelTests {
  /// Random deadlines, changes and steps against a plain dictionary.
  @Test func firesWhatIsDueAndNothingElse() {
    var wheel = TimerWheel(now: 0)
    var known: [Int: Nanoseconds] = [:]
    var now: Nanoseconds = 0
    var bits: UInt64 = 42
    func random(_ limit: Int64) -> Int64 {
      bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(bits >> 33) % limit
    }
    for _ in 0..<20_000 {
      let node = Int(random(200))
      if random(4) == 0 {
        wheel.cancel(node)
        known[node] = nil
      } else {
        let deadline = now + random(20_000_000_000)
        wheel.schedule(node, at: deadline)
        known[node] = deadline
      }
      now += random(30) == 0 ? random(30_000_000_000) : random(5_000_000)
      var fired: [Int] = []
      wheel.expire(now: now, into: &fired)
      #expect(Set(fired).count == fired.count)
      for node in fired {
        #expect((known[node] ?? .max) <= now)
        known[node] = nil
      }
      for (_, deadline) in known { #expect(deadline > now - TimerWheel.tick) }
      #expect(wheel.count == known.count)
      if let earliest = known.values.min() {
        let next = wheel.next
        #expect(next != nil && (next ?? 0) <= earliest + TimerWheel.tick)
      } else {
        #expect(wheel.next == nil)
      }
    }
  }
}

struct ReplyMatchTests {
  let sent: [UInt8] = [1, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0x61, 0x42, 0x2D, 0, 0, 16, 0, 1]

  func match(_ change: (inout [UInt8]) -> Void) -> ReplyMatch {
    var reply = sent
    reply[2] = 0x85
    change(&reply)
    return reply.withUnsafeBytes { reply in
      sent.withUnsafeBytes { ReplyMatch(reply, sent: $0, question: sent.count) }
    }
  }

  @Test func comparesTheQuestion() {
    #expect(match { _ in } == .exact)
    #expect(match { $0[13] = 0x41 } == .foldedCase)
    #expect(match { $0[14] = 0x62 } == .foldedCase)
    // 0x2D and 0x0D differ in the same bit, and are no letters.
    #expect(match { $0[15] = 0x0D } == .different)
    #expect(match { $0[18] = 48 } == .different)
    #expect(match { $0[2] = 0x05 } == .different)
    #expect(match { $0[5] = 2 } == .different)
    #expect(match { $0[4] = 1 } == .different)
    #expect(match { $0.removeLast() } == .different)
    #expect(match { $0.removeLast(10) } == .different)
  }

  @Test func anErrorMayComeWithoutTheQuestion() {
    let bare = { (code: UInt8) in
      match {
        $0.removeLast(9)
        $0[5] = 0
        $0[3] = code
      }
    }
    #expect(bare(1) == .withoutQuestion)
    #expect(bare(5) == .withoutQuestion)
    #expect(bare(0) == .different)
    #expect(bare(3) == .different)
  }
}

struct StreamFramingTests {
  @Test func findsTheMessageHoweverItIsCut() {
    let message = (0..<300).map { UInt8(truncatingIfNeeded: $0) }
    let framed = message.withUnsafeBytes { StreamFraming.framed($0) }
    for size in [1, 2, 3, 100, 302] {
      var framing = StreamFraming()
      var found: [UInt8]?
      for start in stride(from: 0, to: framed.count, by: size) {
        #expect(found == nil)
        found = framed[start..<min(start + size, framed.count)].withUnsafeBytes { framing.append($0) }.map(Array.init)
      }
      #expect(found == message)
    }
  }

  @Test func anEmptyMessageIsAMessage() {
    var framing = StreamFraming()
    #expect([UInt8](repeating: 0, count: 2).withUnsafeBytes { framing.append($0) } == [])
  }
}
