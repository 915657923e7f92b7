// Proofs: what was made is verified, and every change is found.

import Foundation
import Model
import Testing

@testable import Rotation

private func digest(_ outcome: Outcome, _ chain: [DomainName], _ records: [TextRecord]) -> Digest {
  let word =
    switch outcome {
    case .records: records.first?.text ?? ""
    case .nxdomain: "gone"
    case .nodata: "nodata"
    case .failed: "silent"
    }
  return Stage().answer(Word(rawValue: word) ?? .broken, isCache: false).digest
}

private let check = ProofCheck(digestOf: { digest($0, $1, $2) }, judge: Stage.judge, version: "selectord test")

private func content(_ proof: Proof) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = .sortedKeys
  return Array(try encoder.encode(proof.content))
}

private func proof(secret: Secret? = nil) throws -> Proof {
  let span = AnswerSpan(
    key: try Stage.key("s2"), view: "authoritative", server: "ns1.example.net", endpoint: Endpoint(.v4(0xC000_0201)),
    firstSeen: Stage.time(-900), lastSeen: Stage.time(-10), isCurrent: false,
    answer: Stage().answer(.gone, isCache: false))
  var session = RotationSession(gate: try Stage.gate(caches: ["google"]), history: [span], judge: Stage.judge)
  var report: RotationReport?
  for (seconds, words) in [(0, [Word.gone, .gone]), (10, [.new, .new]), (400, [.new, .new])] as [(Int64, [Word])] {
    report = session.take(
      RotationRound(
        new: try Stage().look("s2", at: seconds, servers: words, caches: ["google": words[0]]),
        old: try Stage().look("s1", at: seconds, servers: [.old, .old], caches: ["google": .old])))
  }
  var proof = Proof(
    session: session, report: try #require(report), madeBy: "selectord test", madeAt: Stage.time(401))
  proof.seal(try content(proof), secret: secret)
  return proof
}

/// A change that somebody makes to a proof, and what must not fit then.
private struct Forgery: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var change: @Sendable (inout Proof) -> Void
  var faults: [String]

  init(_ name: String, _ faults: [String], _ change: @escaping @Sendable (inout Proof) -> Void) {
    testDescription = name
    self.faults = faults
    self.change = change
  }
}

private let forgeries: [Forgery] = [
  Forgery("ready", ["conditions"]) { $0.report.state = .notYet },
  Forgery("a condition", ["conditions"]) { $0.report.conditions[0].state = .failed },
  Forgery("its time", ["conditions"]) { $0.report.keepOldUntil = Stage.time(500) },
  Forgery("the words", ["conditions"]) { $0.report.summary = "All is well." },
  Forgery("a record", ["answers"]) { $0.rounds[2].new.views[0].answers[0].records[0].text = "other" },
  Forgery("a record with its bytes", ["digests"]) {
    $0.rounds[2].new.views[0].answers[0].records = [
      .init(text: "other", rdata: Data(TextRecord("other").rdata).base64EncodedString())
    ]
  },
  Forgery("an outcome", ["answers"]) { $0.rounds[0].new.views[0].answers[0].outcome = "records" },
  Forgery("a negative TTL", ["conditions"]) { $0.rounds[2].new.views[0].delegation?.negativeTTL = 86_400 },
  Forgery("the order", ["times", "conditions"]) { $0.rounds.swapAt(0, 2) },
  Forgery("the time of the last look", ["times"]) {
    $0.rounds[2].new.at = Stage.time(399)
    $0.rounds[2].old?.at = Stage.time(399)
  },
  Forgery("the time of the proof", ["times"]) { $0.madeAt = Stage.time(1) },
  Forgery("no look", ["answers"]) { $0.rounds = [] },
  Forgery("a look at another name", ["answers"]) { $0.rounds[0].new.name = $0.gate.domain },
  Forgery("the history", ["times"]) { $0.history[0].lastSeen = Stage.time(-1000) },
  Forgery("a digest", ["digests"]) { $0.history[0].answer.digest = String(repeating: "0", count: 32) },
]

/// What does not fit.
private func faults(_ proof: Proof, secret: Secret? = nil, sealed: Bool = false) throws -> [String] {
  var proof = proof
  if sealed { proof.seal(try content(proof), secret: nil) }
  return check.facts(of: proof, content: try content(proof), secret: secret).filter { !$0.fits }.map(\.id)
}

@Suite struct ProofTests {
  @Test func whatWasMadeHolds() throws {
    let proof = try proof()
    #expect(proof.report.state == .ready)
    #expect(try faults(proof) == [])
    let again = try JSONDecoder().decode(Proof.self, from: try JSONEncoder().encode(proof))
    #expect(again == proof)
    #expect(try faults(again) == [])
  }

  /// Changes of someone who makes the digest over everything anew.
  @Test(arguments: forgeries) private func aChangeIsFound(_ forgery: Forgery) throws {
    var proof = try proof()
    forgery.change(&proof)
    #expect(try faults(proof).contains("whole"))
    let found = try faults(proof, sealed: true)
    #expect(found.filter(forgery.faults.contains) == forgery.faults, "\(found)")
  }

  @Test func theSignatureIsThatOfTheSecret() throws {
    let secret = Secret("correct horse")
    let signed = try proof(secret: secret)
    #expect(try faults(signed, secret: secret) == [])
    #expect(try faults(signed, secret: Secret("battery staple")) == ["signature"])
    #expect(try faults(try proof(), secret: secret) == ["signature"])
    #expect(try faults(signed) == [], "who has no secret verifies the rest")
    var forged = signed
    forged.report.state = .blocked
    forged.digest = Proof.digest(of: try content(forged))
    #expect(try faults(forged, secret: secret) == ["signature", "conditions"])
  }

  @Test func aLaterVersionMayUseOtherWords() throws {
    var proof = try proof()
    proof.madeBy = "selectord 0.0.1"
    proof.report.conditions[0].text = "said otherwise"
    #expect(try faults(proof, sealed: true) == [])
  }

  @Test func theSameAnswersGiveTheSameBytes() throws {
    #expect(try content(try proof()) == content(try proof()))
  }
}
