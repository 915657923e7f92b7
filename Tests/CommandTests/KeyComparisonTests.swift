// What a run shows of its keys only when all of them are known: in `check`, and in `key --input`.

import Daemon
import DNS
import Foundation
import Keys
import Model
import Probing
import Synchronization
import Syntax
import Testing
import TestSupport

@testable import selectord

/// The records of a fixture of keys.
private func records(_ fixture: String) throws -> [TextRecord] {
  let file = try #require(contents(ofFile: fixtures("keys") + "/" + fixture + ".txt"))
  return try RecordText.read(String(try #require(file.split(separator: "---\n").last)))
}

/// A world in which some key names have the records of fixtures, at the end of a chain of CNAMEs where there is one,
/// and all others the same sound key.
private final class Names: Sendable {
  private let answers: [String: Answer]
  private let sound: Answer
  private let asked = Mutex<[String]>([])

  /// What was looked at.
  var looked: [String] { asked.withLock { $0 } }

  init(_ keys: [String: (fixture: String, target: String?)]) throws {
    func answer(_ fixture: String, _ target: String?) throws -> Answer {
      let (chain, records) = (try target.map { [try DomainName($0)] } ?? [], try records(fixture))
      return Answer(
        outcome: .records, rcode: .noError, cname: chain, records: records, ttl: 300,
        digest: .of(outcome: .records, chain: chain, records: records))
    }
    sound = try answer("fit-ed25519", nil)
    answers = try keys.mapValues { try answer($0.fixture, $0.target) }
  }

  @Sendable func look(_ requests: [LookRequest], _ done: @escaping @Sendable () -> Void) async -> [Look] {
    asked.withLock { $0 += requests.map(\.key.description) }
    return requests.map { request in
      let server = ServerAnswer(
        server: "192.0.2.1", endpoint: nil, question: request.key.name,
        answer: answers[request.key.description] ?? sound)
      return Look(
        key: request.key, at: Samples.start,
        views: [ViewAnswer(view: "local", isAuthoritative: false, servers: [server])])
    }
  }

  /// Runs a check; gives what was told, and what was told once more.
  func check(
    _ names: [String], comparesLongLists: Bool = false
  ) async throws -> (once: [Judgement], again: [Judgement]) {
    let source = KeyNameSource(try names.map { .success(try Samples.key($0)) })
    var (once, again): ([Judgement], [Judgement]) = ([], [])
    _ = try await KeyCheck(explain: neverAsked, comparesLongLists: comparesLongLists, look: look).run(source) {
      result in
      switch result {
      case .judgement(let judgement, _): once.append(judgement)
      case .again(let judgement, _): again.append(judgement)
      case .badLine: Issue.record("no line is bad")
      }
    }
    return (once, again)
  }
}

/// The findings that a comparison adds, as `name: rule, evidence`.
private func told(_ judgements: [Judgement]) -> [String] {
  judgements.flatMap { judgement in
    judgement.findings.filter { ["key-shared-prime", "key-shared-domains"].contains($0.rule) }
      .map { "\(judgement.key.selector) \(judgement.key.domain): \($0.rule), \($0.evidence)" }
  }
}

@Suite struct KeyComparisonTests {
  @Test func keysThatShareAPrimeAreToldBoth() async throws {
    let names = try Names([
      "a._domainkey.example.org": ("case-prime-shared-1", nil), "b._domainkey.example.org": ("fit-rsa-2048", nil),
      "c._domainkey.example.net": ("case-prime-shared-2", nil),
    ])
    let order = ["a._domainkey.example.org", "b._domainkey.example.org", "c._domainkey.example.net"]
    let (once, again) = try await names.check(order)
    #expect(once.map(\.key.description) == order && again.isEmpty)
    #expect(
      told(once) == [
        "a example.org: key-shared-prime, a prime in common with c._domainkey.example.net",
        "c example.net: key-shared-prime, a prime in common with a._domainkey.example.org",
      ])
    #expect(once.map(\.verdict) == [.critical, .ok, .critical])
    #expect(names.looked.count == 3, "each key was looked at once")
  }

  @Test func keysOfALongListAreToldAgainWhereTheyAreToBeCompared() async throws {
    let names = try Names([
      "s7._domainkey.example.org": ("case-prime-shared-1", nil),
      "s2400._domainkey.example.org": ("case-prime-shared-2", nil),
    ])
    let order = (0..<2500).map { "s\($0)._domainkey.example.org" }
    #expect(try await names.check(order).again.isEmpty, "that takes longer than all else, and is done on request")
    #expect(names.looked.count == 2500)
    let (once, again) = try await names.check(order, comparesLongLists: true)
    #expect(once.map(\.key.description) == order && once.allSatisfy { $0.verdict == .ok })
    #expect(
      told(again) == [
        "s2400 example.org: key-shared-prime, a prime in common with s7._domainkey.example.org",
        "s7 example.org: key-shared-prime, a prime in common with s2400._domainkey.example.org",
      ])
    #expect(again.allSatisfy { $0.verdict == .critical })
    #expect(names.looked.count == 5002, "only these two were looked at again")
  }

  @Test func oneKeyAtTwoDomainsIsToldUnlessBothPointAtIt() async throws {
    let (a, b) = ("a._domainkey.example.org", "a._domainkey.example.net")
    func told(_ targets: [String: String?], _ fixture: String = "fit-rsa-2048") async throws -> [String] {
      let names = try Names(targets.mapValues { (fixture, $0) })
      let (once, _) = try await names.check(targets.keys.sorted())
      #expect(once.allSatisfy { $0.verdict == .ok || fixture == "key-revoked" }, "it is no fault")
      return CommandTests.told(once)
    }
    let both = [
      "a example.net: key-shared-domains, the same key at example.org",
      "a example.org: key-shared-domains, the same key at example.net",
    ]
    #expect(try await told([a: nil, b: nil]) == both)
    #expect(try await told([a: nil, b: nil], "fit-ed25519") == both)
    #expect(try await told([a: "dkim.provider.example", b: "dkim.provider.example"]) == [])
    #expect(try await told([a: "dkim.provider.example", b: "other.provider.example"]) == both)
    #expect(try await told([a: nil, b: "dkim.provider.example"]) == both, "one of the two would not follow")
    #expect(try await told([a: nil, "b._domainkey.example.org": nil]) == [], "one domain")
    #expect(try await told([a: nil, b: nil], "key-revoked") == [], "no key")
  }

  @Test func aKeyAtManyDomainsIsNotToldWithAllOfThem() async throws {
    let names = (0..<300).map { "a._domainkey.example\($0).org" }
    let (once, _) = try await Names([:]).check(names)
    let evidence = told(once)
    #expect(evidence.count == 300)
    #expect(evidence.allSatisfy { $0.hasSuffix(" and at least 95 more") })
  }

  @Test func nagiosCountsAKeyThatIsToldAgainOnce() throws {
    var text = NagiosText()
    func judgement(_ selector: String, _ verdict: Verdict) throws -> Judgement {
      Judgement(
        key: try Samples.key("\(selector)._domainkey.example.org"), state: .published, verdict: verdict,
        summary: "So.", checkedAt: Samples.start, views: [])
    }
    for selector in ["a", "b", "c"] { text.add(try judgement(selector, selector == "a" ? .warning : .ok)) }
    text.addAgain(try judgement("a", .critical))
    text.addAgain(try judgement("b", .critical))
    #expect(text.text().hasPrefix("SELECTORD CRITICAL - 3 keys: 2 critical, 1 ok |"))
    #expect(text.verdict == .critical)
  }

  @Test func linesThatShareAPrimeAreToldBoth() throws {
    let lines = try ["case-prime-shared-1", "fit-rsa-2048", "case-prime-shared-2", "fit-rsa-2048"].map {
      try records($0).map(\.text).joined()
    }
    let run = try Run(
      ["key", "--input", "keys.txt", "--output", "jsonl"],
      files: ["keys.txt": (["# keys"] + lines).joined(separator: "\n")])
    #expect(run.code == 2)
    let evidence = try run.out.split(separator: "\n").map { line in
      let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
      let findings = try #require(object["findings"] as? [[String: Any]])
      return findings.filter { $0["rule"] as? String == "key-shared-prime" }.compactMap { $0["evidence"] as? String }
    }
    #expect(evidence == [["a prime in common with line 4"], [], ["a prime in common with line 2"], []])
  }
}

/// SELECTORD_RECORD=1 writes what the command lines print; the text around them is kept.
@Test func thePageOnWeakKeysShowsWhatItsCommandLinesPrintAndRulesThatExist() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/weak-keys.md"))
  let lines = try ["case-prime-shared-1", "fit-rsa-3072", "case-prime-shared-2"].map { try records($0)[0].text }
  let files = [
    "record.txt": try records("key-primes-close")[0].text, "keys.txt": lines.joined(separator: "\n"),
  ]
  let parts = page.components(separatedBy: "```console\n$ selectord ")
  #expect(parts.count == 3)
  let shown = try parts.dropFirst().map { part in
    let end = try #require(part.range(of: "```\n"))
    let command = String(part.prefix { $0 != "\n" })
    let run = try Run(command.split(separator: " ").map(String.init), files: files)
    #expect(run.code == 2 && run.err.isEmpty)
    return "\(command)\n\(run.out)\(part[end.lowerBound...])"
  }
  expectGolden(([parts[0]] + shown).joined(separator: "```console\n$ selectord "), "../../../docs/weak-keys.md")
  let rules = Set(KeyRules.all.map(\.id))
  for match in page.matches(of: /`(key-[a-z-]+)`/) { #expect(rules.contains(String(match.1)), "\(match.1)") }
}
