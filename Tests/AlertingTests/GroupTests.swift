// One fault, one message: what is merged for people, and what becomes of its deliveries.

import HTTPClient
import Model
import Testing

@testable import Alerting

@Suite(.timeLimit(.minutes(1))) struct Grouping {
  let store = MemoryOutbox()
  let clock = ManualClock()

  private func add(_ events: [Event], from number: Int = 1, to receiver: String = "people", dueAt: Timestamp) {
    for (index, event) in events.enumerated() {
      store.add(event, as: "dlv_\(number + index)", to: receiver, at: time(3600), dueAt: dueAt)
    }
  }

  private func deliverer(_ receivers: [Receiver], _ http: any HTTPTransport & MailTransport) -> RunningDeliverer {
    RunningDeliverer(receivers, http, store: store, clock: clock)
  }

  @Test func keysOfOneFaultAreTogether() throws {
    let loss = try Event.loss(of: ["a", "b"])
    #expect(EventGroup.withFirst(of: loss) == [0, 1, 2], "the change of name servers belongs to its keys")
    #expect(EventGroup.withFirst(of: [loss[1], loss[0], loss[2]]) == [0, 1, 2])
    #expect(EventGroup.withFirst(of: [loss[0]]) == [0])
    var other = loss[2]
    other.domain = try DomainName("mail.domain.com")
    #expect(EventGroup.withFirst(of: [loss[1], other]) == [0, 1], "they stand in one zone, which moved")
    let changes: [(inout Event) -> Void] = [
      { $0.verdict = .warning }, { $0.type = .selectorInvalid }, { $0.reminder = true }, { $0.ours = false },
      { $0.diagnosis?.rule = "another" }, { $0.delegation = nil },
    ]
    for change in changes {
      var other = loss[2]
      other.domain = .root
      change(&other)
      #expect(EventGroup.withFirst(of: [loss[1], other]) == [0])
    }
    for type in [EventType.viewDown, .test, .rotationReady] {
      let event = try Event.sample(type)
      #expect(EventGroup.withFirst(of: [event, event]) == [0])
    }
  }

  @Test func aZoneIsOneMessageToPeopleAndOneRequestAnEventToPrograms() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    let loss = try Event.loss(of: ["a", "b", "c"])
    add(loss, dueAt: time(3605))
    add(loss, from: 11, to: "program", dueAt: time(3600))
    clock.set(time(3600))
    let running = deliverer([receiver("people", .slack), receiver("program")], http)
    #expect(await running.drain() == time(3605))
    #expect(http.ids == ["dlv_11", "dlv_12", "dlv_13", "dlv_14"])
    clock.set(time(3605))
    #expect(await running.drain() == nil)
    #expect(http.requests.count == 5)
    #expect(http.ids.last?.hasPrefix("msg_") == true)
    #expect(store.deliveries.allSatisfy { $0.status == .delivered && $0.attempts == 1 })
  }

  @Test func whatArrivesWhileTheFirstIsHeldBackGoesWithIt() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    let loss = try Event.loss(of: ["a", "b"])
    add([loss[1]], dueAt: time(3605))
    add([loss[2]], from: 2, dueAt: time(3609))
    clock.set(time(3605))
    #expect(await deliverer([receiver("people", .slack)], http).drain() == nil)
    #expect(http.requests.count == 1)
    #expect(store.deliveries.allSatisfy { $0.status == .delivered })
  }

  @Test func aRepeatHasTheSameIdAndAnotherSetAnotherOne() async throws {
    let clock = clock
    let http = ScriptedReceivers { _ in HTTPResponse(status: clock.now < time(3620) ? 500 : 200) }
    let loss = try Event.loss(of: ["a", "b", "c"])
    add(Array(loss[1...2]), dueAt: time(3605))
    let running = deliverer([receiver("people", .slack)], http)
    clock.set(time(3605))
    #expect(await running.drain() == time(3610))
    clock.set(time(3610))
    _ = await running.drain()
    #expect(http.ids.count == 2)
    #expect(Set(http.ids).count == 1)
    #expect(store.deliveries.map(\.attempts) == [2, 2])
    add([loss[3]], from: 3, dueAt: time(3645))
    clock.set(time(3645))
    _ = await running.drain()
    #expect(http.ids.count == 3)
    #expect(Set(http.ids).count == 2)
    #expect(store.deliveries.map(\.status) == [.delivered, .delivered, .delivered])
  }

  @Test func aMessageThatIsRefusedIsSentInParts() async throws {
    let http = ScriptedReceivers { request in
      HTTPResponse(status: request["webhook-id"].map { $0.hasPrefix("msg_") || $0 == "dlv_2" } == true ? 400 : 200)
    }
    add(Array(try Event.loss(of: ["a", "b", "c"])[1...]), dueAt: time(3605))
    clock.set(time(3605))
    #expect(await deliverer([receiver("people", .slack)], http).drain() == nil)
    #expect(http.ids.dropFirst() == ["dlv_1", "dlv_2", "dlv_3"])
    #expect(store.deliveries.map(\.status) == [.delivered, .failed, .delivered])
  }
}
