// A private key that somebody published by mistake goes whole nowhere: one test for each way out of the program.

import DNS
import Daemon
import Diagnosing
import Foundation
import Judging
import Keys
import Model
import Reporting
import Rotation
import Storage
import Syntax
import TestSupport
import Testing

@testable import Monitoring
@testable import Rehearsal
@testable import selectord

@Suite struct PrivateKeyTests {
  /// A record whose `p=` holds a private key.
  static let records: [TextRecord] = {
    let file = contents(ofFile: fixtures("keys/key-private.txt")) ?? ""
    let text = file.components(separatedBy: "---\n").last ?? ""
    return (try? RecordText.read(text)) ?? []
  }()
  private static let wide = Appearance(isColoured: false, isUnicode: true, columns: nil)
  private static let zone = Samples.name("domain.com")
  private static let key = try? KeyName(selector: Samples.name("s1"), domain: zone)
  private static let server = NameServer(name: "ns1.old.example", endpoints: [Endpoint(.v4(0xC000_0201))])

  /// Whether no piece of the key is left, but a hint at it.
  private func expectNothingOfTheKey(in text: String, _ location: SourceLocation = #_sourceLocation) throws {
    let digits = String(decoding: Self.records.flatMap(\.joined), as: UTF8.self).split(separator: "p=").last ?? ""
    try #require(digits.count > 300)
    // The first ones are the same in all keys.
    let pieces = stride(from: 40, to: digits.count - 12, by: 4).map { digits.dropFirst($0).prefix(12) }
    #expect(!pieces.contains { text.contains($0) }, sourceLocation: location)
    #expect(text.contains("private key removed"), sourceLocation: location)
  }

  private func answer(_ records: [TextRecord]) -> Answer {
    let outcome: Outcome = records.isEmpty ? .nodata : .records
    return Answer(
      outcome: outcome, rcode: .noError, records: records, ttl: records.isEmpty ? nil : 300, authoritative: true,
      digest: .of(outcome: outcome, chain: [], records: records))
  }

  private func look(_ records: [TextRecord]) throws -> Look {
    let key = try #require(Self.key)
    let server = ServerAnswer(
      server: Self.server.name, endpoint: Self.server.endpoints[0], zone: Self.zone, question: key.name,
      answer: answer(records))
    let delegation = Delegation(zone: Self.zone, servers: [Samples.name(Self.server.name)], serials: [:])
    return Look(
      key: key, at: Samples.start,
      views: [ViewAnswer(view: "authoritative", isAuthoritative: true, servers: [server], delegation: delegation)])
  }

  /// A server with the private key at every name that is asked for a text.
  private func reply(_ inquiry: Inquiry, _ server: String, hasKey: Bool) -> InquiryReply {
    let name = inquiry.question.name
    var records: [ResourceRecord] = []
    if inquiry.question.type == .txt, hasKey, name.description.contains("_domainkey.") {
      records = Self.records.map { ResourceRecord(owner: name, type: .txt, ttl: 300, data: .txt($0)) }
    }
    return InquiryReply(
      server: server, endpoint: Self.server.endpoints[0], answer: answer(records.isEmpty ? [] : Self.records),
      records: records)
  }

  @Test func rehearseShowsNothingOfIt() async throws {
    let future = NameServer(name: "ns1.new.example", endpoints: [Endpoint(.v4(0xC000_0202))])
    let key = try #require(Self.key)
    let rehearsal = Rehearsal(
      domain: Self.zone, keys: [key], given: [], future: [future], probe: Samples.name("probe"))
    let report = await RehearseCommand.report(rehearsal) { inquiries in
      inquiries.map { inquiry in
        var isOld = true
        if case .servers(let servers) = inquiry.target { isOld = servers.first?.name != future.name }
        let name = isOld ? Self.server.name : future.name
        return InquiryAnswer(
          inquiry: inquiry, zone: Self.zone, replies: [reply(inquiry, name, hasKey: isOld)])
      }
    }
    let text = RehearsalText(appearance: Self.wide, showsAll: true).text(report)
    try expectNothingOfTheKey(in: text)
    let object = try JSONValue(encoding: RehearsalObject(report: report, checkedAt: Samples.start))
    try expectNothingOfTheKey(in: object.prettyText())
  }

  @Test func diagnoseShowsNothingOfWhatItAskedBeside() async throws {
    let look = try look([]).judged(against: Expectation())
    var input = DiagnosisInput(look: look)
    input.isRequested = true
    var seen: [InquiryAnswer] = []
    let investigation = Investigation { inquiries in
      inquiries.map {
        InquiryAnswer(inquiry: $0, zone: Self.zone, replies: [reply($0, Self.server.name, hasKey: true)])
      }
    }
    let machine = await investigation.finish(DiagnosisMachine(input)) { step in
      if case .answered(let answers) = step { seen += answers }
    }
    let judgement = look.judgement.taking(machine.diagnosis)
    let lines = DiagnosisText(detail: JudgementDetail(appearance: Self.wide)).lines(judgement)
    let shown = lines.map { $0.rendered(Self.wide) }.joined(separator: "\n")
    let raw = seen.flatMap(\.replies).flatMap(\.answer.records).map(\.text).joined(separator: "\n")
    try expectNothingOfTheKey(in: raw)
    try expectNothingOfTheKey(in: shown + (try JSONValue(encoding: judgement).prettyText()) + raw)
  }

  @Test func checkShowsNothingOfIt() throws {
    let judgement = try look(Self.records).judged(against: Expectation()).judgement
    let lines = JudgementDetail(appearance: Self.wide).lines(judgement).map { $0.rendered(Self.wide) }
    try expectNothingOfTheKey(in: lines.joined(separator: "\n"))
    try expectNothingOfTheKey(in: try JSONValue(encoding: judgement).prettyText())
  }

  @Test func theHistoryHoldsNothingOfIt() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("history.sqlite").path
    let key = try #require(Self.key)
    let store = try SQLiteHistory(path: path, mode: .readWrite)
    var change = Change(at: Samples.start)
    change.watches[key] = try Samples.memory()
    change.sightings = try look(Self.records).judged(against: Expectation()).sorted.look.sightings
    try await store.commit(change)
    let spans = try await store.spans(of: key, since: nil)
    let table = HistoryText(appearance: Self.wide, showsDetails: true)
      .table(HistoryEntry.entries(spans: spans, events: [], periods: [], since: nil))
    try expectNothingOfTheKey(in: table)
    try store.close()
    // What is not in the file yet is in the log beside it.
    let files = [path, path + "-wal"].compactMap { FileManager.default.contents(atPath: $0) }
    try expectNothingOfTheKey(in: files.map { String(decoding: $0, as: UTF8.self) }.joined())
  }

  @Test func rotateAndItsProofShowNothingOfIt() throws {
    let key = try #require(Self.key)
    let gate = Gate(
      domain: Self.zone, new: key.selector, old: nil, expected: nil,
      views: [View(name: "authoritative", source: .authoritative(rootHints: [], port: 53))])
    var session = RotationSession(gate: gate) { KeyJudge.judge($0) }
    let report = session.take(RotationRound(new: try look(Self.records).withoutPrivateKeys, old: nil))
    #expect(report.state == .blocked)
    let text = RotationText(appearance: Self.wide, showsDetails: true).table(report)
    let proof = Proof(session: session, report: report, madeBy: Version.proofMaker, madeAt: Samples.start)
    try expectNothingOfTheKey(in: text + (try ProofFile.text(proof, secret: nil)))
  }
}
