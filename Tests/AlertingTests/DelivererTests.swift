// The outbox at work: order, receivers that are down, crashes, stores that fail. No test waits for a real clock.

import HTTPClient
import Model
import Synchronization
import Testing

@testable import Alerting

@Suite(.timeLimit(.minutes(10))) struct Delivering {
  let store = MemoryOutbox()
  let clock = ManualClock()

  private func deliverer(_ receivers: [Receiver], _ http: any HTTPTransport & MailTransport) -> RunningDeliverer {
    RunningDeliverer(receivers, http, store: store, clock: clock)
  }

  /// Delivers, and goes on to each time at which something is due, until a time.
  private func play(_ deliverer: RunningDeliverer, until end: Timestamp) async {
    while let next = await deliverer.drain(), next <= end { clock.set(next) }
    clock.set(end)
  }

  @Test func whatIsAcceptedIsDelivered() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 204) }
    for id in ["dlv_1", "dlv_2", "dlv_3"] { store.add(id, to: "hook", at: time(0)) }
    #expect(await deliverer([receiver()], http).drain() == nil)
    #expect(http.ids == ["dlv_1", "dlv_2", "dlv_3"])
    #expect(store.deliveries.allSatisfy { $0.status == .delivered && $0.attempts == 1 && $0.finishedAt == time(0) })
  }

  @Test func aReceiverThatWasDownGetsEverythingInOrderWithTheSameIds() async throws {
    let clock = clock
    let http = ScriptedReceivers { _ throws(HTTPError) in
      if clock.now < time(1000) { throw .unreachable("connection refused") }
      return HTTPResponse(status: 200)
    }
    let deliverer = deliverer([receiver()], http)
    store.add("dlv_1", to: "hook", at: time(0))
    await play(deliverer, until: time(600))
    store.add("dlv_2", to: "hook", at: time(600))
    await play(deliverer, until: time(900))
    #expect(store.deliveries.map(\.status) == [.pending, .pending])
    let triesBefore = http.requests.count
    #expect(triesBefore < 12)
    await play(deliverer, until: time(4000))
    #expect(store.deliveries.map(\.status) == [.delivered, .delivered])
    #expect(http.ids.suffix(2) == ["dlv_1", "dlv_2"], "the alarm before its recovery")
    #expect(Set(http.ids) == ["dlv_1", "dlv_2"])
  }

  @Test func aNewDeliveryFindsOutThatTheReceiverIsBack() async throws {
    let clock = clock
    let http = ScriptedReceivers { _ throws(HTTPError) in
      if clock.now < time(5000) { throw .timeout }
      return HTTPResponse(status: 200)
    }
    let deliverer = deliverer([receiver()], http)
    for number in 1...5 { store.add("dlv_\(number)", to: "hook", at: time(0)) }
    await play(deliverer, until: time(5000))
    #expect(http.requests.count == 6, "one try stands for all that were due")
    store.add("dlv_6", to: "hook", at: time(5000))
    await play(deliverer, until: time(5000))
    #expect(store.deliveries.allSatisfy { $0.status == .delivered && $0.finishedAt == time(5000) })
    #expect(http.ids.dropFirst(6).first == "dlv_1")
  }

  @Test func aReceiverThatAsksForRestIsLeftAlone() async throws {
    let clock = clock
    let http = ScriptedReceivers { _ in
      HTTPResponse(status: clock.now < time(600) ? 429 : 200, headers: ["retry-after": "600"])
    }
    let deliverer = deliverer([receiver()], http)
    store.add("dlv_1", to: "hook", at: time(0))
    await play(deliverer, until: time(60))
    store.add("dlv_2", to: "hook", at: time(60))
    await play(deliverer, until: time(590))
    #expect(http.requests.count == 1, "also where something new happens")
    await play(deliverer, until: time(700))
    #expect(http.ids == ["dlv_1", "dlv_1", "dlv_2"])
    #expect(store.deliveries.allSatisfy { $0.status == .delivered && $0.finishedAt == time(600) })
  }

  @Test func oneReceiverThatHangsDoesNotHoldBackTheOthers() async throws {
    let release = AsyncStream<Void>.makeStream()
    let http = ScriptedReceivers { request in
      if request.url.contains("slow") { for await _ in release.stream { break } }
      return HTTPResponse(status: 200)
    }
    let delivered = AsyncStream<String>.makeStream()
    let running = deliverer([receiver("slow"), receiver("fast")], http)
    running.observe { report in
      if case .tried(let delivery, _) = report { delivered.continuation.yield(delivery.id) }
    }
    let deliverer = running.deliverer
    store.add("dlv_1", to: "slow", at: time(0))
    store.add("dlv_2", to: "fast", at: time(0))
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await deliverer.run() }
      var order = delivered.stream.makeAsyncIterator()
      #expect(await order.next() == "dlv_2")
      store.add("dlv_3", to: "fast", at: time(0))
      deliverer.wake()
      #expect(await order.next() == "dlv_3")
      release.continuation.yield()
      #expect(await order.next() == "dlv_1")
      deliverer.stop()
    }
    #expect(store.deliveries.allSatisfy { $0.status == .delivered })
  }

  @Test func cancellingAbandonsATryThatIsMadeAgain() async throws {
    let arrived = AsyncStream<Void>.makeStream()
    let http = ScriptedReceivers { _ throws(HTTPError) in
      arrived.continuation.yield()
      // Ends when the task is cancelled, as the client does.
      try? await Task.sleep(for: .seconds(3600))
      throw .other("cancelled")
    }
    store.add("dlv_1", to: "hook", at: time(0))
    let first = deliverer([receiver()], http)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await first.deliverer.run() }
      for await _ in arrived.stream { break }
      group.cancelAll()
    }
    #expect(store.deliveries.first?.status == .pending)
    #expect(store.deliveries.first?.attempts == 0)
    let second = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    _ = await deliverer([receiver()], second).drain()
    #expect(second.ids == http.ids)
  }

  @Test func aDeliveryThatAloneIsRefusedDoesNotHoldBackTheOthers() async throws {
    let http = ScriptedReceivers { request in
      HTTPResponse(status: request["webhook-id"] == "dlv_1" ? 500 : request["webhook-id"] == "dlv_2" ? 400 : 200)
    }
    for id in ["dlv_1", "dlv_2", "dlv_3"] { store.add(id, to: "hook", at: time(0)) }
    let deliverer = deliverer([receiver()], http)
    let next = await deliverer.drain()
    #expect(store.deliveries.map(\.status) == [.pending, .failed, .delivered])
    #expect(next == time(5))
    await play(deliverer, until: time(100_000))
    #expect(store.deliveries.map(\.status) == [.failed, .failed, .delivered])
    #expect(store.deliveries.map(\.attempts) == [8, 1, 1])
  }

  @Test func aReceiverThatFailsThreeTimesIsLeftAlone() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 502) }
    for number in 1...50 { store.add("dlv_\(number)", to: "hook", at: time(0)) }
    let next = await deliverer([receiver()], http).drain()
    #expect(http.requests.count == 3)
    #expect(next == time(5))
    #expect(store.deliveries.allSatisfy { $0.attempts == 1 })
  }

  @Test func goneDisablesTheReceiverUntilItChanges() async throws {
    let status = Mutex(410)
    let http = ScriptedReceivers { _ in HTTPResponse(status: status.withLock { $0 }) }
    let deliverer = deliverer([receiver()], http)
    store.add("dlv_1", to: "hook", at: time(0))
    store.add("dlv_2", to: "hook", at: time(0))
    _ = await deliverer.drain()
    #expect(store.deliveries.map(\.status) == [.failed, .failed])
    store.add("dlv_3", to: "hook", at: time(1))
    clock.advance(1)
    deliverer.deliverer.replaceReceivers([receiver()])
    _ = await deliverer.drain()
    #expect(http.requests.count == 1, "the same configuration changes nothing")
    #expect(store.deliveries.last?.lastResult?.contains("410") == true)
    status.withLock { $0 = 200 }
    deliverer.deliverer.replaceReceivers([receiver(secret: "new")])
    store.add("dlv_4", to: "hook", at: time(1))
    _ = await deliverer.drain()
    #expect(store.deliveries.last?.status == .delivered)
  }

  @Test func aReceiverThatIsNotConfiguredAnyMoreIsSaidSo() async throws {
    store.add("dlv_1", to: "old", at: time(0))
    _ = await deliverer([receiver()], ScriptedReceivers { _ in HTTPResponse(status: 200) }).drain()
    #expect(store.deliveries.first?.status == .failed)
    #expect(store.deliveries.first?.lastResult == "the receiver old is no longer configured")
  }

  @Test func whatTheStoreDidNotTakeIsNotSentAgain() async throws {
    let store = store
    let http = ScriptedReceivers { _ in
      store.setBroken(true)
      return HTTPResponse(status: 200)
    }
    store.add("dlv_1", to: "hook", at: time(0))
    let deliverer = deliverer([receiver()], http)
    for _ in 0..<2 {
      await deliverer.run { report in
        if case .storeFailed = report { true } else { false }
      }
    }
    store.setBroken(false)
    _ = await deliverer.drain()
    #expect(http.requests.count == 1)
    #expect(store.deliveries.first?.status == .delivered)
  }

  @Test func aClockThatWasSetBackHoldsNothingUp() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    store.add("dlv_1", to: "hook", at: time(1_000_000))
    _ = await deliverer([receiver()], http).drain()
    #expect(store.deliveries.first?.status == .delivered)
  }

  @Test func aTestGoesPastTheOutbox() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 403, body: Array("invalid_token".utf8)) }
    let sender = MessageSender(transport: http, now: { time(0) })
    let result = await sender.sendTest(to: receiver("slack", .slack))
    #expect(result == AttemptResult(.refused, "HTTP 403: invalid_token"))
    #expect(store.deliveries.isEmpty)
    let bad = await sender.sendTest(to: receiver(secret: "whsec_?"))
    #expect(bad.kind == .refused)
    #expect(bad.text.contains("whsec_"))
    #expect(http.requests.count == 1)
  }
}
