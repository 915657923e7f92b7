// `init`: which selectors it finds, which of them it watches, and the file that it writes.

import Conventions
import Foundation
import Model
import TestSupport
import Testing

@testable import selectord

private let domain = Samples.name("example.org")
private let probe = Samples.name("selectord-1")

/// A zone that answers inquiries: an alias or a text for each name.
private struct Zone {
  var texts: [String: String] = [:]
  var aliases: [String: String] = [:]
  /// What every other name below `_domainkey` has.
  var wildcard: String?
  var outcome = Outcome.nxdomain
  /// Whether names that only have others below them are denied, which is wrong.
  var deniesEmptyNames = false

  func answer(_ inquiry: Inquiry) -> InquiryAnswer {
    let name = inquiry.question.name.description
    let isBelow = name.hasSuffix("._domainkey.example.org")
    let isTree = name == "_domainkey.example.org"
    let hasKeys = !texts.isEmpty || !aliases.isEmpty || wildcard != nil
    let answer: ServerAnswer
    if outcome.failure != nil {
      answer = Samples.server("ns1", outcome)
    } else if let alias = aliases[name] {
      answer = Samples.server("ns1", .nodata, cname: [Samples.name(alias)])
    } else if let text = texts[name] ?? (isBelow ? wildcard : nil) {
      answer = Samples.server("ns1", .records, text)
    } else if name == "example.org" || isTree && hasKeys && !deniesEmptyNames {
      answer = Samples.server("ns1", outcome == .nxdomain && name == "example.org" && isGone ? .nxdomain : .nodata)
    } else {
      answer = Samples.server("ns1", .nxdomain)
    }
    return InquiryAnswer(
      inquiry: inquiry, zone: domain,
      replies: [InquiryReply(server: "ns1", endpoint: Samples.endpoint, answer: answer.answer)])
  }

  var isGone = false

  func search() async -> SelectorSearch.Result {
    await InitCommand.result(of: SelectorSearch(domain: domain, guesses: UsualSelectors.all, probe: probe)) {
      inquiries in
      inquiries.map(answer)
    }
  }
}

@Suite struct SelectorSearchTests {
  @Test func selectorsOfSoftwareAndVendorsAreFound() async {
    let result = await Zone(
      texts: ["default._domainkey.example.org": Samples.record],
      aliases: [
        "zendesk1._domainkey.example.org": "zendesk1._domainkey.zendesk.com",
        "zendesk2._domainkey.example.org": "zendesk2._domainkey.zendesk.com",
      ]
    ).search()
    #expect(result.remark == nil)
    #expect(result.found.map(\.selector.description) == ["default", "zendesk1", "zendesk2"])
    #expect(result.found.map(\.vendor) == ["cPanel, Plesk, or a server of one's own", "Zendesk", "Zendesk"])
    #expect(result.asked >= UsualSelectors.all.count)
  }

  /// RFC 8020: nothing is below a name that does not exist, so that a hundred questions are spared.
  @Test func nothingIsAskedBelowANameThatDoesNotExist() async {
    let result = await Zone().search()
    #expect(result.remark == .nothingBelow && result.found.isEmpty)
    #expect(result.asked == UsualSelectors.sample.count)
  }

  @Test func aServerThatDeniesEmptyNamesIsFoundOut() async {
    let result = await Zone(
      texts: [
        "google._domainkey.example.org": Samples.record, "rspamd._domainkey.example.org": Samples.record,
      ], deniesEmptyNames: true
    ).search()
    #expect(result.remark == nil)
    #expect(result.found.map(\.selector.description) == ["google", "rspamd"])
  }

  @Test func aWildcardIsNoSelector() async {
    let result = await Zone(texts: ["mail._domainkey.example.org": Samples.record], wildcard: "v=spf1 -all").search()
    #expect(result.remark == .wildcard)
    #expect(result.found.map(\.selector.description) == ["mail"])
  }

  @Test func aDomainThatIsNotThereIsTold() async {
    var zone = Zone()
    zone.isGone = true
    #expect(await zone.search().remark == .noDomain)
  }

  @Test(arguments: [Outcome.failed(.timeout), .failed(.servfail)]) func silenceIsNotAbsence(outcome: Outcome) async {
    let result = await Zone(outcome: outcome).search()
    #expect(result.remark == .noAnswer && result.asked == 0)
  }

  @Test func noSelectorIsAskedForTwice() async {
    var asked: [DomainName] = []
    _ = await InitCommand.result(of: SelectorSearch(domain: domain, guesses: UsualSelectors.all, probe: probe)) {
      asked += $0.map(\.question.name)
      return $0.map(Zone(texts: ["k2._domainkey.example.org": Samples.record]).answer)
    }
    #expect(Set(asked).count == asked.count)
  }
}

/// A key with a judgement of this state.
private func initial(
  _ selector: String, _ state: State, messages: Int = 0, vendor: String? = nil, isNamed: Bool = false
) throws -> InitialKey {
  let key = try KeyName(selector: Samples.name(selector), domain: domain)
  let verdict: Verdict = state == .published ? .ok : .critical
  var judgement = Judgement(
    key: key, state: state, verdict: verdict, summary: "", checkedAt: Samples.start, views: [])
  if state == .published { judgement.keySummary = Samples.keySummary }
  return InitialKey(key: key, isNamed: isNamed, vendor: vendor, messages: messages, judgement: judgement)
}

private func sample() throws -> [InitialKey] {
  [
    try initial("google", .published, messages: 790, vendor: "Google Workspace"),
    try initial("zendesk1", .published, vendor: "Zendesk"), try initial("zendesk2", .missing, vendor: "Zendesk"),
    try initial("s2025", .missing, messages: 22), try initial("default", .revoked), try initial("mail", .invalid),
    try initial("named", .missing, isNamed: true),
  ]
}

@Suite struct InitialConfigurationTests {
  @Test(arguments: State.allCases) func aKeyThatSignsMailIsWatchedWhateverItsState(state: State) throws {
    let used = try initial("s1", state, messages: 1).decision == .watch
    #expect(used == (state != .revoked))
    #expect(try initial("s1", state, isNamed: true).decision == .watch)
    let guessed = try initial("s1", state).decision == .watch
    #expect(guessed == ![.missing, .invalid, .revoked].contains(state))
  }

  private func text(webhook: String? = nil, views: [View]? = nil) throws -> String {
    InitialConfiguration(
      schema: "/usr/share/selectord/config.schema.json", keys: try sample(), views: views, webhook: webhook,
      day: "2026-11-27"
    ).text
  }

  @Test func theFileIsWhatWasRead() throws {
    expectGolden(try text(webhook: "https://hooks.slack.com/services/T/B/X"), "init-config.json")
  }

  /// Whatever is given, `config check --strict` accepts what is written.
  @Test(arguments: [nil, "https://hooks.slack.com/services/T/B/X", "https://hooks.example.org/\"x"], [false, true])
  func strictChecksAcceptTheFile(webhook: String?, hasViews: Bool) throws {
    let views: [View] = [
      View(name: "127.0.0.1:5301", source: .resolver(Endpoint(.v4(0x7F00_0001), port: 5301), .tcp)),
      View(name: "local", source: .system(resolvConf: "/etc/resolv.conf")),
      View(name: "https://dns.example/q", source: .https(url: "https://dns.example/q")),
    ]
    let text = try text(webhook: webhook?.replacing("\"", with: "%22"), views: hasViews ? views : nil)
    let run = try Run(["config", "check", "--strict", "c.json"], files: ["c.json": text])
    #expect(run.code == 0, "\(run.err)")
    #expect(
      run.out
        == "The configuration is valid: 3 views, 4 watches, \(webhook == nil ? 0 : 1) receiver\(webhook == nil ? "s" : "").\n"
    )
    #expect(run.err.contains("nobody is alerted") == (webhook == nil))
  }

  @Test func whatWasFoundIsToldAndWhatWasNot() throws {
    let searches: [SelectorSearch.Result] = [
      .init(domain: domain, found: [.init(selector: Samples.name("google"))], asked: 121),
      .init(domain: Samples.name("none.example"), asked: 9, remark: .nothingBelow),
      .init(domain: Samples.name("wild.example"), asked: 121, remark: .wildcard),
      .init(domain: Samples.name("typo.example"), remark: .noDomain),
      .init(domain: Samples.name("silent.example"), remark: .noAnswer),
    ]
    var text = ""
    for columns in [120, 60] {
      let report = InitialReport(
        keys: try sample(), searches: searches,
        appearance: Appearance(isColoured: false, isUnicode: true, columns: columns))
      text += report.table + report.remarks.withSelectord + "\n"
    }
    for (file, hasReceiver) in [("/etc/selectord/config.json", false), ("config.json", true), ("my file.json", true)] {
      text += InitialReport.end(file: file, keys: try sample(), hasReceiver: hasReceiver) + "\n"
    }
    expectGolden(text, "init.txt")
  }
}

@Suite struct InitCommandTests {
  @Test(arguments: [
    (["init"], 64), (["init", "a..b"], 64), (["init", "a.b", "--view", "nowhere"], 64),
    (["init", "a.b", "--config", "/nonexistent/c.json"], 69), (["init", "a.b", "--output", "json"], 64),
  ]) func errorsHaveTheirExitCode(arguments: [String], code: Int) throws {
    let run = try Run(arguments)
    #expect(run.code == Int32(code))
    #expect(run.out == "" && !run.err.isEmpty)
  }

  @Test func aFileThatIsThereIsLeftAloneBeforeAnythingIsAsked() throws {
    let run = try Run(["init", "example.org"], files: ["config.json": "{}"])
    #expect(run.code == 69 && run.err.contains("config.json is there already") && run.err.contains("--force"))
  }

  /// Nobody listens at this address: the key is known from its name and from the log.
  @Test func whatLogsShowIsWatchedThoughNobodyAnswers() throws {
    let log = try #require(contents(ofFile: fixtures("census/mainlog")))
    let run = try Run(
      ["init", "domain.com", "s9._domainkey.domain.com", "--view", "127.0.0.1:9", "--log", "mainlog", "--config", "-"],
      files: ["mainlog": log])
    #expect(run.code == 0, "\(run.err)")
    #expect(run.out.contains("\"zendesk1\"") && run.out.contains("\"s9\""))
    #expect(run.out.contains("\"address\": \"127.0.0.1:9\""))
    #expect(run.err.contains("nobody answers for domain.com"))
  }

  @Test func aWrongWebhookIsRefusedInItsOwnName() throws {
    let run = try Run([
      "init", "s1._domainkey.a.example", "--view", "127.0.0.1:9", "--log", "none", "--webhook", "ftp://x",
    ])
    #expect(run.code == 64 && run.err.contains("--webhook: "))
  }
}
