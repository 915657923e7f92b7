// `verify`: every form of output, where keys come from, files and folders.

import Daemon
import Foundation
import Keys
import Mail
import Model
import TestSupport
import Testing

@testable import selectord

private let now = Timestamp(seconds: 1_795_000_000)

private func fixture(_ name: String) throws -> String {
  try #require(contents(ofFile: fixtures("mail") + "/" + name))
}

/// The keys of the fixtures, as a view gives them.
private func keys() throws -> [KeyName: TextRecord] {
  try fixture("keys.txt").split(separator: "\n").reduce(into: [:]) { keys, line in
    let parts = line.split(separator: " ", maxSplits: 1)
    keys[try #require(KeyName(keyName: try DomainName(parts[0])))] = TextRecord(String(parts[1]))
  }
}

private func record(_ name: String) throws -> TextRecord {
  let key = try #require(KeyName(keyName: try DomainName(name)))
  return try #require(try keys()[key])
}

private func verified(
  _ message: String, offers: ((KeyName, TextRecord?) -> [KeyOffer])? = nil
) throws -> MessageVerification {
  var intake = MessageIntake()
  Array(message.utf8).withUnsafeBytes { intake.take($0) }
  let taken = intake.finish()
  let keys = try keys()
  let offers =
    offers ?? { _, record in
      [
        KeyOffer(
          source: .view("authoritative"), answer: record.map { .records([KeyJudge.verificationRecord($0)]) } ?? .missing
        )
      ]
    }
  let pairs = taken.keyNames.map { ($0, offers($0, keys[$0])) }
  return taken.verified(keys: Dictionary(uniqueKeysWithValues: pairs), at: now)
}

/// One message of each kind.
private func samples() throws -> [(MessagePlace, MessageVerification)] {
  let two = try fixture("rfc8463.eml")
  let one = try fixture("rfc6376.eml")
  let other = try record("brisbane._domainkey.example.com")
  let wrong = try record("test._domainkey.football.example.com")
  let past = KeyOffer(
    source: .history(until: Timestamp(seconds: 1_794_990_000)),
    answer: .records([KeyJudge.verificationRecord(other)]))
  return [
    (MessagePlace(file: "two.eml"), try verified(two)),
    (MessagePlace(file: "box", number: 2), try verified(one + "____\nlist mailing list\n")),
    (MessagePlace(file: "subject.eml"), try verified(two.replacing("Subject: Is", with: "Subject: [LIST] Is"))),
    (
      MessagePlace(file: "rotated.eml"),
      try verified(one) { _, _ in
        [
          KeyOffer(
            source: .view("authoritative"),
            answer: .records([KeyJudge.verificationRecord(wrong)])), KeyOffer(source: .view("local"), answer: .missing),
          past,
        ]
      }
    ),
    (
      MessagePlace(file: "views.eml"),
      try verified(one) { _, record in
        [
          KeyOffer(
            source: .view("authoritative"), answer: .records(record.map { [KeyJudge.verificationRecord($0)] } ?? [])),
          KeyOffer(source: .view("google"), answer: .missing),
        ]
      }
    ),
    (
      MessagePlace(file: "gone.eml"), try verified(one) { _, _ in [KeyOffer(source: .view("local"), answer: .missing)] }
    ),
    (
      MessagePlace(file: "silent.eml"),
      try verified(one) { _, _ in [KeyOffer(source: .view("local"), answer: .unreachable("timeout by local"))] }
    ),
    (MessagePlace(file: "plain.eml"), try verified("From: a@example.org\nSubject: \u{1b}[31m\u{202e}\n\nHello\n")),
    (
      MessagePlace(file: "hostile.eml"),
      try verified("From: a\nDKIM-Signature: v=\u{1b}]0;x\u{7}; d=\u{202e}; s=<b>\n\n")
    ),
  ]
}

private func printed(
  _ output: VerdictFormat, _ appearance: Appearance = .plain, isVerbose: Bool = false
) throws -> String {
  var printer = VerificationPrinter(output: output, appearance: appearance, isVerbose: isVerbose)
  return try samples().map { try printer.added($0.0, $0.1) }.joined() + printer.rest(unreadable: 0)
}

@Suite struct VerificationOutputTests {
  @Test func manyMessagesAreARowASignature() throws { expectGolden(try printed(.table), "verify.txt") }

  @Test func eachMessageIsToldInDetail() throws {
    let appearance = Appearance(isColoured: false, isUnicode: true, columns: 80)
    let text = try printed(.table, appearance, isVerbose: true)
    for line in text.split(separator: "\n") where !line.contains("_domainkey") {
      #expect(String(line).terminalWidth <= 80, "\(line)")
    }
    expectGolden(text, "verify-verbose-80.txt")
  }

  @Test func oneMessageIsToldInDetailByItself() throws {
    var printer = VerificationPrinter(output: .table, appearance: .plain, isVerbose: false)
    let sample = try samples()[1]
    #expect(try printer.added(sample.0, sample.1) == "")
    expectGolden(printer.rest(unreadable: 0), "verify-one.txt")
  }

  @Test func jsonHasEveryField() throws { expectGolden(try printed(.json), "verify.json") }

  @Test func aMonitoringSystemGetsOneLineAndThenTheRest() throws {
    expectGolden(try printed(.nagios), "verify-nagios.txt")
  }

  @Test func noByteOfAMessageSteersTheTerminal() throws {
    for output in [VerdictFormat.table, .json, .jsonl, .nagios] {
      let text = try printed(output, Appearance(isColoured: false, isUnicode: true, columns: 80), isVerbose: true)
      #expect(!text.unicodeScalars.contains { $0 != "\n" && $0.steersTerminal }, "\(output)")
    }
  }

  @Test func theVerdictIsThatOfTheWorst() throws {
    let verdicts = try samples().map { $0.1.verdict }
    #expect(
      verdicts == [.ok, .critical, .critical, .critical, .warning, .critical, .unknown, .unknown, .critical])
  }
}

@Suite struct KeyOfferTests {
  private let key = try? KeyName(selector: DomainName("s"), domain: DomainName("example.org"))

  private func answer(_ text: String?, authoritative: Bool = false) -> Answer {
    let records = text.map { [TextRecord($0)] } ?? []
    return Answer(
      outcome: records.isEmpty ? .nxdomain : .records, records: records, authoritative: authoritative,
      digest: Model.Digest(high: UInt64(text?.utf8.count ?? 0), low: 0))
  }

  private func span(_ text: String?, _ first: Int64, _ last: Int64, current: Bool = false) throws -> AnswerSpan {
    AnswerSpan(
      key: try #require(key), view: "authoritative", server: "ns", endpoint: nil,
      firstSeen: Timestamp(seconds: first), lastSeen: Timestamp(seconds: last), isCurrent: current,
      answer: answer(text, authoritative: true))
  }

  @Test func theSourceCountsBeforeCaches() throws {
    func view(_ name: String, _ source: Bool, _ answers: [Answer]) throws -> ViewAnswer {
      ViewAnswer(
        view: name, isAuthoritative: source,
        servers: try answers.map {
          ServerAnswer(server: "a", endpoint: nil, question: try #require(key).name, answer: $0)
        })
    }
    let failed = Answer(outcome: .failed(.timeout), digest: Model.Digest(high: 1, low: 1))
    let look = Look(
      key: try #require(key), at: now,
      views: [
        try view("local", false, [failed]), try view("google", false, [answer(nil)]),
        try view("authoritative", true, [failed, answer(nil), answer("v=DKIM1; p=")]),
      ])
    #expect(
      KeyOffers.offers(of: look) == [
        KeyOffer(source: .view("authoritative"), answer: .records([.revoked])),
        KeyOffer(source: .view("local"), answer: .unreachable("timeout by local")),
        KeyOffer(source: .view("google"), answer: .missing),
      ])
  }

  @Test func aTimeOfThePastHasTheKeyOfThen() throws {
    let spans = [try span("v=DKIM1; p=", 100, 200), try span(nil, 210, 300, current: true)]
    func then(_ seconds: Int64) -> VerificationAnswer? {
      KeyOffers.offer(of: spans, at: Timestamp(seconds: seconds))?.answer
    }
    #expect(then(150) == .records([.revoked]))
    #expect(then(99) == nil && then(205) == nil)
    #expect(then(250) == .missing && then(1000) == .missing)
  }

  @Test func formerKeysComeOnceTheNewestFirst() throws {
    let spans = [
      try span("v=DKIM1; p=", 100, 200), try span("old", 50, 90), try span("v=DKIM1; p=", 210, 300),
      try span(nil, 1, 9),
      try span("new", 310, 400, current: true),
    ]
    #expect(
      KeyOffers.past(spans).map(\.source) == [
        .history(until: nil), .history(until: Timestamp(seconds: 300)), .history(until: Timestamp(seconds: 90)),
      ])
  }
}

@Suite struct VerificationRunTests {
  @Test func filesAnMboxAndStandardInputAreRead() throws {
    let message = try fixture("rfc6376.eml")
    let key = try record("brisbane._domainkey.example.com").text
    let box = "From a@b Mon Jan  1 10:00:00 2024\n\(message)\nFrom a@b Mon Jan  1 10:00:01 2024\n\(message)"
    let files = ["a.eml": message, "box": box, "key.txt": key]
    let one = try Run(["verify", "a.eml", "--key", "key.txt"], files: files)
    #expect(one.code == 0 && one.out.contains("pass"))
    let both = try Run(["verify", "box", "--key", key, "-o", "jsonl"], files: files)
    #expect(both.code == 0 && both.out.split(separator: "\n").count == 2 && both.out.contains("\"number\":2"))
    let input = try Run(["verify", "-", "--key", "key.txt"], input: message, files: files)
    #expect(input.code == 0)
    let missing = try Run(["verify", "a.eml", "nothing.eml", "--key", "key.txt"], files: files)
    #expect(missing.code == 3 && missing.out.contains("pass") && missing.err.contains("nothing.eml"))
    let nagios = try Run(["verify", "a.eml", "--key", "v=DKIM1; p=", "-o", "nagios"], files: files)
    #expect(nagios.code == 2 && nagios.out.hasPrefix("SELECTORD CRITICAL - a.eml: The key at"))
  }
}

/// SELECTORD_RECORD=1 writes what the command lines print; the text around them is kept.
@Test func thePageOnVerificationShowsWhatItsCommandLinesPrint() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/verify-a-message.md"))
  let message = try fixture("rfc6376.eml")
  let key = try record("brisbane._domainkey.example.com").text
  let files = [
    "mail.eml": message, "key.txt": key,
    "list.eml": message
      + "\n_______________________________________________\nTeam mailing list\nhttps://lists.example.net/team\n",
  ]
  let parts = page.components(separatedBy: "```console\n$ selectord ")
  #expect(parts.count == 3)
  let codes: [Int32] = [0, 2]
  let shown = try zip(parts.dropFirst(), codes).map { part, code in
    let end = try #require(part.range(of: "```\n"))
    let command = String(part.prefix { $0 != "\n" })
    let run = try Run(command.split(separator: " ").map(String.init), files: files)
    #expect(run.code == code && run.err.isEmpty)
    return "\(command)\n\(run.out)\(part[end.lowerBound...])"
  }
  expectGolden(([parts[0]] + shown).joined(separator: "```console\n$ selectord "), "../../../docs/verify-a-message.md")
}
