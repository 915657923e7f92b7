// Texts are judged beside the monitor, once, and not again after a restart.

import Foundation
import Keys
import Logging
import Model
import Monitoring
import Storage
import Testing

@testable import Daemon

@Suite final class KeyJudgingTests {
  let folder: URL
  let world: World
  let records = [TextRecord("v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=")]

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "selectord-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    world = try World(database: folder.appending(path: "history.sqlite").path)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private var answer: Answer {
    Answer(outcome: .records, records: records, ttl: 300, digest: Digest(high: 1, low: 2))
  }

  /// A look at which two servers give the same records, and one none.
  private func look() throws -> Look {
    let absent = Answer(outcome: .nxdomain, digest: Digest(high: 3, low: 4))
    let name = try KeyName(selector: DomainName("s1"), domain: DomainName("domain.com"))
    let servers = [answer, answer, absent].map {
      ServerAnswer(server: "192.0.2.1", endpoint: nil, question: name.name, answer: $0)
    }
    return Look(
      key: name, at: World.start, views: [ViewAnswer(view: "local", isAuthoritative: false, servers: servers)])
  }

  /// What is kept of the records after a run that prepared the look.
  private func prepared(
    _ relations: SharedPrimeIndex = SharedPrimeIndex(), minimumBits: Int? = nil
  ) async throws -> JudgedKey? {
    let judgements = KeyJudgements()
    let judging = KeyJudging(store: world.store, judgements: judgements, logger: Logger(label: "test"))
    let look = try look()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await judging.run() }
      while !judging.isRunning { await Task.yield() }
      await withTaskGroup(of: Void.self) { many in
        for _ in 0..<300 {
          many.addTask { await judging.prepare(look, minimumBits: minimumBits, relations) }
        }
      }
      group.cancelAll()
    }
    #expect(!judging.isRunning)
    return judgements.kept(
      .init(records, minimumBits: minimumBits, relations: relations.of(answer)))
  }

  @Test func aTextIsJudgedAndTheJudgementStored() async throws {
    let judged = try #require(try await prepared(minimumBits: 512))
    #expect(judged == JudgedKey(records, minimumBits: 512, relations: KeyRelations(knownPrime: .testedElsewhere)))
    let stored = JudgedAnswer(answer: answer.digest, minimumBits: 512)
    let bytes = try await world.store.judgements(of: [stored], rules: KeyRules.version)
    #expect(bytes == [stored: judged.bytes])
  }

  @Test func whatIsStoredIsNotJudgedAgain() async throws {
    // Not what the judge would say: so it can only be read.
    let other = JudgedKey([TextRecord("v=DKIM1; p=")])
    let stored = JudgedAnswer(answer: answer.digest)
    try await world.store.keep([stored: other.bytes], rules: KeyRules.version)
    #expect(try await prepared()?.judgement == other.judgement)
    // Of other rules, or damaged: it is made again.
    for (bytes, rules) in [(other.bytes, "older"), (Array(other.bytes.dropLast()), KeyRules.version)] {
      try await world.store.keep([stored: bytes], rules: rules)
      #expect(try await prepared()?.judgement.key?.type == .ed25519)
      #expect(
        try await world.store.judgements(of: [stored], rules: KeyRules.version)[stored]
          == (try await prepared())?.bytes)
    }
  }

  @Test func whileItDoesNotRunNobodyWaits() async throws {
    let judgements = KeyJudgements()
    let judging = KeyJudging(store: world.store, judgements: judgements, logger: Logger(label: "test"))
    await judging.prepare(try look(), minimumBits: nil, SharedPrimeIndex())
    #expect(judgements.kept(.init(records, relations: KeyRelations(knownPrime: .testedElsewhere))) == nil)
  }
}
