// What `rotate plan`, `rotate verify` and `rotate check-proof` print, and what a proof's file is worth.

import ArgumentParser
import DNS
import Foundation
import Keys
import Model
import Rotation
import TestSupport
import Testing

@testable import selectord

private let wide = Appearance(isColoured: false, isUnicode: true, columns: 120)
private let start = Timestamp(seconds: 1_795_464_000)
private let texts = [
  "s1": "v=DKIM1; k=rsa; p=" + (contents(ofFile: fixtures("signing/rsa1024-value.txt")) ?? "").filter { !$0.isNewline },
  "s2": "v=DKIM1; k=rsa; p=" + (contents(ofFile: fixtures("signing/rsa2048-value.txt")) ?? "").filter { !$0.isNewline },
]
private let fingerprints = (contents(ofFile: fixtures("signing/keys.tsv")) ?? "").split(separator: "\n").reduce(
  into: [String: String]()
) { $0[String($1.split(separator: "\t")[0])] = String($1.split(separator: "\t")[1]) }

private func key(_ selector: String) throws -> KeyName {
  try KeyName(selector: DomainName(selector), domain: DomainName("example.org"))
}

/// Two servers and a resolver; nil for no record.
private func look(_ selector: String, _ text: String?, cached: String?, at seconds: Int64) throws -> Look {
  let key = try key(selector)
  func answer(_ text: String?, isCache: Bool) -> Answer {
    let records = text.map { [TextRecord($0)] } ?? []
    let outcome: Outcome = text == nil ? .nxdomain : .records
    return Answer(
      outcome: outcome, rcode: text == nil ? .nameError : .noError, records: records,
      ttl: text == nil ? nil : isCache ? 200 : 300, negativeTTL: text == nil ? (isCache ? 90 : 600) : nil,
      authoritative: !isCache, roundTrip: .milliseconds(2),
      digest: .of(outcome: outcome, chain: [], records: records))
  }
  let servers = try (1...2).map { number in
    ServerAnswer(
      server: "ns\(number).example.net", endpoint: Endpoint(.v4(0xC000_0200 + UInt32(number))),
      zone: try DomainName("example.org"), question: key.name, answer: answer(text, isCache: false))
  }
  return Look(
    key: key, at: start + .seconds(seconds),
    views: [
      ViewAnswer(
        view: "authoritative", isAuthoritative: true, servers: servers,
        delegation: Delegation(
          zone: try DomainName("example.org"), servers: [], serials: ["ns1.example.net": 7], negativeTTL: 600)),
      ViewAnswer(
        view: "google", isAuthoritative: false,
        servers: [
          ServerAnswer(
            server: "8.8.8.8", endpoint: Endpoint(.v4(0x0808_0808)), question: key.name,
            answer: answer(cached, isCache: true))
        ]),
    ])
}

private func gate(expecting file: String? = nil) throws -> Gate {
  Gate(
    domain: try DomainName("example.org"), new: try DomainName("s2"), old: try DomainName("s1"),
    expected: file.flatMap { fingerprints[$0] }.map {
      ExpectedKey(fingerprints: [$0], form: "an RSA private key (PKCS#8)")
    },
    views: [
      View(name: "authoritative", source: .authoritative(rootHints: [], port: 53)),
      View(name: "google", source: .resolver(Endpoint(.v4(0x0808_0808)), .udp)),
    ])
}

/// The looks: the record appears after 10 seconds, and is ready at 610.
private func session(
  until seconds: Int64, expecting file: String? = "rsa2048-pkcs8.key", cached: String? = texts["s2"]
) throws -> (RotationSession, RotationReport) {
  var session = RotationSession(gate: try gate(expecting: file)) { KeyJudge.judge($0) }
  var report: RotationReport?
  for time in [0, 10, seconds] where time <= seconds {
    let text = time == 0 ? nil : texts["s2"]
    report = session.take(
      RotationRound(
        new: try look("s2", text, cached: time == 0 ? nil : cached, at: time),
        old: try look("s1", texts["s1"], cached: texts["s1"], at: time)))
  }
  return (session, try #require(report))
}

@Test(arguments: [
  ("ready", 610 as Int64, "rsa2048-pkcs8.key", true), ("not-yet", 100, "rsa2048-pkcs8.key", true),
  ("negative", 610, "rsa2048-pkcs8.key", false), ("absent", 0, "rsa2048-pkcs8.key", true),
  ("mismatched", 610, "rsa1024-pkcs8.key", true),
])
func aVerificationIsToldAsConditionsAndAsJSON(
  name: String, seconds: Int64, file: String, isCached: Bool
) throws {
  let (_, report) = try session(until: seconds, expecting: file, cached: isCached ? texts["s2"] : nil)
  let text = RotationText(appearance: wide)
  expectGolden(try text.text(report, as: .table), "rotate-\(name).txt")
  if name == "not-yet" { expectGolden(try text.text(report, as: .json), "rotate-\(name).json") }
  #expect(try text.text(report, as: .jsonl).count { $0 == "\n" } == 1)
}

@Test func theCountdownTellsHowLongItTakes() throws {
  let (_, report) = try session(until: 100)
  #expect(Countdown.line(report, at: start + .seconds(100)) == "s2: ready in 8m30s")
}

@Test func aPlanIsATableOfStepsAndJSON() throws {
  let (session, _) = try session(until: 0)
  let plan = RotationPlan(
    gate: session.gate, old: try DomainName("s1"), newKey: session.new, oldKey: session.old,
    key: PlannedKey(
      summary: KeySummary(type: .rsa, bits: 1024, fingerprint: "SHA256:x", revoked: false, testing: false),
      record: "v=DKIM1; k=rsa; p=abc"),
    start: start + .seconds(3600), keep: .seconds(3 * 86_400), options: " --key s2.private", at: start)
  expectGolden(try PlanText(appearance: wide).text(plan, as: .table), "rotate-plan.txt")
  expectGolden(try PlanText(appearance: wide).text(plan, as: .json), "rotate-plan.json")
}

private func proofText(secret: Secret? = nil) throws -> String {
  let (session, report) = try session(until: 610)
  let proof = Proof(session: session, report: report, madeBy: Version.proofMaker, madeAt: start + .seconds(611))
  return try ProofFile.text(proof, secret: secret)
}

@Test func aProofHoldsAndSaysWhatItProves() throws {
  let text = try proofText()
  #expect(try proofText() == text, "the same answers give the same bytes")
  let run = try Run(["rotate", "check-proof", "a.proof"], files: ["a.proof": text])
  #expect(run.code == 0 && run.err == "")
  expectGolden(run.out, "rotate-check-proof.txt")
  let json = try Run(["rotate", "check-proof", "a.proof", "-o", "json"], files: ["a.proof": text])
  expectGolden(json.out, "check-proof.json")
  let compact = String(decoding: ProofFile.withoutBlanks(Array(text.utf8)), as: UTF8.self)
  #expect(try Run(["rotate", "check-proof", "-", "-o", "jsonl"], input: compact).code == 0)
}

@Test(arguments: [
  ("a TTL", "\"negativeTTL\": 600", "\"negativeTTL\": 60"), ("a time", "2026-11-23T20:10:10Z", "2026-11-23T20:00:00Z"),
  ("a key", "\"format\": 1,", "\"format\": 1, \"extra\": true,"),
  ("a state", "\"state\": \"ready\"", "\"state\": \"notYet\""),
  ("a format", "\"format\": 1", "\"format\": 2"), ("an end", "\n}\n", "\n"),
  ("a name", "ns1.example.net", "ns3.example.net"),
])
func aProofThatWasChangedDoesNotHold(what: String, from: String, to: String) throws {
  let text = try proofText()
  let changed = text.replacing(from, with: to, maxReplacements: 1)
  #expect(changed != text, "\(what)")
  let run = try Run(["rotate", "check-proof", "a.proof"], files: ["a.proof": changed])
  #expect(run.code == 2, "\(what): \(run.out)\(run.err)")
  #expect(run.out.hasPrefix("✗ not valid"))
}

@Test func aSignedProofIsVerifiedByTheConfiguredSecret() throws {
  let configuration =
    #"{"proof": {"secret": "correct horse"}, "watches": [{"domain": "a.example", "selectors": ["s"]}]}"#
  let text = try proofText(secret: Secret("correct horse"))
  func code(_ text: String, _ configuration: String?) throws -> Int32 {
    var files = ["a.proof": text]
    files["config.json"] = configuration
    return try Run(["rotate", "check-proof", "a.proof"], files: files).code
  }
  #expect(try code(text, configuration) == 0)
  #expect(try code(text, nil) == 0)
  #expect(try code(try proofText(), configuration) == 2)
  #expect(try code(try proofText(secret: Secret("another")), configuration) == 2)
}

@Test func aProofOfSomethingElseIsNotGoneOnFrom() throws {
  let run = try Run(
    ["rotate", "verify", "example.com", "s2", "--proof", "a.proof", "--view", "127.0.0.1:9"],
    files: ["a.proof": try proofText()])
  #expect(run.code == 65 && run.err.contains("is the proof of another rotation"))
  let damaged = try Run(
    ["rotate", "verify", "example.org", "s2", "--old", "s1", "--proof", "a.proof", "--view", "127.0.0.1:9"],
    files: ["a.proof": "{}"])
  #expect(damaged.code == 65 && damaged.err.contains("is not a valid proof"))
}

@Test func theKeyFileIsNamedInItsErrorsItsContentsAreNot() throws {
  let encrypted = try #require(contents(ofFile: fixtures("signing/refused-encrypted-pkcs8.key")))
  let run = try Run(
    ["rotate", "verify", "example.org", "s2", "--key", "s2.key", "--view", "127.0.0.1:9"], files: ["s2.key": encrypted])
  #expect(run.code == 65 && run.out == "")
  #expect(run.err.hasPrefix("selectord: --key: s2.key: the private key is encrypted"))
}

@Test func thePageOnRotationsShowsCommandLinesThatParseAndEveryCondition() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/rotate-a-key.md"))
  let lines = page.replacing("\\\n", with: " ").split(separator: "\n").filter { $0.hasPrefix("selectord ") }
  #expect(lines.count >= 3)
  for line in lines {
    let words = line.split(separator: " ").prefix { !["&&", ">", "#"].contains($0) }.dropFirst().map(String.init)
    #expect(throws: Never.self, "\(line)") { _ = try Selectord.parseAsRoot(words) }
  }
  let (_, report) = try session(until: 610)
  for condition in report.conditions { #expect(page.contains("| `\(condition.id)` |"), "\(condition.id)") }
}
