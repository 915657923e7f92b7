// Every format against its service: what is sent is what the documentation demands, and answers are understood.

import Foundation
import HTTPClient
import Model
import TestSupport
import Testing

@testable import Alerting

private let services = Receiver.Format.allCases.filter { StrictService.service($0) != nil }

private func items(_ events: [Event]) -> [QueuedDelivery] {
  events.enumerated().map { index, event in
    let delivery = Delivery(id: "dlv_\(index + 1)", event: event.id, receiver: "hook", createdAt: event.at)
    let isOpen = event.type != .selectorRecovered && event.type != .viewRecovered
    return QueuedDelivery(
      delivery: delivery, event: event, standing: event.incident.map { _ in QueuedDelivery.Standing(isOpen: isOpen) })
  }
}

private func requests(_ events: [Event], _ format: Receiver.Format) throws -> [HTTPRequest] {
  try requests(items(events), receiver("hook", format))
}

private func requests(_ items: [QueuedDelivery], _ receiver: Receiver) throws -> [HTTPRequest] {
  let sender = MessageSender(transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(3600) })
  guard case .http(let requests) = try sender.dispatch(items, id: "dlv_1", to: receiver) else { return [] }
  return requests
}

/// The body of the first request.
private func json(_ requests: [HTTPRequest]) throws -> JSON {
  let request = try #require(requests.first)
  return try #require(JSON(request.body))
}

@Suite struct Services {
  @Test(arguments: services, EventType.allCases) func takeEveryEvent(format: Receiver.Format, type: EventType) throws {
    let service = try #require(StrictService.service(format))
    let sent = try requests([.sample(type)], format)
    #expect(!sent.isEmpty)
    for request in sent { #expect(service.faults(request) == []) }
  }

  @Test(arguments: services, ["&\"<", "\u{1}", "é", "x", "👩‍👩‍👧‍👦", "**a** [b](c) `d` @everyone <!channel>"])
  func takeWhatIsHostileAndLong(format: Receiver.Format, text: String) throws {
    let service = try #require(StrictService.service(format))
    for request in try requests([try Event.monster(text)], format) { #expect(service.faults(request) == []) }
  }

  /// A lost zone of 40 selectors is one readable message of 40 lines.
  @Test(arguments: services) func aLostZoneIsOneMessage(format: Receiver.Format) throws {
    let service = try #require(StrictService.service(format))
    let selectors = (1...40).map { "s\($0)" }
    let sent = try requests(try Event.loss(of: selectors), format)
    #expect(sent.count == 1)
    for request in sent {
      #expect(service.faults(request) == [])
      let text = String(decoding: request.body, as: UTF8.self).replacing("\\", with: "")
      // Where 1,024 characters are all there is, the message says how many there are and that it is cut.
      let told = selectors.filter {
        text.contains("\($0)._domainkey.domain.com") || text.contains("selector\":\"\($0)\"")
      }
      #expect(told.count == 40 || format == .pushover && told.count > 10 && text.contains("Cut: this is too long"))
      #expect(text.contains("40 keys are missing") || format == .alertmanager)
    }
  }

  @Test(arguments: services) func answersAreUnderstood(format: Receiver.Format) async throws {
    let service = try #require(StrictService.service(format))
    let answers: [(HTTPResponse?, AttemptResult.Kind)] = [
      (service.accepted, .accepted), (service.limited, .unavailable), (service.refused, .refused),
      (HTTPResponse(status: 500), .failed), (HTTPResponse(status: 410), .gone),
    ]
    for case (let answer?, let kind) in answers {
      let sender = MessageSender(transport: ScriptedReceivers { _ in answer }, now: { time(3600) })
      let result = await sender.send(items([try .sample(.selectorMissing)]), id: "dlv_1", to: receiver("hook", format))
      #expect(result.kind == kind, "\(answer.status): \(result)")
      if kind == .unavailable, [.slack, .discord, .matrix, .telegram].contains(format) {
        #expect(result.retryAfter.map { (.seconds(29) ... .seconds(30)).contains($0) } == true)
      }
    }
  }

  @Test(arguments: [Receiver.Format.slack, .matrix, .telegram, .pagerduty, .pushover])
  func aPageThatSaysOKIsNoService(format: Receiver.Format) async throws {
    let page = HTTPResponse(status: 200, body: Array("<html>Log in to the hotel's network</html>".utf8))
    let sender = MessageSender(transport: ScriptedReceivers { _ in page }, now: { time(3600) })
    let result = await sender.send(items([try .sample(.selectorMissing)]), id: "dlv_1", to: receiver("hook", format))
    #expect(result.kind == .failed)
  }

  @Test func noAnswerShowsASecret() async throws {
    for format in services {
      let target = receiver("hook", format)
      let echo = HTTPResponse(
        status: 400, body: Array("bad: \(target.url.reveal()) tok-123456 usr-123456".utf8))
      let sender = MessageSender(transport: ScriptedReceivers { _ in echo }, now: { time(3600) })
      let result = await sender.send(items([try .sample(.selectorMissing)]), id: "dlv_1", to: target)
      #expect(!result.text.contains("123456") && !result.text.contains(target.url.reveal()), "\(result.text)")
    }
  }

  /// Mattermost and Rocket.Chat know attachments with fields, and no blocks.
  @Test func slackElsewhereHasFields() throws {
    var target = receiver("hook", .slack)
    target.url = Secret("https://chat.example/hooks/abc")
    let request = try #require(try requests(items([try .sample(.selectorMissing)]), target).first)
    let body = try #require(JSON(request.body))
    let attachment = try #require(body["attachments"]?.elements?.first)
    #expect(attachment["blocks"] == nil)
    #expect(attachment["fields"]?.elements?.contains { $0["title"] == "Remedy" } == true)
    #expect(StrictService.service(.slack)?.faults(request) == [])
    expectGolden(try pretty(request.body), "slack/elsewhere.json")
  }
}

func pretty(_ body: [UInt8]) throws -> String {
  let value = try JSONSerialization.jsonObject(with: Data(body))
  let bytes = try JSONSerialization.data(
    withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  return String(decoding: bytes, as: UTF8.self) + "\n"
}

@Suite struct Threads {
  /// The loss of three keys, and the recovery of some of them.
  private func recovery(_ selectors: [String], thread: String, open: Int) throws -> [QueuedDelivery] {
    try Event.loss(of: selectors).dropFirst().map { event in
      var event = event
      event.type = .selectorRecovered
      event.verdict = .ok
      return QueuedDelivery(
        delivery: Delivery(id: "dlv_r\(event.id)", event: event.id, receiver: "hook", createdAt: event.at),
        event: event,
        standing: QueuedDelivery.Standing(isOpen: false, thread: thread, openInThread: open))
    }
  }

  @Test func pagerDutyResolvesWhenTheLastKeyIsBack() throws {
    let target = receiver("hook", .pagerduty)
    let loss = items(try Event.loss(of: ["a", "b", "c"]))
    let trigger = try json(try requests(loss, target))
    #expect(trigger["event_action"] == "trigger")
    let key = try #require(trigger["dedup_key"]?.string)
    #expect(key == loss[1].event.incident)
    let some = try json(try requests(try recovery(["a"], thread: key, open: 2), target))
    #expect(some["event_action"] == "trigger")
    #expect(some["dedup_key"] == .text(key))
    #expect(some["payload"]?["summary"]?.string?.contains("2 of the same alert are still open") == true)
    let last = try json(try requests(try recovery(["b", "c"], thread: key, open: 0), target))
    #expect(last["event_action"] == "resolve")
    #expect(last["dedup_key"] == .text(key))
  }

  @Test func pagerDutyTestsBothWays() throws {
    let sent = try requests([.sample(.test)], .pagerduty).compactMap { JSON($0.body) }
    #expect(sent.map { $0["event_action"] } == ["trigger", "resolve"])
    #expect(Set(sent.compactMap { $0["dedup_key"]?.string }).count == 1)
  }

  @Test func alertmanagerEndsUnderTheLabelsOfTheBeginning() throws {
    func labels(_ type: EventType) throws -> [(JSON, JSON)] {
      (try json(requests([.sample(type)], .alertmanager)).elements ?? []).map {
        ($0["labels"] ?? .null, $0["endsAt"] ?? .null)
      }
    }
    var missing = try Event.sample(.selectorMissing)
    missing.labels = nil
    let begun = try #require(json(requests([missing], .alertmanager)).elements?.first?["labels"])
    let ended = try labels(.selectorRecovered)
    #expect(ended.contains { $0.0 == begun })
    #expect(ended.allSatisfy { $0.1 == .text(time(3600).description) })
  }

  @Test func aThreadIsKnownAfterTheFirstMessage() throws {
    var queue = ReceiverQueue(items(try Event.loss(of: ["a", "b"])), merges: true)
    guard case .send(let first) = queue.next(at: time(4000)) else { return #expect(Bool(false)) }
    let outcome = queue.record(AttemptResult(.accepted, ""), at: time(4000)) { 0 }
    #expect(first.count == 3)
    #expect(Set(outcome.updates.compactMap(\.thread)) == [first[1].event.incident ?? ""])
  }
}

@Suite struct Mails {
  private func text(_ items: [QueuedDelivery], id: String = "dlv_1") throws -> String {
    let sender = MessageSender(
      transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(3600) },
      display: { $0.description.replacing("xn--bcher-kva", with: "bücher") })
    guard case .mail(let mail) = try sender.dispatch(items, id: id, to: receiver("hook", .email)) else { return "" }
    #expect(mail.sender == "selectord@example.net")
    #expect(mail.recipients == ["postmaster@example.net", "night@example.net"])
    return String(decoding: mail.message, as: UTF8.self)
  }

  private func header(_ name: String, _ text: String) -> String? {
    let head = text.split(separator: "\r\n\r\n", maxSplits: 1)[0].replacing("\r\n ", with: " ")
    return head.split(separator: "\r\n").first { $0.hasPrefix(name + ": ") }.map {
      String($0.dropFirst(name.count + 2))
    }
  }

  @Test(arguments: EventType.allCases) func ofEveryEvent(type: EventType) throws {
    let text = try text(items([.sample(type)]))
    #expect(!text.replacing("\r\n", with: "").contains("\n"), "every line ends with CRLF")
    #expect(text.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 })
    let readable = text.split(separator: "\r\n\r\n").map { part in
      let joined = String(part.split(separator: "\r\n--")[0]).replacing("\r\n", with: "")
      return Data(base64Encoded: joined).map { String(decoding: $0, as: UTF8.self) } ?? String(part)
    }
    expectGolden(
      readable.joined(separator: "\n\n").replacing("\r\n", with: "\n") + "\n", "email/\(type.rawValue).txt")
  }

  @Test func mailsOfOneIncidentAreOneThread() throws {
    let loss = items([try .sample(.selectorMissing)])
    let first = try text(loss)
    let root = try #require(header("Message-ID", first))
    #expect(try header("Message-ID", text(loss, id: "dlv_1")) == root, "a repeat is the same mail")
    #expect(header("In-Reply-To", first) == nil)
    var again = items([try .sample(.selectorRecovered)])
    again[0].standing?.thread = loss[0].event.incident
    let second = try text(again, id: "dlv_2")
    #expect(header("In-Reply-To", second) == root)
    #expect(header("References", second) == root)
    #expect(header("Message-ID", second) != root)
  }

  @Test func aSubjectThatIsNotASCIIIsEncoded() throws {
    var event = try Event.sample(.test)
    event.summary = "Der Schlüssel von bücher.example fehlt: 👩‍👩‍👧‍👦 " + String(repeating: "é", count: 100)
    let text = try text(items([event]))
    let lines = text.split(separator: "\r\n\r\n")[0].split(separator: "\r\n")
    #expect(lines.allSatisfy { $0.utf8.count <= 78 })
    let words = text.matches(of: /=\?UTF-8\?B\?([^?]*)\?=/).map { Data(base64Encoded: String($0.1)) ?? Data() }
    #expect(words.allSatisfy { String(validating: $0, as: UTF8.self) != nil }, "no character is cut in two")
    #expect(words.map { String(decoding: $0, as: UTF8.self) }.joined().hasPrefix("TEST: Der Schlüssel von bücher"))
  }

  @Test(arguments: [
    (MailResponse(code: 250), AttemptResult.Kind.accepted),
    (MailResponse(code: 421, refusals: ["421 busy"]), .unavailable),
    (MailResponse(code: 451, refusals: ["451 later"]), .failed),
    (MailResponse(code: 550, refusals: ["550 no"]), .refused),
    (MailResponse(code: 250, refusals: ["550 unknown user"]), .accepted),
  ]) func repliesAreUnderstood(response: MailResponse, kind: AttemptResult.Kind) {
    let result = AttemptResult(response)
    #expect(result.kind == kind)
    for refusal in response.refusals { #expect(result.text.contains(refusal)) }
  }
}

@Suite(.timeLimit(.minutes(1))) struct Programs {
  private func run(_ script: String, timeout: Duration = .seconds(20), input: String = "x") async -> ProgramEnd {
    await ProgramRunner.run(
      ProgramCall(
        command: ["/bin/sh", "-c", script], input: Array(input.utf8), environment: ["A": "b"], timeout: timeout))
  }

  @Test func itGetsTheEventOnStandardInput() async throws {
    let end = await run("cat; echo; env | grep -c .; echo err >&2", input: "the event")
    #expect(end.status == .exited(0))
    #expect(end.output.hasPrefix("the event\n"))
    #expect(end.output.hasSuffix("err\n"))
  }

  @Test(arguments: [
    (0, AttemptResult.Kind.accepted), (1, .failed), (2, .failed), (65, .refused), (75, .unavailable), (78, .refused),
    (127, .failed),
  ]) func theExitCodeDecides(code: Int, kind: AttemptResult.Kind) async {
    #expect(AttemptResult(await run("echo no >&2; exit \(code)")).kind == kind)
  }

  @Test func oneThatDoesNotEndIsKilledWithItsChildren() async {
    let end = await run("sleep 1000 & sleep 1000", timeout: .milliseconds(200))
    #expect(end.status == .timedOut)
    #expect(AttemptResult(end).kind == .unavailable)
  }

  @Test func oneThatReadsNothingAndWritesWithoutEndIsBounded() async {
    let end = await run("yes | head -c 3000000; exit 3")
    #expect(end.status == .exited(3))
    #expect(end.output.utf8.count <= 4096)
  }

  @Test func oneThatIsNotThereIsSaidSo() async {
    let end = await ProgramRunner.run(ProgramCall(command: ["/nonexistent"], input: [], environment: [:]))
    #expect(AttemptResult(end).kind == .refused)
    #expect(AttemptResult(end).text == "the program cannot be started: /nonexistent: No such file or directory")
  }

  @Test func itHasNothingOfOurEnvironment() async throws {
    var target = receiver("x", .exec)
    target.service.command = ["/usr/bin/env"]
    target.service.environment = ["TOKEN": Secret("abc")]
    let sender = MessageSender(transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(0) })
    guard case .program(let call) = try sender.dispatch(items([try .sample(.test)]), id: "dlv_1", to: target) else {
      return #expect(Bool(false))
    }
    let names = (await ProgramRunner.run(call)).output.split(separator: "\n").compactMap {
      $0.split(separator: "=").first
    }
    #expect(
      names.map(String.init).sorted()
        == ["LANG", "PATH", "SELECTORD_DELIVERY", "SELECTORD_EVENT", "SELECTORD_VERDICT", "TOKEN"])
  }
}

@Suite struct Templates {
  @Test func valuesAreEscapedForTheirPlace() throws {
    var event = try Event.sample(.selectorMissing)
    event.summary = "a \"quote\" \\ and\u{7}<b>"
    func body(_ template: String, _ type: String?) throws -> String {
      var target = receiver("x", .template)
      target.service.template = template
      target.service.contentType = type
      let request = try #require(try requests(items([event]), target).first)
      return String(decoding: request.body, as: UTF8.self)
    }
    #expect(try body("{\"s\": \"{{summary}}\"}", nil) == "{\"s\": \"a \\\"quote\\\" \\\\ and\u{FFFD}<b>\"}")
    #expect(try body("<p>{{summary}}</p>", "text/html").contains("&lt;b&gt;"))
    #expect(try body("{{summary}} {{event.selector}}", "text/plain") == "a \"quote\" \\ and\u{FFFD}<b> zendesk1")
    #expect(throws: TemplateFault.self) { try body("{{summary}}", "application/json") }
    #expect(throws: TemplateFault.self) { try body("{{#a}}", "text/plain") }
  }

  @Test(arguments: Receiver.Format.allCases.filter { ![.generic, .exec].contains($0) }) func aLinkIsInEveryMessage(
    _ format: Receiver.Format
  ) throws {
    let link = "https://selectord.example.org/watch/domain.com/zendesk1?a=1&b=2"
    let sender = MessageSender(
      transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(0) }, link: { _ in link })
    let text: String
    switch try sender.dispatch(items([try .sample(.selectorMissing)]), id: "dlv_1", to: receiver("x", format)) {
    case .http(let requests): text = requests.map { String(decoding: $0.body, as: UTF8.self) }.joined()
    case .mail(let mail):
      // The text part comes first.
      let parts = String(decoding: mail.message, as: UTF8.self).split(separator: "\r\n\r\n")
      text = parts.dropFirst().compactMap { part in
        Data(base64Encoded: String(part.prefix { $0 != "-" }), options: .ignoreUnknownCharacters)
          .map { String(decoding: $0, as: UTF8.self) }
      }.joined()
    case .program: text = ""
    }
    let plain = text.replacing("\\/", with: "/").replacing("&amp;", with: "&").replacing("\\u0026", with: "&")
    #expect(plain.contains(link) || format == .template && plain.contains("zendesk1"), "\(format): \(text)")
  }

  @Test func whatIsWrongIsKnownBeforeAnAlert() {
    func fault(_ template: String, _ type: String? = nil) -> String? {
      var target = receiver("x", .template)
      target.service.template = template
      target.service.contentType = type
      return target.templateFault
    }
    #expect(fault("{\"text\": \"{{headline}}\"}") == nil)
    #expect(fault("{\"text\": {{headline}}}") == "what the template makes is not JSON; put quotes around each {{…}}")
    #expect(fault("{{headline}}", "text/plain") == nil)
    #expect(fault("{{#section}}", "text/plain")?.contains("of the template:") == true)
    #expect(receiver("x", .slack).templateFault == nil)
  }
}
